// The live side's lists as the protocol's rows.
#pragma once

#include <vector>

#include "live/live_door.h"
#include "protocol/messages.h"

namespace ag06::bridge::server {

[[nodiscard]] inline std::vector<protocol::DeviceRow> rows_of(const std::vector<DeviceInfo>& devices) {
  std::vector<protocol::DeviceRow> rows;
  for (const DeviceInfo& d : devices) rows.push_back({d.id, d.name, d.backend, d.input_channels, d.output_channels, d.default_sample_rate_hz, d.rate_is_fixed});
  return rows;
}

[[nodiscard]] inline std::vector<protocol::TakeRow> rows_of(const std::vector<Take>& takes) {
  std::vector<protocol::TakeRow> rows;
  for (const Take& t : takes) rows.push_back({t.id, t.file_name, t.format, t.sample_rate_hz, t.channels, t.frames, t.bytes, t.started_at, t.is_complete});
  return rows;
}

[[nodiscard]] inline std::vector<protocol::MoveRow> rows_of(const std::vector<AutoMove>& moves) {
  std::vector<protocol::MoveRow> rows;
  for (const AutoMove& m : moves) rows.push_back({m.param_index, m.from, m.to, m.confidence_01, m.reason, m.evidence});
  return rows;
}

}  // namespace ag06::bridge::server
