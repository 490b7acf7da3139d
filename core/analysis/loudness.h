// Programme loudness of a stream: momentary, short-term, integrated and range. Not a file scanner: the caller streams, memory stays fixed.
// Source: ITU-R BS.1770-5 (2023) Annex 1; EBU Tech 3341 v4 (2023); EBU Tech 3342 v4 (2023). Filters for rates other than 48 kHz after B. De Man,
// "Evaluation of Implementations of the EBU R128 Loudness Measurement", AES 145, 2018 (analogue prototypes that give the standard's coefficients).
// Deviations: the high-pass prototype keeps its gain unnormalised, as in libebur128 and ffmpeg, so that other rates read up to 0.035 LU unlike 48 kHz
// from 32 to 192 kHz, and up to 0.25 LU at 8 kHz. No silence is added after the stream before its range is measured, as Tech 3342 asks of files:
// that is for who knows the end.
#pragma once

#include <array>
#include <cstdint>

#include "analysis/gating_histogram.h"
#include "base/audio_block.h"
#include "base/simd.h"
#include "base/stream_spec.h"

namespace ag06::analysis {

// Channel order as in WAV files: L R C LFE Ls Rs; LFE does not count. NaN stands for "cannot be measured": silence, or a stream too short.
// Guarantee: every Tech 3341 and 3342 synthetic case within 0.05 LU, at every rate; the same bits however the stream is cut into blocks.
class LoudnessMeter {
 public:
  // Control thread; allocates. 1 to 8 channels. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  // Equals a fresh prepare() with the same spec.
  void reset() noexcept;
  // Audio thread. Non-finite samples count as silence.
  void process(ConstAudioBlock in) noexcept;

  // Of the last 400 ms, 3 s; renewed every 10 ms, so that a level's maximum is found wherever it starts.
  [[nodiscard]] double momentary_lufs() const noexcept;
  [[nodiscard]] double short_term_lufs() const noexcept;
  // Since reset(). Computed on demand in a microsecond or two.
  [[nodiscard]] double integrated_lufs() const noexcept;
  [[nodiscard]] double range_lu() const noexcept;
  [[nodiscard]] double momentary_max_lufs() const noexcept;
  [[nodiscard]] double short_term_max_lufs() const noexcept;
  // Level below which the share of the 400 ms blocks lies (ten a second), counting those from floor_lufs up; NaN when there are none.
  [[nodiscard]] double block_percentile_lufs(double share_ratio, double floor_lufs) const noexcept { return blocks_.percentile_lufs(share_ratio, floor_lufs); }

 private:
  static constexpr int kPairs = kMaxMeterChannels / 2;
  static constexpr int kHopsPerSecond = 100;
  static constexpr int kHopsPerBlock = 10;  // blocks for gating start every 100 ms: 75 % overlap
  static constexpr int kMomentaryHops = 40;
  static constexpr int kShortTermHops = 300;

  struct Biquad {
    double b0, b1, b2, a1, a2;
  };
  struct Pair {
    std::array<f64x2, 4> state{};  // two transposed direct-form-II sections
    f64x2 weight{};
    f64x2 energy{};
  };

  void design_filters() noexcept;
  void run_pair(Pair& pair, const float* first, const float* second, int frames) noexcept;
  void end_hop() noexcept;
  [[nodiscard]] std::int64_t hop_start(std::int64_t hop) const noexcept;
  [[nodiscard]] double mean_energy(int hops) const noexcept;

  double sample_rate_hz_ = 48000.0;
  int channels_ = 0;
  Biquad shelf_{}, high_pass_{};
  std::array<Pair, kPairs> pairs_{};
  std::int64_t hops_ = 0;
  int frames_to_hop_end_ = 1;
  std::array<double, 2 * kShortTermHops> ring_{};  // energies of hops, written twice, so that a window is always contiguous
  // Zero before the first whole window.
  double momentary_energy_ = 0.0, short_term_energy_ = 0.0, momentary_max_energy_ = 0.0, short_term_max_energy_ = 0.0;
  GatingHistogram blocks_;       // 400 ms, for the integrated loudness
  GatingHistogram short_terms_;  // 3 s, for the range
};

}  // namespace ag06::analysis
