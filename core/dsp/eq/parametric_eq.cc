#include "dsp/eq/parametric_eq.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::dsp {
namespace {
constexpr double kFadeMs = 16.0;
// Designs, fade ends and denormal flushes happen on this grid only, so that block cuts cannot move them.
constexpr int kGridFrames = EqChain::kMostFadeFrames;
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
    slot.designed = slot.wanted;
    slot.design_due = slot.designing = false;
    slot.chain = EqChain(design_band(slot.wanted, sample_rate_hz_));
    slot.fade_frame = 0;
  }
  grid_frame_ = 0;
}

void ParametricEq::set_params(const ParametricEqParams& params) noexcept {
  for (std::size_t b = 0; b < slots_.size(); ++b) {
    Slot& slot = slots_[b];
    slot.wanted = clamped(params.bands[b], sample_rate_hz_);
    slot.design_due = !(slot.wanted == slot.designed);
  }
}

void ParametricEq::begin_grid_step() noexcept {
  for (Slot& slot : slots_) {
    if (!slot.chain.passes()) slot.chain.flush_tiny_state();
    if (slot.chain.fading() && slot.fade_frame == static_cast<int>(fade_weights_.size())) slot.chain.finish_fade();
  }
  for (Slot& slot : slots_)
    if (design_some(slot)) return;
}

bool ParametricEq::design_some(Slot& slot) noexcept {
  if (slot.chain.fading()) return false;
  if (!slot.designing) {
    if (!slot.design_due) return false;
    slot.designed = slot.wanted;
    slot.design_due = false;
    slot.designing = true;
    slot.sections_done = 0;
    slot.design = {};
  }
  const int sections = section_count(slot.designed);
  if (slot.sections_done < sections) design_section(slot.designed, sample_rate_hz_, slot.sections_done++, slot.design);
  if (slot.sections_done < sections) return true;
  slot.designing = false;
  if (slot.design == slot.chain.current()) return sections > 0;
  slot.chain.fade_to(slot.design);
  slot.fade_frame = 0;
  return true;
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
  if (std::all_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.chain.passes(); })) {
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
  Recent signal{io[frames - 1], frames > 1 ? io[frames - 2] : slots_[0].chain.input().newest};
  EqStage* waiting = nullptr;
  for (Slot& slot : slots_) {
    EqChain& chain = slot.chain;
    if (chain.fading()) {
      if (waiting) waiting->filter(io, frames);
      waiting = nullptr;
      chain.crossfade(io, frames, fade_weights_.data() + slot.fade_frame);
      slot.fade_frame += frames;
      continue;
    }
    for (int k = 0; k < chain.stage_count(); ++k) {
      EqStage& stage = chain.stage(k);
      if (waiting) EqStage::filter_in_series(*waiting, stage, io, frames);
      waiting = waiting ? nullptr : &stage;
    }
  }
  if (waiting) waiting->filter(io, frames);
  const EqChain* before = nullptr;
  for (Slot& slot : slots_) {
    if (!slot.chain.passes()) {
      before = &slot.chain;
      continue;
    }
    if (before) signal = before->output();
    before = nullptr;
    slot.chain.watch(signal);
  }
}

void ParametricEq::pass(AudioBlock io, int at, int frames) noexcept {
  const auto sample = [&](int i) {
    return f64x2{finite_or_zero(io.channel(0)[at + i]), finite_or_zero(io.channel(io.channel_count - 1)[at + i])};
  };
  const Recent signal{sample(frames - 1), frames > 1 ? sample(frames - 2) : slots_[0].chain.input().newest};
  for (Slot& slot : slots_) slot.chain.watch(signal);
}

EqResponse::EqResponse(const ParametricEqParams& params, double sample_rate_hz) noexcept : sample_rate_hz_(sample_rate_hz) {
  for (std::size_t b = 0; b < bands_.size(); ++b) bands_[b] = design_band(params.bands[b], sample_rate_hz);
}

double EqResponse::at_db(double freq_hz) const noexcept {
  const double freq = clamp_to(freq_hz, 0.0, 0.5 * sample_rate_hz_);
  double power = 1.0;
  for (const BiquadChain& band : bands_) power *= power_response(band, sample_rate_hz_, freq);
  return 0.5 * lin_to_db(std::max(power, 1e-30));
}

double response_db(const ParametricEqParams& params, double sample_rate_hz, double freq_hz) noexcept {
  return EqResponse(params, sample_rate_hz).at_db(freq_hz);
}

}  // namespace ag06::dsp
