#include "live/meter_queue.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/telemetry.h"

namespace ag06::bridge {
namespace {

using engine::Telemetry;
static_assert(sizeof(MeterFrame::monitor) == sizeof(Telemetry));

// Those of the monitor's figures that are the largest of their interval; the others are the state at its end.
constexpr std::size_t kLargest[] = {offsetof(Telemetry, true_peak_dbtp),          offsetof(Telemetry, peak_left_dbfs),
                                    offsetof(Telemetry, peak_right_dbfs),         offsetof(Telemetry, gate_reduction_db),
                                    offsetof(Telemetry, compressor_reduction_db), offsetof(Telemetry, limiter_reduction_db),
                                    offsetof(Telemetry, gate_input_dbfs),         offsetof(Telemetry, compressor_input_dbfs)};

// NaN is "nothing measured": any number is more.
float larger(float a, float b) noexcept { return std::isnan(a) || b > a ? b : a; }

}  // namespace

void include_later(MeterFrame& into, const MeterFrame& later) noexcept {
  const MeterFrame earlier = into;
  into = later;
  for (const std::size_t offset : kLargest) {
    const std::size_t i = offset / sizeof(float);
    into.monitor[i] = larger(earlier.monitor[i], later.monitor[i]);
  }
  for (int c = 0; c < 2; ++c) {
    into.input_peak_dbfs[c] = larger(earlier.input_peak_dbfs[c], later.input_peak_dbfs[c]);
    into.output_peak_dbfs[c] = larger(earlier.output_peak_dbfs[c], later.output_peak_dbfs[c]);
  }
  into.load_max_ratio = larger(earlier.load_max_ratio, later.load_max_ratio);
}

void merge_meters(MeterFrame& into, std::uint64_t into_frames, const MeterFrame& later, std::uint64_t later_frames) noexcept {
  const double earlier_load_ratio = static_cast<double>(into.load_ratio);
  include_later(into, later);
  const double frames = static_cast<double>(into_frames + later_frames);
  if (frames > 0.0) {
    const double earlier_share = static_cast<double>(into_frames) / frames;
    into.load_ratio =
        static_cast<float>(earlier_share * earlier_load_ratio + (1.0 - earlier_share) * static_cast<double>(later.load_ratio));
  }
}

void MeterQueue::merge(MeterInterval& into, const MeterInterval& later) noexcept {
  if (into.stream != later.stream) {
    into = later;
    return;
  }
  merge_meters(into.frame, into.frames, later.frame, later.frames);
  into.frames += later.frames;
}

void MeterQueue::push(const MeterInterval& interval) noexcept {
  if (has_waiting_) merge(waiting_, interval);
  else waiting_ = interval;
  has_waiting_ = !queue_.push(waiting_);
}

bool MeterQueue::read(MeterFrame& into) {
  const std::lock_guard lock(mutex_);
  MeterInterval merged, next;
  bool found = false;
  while (queue_.pop(next)) {
    if (found) merge(merged, next);
    else merged = next;
    found = true;
  }
  if (found) into = merged.frame;
  return found;
}

}  // namespace ag06::bridge
