#include "dsp/eq/parametric_eq.h"

#include <algorithm>

namespace ag06::dsp {
namespace {
constexpr double kFadeMs = 14.0;
// Designs, fade ends and denormal flushes happen on this grid only, so that block cuts cannot move them.
constexpr int kGridFrames = 64;
// Just inside float, so that narrowing never overflows.
constexpr double kLargestOutput = 3.4028234e38;
static_assert(DspUnit<ParametricEq>);

[[nodiscard]] double finite_or_zero(float x) noexcept { return is_finite(x) ? static_cast<double>(x) : 0.0; }
[[nodiscard]] float narrowed(double x) noexcept { return static_cast<float>(clamp_to(x, -kLargestOutput, kLargestOutput)); }
}  // namespace

Status ParametricEq::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  const int steps = std::max(1, (frames_for_ms(kFadeMs, spec.sample_rate_hz) + kGridFrames / 2) / kGridFrames);
  fade_weights_.resize(static_cast<std::size_t>(steps * kGridFrames));
  for (std::size_t i = 0; i < fade_weights_.size(); ++i)
    fade_weights_[i] = 0.5 - 0.5 * cos_exact(kPi * (static_cast<double>(i) + 1.0) / static_cast<double>(fade_weights_.size()));
  set_params({});
  reset();
  return Status::ok;
}

void ParametricEq::reset() noexcept {
  for (Slot& slot : slots_) {
    slot.stage.snap(design_band(slot.wanted, sample_rate_hz_));
    slot.design_due = false;
    slot.fade_frame = 0;
  }
  grid_frame_ = 0;
}

void ParametricEq::set_params(const ParametricEqParams& params) noexcept {
  for (int b = 0; b < kEqBands; ++b) {
    Slot& slot = slots_[static_cast<std::size_t>(b)];
    const EqBand wanted = clamped(params.bands[static_cast<std::size_t>(b)], sample_rate_hz_);
    if (wanted == slot.wanted) continue;
    slot.wanted = wanted;
    slot.design_due = true;
  }
}

void ParametricEq::begin_grid_step() noexcept {
  for (Slot& slot : slots_) {
    if (!slot.stage.passes()) slot.stage.flush_tiny_state();
    if (slot.stage.fading() && slot.fade_frame == static_cast<int>(fade_weights_.size())) slot.stage.finish_fade();
  }
  for (Slot& slot : slots_) {
    if (!slot.design_due || slot.stage.fading()) continue;
    slot.design_due = false;
    const Biquad target = design_band(slot.wanted, sample_rate_hz_);
    if (target == slot.stage.current()) continue;
    slot.stage.fade_to(target);
    slot.fade_frame = 0;
    return;
  }
}

void ParametricEq::process(AudioBlock io) noexcept {
  for (int at = 0; at < io.frames;) {
    if (grid_frame_ == 0) begin_grid_step();
    const int frames = std::min(io.frames - at, kGridFrames - grid_frame_);
    process_segment(io, at, frames);
    at += frames;
    grid_frame_ = (grid_frame_ + frames) % kGridFrames;
  }
}

void ParametricEq::process_segment(AudioBlock io, int at, int frames) noexcept {
  if (std::all_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.stage.passes(); })) {
    pass(io, at, frames);
    return;
  }
  const float* left_in = io.channel(0) + at;
  const float* right_in = io.channel(io.channel_count - 1) + at;
  f64x2 lanes[kGridFrames];
  for (int i = 0; i < frames; ++i) lanes[i] = f64x2{finite_or_zero(left_in[i]), finite_or_zero(right_in[i])};
  run_stages(lanes, frames);
  for (int c = 0; c < io.channel_count; ++c) {
    float* out = io.channel(c) + at;
    for (int i = 0; i < frames; ++i) out[i] = narrowed(lanes[i][c]);
  }
}

void ParametricEq::run_stages(f64x2* io, int frames) noexcept {
  // What enters the first band, for those that pass before any filters: its state already holds what came before.
  f64x2 older = frames > 1 ? io[frames - 2] : slots_[0].stage.newest_input();
  f64x2 newest = io[frames - 1];
  EqStage* waiting = nullptr;
  for (Slot& slot : slots_) {
    EqStage& stage = slot.stage;
    if (stage.passes()) continue;
    if (stage.fading()) {
      if (waiting) waiting->filter(io, frames);
      waiting = nullptr;
      stage.crossfade(io, frames, fade_weights_.data() + slot.fade_frame);
      slot.fade_frame += frames;
    } else if (waiting) {
      EqStage::filter_pair(*waiting, stage, io, frames);
      waiting = nullptr;
    } else {
      waiting = &stage;
    }
  }
  if (waiting) waiting->filter(io, frames);
  for (Slot& slot : slots_) {
    if (slot.stage.passes()) slot.stage.watch(older, newest);
    older = slot.stage.older_output();
    newest = slot.stage.newest_output();
  }
}

void ParametricEq::pass(AudioBlock io, int at, int frames) noexcept {
  const auto sample = [&](int i) {
    return f64x2{finite_or_zero(io.channel(0)[at + i]), finite_or_zero(io.channel(io.channel_count - 1)[at + i])};
  };
  for (Slot& slot : slots_) slot.stage.watch(frames > 1 ? sample(frames - 2) : slot.stage.newest_input(), sample(frames - 1));
}

EqResponse::EqResponse(const ParametricEqParams& params, double sample_rate_hz) noexcept : sample_rate_hz_(sample_rate_hz) {
  for (std::size_t b = 0; b < biquads_.size(); ++b) biquads_[b] = design_band(params.bands[b], sample_rate_hz);
}

double EqResponse::at_db(double freq_hz) const noexcept {
  const double freq = clamp_to(freq_hz, 0.0, 0.5 * sample_rate_hz_);
  double power = 1.0;
  for (const Biquad& biquad : biquads_) power *= power_response(biquad, sample_rate_hz_, freq);
  return 0.5 * lin_to_db(std::max(power, 1e-30));
}

double response_db(const ParametricEqParams& params, double sample_rate_hz, double freq_hz) noexcept {
  return EqResponse(params, sample_rate_hz).at_db(freq_hz);
}

}  // namespace ag06::dsp
