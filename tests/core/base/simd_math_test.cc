// Each lane of core/base/simd_math.h holds the same bits as the scalar function in core/base/math.h.
#include "base/simd_math.h"

#include <gtest/gtest.h>

#include "base/math.h"
#include "support/music.h"
#include "support/signals.h"

namespace ag06 {
namespace {

constexpr int kTrials = 100000;

template <class Vector, class Scalar>
void expect_same_bits(Vector vector_form, Scalar scalar_form, float low, float high) {
  test::Random random(5);
  for (int trial = 0; trial < kTrials; ++trial) {
    float in[4], out[4];
    for (float& x : in) x = low + (high - low) * static_cast<float>(random.unit());
    store4(out, vector_form(load4(in)));
    for (int lane = 0; lane < 4; ++lane) ASSERT_TRUE(test::same_bits(out[lane], scalar_form(in[lane]))) << "at " << in[lane] << ", lane " << lane;
  }
}

TEST(SimdMath, Exp2) {
  expect_same_bits(exp2_fast4, exp2_fast, -126.0f, 126.0f);
  expect_same_bits(exp2_fast4, exp2_fast, -1e4f, 1e4f);
  expect_same_bits(exp2_fast4, exp2_fast, -1.0f, 1.0f);
}

TEST(SimdMath, Log2) {
  expect_same_bits(log2_fast4, log2_fast, 0.5f, 2.0f);
  expect_same_bits(log2_fast4, log2_fast, 1e-30f, 1e-3f);
  expect_same_bits(log2_fast4, log2_fast, 1.0f, 1e30f);
}

TEST(SimdMath, Decibels) {
  expect_same_bits(db_to_lin_fast4, db_to_lin_fast, -250.0f, 250.0f);
  expect_same_bits(lin_to_db_fast4, lin_to_db_fast, -1.0f, 1.0f);
  expect_same_bits(lin_to_db_fast4, lin_to_db_fast, 0.0f, 1e4f);
}

TEST(SimdMath, SelectMinMax) {
  const f32x4 a{1.0f, -2.0f, 3.0f, 0.0f}, b{2.0f, -3.0f, 3.0f, -1.0f};
  const f32x4 larger = max4(a, b), smaller = min4(a, b), chosen = select4(a < b, a, b);
  const float want_larger[] = {2.0f, -2.0f, 3.0f, 0.0f}, want_smaller[] = {1.0f, -3.0f, 3.0f, -1.0f}, want_chosen[] = {1.0f, -3.0f, 3.0f, -1.0f};
  for (int lane = 0; lane < 4; ++lane) {
    EXPECT_EQ(larger[lane], want_larger[lane]);
    EXPECT_EQ(smaller[lane], want_smaller[lane]);
    EXPECT_EQ(chosen[lane], want_chosen[lane]);
  }
}

}  // namespace
}  // namespace ag06
