// Two meter frames as one, so that a client that reads seldom still sees every peak. Not for averaging.
#pragma once

#include "protocol/studio_state.h"

namespace ag06::bridge::server {

// Peaks and reductions: the larger; levels, counts and positions: the newer. A value that could not be measured gives way to one that was, among peaks.
void include_newer(MeterFrame& into, const MeterFrame& newer) noexcept;

}  // namespace ag06::bridge::server
