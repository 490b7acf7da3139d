// Measures where a stream lies between left and right: width, correlation, balance, and what a sum to mono costs. Not a goniometer.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/level/slot_cutter.h"
#include "analysis/level/stereo_report.h"
#include "analysis/spectral/stft.h"
#include "base/simd.h"

namespace ag06::analysis {

// Powers and cross power of two channels, about their means where the samples are counted.
struct ChannelPowers {
  double left = 0.0;
  double right = 0.0;
  double cross = 0.0;

  [[nodiscard]] double total() const noexcept { return left + right; }
};
// NaN when either channel is silent.
[[nodiscard]] double correlation_of(const ChannelPowers& powers) noexcept;
// Side rms over mid rms + side rms; NaN when both channels are silent.
[[nodiscard]] double width_of(const ChannelPowers& powers) noexcept;

// 150 kB per hour. Guarantee: the same report however the stream is cut into blocks; width and correlation of panned and of unrelated sources
// within 0.01 of the formula, per band where a source lies within the band.
class StereoField {
 public:
  struct Moment {
    std::int8_t correlation_percent;
    std::int8_t level_db;  // of both channels' mean power, floored at -127
  };

  // Control thread; allocates. The grid is the long one. Mono or stereo. Errors: those of validate(). Past the duration it stops remembering moments.
  [[nodiscard]] Status prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  // in: finite samples.
  void process(ConstAudioBlock in) noexcept;
  void process(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] bool mono() const noexcept { return channels_ == 1; }
  [[nodiscard]] ChannelPowers whole() const noexcept;
  // K-weighted.
  [[nodiscard]] const ChannelPowers& weighted() const noexcept { return weighted_; }
  [[nodiscard]] const std::array<ChannelPowers, kBands>& bands() const noexcept { return bands_; }
  [[nodiscard]] double frames() const noexcept { return whole_.frames; }
  // One every 100 ms, each of the 400 ms that end there.
  [[nodiscard]] const std::vector<Moment>& moments() const noexcept { return moments_; }

 private:
  static constexpr int kSlotsPerStep = 10;
  static constexpr int kStepsPerMoment = 4;

  struct Sums {
    double left = 0.0, right = 0.0;  // of samples
    ChannelPowers powers;            // of their products
    double frames = 0.0;

    void add(const Sums& other) noexcept;
    [[nodiscard]] ChannelPowers about_mean() const noexcept;
  };
  struct Range {
    int from = 0;
    int to = 0;
  };

  void take_slot(const float* const* planes, int frames) noexcept;
  void end_step() noexcept;

  int channels_ = 1;
  std::size_t most_moments_ = 0;
  SlotCutter cutter_;
  Sums whole_, step_;
  std::array<Sums, kStepsPerMoment> latest_{};
  std::int64_t steps_ = 0;
  int slots_in_step_ = 0;
  std::vector<Moment> moments_;
  std::array<Range, kBands> ranges_{};      // of bins
  std::vector<float> k_weights_;            // per float of a spectrum, two to a bin
  std::array<ChannelPowers, kBands> bands_{};
  ChannelPowers weighted_;
};

// Control thread.
[[nodiscard]] StereoReport find_stereo(const StereoField& heard);

}  // namespace ag06::analysis
