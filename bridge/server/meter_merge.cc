#include "server/meter_merge.h"

#include <cmath>
#include <cstddef>

#include "engine/telemetry.h"

namespace ag06::bridge::server {
namespace {

#define AG06_PLACE(member) (offsetof(engine::Telemetry, member) / sizeof(float))
// Those that the engine gives as the largest since the last reading.
constexpr std::size_t kLargest[] = {
    AG06_PLACE(true_peak_dbtp),    AG06_PLACE(peak_left_dbfs),          AG06_PLACE(peak_right_dbfs),      AG06_PLACE(gate_reduction_db),
    AG06_PLACE(compressor_reduction_db), AG06_PLACE(limiter_reduction_db), AG06_PLACE(gate_input_dbfs),    AG06_PLACE(compressor_input_dbfs),
};
#undef AG06_PLACE

[[nodiscard]] float larger(float a, float b) noexcept { return std::isnan(a) || b > a ? b : a; }

}  // namespace

void include_newer(MeterFrame& into, const MeterFrame& newer) noexcept {
  const MeterFrame older = into;
  into = newer;
  const auto keep_larger = [](float& now, float before) { now = larger(now, before); };
  for (const std::size_t at : kLargest) keep_larger(into.monitor[at], older.monitor[at]);
  for (std::size_t side = 0; side < 2; ++side) {
    keep_larger(into.input_peak_dbfs[side], older.input_peak_dbfs[side]);
    keep_larger(into.output_peak_dbfs[side], older.output_peak_dbfs[side]);
  }
  keep_larger(into.load_max_ratio, older.load_max_ratio);
}

}  // namespace ag06::bridge::server
