// Gain: exact when settled, smooth on its way.
#include "dsp/dynamics/gain.h"

#include <gtest/gtest.h>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using test::Planes;

TEST(Gain, SettledGainIsTheStatedOne) {
  for (const float gain_db : {-120.0f, -60.0f, -6.0f, 0.0f, 0.1f, 24.0f, 60.0f}) {
    Gain gain;
    ASSERT_EQ(gain.prepare({48000.0, 1, 512}), Status::ok);
    gain.set_params({gain_db});
    gain.reset();
    Planes io = test::constant(1, 16, 0.5f);
    gain.process(io.block());
    EXPECT_NEAR(test::to_db(io.samples[0][0] / 0.5), gain_db, 1e-6 + 1e-7 * std::fabs(gain_db));
  }
}

// No faster than a limiter behind it can follow without a click (tests/measure holds that to -75 dB), and no slower than that needs.
TEST(Gain, AJumpGlidesAtTheStatedPaceAndNeverOvershoots) {
  constexpr double kPaceDbPerMs = 0.4, kSmoothingTailMs = 45.0;
  for (const double rate_hz : {8000.0, 48000.0, 192000.0}) {
    for (const double jump_db : {-2.0, -20.0, -72.0}) {
      Gain gain;
      ASSERT_EQ(gain.prepare({rate_hz, 1, 512}), Status::ok);
      Planes io = test::constant(1, static_cast<int>(0.3 * rate_hz), 1.0f);
      gain.set_params({static_cast<float>(jump_db)});
      test::run(gain, io);
      const auto& out = io.samples[0];
      for (std::size_t i = 1; i < out.size(); ++i) {
        ASSERT_LE(out[i], out[i - 1] * 1.000001f);  // the last step lands on the exact gain from one good to 3e-7
        ASSERT_GE(test::to_db(static_cast<double>(out[i]) / static_cast<double>(out[i - 1])), -1.01 * kPaceDbPerMs * 1000.0 / rate_hz - 5e-5);
      }
      const auto arrived = static_cast<std::size_t>((std::fabs(jump_db) / kPaceDbPerMs + kSmoothingTailMs) * 0.001 * rate_hz);
      EXPECT_NEAR(test::to_db(static_cast<double>(out[arrived])), jump_db, 0.01) << rate_hz;
      EXPECT_EQ(out.back(), static_cast<float>(db_to_lin(jump_db)));
    }
  }
}

TEST(Gain, ReturnsToBitExactUnity) {
  Gain gain;
  ASSERT_EQ(gain.prepare({48000.0, 2, 512}), Status::ok);
  Planes away = test::noise(2, 9600, 1.0, 2);
  gain.set_params({-20.0f});
  test::run(gain, away);
  gain.set_params({0.0f});
  test::run(gain, away);
  const Planes in = test::noise(2, 4800, 1.0, 3);
  Planes out = in;
  test::run(gain, out);
  EXPECT_EQ(test::first_difference(in, out), -1);
}

}  // namespace
}  // namespace ag06::dsp
