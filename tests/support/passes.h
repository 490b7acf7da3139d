// A planner taken over a whole song, pass by pass.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "assist/planner.h"
#include "support/music.h"

namespace ag06::test {

// One pass: feed is Planner::feed over the song or Planner::feed_mix over the kept mix.
inline void run_pass(assist::Planner& planner, void (assist::Planner::*feed)(ConstAudioBlock), Planes& from, int block_frames) {
  const int frames = from.block().frames;
  for (int at = 0; at < frames; at += block_frames) (planner.*feed)(from.slice(at, std::min(block_frames, frames - at)));
  planner.end_pass();
}

// Returns the number of passes, the first of which only listens; more than a planner may want is a failure.
inline int run_passes(assist::Planner& planner, Planes& song, int block_frames = 4096) {
  int passes = 0;
  while (planner.wants_pass() && passes <= assist::kPlannerMaxPasses) {
    ++passes;
    run_pass(planner, &assist::Planner::feed, song, block_frames);
  }
  EXPECT_LE(passes, assist::kPlannerMaxPasses);
  return passes;
}

}  // namespace ag06::test
