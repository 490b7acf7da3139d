// Programme loudness of a stream: momentary, short-term, integrated and range. Not a file scanner: the caller streams, memory stays fixed.
// Source: ITU-R BS.1770-5 (2023) Annex 1; EBU Tech 3341 v4 (2023); EBU Tech 3342 v4 (2023). Filters for rates other than 48 kHz after B. De Man,
// "Evaluation of Implementations of the EBU R128 Loudness Measurement", AES 145, 2018 (analogue prototypes that give the standard's coefficients).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/audio_block.h"
#include "base/simd.h"
#include "base/stream_spec.h"

namespace ag06::analysis {

// Loudness values in bins of 0.02 LU from -70 LUFS up, with the energy that fell into each, so that means stay exact.
class GatingHistogram {
 public:
  static constexpr double kBinLu = 0.02;
  static constexpr int kBins = 5000;  // to +30 LUFS; louder blocks share the last bin

  // Control thread; allocates.
  void prepare() { bins_.assign(kBins, {}); }
  void clear() noexcept;
  // energy: mean square weighted as the standard's sum; below the absolute gate it is ignored.
  void add(double energy) noexcept;
  // Energy mean of the values above the relative gate, gate_lu below the mean of all; 0 when there are none.
  [[nodiscard]] double gated_energy(double gate_lu) const noexcept;
  // EBU Tech 3342: 95th - 10th percentile of the values above the gate; NaN when there are none.
  [[nodiscard]] double range_lu(double gate_lu) const noexcept;

 private:
  struct Bin {
    double energy = 0.0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] int first_bin_above(double gate_lu) const noexcept;

  std::vector<Bin> bins_;
  double energy_ = 0.0;
  std::uint64_t count_ = 0;
  int highest_ = -1;
};

// Channel order as in WAV files: L R C LFE Ls Rs; LFE does not count. NaN stands for "cannot be measured".
class LoudnessMeter {
 public:
  // Control thread; allocates. 1 to 8 channels. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  // Audio thread. The result does not depend on block cuts. Non-finite samples count as silence.
  void process(ConstAudioBlock in) noexcept;
  // Frames until the values below are renewed, at least 1.
  [[nodiscard]] int frames_to_update() const noexcept;
  // Of the last 400 ms, 3 s; renewed every 100 ms.
  [[nodiscard]] double momentary_lufs() const noexcept { return momentary_lufs_; }
  [[nodiscard]] double short_term_lufs() const noexcept { return short_term_lufs_; }
  // Since reset. Computed on demand: microseconds.
  [[nodiscard]] double integrated_lufs() const noexcept;
  [[nodiscard]] double range_lu() const noexcept;
  [[nodiscard]] double momentary_max_lufs() const noexcept { return momentary_max_lufs_; }
  [[nodiscard]] double short_term_max_lufs() const noexcept { return short_term_max_lufs_; }

 private:
  static constexpr int kPairs = kMaxMeterChannels / 2;
  static constexpr int kShortTermHops = 30;
  static constexpr int kMomentaryHops = 4;

  struct Biquad {
    double b0, b1, b2, a1, a2;
  };
  struct Pair {
    std::array<f64x2, 4> state{};  // two transposed direct-form-II sections
    f64x2 weight{};
    f64x2 energy{};
  };

  void run_pair(Pair& pair, const float* first, const float* second, int frames) noexcept;
  void end_hop() noexcept;
  [[nodiscard]] double mean_energy(int hops) const noexcept;

  double sample_rate_hz_ = 48000.0;
  int channels_ = 0;
  Biquad shelf_{}, high_pass_{};
  std::array<Pair, kPairs> pairs_{};
  std::int64_t frames_ = 0;
  std::int64_t hops_ = 0;
  struct Hop {
    double energy = 0.0;
    double frames = 0.0;
  };
  std::array<Hop, kShortTermHops> ring_{};
  std::int64_t hop_began_ = 0;
  GatingHistogram blocks_;       // 400 ms, for the integrated loudness
  GatingHistogram short_terms_;  // 3 s, for the range
  double momentary_lufs_ = 0.0, short_term_lufs_ = 0.0, momentary_max_lufs_ = 0.0, short_term_max_lufs_ = 0.0;
};

}  // namespace ag06::analysis
