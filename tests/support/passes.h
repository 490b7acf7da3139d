// A planner taken over a whole song, pass by pass.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "assist/planner.h"
#include "support/music.h"

namespace ag06::test {

// Returns the number of passes, the first of which only listens; more than a planner may want is a failure.
inline int run_passes(assist::Planner& planner, Planes& song, int block_frames = 4096) {
  const int frames = song.block().frames;
  int passes = 0;
  while (planner.wants_pass() && passes <= assist::kPlannerMaxPasses) {
    ++passes;
    for (int at = 0; at < frames; at += block_frames) planner.feed(song.slice(at, std::min(block_frames, frames - at)));
    planner.end_pass();
  }
  EXPECT_LE(passes, assist::kPlannerMaxPasses);
  return passes;
}

}  // namespace ag06::test
