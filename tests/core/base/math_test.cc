// core/base/math.h against the 80-bit libm, over the domains it states. 1 ulp is the distance of neighbouring doubles at the true value.
#include "base/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/music.h"

namespace ag06 {
namespace {

constexpr int kTrials = 400000;
static_assert(std::numeric_limits<long double>::digits >= 64, "the reference must be finer than what it judges");

// Every bit of the mantissa is random: powers of two and round numbers would hide rounding.
double random_between(test::Random& random, double low, double high) { return low + (high - low) * (random.unit() + random.unit() / 4294967296.0); }
double random_magnitude(test::Random& random, double low_log2, double high_log2) {
  return std::exp2(std::floor(random_between(random, low_log2, high_log2))) * random_between(random, 1.0, 2.0);
}

double ulps(double got, long double want) {
  const double magnitude = std::fabs(static_cast<double>(want));
  const double ulp = std::nextafter(magnitude, std::numeric_limits<double>::infinity()) - magnitude;
  return static_cast<double>(fabsl(static_cast<long double>(got) - want) / static_cast<long double>(ulp));
}

double relative(double got, long double want) { return static_cast<double>(fabsl(static_cast<long double>(got) / want - 1.0L)); }

struct Worst {
  double error = 0.0;
  double at = 0.0;
  void see(double e, double x) {
    if (!(e <= error)) {
      error = e;
      at = x;
    }
  }
};

template <class Error>
Worst worst_over(double low, double high, Error error) {
  test::Random random(12345);
  Worst worst;
  for (int i = 0; i < kTrials; ++i) {
    const double x = random_between(random, low, high);
    worst.see(error(x), x);
  }
  return worst;
}

TEST(Math, Log2WithinFourUlp) {
  test::Random random(1);
  Worst everywhere, absolute;
  for (int i = 0; i < kTrials; ++i) {
    const double x = random_magnitude(random, -996.0, 996.0);
    everywhere.see(ulps(log2_exact(x), log2l(static_cast<long double>(x))), x);
    absolute.see(static_cast<double>(fabsl(log2_exact(x) - log2l(static_cast<long double>(x)))), x);
  }
  EXPECT_LE(everywhere.error, 4.0) << "at " << everywhere.at;
  EXPECT_LE(absolute.error, 1.2e-13) << "at " << absolute.at;
  const Worst near_one = worst_over(0.7, 1.5, [](double x) { return ulps(log2_exact(x), log2l(static_cast<long double>(x))); });
  EXPECT_LE(near_one.error, 4.0) << "at " << near_one.at;
  for (int k = -1000; k <= 1000; ++k) EXPECT_EQ(log2_exact(std::ldexp(1.0, k)), k) << "powers of two are exact";
}

TEST(Math, Exp2WithinTwoUlp) {
  const Worst worst = worst_over(-1020.0, 1020.0, [](double x) { return ulps(exp2_exact(x), exp2l(static_cast<long double>(x))); });
  EXPECT_LE(worst.error, 2.0) << "at " << worst.at;
  const Worst near_zero = worst_over(-1.0, 1.0, [](double x) { return ulps(exp2_exact(x), exp2l(static_cast<long double>(x))); });
  EXPECT_LE(near_zero.error, 2.0) << "at " << near_zero.at;
  for (int k = -1020; k <= 1020; ++k) EXPECT_EQ(exp2_exact(k), std::ldexp(1.0, k)) << "whole powers are exact";
  EXPECT_EQ(exp2_exact(5000.0), exp2_exact(1020.0));
  EXPECT_EQ(exp2_exact(-5000.0), exp2_exact(-1020.0));
}

TEST(Math, ExpAndPowStayWithinTheirArguments) {
  const Worst small = worst_over(-1.0, 1.0, [](double x) { return ulps(exp_exact(x), expl(static_cast<long double>(x))); });
  EXPECT_LE(small.error, 3.0) << "at " << small.at;
  // The argument is rounded before the power, so the relative error grows with it.
  const Worst large = worst_over(-700.0, 700.0, [](double x) { return relative(exp_exact(x), expl(static_cast<long double>(x))); });
  EXPECT_LE(large.error, 1.3e-13) << "at " << large.at;
  const Worst power = worst_over(0.01, 100.0, [](double x) { return relative(pow_exact(x, 2.7), powl(static_cast<long double>(x), 2.7L)); });
  EXPECT_LE(power.error, 1e-14) << "at " << power.at;
}

TEST(Math, SineAndCosineAreAccurateAbsolutely) {
  const auto error = [](double x) {
    const SinCos got = sincos_exact(x);
    return static_cast<double>(std::max(fabsl(got.sin - sinl(static_cast<long double>(x))), fabsl(got.cos - cosl(static_cast<long double>(x)))));
  };
  const Worst near = worst_over(-2.0 * kPi, 2.0 * kPi, error);
  EXPECT_LE(near.error, 4e-16) << "at " << near.at;
  const Worst far = worst_over(-1e5, 1e5, error);
  EXPECT_LE(far.error, 1e-11) << "at " << far.at;
  EXPECT_EQ(sin_exact(0.0), 0.0);
  EXPECT_EQ(cos_exact(0.0), 1.0);
}

TEST(Math, TangentWithinFiveUlp) {
  const Worst worst = worst_over(1e-6, 1.5, [](double x) { return ulps(tan_exact(x), tanl(static_cast<long double>(x))); });
  EXPECT_LE(worst.error, 5.0) << "at " << worst.at;
}

TEST(Math, DecibelsThereAndBack) {
  EXPECT_EQ(db_to_lin(0.0), 1.0);
  EXPECT_EQ(lin_to_db(1.0), 0.0);
  const Worst worst = worst_over(-200.0, 200.0, [](double x) { return std::fabs(lin_to_db(db_to_lin(x)) - x); });
  EXPECT_LE(worst.error, 1e-12) << "at " << worst.at;
  const Worst to_lin = worst_over(-200.0, 200.0, [](double x) { return relative(db_to_lin(x), powl(10.0L, static_cast<long double>(x) / 20.0L)); });
  EXPECT_LE(to_lin.error, 2e-14) << "at " << to_lin.at;
}

TEST(Math, FastLog2) {
  test::Random random(2);
  Worst near, everywhere;
  for (int i = 0; i < kTrials; ++i) {
    const auto close = static_cast<float>(random_magnitude(random, -3.0, 3.0));
    near.see(std::fabs(log2_fast(close) - std::log2(static_cast<double>(close))), close);
    const auto any = static_cast<float>(random_magnitude(random, -126.0, 127.0));
    everywhere.see(std::fabs(log2_fast(any) - std::log2(static_cast<double>(any))), any);
  }
  EXPECT_LE(near.error, 5e-7) << "at " << near.at;
  EXPECT_LE(everywhere.error, 4.5e-6) << "at " << everywhere.at;
  EXPECT_EQ(log2_fast(1.0f), 0.0f);
}

TEST(Math, FastExp2) {
  const Worst worst = worst_over(-126.0, 126.0, [](double x) {
    const auto narrow = static_cast<float>(x);
    return std::fabs(exp2_fast(narrow) / std::exp2(static_cast<double>(narrow)) - 1.0);
  });
  EXPECT_LE(worst.error, 3e-7) << "at " << worst.at;
  EXPECT_EQ(exp2_fast(0.0f), 1.0f);
  EXPECT_EQ(exp2_fast(-0.0f), 1.0f);
  for (const float beyond : {127.0f, 1e9f, std::numeric_limits<float>::infinity()}) EXPECT_EQ(exp2_fast(beyond), exp2_fast(126.0f));
  for (const float beyond : {-127.0f, -1e9f, -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()})
    EXPECT_EQ(exp2_fast(beyond), exp2_fast(-126.0f));
}

TEST(Math, FastDecibelsWithinAThirtyThousandth) {
  const Worst to_lin = worst_over(-200.0, 100.0, [](double x) {
    const auto narrow = static_cast<float>(x);
    return std::fabs(20.0 * std::log10(static_cast<double>(db_to_lin_fast(narrow))) - narrow);
  });
  EXPECT_LE(to_lin.error, 3e-5) << "at " << to_lin.at;
  const Worst to_db = worst_over(-200.0, 100.0, [](double x) {
    const auto lin = static_cast<float>(std::pow(10.0, x / 20.0));
    return std::fabs(lin_to_db_fast(lin) - std::max(-200.0, 20.0 * std::log10(static_cast<double>(lin))));
  });
  EXPECT_LE(to_db.error, 3e-5) << "at " << to_db.at;
  for (const float floored : {0.0f, -1.0f, 1e-40f, std::numeric_limits<float>::quiet_NaN()}) EXPECT_NEAR(lin_to_db_fast(floored), -200.0f, 3e-5f);
}

TEST(Math, FiniteIsToldFromTheRest) {
  for (const float x : {0.0f, -0.0f, 1e-45f, 3.4e38f, -3.4e38f}) EXPECT_TRUE(is_finite(x)) << x;
  for (const double x : {0.0, 5e-324, 1.7e308, -1.7e308}) EXPECT_TRUE(is_finite(x)) << x;
  using F = std::numeric_limits<float>;
  using D = std::numeric_limits<double>;
  for (const float x : {F::infinity(), -F::infinity(), F::quiet_NaN(), -F::quiet_NaN(), F::signaling_NaN()}) EXPECT_FALSE(is_finite(x)) << x;
  for (const double x : {D::infinity(), -D::infinity(), D::quiet_NaN(), D::signaling_NaN()}) EXPECT_FALSE(is_finite(x)) << x;
}

}  // namespace
}  // namespace ag06
