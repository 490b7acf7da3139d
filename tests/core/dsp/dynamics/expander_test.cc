// The expander's parts against their definitions.
#include "dsp/dynamics/expander.h"

#include <gtest/gtest.h>

#include <deque>

#include "support/measure.h"
#include "support/music.h"

namespace ag06::dsp {
namespace {

TEST(PeakWindow, IsTheLargestOfTheWindowAndNoOlderThanAnEighthMore) {
  for (const int frames : {1, 7, 8, 100, 480, 2401}) {
    PeakWindow window;
    window.restart(frames);
    test::Random random(static_cast<std::uint32_t>(frames));
    const std::size_t longest = static_cast<std::size_t>(frames + frames / 8 + 9);
    std::deque<float> recent;
    for (int i = 0; i < 20000; ++i) {
      const auto x = static_cast<float>(random.unit());
      recent.push_front(x);
      if (recent.size() > longest) recent.pop_back();
      const float held = window.next(x);
      const auto end = recent.begin() + static_cast<std::ptrdiff_t>(std::min(recent.size(), static_cast<std::size_t>(frames)));
      ASSERT_GE(held, *std::max_element(recent.begin(), end)) << "forgot within the window of " << frames;
      ASSERT_LE(held, *std::max_element(recent.begin(), recent.end())) << "remembers beyond the window of " << frames;
    }
  }
}

TEST(ExpanderCurve, TurnsDownByRatioLessOnePerDecibelToTheRange) {
  EXPECT_EQ(expander_reduction_db(-30.0, -40.0, 4.0, 60.0), 0.0);
  EXPECT_EQ(expander_reduction_db(-40.0, -40.0, 4.0, 60.0), 0.0);
  EXPECT_EQ(expander_reduction_db(-45.0, -40.0, 4.0, 60.0), 15.0);
  EXPECT_EQ(expander_reduction_db(-45.0, -40.0, 1.0, 60.0), 0.0);
  EXPECT_EQ(expander_reduction_db(-90.0, -40.0, 4.0, 60.0), 60.0);
}

TEST(TwoWayFollower, GoesSixtyThreePercentInItsTimeEitherWayAndLands) {
  for (const double frames : {20.0, 480.0, 96000.0}) {
    const double fitting = TwoWayFollower::coefficient(frames), instant = TwoWayFollower::coefficient(0.0);
    for (const bool up : {true, false}) {
      TwoWayFollower follower;
      follower.snap(up ? 0.0 : 1.0);
      const double target = up ? 1.0 : 0.0;
      int at = 0;
      const double start = follower.value();
      const double reached = 1.0 - std::exp(-1.0);
      while (std::fabs(follower.value() - (1.0 - target)) < reached) {
        follower.next(target, up ? fitting : instant, up ? instant : fitting);
        EXPECT_TRUE(at > 0 || std::fabs(follower.value() - start) <= 5.0 / (frames * frames)) << "a corner at the start";
        ++at;
      }
      EXPECT_NEAR(at, frames, 0.05 * frames + 1.0);
      for (int i = 0; i < 20 * static_cast<int>(frames); ++i) follower.next(target, fitting, fitting);
      EXPECT_TRUE(follower.rests_at(target));
    }
  }
}

}  // namespace
}  // namespace ag06::dsp
