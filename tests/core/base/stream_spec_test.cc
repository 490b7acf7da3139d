// Limits of a stream and the length of a duration.
#include "base/stream_spec.h"

#include <gtest/gtest.h>

#include <cstring>

namespace ag06 {
namespace {

TEST(StreamSpec, AcceptsItsEndsAndNothingBeyond) {
  EXPECT_EQ(validate({8000.0, 1, 1}), Status::ok);
  EXPECT_EQ(validate({192000.0, 2, 65536}), Status::ok);
  EXPECT_EQ(validate({48000.0, 8, 512}, kMaxMeterChannels), Status::ok);
  EXPECT_EQ(validate({48000.0, 9, 512}, kMaxMeterChannels), Status::bad_channel_count);
  EXPECT_EQ(validate({7999.999, 1, 1}), Status::bad_sample_rate);
  EXPECT_EQ(validate({48000.0, 1, 65537}), Status::bad_block_size);
}

TEST(StreamSpec, FramesAreRoundedToNearest) {
  static_assert(frames_for_ms(2.0, 44100.0) == 88);
  static_assert(frames_for_ms(1.0, 48000.0) == 48);
  static_assert(frames_for_ms(-5.0, 48000.0) == 0);
  static_assert(frames_for_ms(0.0104, 48000.0) == 0);
  static_assert(frames_for_ms(0.0105, 48000.0) == 1);
}

TEST(Status, EveryCodeIsDescribedApart) {
  for (int a = 0; a <= 8; ++a) {
    EXPECT_STRNE(describe(static_cast<Status>(a)), "unknown status") << a;
    for (int b = 0; b < a; ++b) EXPECT_STRNE(describe(static_cast<Status>(a)), describe(static_cast<Status>(b)));
  }
  EXPECT_STREQ(describe(static_cast<Status>(9)), "unknown status");
}

}  // namespace
}  // namespace ag06
