#include "live/device_choice.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ag06::bridge {
namespace {

constexpr std::array<std::string_view, kStrangerRank> kFamily{"AG06", "AG03", "AG06MK2"};

template <typename Condition>
std::vector<DeviceInfo> only(std::span<const DeviceInfo> all, const Condition& condition) {
  std::vector<DeviceInfo> kept;
  std::copy_if(all.begin(), all.end(), std::back_inserter(kept), condition);
  return kept;
}

std::vector<DeviceInfo> matching(std::span<const DeviceInfo> all, const std::string& wanted) {
  std::vector<DeviceInfo> found = only(all, [&](const DeviceInfo& one) { return one.id == wanted; });
  if (found.empty()) {
    found = only(all, [&](const DeviceInfo& one) { return one.name == wanted; });
  }
  if (found.empty()) {
    found = only(all, [&](const DeviceInfo& one) { return one.name.find(wanted) != std::string::npos || one.id.find(wanted) != std::string::npos; });
  }
  return found;
}

}  // namespace

int device_rank(const DeviceInfo& device) {
  const auto match = std::find_if(kFamily.begin(), kFamily.end(), [&](std::string_view part) { return device.name.find(part) != std::string::npos; });
  return static_cast<int>(match - kFamily.begin());
}

std::vector<DeviceInfo> choose_devices(std::span<const DeviceInfo> all, const std::string& wanted, const std::string& held) {
  const std::vector<DeviceInfo> duplex = only(all, [](const DeviceInfo& one) { return one.input_channels > 0 && one.output_channels > 0; });
  if (!wanted.empty()) {
    return matching(duplex, wanted);
  }
  if (!held.empty()) {
    if (std::vector<DeviceInfo> same = only(duplex, [&](const DeviceInfo& one) { return one.id == held; }); !same.empty()) {
      return same;
    }
  }
  int best = kStrangerRank;
  for (const DeviceInfo& one : duplex) {
    best = std::min(best, device_rank(one));
  }
  if (!held.empty() && best == kStrangerRank) {
    return {};
  }
  return only(duplex, [&](const DeviceInfo& one) { return device_rank(one) == best; });
}

}  // namespace ag06::bridge
