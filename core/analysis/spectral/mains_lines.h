// A magnifying glass over the harmonics of 50, 60, 70 and 80 Hz: what stands still for six to eight seconds, in quarters of a hertz. Not for notes,
// which do not.
// Source of the two-step transform: R. E. Crochiere and L. R. Rabiner, Multirate Digital Signal Processing, 1983, ch. 7 (a bin's frames are the band
// around it, demodulated and decimated; they are windowed and transformed again).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

// Guarantee: memory is fixed (about 800 kB); a steady sine reads its level within 0.5 dB.
class MainsLines {
 public:
  static constexpr int kHarmonics = 10;
  static constexpr int kControlHarmonics = 6;
  // The mains, and two that are none: where drums in strict time put lines at 50 or 60 Hz, they put some there as well.
  static constexpr std::array<double, 4> kFundamentalsHz = {50.0, 60.0, 70.0, 80.0};
  static constexpr int kMains = 2;
  // Points around each harmonic, kStepHz apart; the harmonic itself is the middle one.
  static constexpr int kPoints = 41;
  static constexpr double kStepHz = 0.1;

  // Control thread; allocates.
  [[nodiscard]] Status prepare(const StftGrid& grid);
  void reset() noexcept;
  // Frames to be counted only, those that sound; a gap begins anew.
  void process(const SpectrumFrame& frame) noexcept;

  // Of 64 frames each, half overlapping.
  [[nodiscard]] int segments() const noexcept { return segments_; }
  // False where the rate is too low.
  [[nodiscard]] bool covers(int fundamental, int harmonic) const noexcept;
  // fundamental: index into kFundamentalsHz; harmonic from 1. Level which a share of the segments stays below: dB re full-scale sine, at least -130,
  // in steps of half a decibel.
  [[nodiscard]] double level_db(int fundamental, int harmonic, int point, double share_ratio) const noexcept;

 private:
  static constexpr int kLength = 64;  // frames of a segment
  struct Line {
    double frequency_hz = 0.0;
    int bin = 0;
    std::array<float, kPoints> gain{};  // undoes the first window's slope
    std::array<std::array<float, 2 * kLength>, kMaxStripChannels> past{};  // demodulated to the harmonic, pairs
  };
  void end_segment() noexcept;
  [[nodiscard]] static std::size_t line_of(int fundamental, int harmonic) noexcept;

  StftGrid grid_;
  std::vector<Line> lines_;  // by fundamental; the uncovered have bin 0
  std::vector<float> kernel_;  // kPoints times kLength pairs
  std::vector<std::uint16_t> counts_;
  int filled_ = 0;
  int segments_ = 0;
  std::int64_t last_index_ = -2;
};

}  // namespace ag06::analysis
