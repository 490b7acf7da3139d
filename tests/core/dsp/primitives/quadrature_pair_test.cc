// The quadrature detector's magnitude against the peak of a tone.
#include "dsp/primitives/quadrature_pair.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/measure.h"

namespace ag06::dsp {
namespace {

TEST(QuadraturePair, MagnitudeIsTheTonesPeak) {
  double worst_db = 0.0;
  for (const double freq_ratio : {0.0005, 0.0007, 0.001, 0.002, 0.00415, 0.01, 0.02077, 0.05, 0.1, 0.1667, 0.25, 0.3, 0.4, 0.45, 0.49, 0.4995}) {
    QuadraturePair pair;
    for (int i = 0; i < 96000; ++i) {
      const double x = std::sin(2.0 * kPi * freq_ratio * i);
      const f64x2 in{x, -0.25 * x}, magnitude = pair.magnitude(in);
      if (i < 72000) continue;
      worst_db = std::max({worst_db, std::fabs(test::to_db(magnitude[0])), std::fabs(test::to_db(4.0 * magnitude[1]))});
      ASSERT_LE(std::fabs(test::to_db(magnitude[0])), 0.06) << freq_ratio << " of the rate, frame " << i;
      ASSERT_NEAR(4.0 * magnitude[1], magnitude[0], 1e-9);
    }
  }
  RecordProperty("worst_db", std::to_string(worst_db));
}

TEST(QuadraturePair, ForgetsAndNeverBecomesDenormal) {
  QuadraturePair pair;
  double last = 0.0;
  for (int i = 0; i < 480000; ++i) {
    const double x = i < 1000 ? 16.0 : 0.0;
    const f64x2 in{x, x};
    last = pair.magnitude(in)[0];
    ASSERT_NE(std::fpclassify(last), FP_SUBNORMAL) << i;
  }
  EXPECT_LT(last, 1e-20);
}

}  // namespace
}  // namespace ag06::dsp
