// Faults of a recording. Only what was found; an empty list means none was found.
#pragma once

#include <array>
#include <vector>

namespace ag06::analysis {

enum class DefectKind { clipping, dc_offset, polarity, mono, lossy_source, hum, clicks, silence, imbalance };
inline constexpr int kMaxDefectPlaces = 16;

struct Defect {
  DefectKind kind = DefectKind::clipping;
  double severity = 0.0;  // 0 barely there .. 1 spoils the recording
  // clipping: clipped samples; dc_offset: ratio of full scale; polarity: correlation; lossy_source: cut-off in Hz; hum: fundamental in Hz;
  // clicks: how many; silence: longest in s; mono: 0; imbalance: dB
  double value = 0.0;
  double level_db = 0.0;  // hum: rms in dBFS; clipping: level of the flat tops in dBFS; else 0
  std::vector<double> places_s;  // first places, at most kMaxDefectPlaces
};

}  // namespace ag06::analysis
