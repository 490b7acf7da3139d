// Which of the devices there are the studio should use. Pure; not for opening them (live/device_keeper.h).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "audio/audio_backend.h"

namespace ag06::bridge {

// How much a device is what we look for: 0 AG06, 1 AG03, 2 AG06MK2, by case-sensitive substring of the name (the "(2- " in front of a Windows name
// moves with every replug); 3 any other.
inline constexpr int kStrangerRank = 3;
[[nodiscard]] int device_rank(const DeviceInfo& device);

// Devices worth trying, best first; only those with inputs and outputs. Listed in the order of `all` within a rank.
// wanted: a whole id or a whole name or a substring of either, in this order of precedence; empty: all of the best rank there is.
// held: id of the device that was lost, empty if none was: with nothing wanted only it or one of the AG06 family will do, since a stranger's
// loudspeaker must not take over by itself.
[[nodiscard]] std::vector<DeviceInfo> choose_devices(std::span<const DeviceInfo> all, const std::string& wanted, const std::string& held);

}  // namespace ag06::bridge
