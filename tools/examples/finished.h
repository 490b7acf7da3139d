// The finished music that a line of a plan names, and its degraded self, both behind a lead-in.
#pragma once

#include "degrade.h"
#include "kept.h"

namespace ag06::examples {

struct Finished {
  Sound sound;
  int lead_frames = 0;
};

[[nodiscard]] Finished finished_of(const Line& line);
[[nodiscard]] Degraded degraded_of(const Line& line, Finished& finished);

}  // namespace ag06::examples
