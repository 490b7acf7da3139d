// What only a file has, as JSON, and figures as lines for people. What cannot be measured is null, or "n/a". Songs as JSON: core/report.
#pragma once

#include <string>

#include "analysis/stream_report.h"
#include "audio_reader.h"
#include "report/stream_json.h"

namespace ag06::cli {

using Json = report::Json;

[[nodiscard]] Json format_json(const AudioReader& reader);
// Text that is not UTF-8 (a file name may be anything) gets replacement characters.
[[nodiscard]] std::string dumped(const Json& json);
[[nodiscard]] std::string decimal(double value, int decimals);
// "-14.0 LUFS, true peak -1.02 dBTP, range 6.3 LU"
[[nodiscard]] std::string loudness_line(const analysis::StreamReport& report);

}  // namespace ag06::cli
