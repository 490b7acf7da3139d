#include "report_json.h"

#include <cmath>
#include <cstdio>

namespace ag06::cli {

Json json_number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json loudness_json(const analysis::StreamReport& report) {
  return {{"integrated_lufs", json_number(report.integrated_lufs)},
          {"momentary_max_lufs", json_number(report.momentary_max_lufs)},
          {"short_term_max_lufs", json_number(report.short_term_max_lufs)},
          {"range_lu", json_number(report.range_lu)},
          {"true_peak_dbtp", json_number(report.true_peak_dbtp)},
          {"sample_peak_dbfs", json_number(report.sample_peak_dbfs)},
          {"plr_db", json_number(report.plr_db)}};
}

Json dynamics_json(const analysis::StreamReport& report) {
  return {{"rms_dbfs", json_number(report.rms_dbfs)},
          {"crest_factor_db", json_number(report.crest_factor_db)},
          {"dynamic_range_db", json_number(report.dynamic_range_db)},
          {"noise_floor_lufs", json_number(report.noise_floor_lufs)},
          {"dc_offset_ratio", json_number(report.dc_offset_ratio)}};
}

Json format_json(const AudioReader& reader) {
  const AudioFormat& format = reader.format();
  return {{"sample_rate_hz", format.sample_rate_hz},
          {"channels", format.channels},
          {"bit_depth", format.bit_depth ? Json(*format.bit_depth) : Json(nullptr)},
          {"duration_s", reader.duration_s()},
          {"codec", format.codec}};
}

std::string dumped(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

std::string decimal(double value, int decimals) {
  if (!std::isfinite(value)) return "n/a";
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", decimals, value);
  return text;
}

std::string loudness_line(const analysis::StreamReport& report) {
  return decimal(report.integrated_lufs, 2) + " LUFS, true peak " + decimal(report.true_peak_dbtp, 2) + " dBTP, range " + decimal(report.range_lu, 1) + " LU";
}

}  // namespace ag06::cli
