#include "live/probe.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/stream_spec.h"

namespace ag06::bridge {
namespace {
// Taps of maximum-length shift registers, by order. Source: P. Alfke, Xilinx application note XAPP 052, 1996, table 3.
struct Register {
  int order;
  unsigned taps;   // bit n - 1: stage n
};
constexpr unsigned stages(int a, int b, int c = 0, int d = 0) {
  unsigned taps = 0;
  for (const int stage : {a, b, c, d})
    if (stage > 0) taps |= 1u << (stage - 1);
  return taps;
}
constexpr Register kRegisters[] = {
    {11, stages(11, 9)}, {12, stages(12, 6, 4, 1)}, {13, stages(13, 4, 3, 1)}, {14, stages(14, 5, 3, 1)}, {15, stages(15, 14)},
};

[[nodiscard]] std::vector<float> maximum_length_sequence(const Register& form) {
  std::vector<float> chips;
  unsigned state = 1;
  const unsigned mask = (1u << form.order) - 1;
  for (unsigned i = 0; i < mask; ++i) {
    chips.push_back((state & 1u) != 0 ? 1.0f : -1.0f);
    const bool feedback = (__builtin_popcount(state & form.taps) & 1) != 0;
    state = ((state << 1) | (feedback ? 1u : 0u)) & mask;
  }
  return chips;
}
}  // namespace

void Probe::prepare(double sample_rate_hz) {
  sample_rate_hz_ = sample_rate_hz;
  fade_frames_ = std::max(1, frames_for_ms(kFadeMs, sample_rate_hz));
  const Register* form = std::begin(kRegisters);
  while (form + 1 != std::end(kRegisters) && (1 << form->order) - 1 < kLeastBurstMs * 0.001 * sample_rate_hz) ++form;
  burst_ = maximum_length_sequence(*form);
  state_.store(State::over, std::memory_order_release);
}

bool Probe::start(const ProbeForm& form) noexcept {
  if (!is_over() || burst_.empty()) return false;
  form_ = form;
  level_lin_ = static_cast<float>(db_to_lin(form.level_dbfs));
  listen_frames_ = frames_for_ms(form.listen_ms, sample_rate_hz_);
  at_ = 0;
  state_.store(State::asked, std::memory_order_release);
  return true;
}

std::vector<float> Probe::played() const {
  std::vector<float> chips;
  for (int i = 0; i < form_.repeats; ++i) chips.insert(chips.end(), burst_.begin(), burst_.end());
  return chips;
}

void Probe::render(float* const* planes, int frames, std::uint64_t tap_frame) noexcept {
  const State state = state_.load(std::memory_order_acquire);
  if (state == State::over) return;
  if (state == State::asked) {
    burst_tap_frame_ = tap_frame + static_cast<std::uint64_t>(fade_frames_);
    state_.store(State::playing, std::memory_order_relaxed);
  }
  const auto period = static_cast<int>(burst_.size());
  const int burst_end = fade_frames_ + form_.repeats * period;
  const int listen_end = burst_end + listen_frames_;
  for (int i = 0; i < frames; ++i, ++at_) {
    float gain = form_.mutes ? 0.0f : 1.0f;
    float chip = 0.0f;
    if (at_ >= fade_frames_ && at_ < burst_end) chip = level_lin_ * burst_[static_cast<std::size_t>((at_ - fade_frames_) % period)];
    else if (form_.mutes && at_ < fade_frames_) gain = static_cast<float>(fade_frames_ - at_) / static_cast<float>(fade_frames_);
    else if (form_.mutes && at_ >= listen_end) gain = std::min(1.0f, static_cast<float>(at_ - listen_end) / static_cast<float>(fade_frames_));
    for (int c = 0; c < 2; ++c) planes[c][i] = gain * planes[c][i] + chip;
  }
  if (at_ >= listen_end + fade_frames_) state_.store(State::over, std::memory_order_release);
}

}  // namespace ag06::bridge
