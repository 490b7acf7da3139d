// The measured facts of a whole stream, as one flat record of doubles. NaN stands for "cannot be measured".
#pragma once

namespace ag06::analysis {

struct StreamReport {
  double integrated_lufs;
  double momentary_max_lufs;
  double short_term_max_lufs;
  double range_lu;
  double true_peak_dbtp;
  double sample_peak_dbfs;
  double rms_dbfs;           // over all channels, 0 dBFS = full-scale square wave
  double crest_factor_db;    // sample peak - rms
  double dynamic_range_db;   // 95th - 10th percentile of the 400 ms loudness above -70 LUFS
  double plr_db;             // true peak - integrated
  double noise_floor_lufs;   // 2nd percentile of the 400 ms loudness, digital silence left out
  double dc_offset_ratio;    // largest channel mean, full scale = 1
  double frames;
};
inline constexpr int kMeterResults = 13;
static_assert(sizeof(StreamReport) == kMeterResults * sizeof(double));

}  // namespace ag06::analysis
