#include "report/stream_json.h"

#include "base/math.h"

namespace ag06::report {

Json number(double value) { return is_finite(value) ? Json(value) : Json(nullptr); }

Json number(double value, int decimals) {
  if (!is_finite(value)) return nullptr;
  double scale = 1.0;
  for (int i = 0; i < decimals; ++i) scale *= 10.0;
  const double scaled = value * scale;
  if (!(scaled > -1e15 && scaled < 1e15)) return value;
  return static_cast<double>(static_cast<std::int64_t>(scaled + (scaled < 0.0 ? -0.5 : 0.5))) / scale;
}

Json loudness_json(const analysis::StreamReport& report) {
  return {{"integrated_lufs", number(report.integrated_lufs)},
          {"momentary_max_lufs", number(report.momentary_max_lufs)},
          {"short_term_max_lufs", number(report.short_term_max_lufs)},
          {"range_lu", number(report.range_lu)},
          {"true_peak_dbtp", number(report.true_peak_dbtp)},
          {"sample_peak_dbfs", number(report.sample_peak_dbfs)},
          {"plr_db", number(report.plr_db)}};
}

Json dynamics_json(const analysis::StreamReport& report) {
  return {{"rms_dbfs", number(report.rms_dbfs)},
          {"crest_factor_db", number(report.crest_factor_db)},
          {"dynamic_range_db", number(report.dynamic_range_db)},
          {"noise_floor_lufs", number(report.noise_floor_lufs)},
          {"dc_offset_ratio", number(report.dc_offset_ratio)}};
}

}  // namespace ag06::report
