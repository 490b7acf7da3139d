#include "dsp/effects/reverb_absorption.h"

#include <gtest/gtest.h>

#include <complex>

#include "support/measure.h"

namespace ag06::dsp {
namespace {

constexpr double kRateHz = 48000.0;

// Of one lane's two sections.
[[nodiscard]] double gain_db(const Absorbents& a, int lane, double freq_hz) {
  const auto z = std::polar(1.0, -2.0 * kPi * freq_hz / kRateHz);
  const auto section = [&](f32x4 b0, f32x4 b1, f32x4 a1) {
    return (static_cast<double>(b0[lane]) + static_cast<double>(b1[lane]) * z) / (1.0 + static_cast<double>(a1[lane]) * z);
  };
  return test::to_db(std::abs(section(a.low_b0, a.low_b1, a.low_a1) * section(a.high_b0, a.high_b1, a.high_a1)));
}

TEST(ReverbAbsorption, TheModelReachesEachBandsDecayAndItsRatesMeetHalfwayAtTheCorners) {
  const ReverbDecay decay{3.0f, 2.0f, 0.5f};
  EXPECT_NEAR(reverb_t60_s(decay, 1.0), 3.0, 0.001);
  EXPECT_NEAR(reverb_t60_s({3.0f, 2.0f, 2.0f}, kReverbLowCornerHz), 2.0 / (1.0 / 3.0 + 1.0 / 2.0), 1e-6);
  EXPECT_NEAR(reverb_t60_s({2.0f, 2.0f, 0.5f}, kReverbHighCornerHz), 2.0 / (1.0 / 2.0 + 1.0 / 0.5), 1e-6);
  EXPECT_NEAR(reverb_t60_s(decay, 1e6), 0.5, 0.001);
}

// Lines of 10 to 100 ms: T60 = 60 dB * delay / loss, whatever the length.
TEST(ReverbAbsorption, LinesOfEveryLengthLoseInProportion) {
  AbsorbentDesigner designer;
  designer.prepare(kRateHz);
  const f32x4 frames{480.0f, 1200.0f, 2400.0f, 4800.0f};
  constexpr ReverbDecay kDecays[] = {{1.8f, 1.8f, 0.9f}, {3.0f, 2.0f, 0.8f}, {1.0f, 4.0f, 4.0f}, {12.0f, 8.0f, 6.0f}};
  for (const ReverbDecay& decay : kDecays) {
    const Absorbents a = designer.design(frames, decay);
    for (int lane = 0; lane < 4; ++lane)
      for (const double freq_hz : {31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0}) {
        const double t60_s = 60.0 * static_cast<double>(frames[lane]) / kRateHz / -gain_db(a, lane, freq_hz);
        EXPECT_NEAR(t60_s / reverb_t60_s(decay, freq_hz), 1.0, 0.03) << "line " << lane << ", " << freq_hz << " Hz, mids " << decay.mid_s << " s";
      }
  }
}

TEST(ReverbAbsorption, NoLineEverGains) {
  AbsorbentDesigner designer;
  for (const double rate_hz : {8000.0, 44100.0, 192000.0}) {
    designer.prepare(rate_hz);
    for (const float mid_s : {0.1f, 1.0f, 12.0f})
      for (const float low_ratio : {0.25f, 1.0f, 2.5f})
        for (const float high_ratio : {0.1f, 1.0f}) {
          const Absorbents a = designer.design(f32x4{40.0f, 400.0f, 4000.0f, 40000.0f}, {mid_s * low_ratio, mid_s, mid_s * high_ratio});
          for (int lane = 0; lane < 4; ++lane)
            for (double freq_hz = 0.0; freq_hz <= 0.5 * kRateHz; freq_hz += 200.0)
              EXPECT_LT(gain_db(a, lane, freq_hz), 0.0) << rate_hz << " Hz, " << mid_s << " s, ratios " << low_ratio << " and " << high_ratio;
        }
  }
}

}  // namespace
}  // namespace ag06::dsp
