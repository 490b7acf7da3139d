// What the audio thread tells the meters, as one flat record of floats. NaN stands for "cannot be measured".
#pragma once

namespace ag06::engine {

struct Telemetry {
  float momentary_lufs;          // of what is heard
  float short_term_lufs;
  float integrated_lufs;
  float true_peak_dbtp;          // since the last telemetry read
  float true_peak_max_dbtp;      // since the meters were reset
  float peak_left_dbfs;          // sample peaks since the last telemetry read
  float peak_right_dbfs;
  float gate_reduction_db;       // 0 or positive: how much is taken away, largest since the last telemetry read
  float compressor_reduction_db;
  float limiter_reduction_db;
  float processed_mix_ratio;     // 0: original is heard, 1: processed
  float fault_count;             // inputs beyond +80 dBFS or not finite, replaced by silence since creation
  float loudness_range_lu;
  float momentary_max_lufs;
  float short_term_max_lufs;
  float gate_input_dbfs;         // sample peak in front of the gate since the last telemetry read
  float compressor_input_dbfs;
};
inline constexpr int kTelemetryFloats = 17;
static_assert(sizeof(Telemetry) == kTelemetryFloats * sizeof(float));

}  // namespace ag06::engine
