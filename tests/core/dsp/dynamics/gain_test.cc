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

TEST(Gain, AJumpArrivesWithinFiftyMillisecondsAndNeverOvershoots) {
  for (const double rate_hz : {8000.0, 48000.0, 192000.0}) {
    Gain gain;
    ASSERT_EQ(gain.prepare({rate_hz, 1, 512}), Status::ok);
    Planes io = test::constant(1, static_cast<int>(0.2 * rate_hz), 1.0f);
    gain.set_params({-20.0f});
    test::run(gain, io);
    for (std::size_t i = 1; i < io.samples[0].size(); ++i) ASSERT_LE(io.samples[0][i], io.samples[0][i - 1]);
    EXPECT_NEAR(io.samples[0][static_cast<std::size_t>(0.05 * rate_hz)], 0.1, 0.001);
    EXPECT_EQ(io.samples[0].back(), static_cast<float>(db_to_lin(-20.0)));
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
