// Measured facts as JSON, in the keys that other programs rely on. What cannot be measured is null.
#pragma once

#include <nlohmann/json.hpp>

#include "analysis/stream_report.h"

namespace ag06::report {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json number(double value);
// Rounded to this many decimals, so that texts stay short.
[[nodiscard]] Json number(double value, int decimals);
[[nodiscard]] Json loudness_json(const analysis::StreamReport& report);
[[nodiscard]] Json dynamics_json(const analysis::StreamReport& report);

}  // namespace ag06::report
