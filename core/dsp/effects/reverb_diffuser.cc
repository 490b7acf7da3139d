#include "dsp/effects/reverb_diffuser.h"

#include <algorithm>

#include "base/stream_spec.h"

namespace ag06::dsp {
namespace {
constexpr double kLongestLaneMs = 16.0;
constexpr double kLongestAllpassMs = 16.0;

// Dattorro's input diffusers, 142, 107, 379 and 277 frames at 29761 Hz; the right channel's are prolonged so that the two differ.
constexpr float kPlateMs[2][4] = {{4.77f, 3.60f, 12.73f, 9.31f}, {5.03f, 3.37f, 13.37f, 8.91f}};
constexpr float kPlateGain[4] = {0.75f, 0.75f, 0.625f, 0.625f};
constexpr float kChamberMs[2][4] = {{5.03f, 1.69f, 7.13f, 12.61f}, {5.39f, 1.83f, 6.67f, 11.57f}};
constexpr float kChamberGain[4] = {0.7f, 0.7f, 0.6f, 0.6f};
}  // namespace

void LaneDiffuser::prepare(double sample_rate_hz) {
  sample_rate_hz_ = sample_rate_hz;
  ring_frames_ = reverb_ring_frames(frames_for_ms(kLongestLaneMs, sample_rate_hz));
  memory_.assign(static_cast<std::size_t>(kReverbDiffuserSteps) * kReverbLanes * ring_frames_, 0.0f);
}

void LaneDiffuser::clear_part(int part, int parts) noexcept { clear_memory_part(memory_, part, parts); }

void LaneDiffuser::start(ReverbType type) noexcept {
  const ReverbLayout& layout = reverb_layout(type);
  at_ = 0;
  for (int step = 0; step < kReverbDiffuserSteps; ++step)
    for (int lane = 0; lane < kReverbLanes; ++lane)
      delay_frames_[step][lane] = static_cast<std::uint32_t>(frames_for_ms(static_cast<double>(layout.diffuser_ms[step][lane]), sample_rate_hz_));
}

void LaneDiffuser::process(float* lanes, int frames) noexcept {
  const std::uint32_t mask = ring_frames_ - 1u;
  for (int step = 0; step < kReverbDiffuserSteps; ++step) {
    float* ring = memory_.data() + static_cast<std::size_t>(step) * kReverbLanes * ring_frames_;
    const std::uint32_t* delay = delay_frames_[step];
    for (int i = 0; i < frames; ++i) {
      const std::uint32_t at = at_ + static_cast<std::uint32_t>(i);
      store4(ring + kReverbLanes * (at & mask), load4(lanes + kReverbLanes * i));
      const f32x4 late = {ring[kReverbLanes * ((at - delay[0]) & mask)], ring[kReverbLanes * ((at - delay[1]) & mask) + 1],
                          ring[kReverbLanes * ((at - delay[2]) & mask) + 2], ring[kReverbLanes * ((at - delay[3]) & mask) + 3]};
      store4(lanes + kReverbLanes * i, late - splat4(0.5f * sum4(late)));
    }
  }
  at_ += static_cast<std::uint32_t>(frames);
}

void AllpassChain::prepare(double sample_rate_hz) {
  sample_rate_hz_ = sample_rate_hz;
  ring_frames_ = reverb_ring_frames(frames_for_ms(kLongestAllpassMs, sample_rate_hz));
  memory_.assign(2u * kStages * ring_frames_, 0.0f);
}

void AllpassChain::clear_part(int part, int parts) noexcept { clear_memory_part(memory_, part, parts); }

void AllpassChain::start(ReverbType type) noexcept {
  at_ = 0;
  const bool plate = type == ReverbType::plate;
  for (int stage = 0; stage < kStages; ++stage) {
    gain_[stage] = (plate ? kPlateGain : kChamberGain)[stage];
    for (int c = 0; c < 2; ++c) {
      const float delay_ms = (plate ? kPlateMs : kChamberMs)[c][stage];
      delay_frames_[c][stage] = static_cast<std::uint32_t>(std::max(1, frames_for_ms(static_cast<double>(delay_ms), sample_rate_hz_)));
    }
  }
}

void AllpassChain::process(float* left, float* right, int frames) noexcept {
  const std::uint32_t mask = ring_frames_ - 1u;
  for (int c = 0; c < 2; ++c) {
    float* samples = c == 0 ? left : right;
    for (int stage = 0; stage < kStages; ++stage) {
      float* ring = memory_.data() + static_cast<std::size_t>(c * kStages + stage) * ring_frames_;
      const std::uint32_t delay = delay_frames_[c][stage];
      const float gain = gain_[stage];
      // Runs in which neither end of the delay wraps and no frame hears another.
      for (int i = 0; i < frames;) {
        const std::uint32_t at = (at_ + static_cast<std::uint32_t>(i)) & mask, from = (at - delay) & mask;
        const int run = std::min({frames - i, static_cast<int>(ring_frames_ - at), static_cast<int>(ring_frames_ - from), static_cast<int>(delay)});
        for (int k = 0; k < run; ++k) {
          const float late = ring[from + static_cast<std::uint32_t>(k)];
          const float enters = flushed(samples[i + k] - gain * late);
          ring[at + static_cast<std::uint32_t>(k)] = enters;
          samples[i + k] = late + gain * enters;
        }
        i += run;
      }
    }
  }
  at_ += static_cast<std::uint32_t>(frames);
}

}  // namespace ag06::dsp
