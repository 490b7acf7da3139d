#include "report_json.h"

#include <cmath>
#include <cstdio>

namespace ag06::cli {

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
  return decimal(report.integrated_lufs, 2) + " LUFS, true peak " + decimal(report.true_peak_dbtp, 2) + " dBTP, range " +
         decimal(report.range_lu, 1) + " LU";
}

}  // namespace ag06::cli
