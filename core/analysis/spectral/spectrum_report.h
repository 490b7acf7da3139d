// What the tone of a song was measured to be. NaN or empty stands for "cannot be told": silence.
#pragma once

#include <array>
#include <limits>
#include <vector>

namespace ag06::analysis {

inline constexpr int kBands = 7;
inline constexpr std::array<const char*, kBands> kBandNames = {"sub_bass", "bass", "low_mids", "mids", "upper_mids", "highs", "air"};
inline constexpr std::array<double, kBands + 1> kBandEdgesHz = {20.0, 60.0, 250.0, 500.0, 2000.0, 4000.0, 10000.0, 20000.0};
inline constexpr int kMfcc = 13;
// Sixth-octave points from 20 Hz to 20 kHz.
inline constexpr int kCurvePoints = 61;

enum class ProblemKind { rumble, hum, mud, boxiness, harshness, sibilance, resonance };
inline constexpr std::array<const char*, 7> kProblemNames = {"rumble", "hum", "mud", "boxiness", "harshness", "sibilance", "resonance"};
[[nodiscard]] constexpr const char* name_of(ProblemKind kind) noexcept { return kProblemNames[static_cast<std::size_t>(kind)]; }

struct SpectrumProblem {
  ProblemKind kind = ProblemKind::resonance;
  double frequency_hz = 0.0;
  double excess_db = 0.0;  // over the curve that the tone was held against, or over the surroundings (hum, resonance)
  double q = 1.0;          // of the bell or shelf that takes it back
};

struct SpectrumReport {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  std::array<double, kBands> band_share{};           // of the energy between 20 Hz and 20 kHz, sum 1; all 0 when silent
  std::vector<double> dominant_frequencies_hz;       // strongest first, at most 8
  double centroid_hz = kUnknown;                     // energy-weighted mean over frames that sound
  double rolloff_hz = kUnknown;                      // 85 % of the energy lies below
  double bandwidth_hz = kUnknown;
  double flatness = kUnknown;                        // 0 tone .. 1 white noise
  double flux = kUnknown;                            // 0..1: mean change between frames
  double zero_crossing_rate = kUnknown;              // crossings per sample, 0..1
  std::array<double, kMfcc> mfcc_mean{};
  std::array<double, kMfcc> mfcc_deviation{};
  std::array<double, kCurvePoints> curve_db{};       // long-term power per sixth octave, dB re full-scale sine; NaN above Nyquist or silent
};

[[nodiscard]] double curve_point_hz(int index) noexcept;  // 20 * 2^(index / 6)

}  // namespace ag06::analysis
