// How the level of a song moves, and what a compressor would need to know of it. NaN or empty stands for "cannot be told".
#pragma once

#include <limits>
#include <vector>

namespace ag06::analysis {

struct CompressorAdvice {
  bool advised = false;         // false: the dynamics are fine as they are
  double threshold_dbfs = 0.0;  // of the parameter comp.threshold_dbfs, and so on
  double ratio = 1.0;
  double attack_ms = 10.0;
  double release_ms = 100.0;
};

// rms, crest factor and dynamic range stand in StreamReport.
struct DynamicsReport {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  double loudness_step_s = kUnknown;          // distance of the points below
  std::vector<float> short_term_lufs;         // loudness over time, NaN where silent; at most kMaxLoudnessPoints
  std::vector<float> momentary_max_lufs;      // loudest 400 ms within each step
  double macro_dynamics_lu = kUnknown;        // 95th - 10th percentile of the short-term loudness, within -20 LU of the loudest
  double micro_dynamics_db = kUnknown;        // median over 50 ms pieces of peak - rms: how much of the transients is left
  double attack_slope_db_per_ms = kUnknown;   // median rise of the onsets
  double transient_ratio = kUnknown;          // 0..1: share of pieces that begin with a transient
  CompressorAdvice compressor;
};
inline constexpr int kMaxLoudnessPoints = 1200;

}  // namespace ag06::analysis
