#include "dsp/primitives/kaiser_window.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ag06::dsp {
namespace {

TEST(KaiserWindow, IsTheQuotientOfBesselFunctions) {
  for (const double beta : {0.0, 0.5, 4.5, 9.0, 15.5, 20.0}) {
    const KaiserWindow window(beta);
    for (double u = -0.999; u < 1.0; u += 0.0037) {
      const double expected = std::cyl_bessel_i(0.0, beta * std::sqrt(1.0 - u * u)) / std::cyl_bessel_i(0.0, beta);
      ASSERT_NEAR(window(u) / expected, 1.0, 1e-13) << "beta " << beta << ", u " << u;
    }
    EXPECT_EQ(window(0.0), 1.0);
    EXPECT_EQ(window(1.0), 0.0);
    EXPECT_EQ(window(-1.5), 0.0);
  }
}

}  // namespace
}  // namespace ag06::dsp
