// FixedText against what printf would write, and at the ends of its buffer.
#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <string>

#include "support/music.h"

namespace ag06 {
namespace {

std::string text_of(double value, int decimals) { return FixedText<64>().add(value, decimals).c_str(); }

TEST(FixedText, WritesWordsAndNumbers) {
  FixedText<64> text;
  text.add("Raised ").add(250.0, 0).add(" Hz by ").add_signed(1.25, 1).add(" dB");
  EXPECT_STREQ(text.c_str(), "Raised 250 Hz by +1.3 dB");
}

TEST(FixedText, RoundsHalfAwayFromZeroAndNeverWritesMinusZero) {
  EXPECT_EQ(text_of(0.5, 0), "1");
  EXPECT_EQ(text_of(-0.5, 0), "-1");
  EXPECT_EQ(text_of(-0.04, 1), "0.0");
  EXPECT_EQ(text_of(-0.06, 1), "-0.1");
  EXPECT_EQ(text_of(0.0, 4), "0.0000");
  EXPECT_EQ(text_of(0.0625, 4), "0.0625");
  EXPECT_EQ(text_of(9.99, 1), "10.0");
  EXPECT_EQ(text_of(0.05, 2), "0.05");
}

TEST(FixedText, SignsPositiveNumbersOnly) {
  EXPECT_STREQ(FixedText<16>().add_signed(3.0, 1).c_str(), "+3.0");
  EXPECT_STREQ(FixedText<16>().add_signed(-3.0, 1).c_str(), "-3.0");
  EXPECT_STREQ(FixedText<16>().add_signed(0.0, 1).c_str(), "0.0");
}

TEST(FixedText, AgreesWithPrintfAwayFromTies) {
  test::Random random(6);
  for (int i = 0; i < 100000; ++i) {
    const int decimals = random.below(5);
    const double size = i % 3 == 0 ? 1e8 : (i % 3 == 1 ? 1000.0 : 1.0);
    // Thirds are never a tie in decimals.
    const double value = (2.0 * random.unit() - 1.0) * size / 3.0;
    char expected[64];
    std::snprintf(expected, sizeof expected, "%.*f", decimals, value);
    const std::string plain = expected[0] == '-' && std::string(expected).find_first_of("123456789") == std::string::npos ? expected + 1 : expected;
    ASSERT_EQ(text_of(value, decimals), plain) << decimals;
  }
}

TEST(FixedText, WhatIsNoNumberIsSaidSo) {
  EXPECT_EQ(text_of(std::numeric_limits<double>::quiet_NaN(), 1), "n/a");
  EXPECT_EQ(text_of(std::numeric_limits<double>::infinity(), 1), "n/a");
  EXPECT_EQ(text_of(1e9, 1), "n/a");
  EXPECT_EQ(text_of(-1e9, 1), "n/a");
}

TEST(FixedText, CutsWhatDoesNotFit) {
  FixedText<8> text;
  EXPECT_STREQ(text.add("0123456789").c_str(), "0123456");
  EXPECT_STREQ(text.add("more").add(12.0, 1).c_str(), "0123456");
  EXPECT_STREQ(FixedText<4>().add(-123.4, 1).c_str(), "-12");
}

}  // namespace
}  // namespace ag06
