#include "dsp/effects/delay.h"

#include <gtest/gtest.h>

#include "support/added.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using namespace ag06::test;
constexpr double kRatesHz[] = {44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};
// Both cuts out of the way, echoes only as loud as what comes in.
constexpr DelayParams kOpen{.feedback_ratio = 0.0f, .low_cut_hz = 20.0f, .high_cut_hz = 20000.0f, .level_lin = 1.0f};

// Echoes alone: what the unit adds to its input.
Planes wet_of(const Planes& in, const DelayParams& params, double rate_hz) { return added_by<Delay>(in, params, rate_hz); }

Planes impulse(int channels, int frames, float height = 0.5f) {
  Planes planes(channels, frames);
  for (auto& plane : planes.samples) plane[0] = height;
  return planes;
}

// The response of a stretch of an impulse response at a frequency, phase counted from its frame 0.
std::complex<double> response_at(const std::vector<float>& x, int from, int to, double rate_hz, double freq_hz) {
  std::complex<double> sum = 0.0, turn = std::polar(1.0, -2.0 * kPi * freq_hz * from / rate_hz);
  const std::complex<double> step = std::polar(1.0, -2.0 * kPi * freq_hz / rate_hz);
  for (int i = from; i < to; ++i, turn *= step) sum += static_cast<double>(x[static_cast<std::size_t>(i)]) * turn;
  return sum;
}

// Trapezoidal one-poles (Zavalishin 2018, section 3.9): tan warps the frequency axis.
double band_db(double freq_hz, double low_cut_hz, double high_cut_hz, double rate_hz) {
  const auto warped = [&](double hz) { return std::tan(kPi * hz / rate_hz); };
  const double low = warped(freq_hz) / warped(low_cut_hz), high = warped(freq_hz) / warped(high_cut_hz);
  return -10.0 * std::log10(1.0 + 1.0 / (low * low)) - 10.0 * std::log10(1.0 + high * high);
}

// Group delay from frame 0, by the phase at two near frequencies re a pure delay of about_frames, which resolves the ambiguity.
double delay_frames_of(const std::vector<float>& x, double about_frames, int from, int to, double rate_hz, double freq_hz) {
  const double step_hz = 0.5;
  const auto quotient = response_at(x, from, to, rate_hz, freq_hz + 0.5 * step_hz) / response_at(x, from, to, rate_hz, freq_hz - 0.5 * step_hz);
  return about_frames - std::arg(quotient * std::polar(1.0, 2.0 * kPi * step_hz * about_frames / rate_hz)) / (2.0 * kPi * step_hz) * rate_hz;
}
// Group delays of trapezoidal one-poles (high-pass and low-pass of one corner have the same), and what a low-pass' exceeds its own at frequency 0.
double high_pass_frames(double freq_hz, double corner_hz, double rate_hz) {
  const double t = std::tan(kPi * freq_hz / rate_hz), g = std::tan(kPi * corner_hz / rate_hz);
  return 0.5 * (1.0 + t * t) * g / (g * g + t * t);
}
double low_pass_frames(double freq_hz, double corner_hz, double rate_hz) {
  return high_pass_frames(freq_hz, corner_hz, rate_hz) - high_pass_frames(0.0, corner_hz, rate_hz);
}

TEST(Delay, EchoesComeWithinATwentiethOfAFrame) {
  for (const double rate_hz : kRatesHz)
    for (const float time_ms : {1.0f, 10.01f, 33.337f, 350.0f, 1234.5678f, 4000.0f})
      for (const float high_cut_hz : {20000.0f, 6000.0f, 500.0f}) {
        DelayParams params = kOpen;
        params.time_ms = time_ms;
        params.high_cut_hz = high_cut_hz;
        const double expected = static_cast<double>(time_ms) * 0.001 * rate_hz;
        const int after = static_cast<int>(0.2 * rate_hz), at = static_cast<int>(expected);
        const Planes echo = wet_of(impulse(1, at + after), params, rate_hz);
        const double freq_hz = high_cut_hz < 1000.0f ? 100.0 : 400.0;
        const double filters = high_pass_frames(freq_hz, 20.0, rate_hz) + low_pass_frames(freq_hz, static_cast<double>(high_cut_hz), rate_hz);
        const double found = delay_frames_of(echo.samples[0], expected, 0, frame_count(echo), rate_hz, freq_hz) - filters;
        EXPECT_NEAR(found, expected, 0.05) << rate_hz << " Hz, " << time_ms << " ms, high cut " << high_cut_hz;
      }
}

TEST(Delay, AClickEchoesOnItsFrameWithTheCutsOpen) {
  for (const double rate_hz : kRatesHz)
    for (const float time_ms : {10.01f, 350.0f, 1234.5678f}) {
      DelayParams params = kOpen;
      params.time_ms = time_ms;
      const double expected = static_cast<double>(time_ms) * 0.001 * rate_hz;
      const auto echo = wet_of(impulse(1, static_cast<int>(expected) + 200), params, rate_hz).samples[0];
      const auto loudest = std::max_element(echo.begin(), echo.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); });
      // Half a frame is the rounding to one, the other half what the low-pass' loudest frame lies before its mean.
      EXPECT_NEAR(static_cast<double>(loudest - echo.begin()), expected, 1.02) << rate_hz << " Hz, " << time_ms << " ms";
    }
}

TEST(Delay, TheTenthEchoIsAsExactAsTheFirst) {
  for (const double rate_hz : kRatesHz) {
    const DelayParams params{.time_ms = 500.0f, .feedback_ratio = 0.9f, .low_cut_hz = 20.0f, .level_lin = 1.0f};
    const double period = 0.5 * rate_hz;
    const Planes echoes = wet_of(impulse(1, static_cast<int>(10.5 * period)), params, rate_hz);
    const double filters = high_pass_frames(1000.0, 20.0, rate_hz) + low_pass_frames(1000.0, 6000.0, rate_hz);
    for (int k = 1; k <= 10; ++k) {
      const int from = static_cast<int>((k - 0.5) * period), to = static_cast<int>((k + 0.5) * period);
      const double found = delay_frames_of(echoes.samples[0], k * period, from, to, rate_hz, 1000.0) - k * filters;
      EXPECT_NEAR(found, k * period, 0.02) << "echo " << k << " at " << rate_hz;
    }
  }
}

TEST(Delay, EachEchoIsFeedbackTimesTheOneBefore) {
  constexpr double kRateHz = 48000.0;
  for (const float feedback : {0.1f, 0.5f, 0.9f, 1.0f}) {
    DelayParams params{.time_ms = 100.37f, .feedback_ratio = feedback, .low_cut_hz = 120.0f, .high_cut_hz = 6000.0f, .level_lin = 1.0f};
    const double period = 0.10037 * kRateHz;
    const Planes echoes = wet_of(impulse(1, static_cast<int>(5.5 * period)), params, kRateHz);
    for (int k = 1; k <= 5; ++k)
      for (const double freq_hz : {60.0, 120.0, 850.0, 6000.0, 12000.0}) {
        const int from = static_cast<int>((k - 0.1) * period), to = static_cast<int>((k + 0.9) * period);
        const double found = to_db(std::abs(response_at(echoes.samples[0], from, std::min(to, frame_count(echoes)), kRateHz, freq_hz)) / 0.5);
        const double expected = (k - 1) * to_db(static_cast<double>(feedback)) + k * band_db(freq_hz, 120.0, 6000.0, kRateHz);
        EXPECT_NEAR(found, expected, 0.1) << "echo " << k << " at " << freq_hz << " Hz, feedback " << feedback;
      }
  }
}

TEST(Delay, TheCutsFollowTheirCornersAtEveryRate) {
  for (const double rate_hz : kRatesHz)
    for (const float low_cut_hz : {20.0f, 300.0f, 2000.0f})
      for (const float high_cut_hz : {500.0f, 4000.0f, 18000.0f}) {
        DelayParams params = kOpen;
        params.time_ms = 20.013f;
        params.low_cut_hz = low_cut_hz;
        params.high_cut_hz = high_cut_hz;
        const Planes echo = wet_of(impulse(1, static_cast<int>(rate_hz)), params, rate_hz);
        for (const double freq_hz : {30.0, 300.0, 1000.0, 4000.0, 10000.0, 15000.0}) {
          const double found = to_db(std::abs(response_at(echo.samples[0], 0, frame_count(echo), rate_hz, freq_hz)) / 0.5);
          EXPECT_NEAR(found, band_db(freq_hz, static_cast<double>(low_cut_hz), static_cast<double>(high_cut_hz), rate_hz), 0.02)
              << freq_hz << " Hz at " << rate_hz << ", cuts " << low_cut_hz << " and " << high_cut_hz;
        }
      }
}

TEST(Delay, PingPongAlternatesFromTheLeft) {
  constexpr double kRateHz = 48000.0;
  DelayParams params = kOpen;
  params.time_ms = 100.0f;
  params.feedback_ratio = 0.5f;
  params.ping_pong_ratio = 1.0f;
  for (const int only : {-1, 0, 1}) {
    Planes in = impulse(2, 30000);
    for (int c = 0; c < 2; ++c)
      if (only >= 0 && c != only) in.samples[static_cast<std::size_t>(c)][0] = 0.0f;
    const Planes echoes = wet_of(in, params, kRateHz);
    const double first = only < 0 ? 0.5 : 0.25;
    for (int k = 1; k <= 5; ++k) {
      const int from = k * 4800 - 1000, to = k * 4800 + 3000;
      const auto level = [&](std::size_t c) { return std::abs(response_at(echoes.samples[c], from, to, kRateHz, 1000.0)); };
      const std::size_t side = k % 2 == 1 ? 0 : 1;
      EXPECT_NEAR(to_db(level(side) / first), (k - 1) * to_db(0.5) + k * band_db(1000.0, 20.0, 20000.0, kRateHz), 0.1) << "echo " << k;
      // What reaches over is the tail of the 20 Hz high-pass.
      EXPECT_LE(to_db(level(1 - side) / first), -40.0) << "echo " << k;
    }
  }
  // At 0 a side hears nothing of the other.
  params.ping_pong_ratio = 0.0f;
  Planes in = impulse(2, 30000);
  in.samples[1][0] = 0.0f;
  EXPECT_EQ(peak_of(wet_of(in, params, kRateHz).samples[1]), 0.0);
}

TEST(Delay, PingPongLeavesMonoAlone) {
  DelayParams params{.time_ms = 50.0f, .feedback_ratio = 0.6f, .level_lin = 0.8f};
  const Planes in = music(1, 48000, 48000.0, 1.0, 4);
  const Planes straight = wet_of(in, params, 48000.0);
  params.ping_pong_ratio = 1.0f;
  EXPECT_EQ(first_difference(straight, wet_of(in, params, 48000.0)), -1);
  EXPECT_GT(peak_of(straight.samples[0]), 0.1);
}

// The echoes of a loud second under a dry signal that is loud, then quiet: 1 kHz carries the echoes, 200 Hz at the level in question the ducking.
TEST(Delay, EchoesDuckByTheirDepthInTheirTime) {
  constexpr double kRateHz = 48000.0;
  constexpr int kLoudFrom = 96000, kLoudTo = 144000, kFrames = 240000;
  for (const float duck_db : {6.0f, 24.0f})
    for (const double loud_dbfs : {-20.0, -6.0, -33.0}) {
      DelayParams params{.time_ms = 1000.0f, .feedback_ratio = 1.0f, .low_cut_hz = 600.0f, .high_cut_hz = 20000.0f, .level_lin = 1.0f};
      // A quiet tone in the first second comes back each second.
      Planes in(1, kFrames);
      add_sine(in, 0, 48000, kRateHz, 1000.0, from_db(-50.0));
      const Planes plain = wet_of(in, params, kRateHz);
      params.duck_db = duck_db;
      // Echoes of the trigger lie at another frequency, whole periods of which fit the windows.
      add_sine(in, kLoudFrom, kLoudTo - kLoudFrom, kRateHz, 200.0, from_db(loud_dbfs));
      const Planes ducked = wet_of(in, params, kRateHz);
      // Over 10 ms around a frame, as a share of the depth.
      const auto ducking = [&](int at) {
        const auto level_db = [&](const Planes& wet) { return tone_db(wet.samples[0], at - 240, 480, kRateHz, 1000.0); };
        return (level_db(plain) - level_db(ducked)) / static_cast<double>(duck_db);
      };
      EXPECT_NEAR(ducking(90000), 0.0, 0.002);
      // Half-way between -45 and -21 dBFS the smoothstep gives half; there the follower's ripple is seen.
      if (loud_dbfs < -21.0) {
        EXPECT_NEAR(ducking(kLoudTo - 2400), 0.5, 0.03);
        continue;
      }
      EXPECT_NEAR(ducking(kLoudTo - 2400), 1.0, 0.002);
      EXPECT_NEAR(ducking(kLoudFrom + 480), 0.63, 0.1) << "after 10 ms";
      EXPECT_GE(ducking(kLoudFrom + 1920), 0.97) << "after 40 ms";
      // The release begins when the follower, falling 0.29 dB/ms, has left the loud level; 37 % are left 250 ms after it is half-way down.
      const int half_way = kLoudTo + static_cast<int>(48.0 * (loud_dbfs + 33.0) / 0.2895);
      EXPECT_GE(ducking(half_way), 0.85);
      EXPECT_NEAR(ducking(half_way + 12000), 0.37, 0.05);
      EXPECT_LE(ducking(half_way + 40000), 0.02);
    }
}

TEST(Delay, FeedbackOneStaysBoundedForTenMinutes) {
  constexpr double kRateHz = 48000.0;
  for (const float time_ms : {1.0f, 83.1f}) {
    Delay unit;
    ASSERT_EQ(unit.prepare({kRateHz, 2, 4800}), Status::ok);
    DelayParams params = kOpen;
    params.time_ms = time_ms;
    params.feedback_ratio = 1.0f;
    params.ping_pong_ratio = 0.3f;
    unit.set_params(params);
    unit.reset();
    double peak = 0.0, first_minute = 0.0;
    const Planes loud = music(2, 48000, kRateHz, 1.0, 5);
    for (int second = 0; second < 600; ++second) {
      Planes io = second < 300 ? loud : Planes(2, 48000);
      const Planes in = io;
      run(unit, io, 4800);
      for (std::size_t c = 0; c < 2; ++c)
        for (std::size_t i = 0; i < io.samples[c].size(); ++i) {
          ASSERT_TRUE(std::isfinite(io.samples[c][i]));
          peak = std::max(peak, std::fabs(static_cast<double>(io.samples[c][i] - in.samples[c][i])));
        }
      if (second == 59) first_minute = peak;
    }
    RecordProperty("peak_of_echoes_lin", std::to_string(peak));
    EXPECT_LE(peak, 4.0) << time_ms;
    EXPECT_LE(peak, 1.1 * first_minute) << time_ms;
    EXPECT_GE(peak, 1.0);
  }
}

TEST(Delay, FullScaleEchoesAreNotBent) {
  constexpr double kRateHz = 48000.0;
  DelayParams params = kOpen;
  params.time_ms = 100.0f;
  const Planes echo = wet_of(sine(1, 48000, kRateHz, 1000.0, 1.0), params, kRateHz);
  EXPECT_LE(thd_db(echo.samples[0], 14400, 24000, kRateHz, 1000.0), -120.0);
}

// After a change of time a steady tone is heard at its own frequency throughout: a swept tap would bend it.
TEST(Delay, AChangeOfTimeBendsNoPitch) {
  constexpr double kRateHz = 48000.0;
  Delay unit;
  ASSERT_EQ(unit.prepare({kRateHz, 1, 512}), Status::ok);
  DelayParams params = kOpen;
  params.time_ms = 50.0f;
  unit.set_params(params);
  unit.reset();
  const Planes in = sine(1, 48000, kRateHz, 1000.0, 0.5);
  Planes io = in;
  unit.process(io.slice(0, 24000));
  params.time_ms = 250.0f;  // whole periods away: both taps carry the same phase, and so must every mix of them
  unit.set_params(params);
  unit.process(io.slice(24000, 24000));
  double loudest = 0.0;
  const auto before = tone_of(io.samples[0], 14400, 4800, kRateHz, 1000.0);
  for (int at = 23000; at < 40000; at += 48) {
    const auto now = tone_of(io.samples[0], at, 480, kRateHz, 1000.0);
    loudest = std::max(loudest, std::abs(now - before) / std::abs(before));
  }
  EXPECT_LE(to_db(loudest), -80.0);
}

TEST(Delay, ATimeSetDuringAFadeFollowsIt) {
  constexpr double kRateHz = 48000.0;
  Delay unit;
  ASSERT_EQ(unit.prepare({kRateHz, 1, 512}), Status::ok);
  DelayParams params = kOpen;
  params.time_ms = 10.0f;
  unit.set_params(params);
  unit.reset();
  Planes io(1, 24000);
  io.samples[0][12000] = 0.5f;
  unit.process(io.slice(0, 100));
  params.time_ms = 20.0f;
  unit.set_params(params);
  unit.process(io.slice(100, 100));
  params.time_ms = 40.0f;
  unit.set_params(params);
  unit.process(io.slice(200, 23800));
  EXPECT_NEAR(delay_frames_of(io.samples[0], 12000 + 1920, 12100, 24000, kRateHz, 1000.0), 12000 + 1920, 0.5);
}

TEST(Delay, NothingOfThePastBurstsInWhenTheLevelRises) {
  constexpr double kRateHz = 48000.0;
  Delay unit;
  ASSERT_EQ(unit.prepare({kRateHz, 2, 512}), Status::ok);
  DelayParams params{.time_ms = 500.0f, .feedback_ratio = 0.9f, .level_lin = 1.0f};
  unit.set_params(params);
  unit.reset();
  Planes loud = noise(2, 96000, 0.5, 1);
  run(unit, loud);
  params.level_lin = 0.0f;
  unit.set_params(params);
  Planes quiet(2, 24000);
  run(unit, quiet);
  params.level_lin = 1.0f;
  params.time_ms = 4000.0f;
  unit.set_params(params);
  Planes after(2, 5 * 48000);
  run(unit, after);
  EXPECT_EQ(peak_of(after.samples[0]), 0.0);
}

}  // namespace
}  // namespace ag06::dsp
