// The gate's thresholds, times and range against their definitions.
#include "dsp/dynamics/gate.h"

#include <gtest/gtest.h>

#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using test::Planes;

constexpr double kRateHz = 48000.0;
constexpr double kFramesPerMs = 48.0;

// The gain the gate applies, frame by frame of its output, to a signal of the given magnitudes.
std::vector<double> gains_for(const std::vector<float>& magnitudes, const GateParams& params, float max_lookahead_ms = 5.0f) {
  Gate gate;
  EXPECT_EQ(gate.prepare({kRateHz, 1, 512}, max_lookahead_ms), Status::ok);
  gate.set_params(params);
  gate.reset();
  Planes io(1, static_cast<int>(magnitudes.size()) + gate.latency_frames());
  std::copy(magnitudes.begin(), magnitudes.end(), io.samples[0].begin());
  test::run(gate, io);
  std::vector<double> gains;
  for (std::size_t i = 0; i < magnitudes.size(); ++i)
    gains.push_back(io.samples[0][i + static_cast<std::size_t>(gate.latency_frames())] / static_cast<double>(magnitudes[i]));
  return gains;
}

std::vector<float> steps(std::initializer_list<std::pair<int, double>> frames_and_levels_db) {
  std::vector<float> magnitudes;
  for (const auto& [frames, level_db] : frames_and_levels_db)
    magnitudes.insert(magnitudes.end(), static_cast<std::size_t>(frames), static_cast<float>(test::from_db(level_db)));
  return magnitudes;
}

int first_frame_where(const std::vector<double>& gains, int from, bool (*holds)(double)) {
  for (std::size_t i = static_cast<std::size_t>(from); i < gains.size(); ++i)
    if (holds(gains[i])) return static_cast<int>(i);
  return -1;
}

TEST(Gate, OpensAtThresholdAndClosesBelowHysteresis) {
  GateParams params{.threshold_dbfs = -40.0f, .hysteresis_db = 6.0f, .range_db = 30.0f, .attack_ms = 0.02f};
  params.hold_ms = params.lookahead_ms = 0.0f;
  params.release_ms = 1.0f;
  // 1.5 dB in 24000 frames: the level moves 0.003 dB while the gate fades.
  std::vector<float> ramp;
  for (int i = 0; i < 24 * 24000; ++i) {
    const double level_db = i < 12 * 24000 ? -52.0 + i / 24000.0 * 1.5 : -34.0 - (i - 12 * 24000) / 24000.0 * 1.5;
    ramp.push_back(static_cast<float>(test::from_db(level_db)));
  }
  const auto gains = gains_for(ramp, params);
  const int opens = first_frame_where(gains, 0, [](double g) { return g > 0.999; });
  ASSERT_GT(opens, 0);
  EXPECT_NEAR(test::to_db(ramp[static_cast<std::size_t>(opens)]), -40.0, 0.02);
  const int closes = first_frame_where(gains, opens, [](double g) { return g < 0.999; });
  ASSERT_GT(closes, 0);
  EXPECT_GT(closes, 12 * 24000) << "closed on the way up";
  EXPECT_NEAR(test::to_db(ramp[static_cast<std::size_t>(closes)]), -46.0, 0.02);
}

TEST(Gate, HysteresisRidesOverAWobbleAtTheThreshold) {
  const auto transitions = [](float hysteresis_db) {
    GateParams params{.threshold_dbfs = -30.0f, .hysteresis_db = hysteresis_db, .hold_ms = 5.0f, .release_ms = 20.0f};
    std::vector<float> tone;
    for (int i = 0; i < 3 * 48000; ++i) {
      const double level_db = -30.0 - std::cos(2.0 * kPi * 3.0 * i / kRateHz);
      tone.push_back(static_cast<float>(test::from_db(level_db)));
    }
    const auto gains = gains_for(tone, params);
    int count = 0;
    for (std::size_t i = 1; i < gains.size(); ++i) count += (gains[i] > 0.999) != (gains[i - 1] > 0.999);
    return count;
  };
  EXPECT_EQ(transitions(4.0f), 1);
  EXPECT_GE(transitions(0.0f), 10);
}

TEST(Gate, ClosedGateTurnsDownByItsRange) {
  for (const float range_db : {0.0f, 6.0f, 24.0f, 60.0f, 120.0f}) {
    const auto gains = gains_for(steps({{4800, -70.0}}), {.threshold_dbfs = -40.0f, .range_db = range_db});
    EXPECT_NEAR(test::to_db(gains.front()), -range_db, 0.001);
    EXPECT_NEAR(test::to_db(gains.back()), -range_db, 0.001);
  }
}

TEST(Gate, AttackHoldAndReleaseTakeTheirTimes) {
  for (const float lookahead_ms : {0.0f, 2.0f, 5.0f})
    for (const float attack_ms : {0.5f, 4.0f, 20.0f})
      for (const float hold_ms : {0.0f, 30.0f, 200.0f}) {
        const GateParams params{.threshold_dbfs = -40.0f,
                                .attack_ms = attack_ms,
                                .hold_ms = hold_ms,
                                .release_ms = 80.0f,
                                .lookahead_ms = lookahead_ms};
        const int step_up = 4800, step_down = step_up + 9600;
        const auto gains = gains_for(steps({{4800, -70.0}, {9600, -20.0}, {30000, -70.0}}), params);
        const int starts = first_frame_where(gains, 0, [](double g) { return g > test::from_db(-23.999); });
        EXPECT_NEAR(starts, step_up - lookahead_ms * kFramesPerMs, 1.0 + 0.02 * attack_ms * kFramesPerMs);
        const int opened = first_frame_where(gains, 0, [](double g) { return g == 1.0; });
        EXPECT_NEAR(opened, step_up + (attack_ms - lookahead_ms) * kFramesPerMs, 1.0);
        const int closes = first_frame_where(gains, opened, [](double g) { return g < 1.0; });
        EXPECT_NEAR(closes, step_down + hold_ms * kFramesPerMs, 1.0) << "hold " << hold_ms << " look-ahead " << lookahead_ms;
        const int closed = first_frame_where(gains, closes, [](double g) { return g < test::from_db(-23.9999); });
        EXPECT_NEAR(closed, closes + 80.0 * kFramesPerMs, 0.01 * 80.0 * kFramesPerMs);
      }
}

// An attack of one frame opens at once: the look-ahead and the hold are exact to the frame.
TEST(Gate, LookAheadAndHoldAreExactToTheFrame) {
  for (const float lookahead_ms : {0.0f, 1.0f, 2.0f, 5.0f})
    for (const float hold_ms : {0.0f, 10.0f}) {
      const GateParams params{.threshold_dbfs = -40.0f, .attack_ms = 0.02f, .hold_ms = hold_ms, .release_ms = 1.0f, .lookahead_ms = lookahead_ms};
      const auto gains = gains_for(steps({{4800, -70.0}, {4800, -20.0}, {4800, -70.0}}), params);
      const int opened = first_frame_where(gains, 0, [](double g) { return g == 1.0; });
      EXPECT_EQ(opened, 4800 - frames_for_ms(lookahead_ms, kRateHz));
      EXPECT_EQ(first_frame_where(gains, opened, [](double g) { return g < 1.0; }), 9600 + frames_for_ms(hold_ms, kRateHz));
    }
}

TEST(Gate, LookAheadPassesATransientWhole) {
  GateParams params{.threshold_dbfs = -40.0f, .range_db = 60.0f, .attack_ms = 4.0f, .lookahead_ms = 5.0f};
  auto gains = gains_for(steps({{4800, -80.0}, {480, -10.0}}), params);
  EXPECT_EQ(gains[4800], 1.0);
  params.lookahead_ms = 0.0f;
  gains = gains_for(steps({{4800, -80.0}, {480, -10.0}}), params);
  EXPECT_LT(test::to_db(gains[4800]), -50.0) << "without look-ahead the fade begins at the transient";
}

TEST(Gate, LatencyIsTheLongestLookAheadWhateverIsSet) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 192000.0})
    for (const float max_ms : {0.0f, 2.5f, 5.0f, 50.0f}) {
      Gate gate;
      ASSERT_EQ(gate.prepare({rate_hz, 2, 64}, max_ms), Status::ok);
      EXPECT_EQ(gate.latency_frames(), frames_for_ms(max_ms, rate_hz));
      Planes io = test::constant(2, 20000, 0.0f);
      io.samples[0][100] = 0.5f;
      gate.set_params({.lookahead_ms = 1.0f});
      test::run(gate, io);
      int at = 0;
      while (at < 20000 && io.samples[0][static_cast<std::size_t>(at)] == 0.0f) ++at;
      EXPECT_EQ(at, 100 + gate.latency_frames());
    }
  Gate gate;
  EXPECT_EQ(gate.prepare({kRateHz, 2, 64}, -1.0f), Status::out_of_range);
  EXPECT_EQ(gate.prepare({kRateHz, 2, 64}, 51.0f), Status::out_of_range);
  EXPECT_EQ(gate.prepare({kRateHz, 2, 64}, std::nanf("")), Status::out_of_range);
}

TEST(Gate, OpenGateIsTheDelayedInputBitForBit) {
  Gate gate;
  ASSERT_EQ(gate.prepare({kRateHz, 2, 512}), Status::ok);
  const Planes in = test::noise(2, 48000, 0.5, 3);
  Planes out = in;
  test::run(gate, out);
  // The default look-ahead of 2 ms and attack of 1 ms have opened it before the first sample comes out.
  for (std::size_t i = 0; i + 240 < in.samples[0].size(); ++i) {
    ASSERT_TRUE(test::same_bits(out.samples[0][i + 240], in.samples[0][i]));
    ASSERT_TRUE(test::same_bits(out.samples[1][i + 240], in.samples[1][i]));
  }
  EXPECT_EQ(gate.gain_reduction_db(), 0.0f);
}

TEST(Gate, TheLouderChannelOpensBoth) {
  for (const std::size_t loud : {0u, 1u}) {
    Gate gate;
    ASSERT_EQ(gate.prepare({kRateHz, 2, 512}), Status::ok);
    gate.set_params({.threshold_dbfs = -40.0f});
    Planes io = test::constant(2, 4800, 0.001f);
    io.samples[loud].assign(4800, 0.1f);
    test::run(gate, io);
    EXPECT_EQ(io.samples[1 - loud].back(), 0.001f);
    EXPECT_EQ(io.samples[loud].back(), 0.1f);
  }
}

TEST(Gate, ReportsTheReductionItApplies) {
  Gate gate;
  ASSERT_EQ(gate.prepare({kRateHz, 1, 512}), Status::ok);
  gate.set_params({.threshold_dbfs = -20.0f, .range_db = 18.0f});
  gate.reset();
  Planes io = test::constant(1, 480, 0.01f);
  gate.process(io.block());
  EXPECT_NEAR(gate.gain_reduction_db(), 18.0f, 1e-4f);
  io = test::constant(1, 4800, 0.5f);
  gate.process(io.block());
  EXPECT_NEAR(gate.gain_reduction_db(), 18.0f, 1e-4f) << "the largest within the block, closed at its start";
  gate.process(io.block());
  EXPECT_EQ(gate.gain_reduction_db(), 0.0f);
}

// TARGETS asks for no more than -75 dB above 2 kHz. Opening is aligned with a transient, so only closing is measured.
TEST(Gate, ClosesWithoutSplatter) {
  Gate gate;
  ASSERT_EQ(gate.prepare({kRateHz, 1, 512}), Status::ok);
  gate.set_params({.threshold_dbfs = -20.0f, .range_db = 60.0f, .hold_ms = 40.0f, .release_ms = 50.0f});
  Planes io(1, 19200);
  test::add_sine(io, 0, 9600, kRateHz, 100.0, 0.5);
  test::add_sine(io, 9600, 9600, kRateHz, 100.0, 0.05);
  const double input_db = test::click_db(io.samples[0], kRateHz, 0.5, 11000);
  test::run(gate, io);
  ASSERT_LT(input_db, -100.0);
  EXPECT_LE(test::click_db(io.samples[0], kRateHz, 0.5, 11000), -75.0);
  EXPECT_NEAR(test::tone_db(io.samples[0], 16800, 2400, kRateHz, 100.0), test::to_db(0.05) - 60.0, 0.05);
}

// In first-millisecond terms: TARGETS asks for <= 0.1 dB down with 5 ms of look-ahead.
TEST(Gate, LookAheadLosesNothingOfTheFirstMillisecond) {
  for (const float attack_ms : {0.1f, 1.0f, 5.0f})
    for (const float ratio : {2.0f, 100.0f}) {
      const GateParams params{.threshold_dbfs = -40.0f, .range_db = 60.0f, .attack_ms = attack_ms, .lookahead_ms = 5.0f, .ratio = ratio};
      const auto gains = gains_for(steps({{9600, -80.0}, {480, -10.0}}), params);
      for (std::size_t i = 9600; i < 9648; ++i) ASSERT_GE(test::to_db(gains[i]), -0.1) << "attack " << attack_ms << ", ratio " << ratio;
    }
}

TEST(Gate, ExpanderFollowsItsCurve) {
  for (const float ratio : {1.0f, 1.5f, 2.0f, 4.0f, 20.0f, 99.0f})
    for (const double below_db : {0.5, 3.0, 10.0, 25.0}) {
      const GateParams params{.threshold_dbfs = -30.0f, .range_db = 40.0f, .ratio = ratio};
      const auto gains = gains_for(steps({{48000, -30.0 - below_db}}), params);
      const double expected_db = -std::min(40.0, (static_cast<double>(ratio) - 1.0) * below_db);
      EXPECT_NEAR(test::to_db(gains.back()), expected_db, 0.005) << "ratio " << ratio << ", " << below_db << " dB below";
    }
}

// A tone's level is its peak from 50 Hz upwards, and the expander does not ride on its wave.
TEST(Gate, ExpanderHearsAToneByItsPeak) {
  for (const double freq_hz : {50.0, 100.0, 997.0, 7000.0}) {
    Gate gate;
    ASSERT_EQ(gate.prepare({kRateHz, 1, 512}), Status::ok);
    gate.set_params({.threshold_dbfs = -20.0f, .range_db = 40.0f, .ratio = 2.0f});
    gate.reset();
    Planes io = test::sine(1, 96000, kRateHz, freq_hz, test::from_db(-32.0));
    test::run(gate, io);
    EXPECT_NEAR(test::tone_db(io.samples[0], 48000, 48000, kRateHz, freq_hz), -44.0, 0.05) << freq_hz << " Hz";
    EXPECT_LE(test::thd_db(io.samples[0], 48000, 48000, kRateHz, freq_hz), -80.0) << freq_hz << " Hz";
  }
}

TEST(Gate, RatioOneHasNoEffectBitForBit) {
  Gate gate;
  ASSERT_EQ(gate.prepare({kRateHz, 2, 512}), Status::ok);
  gate.set_params({.threshold_dbfs = -6.0f, .ratio = 1.0f});
  gate.reset();
  const Planes in = test::noise(2, 9600, 0.1, 5);
  Planes out = in;
  test::run(gate, out);
  for (std::size_t i = 0; i + 240 < in.samples[0].size(); ++i) ASSERT_TRUE(test::same_bits(out.samples[0][i + 240], in.samples[0][i]));
  EXPECT_EQ(gate.gain_reduction_db(), 0.0f);
}

// Back at a ratio of 100 it is the gate it would have been, to the bit.
TEST(Gate, ReturnsFromExpandingToTheSameGate) {
  Gate used, plain;
  const GateParams gate_params{.threshold_dbfs = -20.0f, .range_db = 30.0f, .release_ms = 20.0f};
  GateParams expander_params = gate_params;
  expander_params.ratio = 3.0f;
  ASSERT_EQ(used.prepare({kRateHz, 2, 512}), Status::ok);
  ASSERT_EQ(plain.prepare({kRateHz, 2, 512}), Status::ok);
  used.set_params(expander_params);
  plain.set_params(gate_params);
  used.reset();
  plain.reset();
  Planes a = test::noise(2, 3 * 48000, 0.03, 5), b = a;
  used.process(a.slice(0, 48000));
  plain.process(b.slice(0, 48000));
  EXPECT_NE(a.samples[0][47999], b.samples[0][47999]);
  used.set_params(gate_params);
  used.process(a.slice(48000, 96000));
  plain.process(b.slice(48000, 96000));
  for (std::size_t i = 96000; i < 144000; ++i) ASSERT_TRUE(test::same_bits(a.samples[0][i], b.samples[0][i]));
  GateParams deeper = gate_params;
  deeper.range_db = 50.0f;
  used.set_params(deeper);
  plain.set_params(deeper);
  Planes c = test::noise(2, 9600, 0.03, 6), d = c;
  test::run(used, c);
  test::run(plain, d);
  EXPECT_EQ(test::first_difference(c, d), -1) << "its range moves as a gate's";
}

TEST(Gate, ExpanderOpensAtThresholdAndClosesBelowHysteresis) {
  GateParams params{.threshold_dbfs = -40.0f, .hysteresis_db = 6.0f, .range_db = 60.0f, .attack_ms = 1.0f, .ratio = 3.0f};
  params.hold_ms = 20.0f;
  params.release_ms = 20.0f;
  params.lookahead_ms = 0.0f;
  std::vector<float> ramp;
  for (int i = 0; i < 24 * 24000; ++i) {
    const double level_db = i < 12 * 24000 ? -52.0 + i / 24000.0 * 1.5 : -34.0 - (i - 12 * 24000) / 24000.0 * 1.5;
    ramp.push_back(static_cast<float>(test::from_db(level_db)));
  }
  const auto gains = gains_for(ramp, params);
  for (int i = 24000; i < 7 * 24000; i += 4800)
    EXPECT_NEAR(test::to_db(gains[static_cast<std::size_t>(i)]), 2.0 * (-12.0 + i / 24000.0 * 1.5), 0.05) << "on the way up, along the curve";
  const int opens = first_frame_where(gains, 0, [](double g) { return g == 1.0; });
  ASSERT_GT(opens, 0);
  EXPECT_NEAR(test::to_db(ramp[static_cast<std::size_t>(opens)]), -40.0, 0.1);
  const int closes = first_frame_where(gains, opens, [](double g) { return g < 0.999; });
  ASSERT_GT(closes, 12 * 24000) << "closed on the way up";
  EXPECT_NEAR(test::to_db(ramp[static_cast<std::size_t>(closes)]), -46.0, 0.1);
  EXPECT_NEAR(test::to_db(gains[23 * 24000]), 2.0 * (test::to_db(ramp[23 * 24000]) + 40.0), 0.2)
      << "on the way down, along the curve, which moves 6 dB a second: late by the level window and the release";
}

TEST(Gate, ExpanderOpensAndClosesInTheGatesTimes) {
  for (const float attack_ms : {0.5f, 4.0f, 20.0f})
    for (const float hold_ms : {30.0f, 200.0f}) {
      GateParams params{.threshold_dbfs = -40.0f, .attack_ms = attack_ms, .hold_ms = hold_ms, .release_ms = 80.0f, .lookahead_ms = 2.0f};
      params.ratio = 1.5f;
      const int step_up = 24000, step_down = step_up + 9600;
      const auto gains = gains_for(steps({{step_up, -60.0}, {9600, -20.0}, {30000, -70.0}}), params);
      EXPECT_NEAR(test::to_db(gains[20000]), -10.0, 0.01);
      const int opened = first_frame_where(gains, 0, [](double g) { return g == 1.0; });
      EXPECT_NEAR(opened, step_up + (attack_ms - 2.0) * kFramesPerMs, 0.05 * attack_ms * kFramesPerMs + 1.0);
      const int closes = first_frame_where(gains, opened, [](double g) { return g < 1.0; });
      EXPECT_NEAR(closes, step_down + hold_ms * kFramesPerMs, 1.0);
      const int closed = first_frame_where(gains, closes, [](double g) { return g < test::from_db(-14.999); });
      EXPECT_NEAR(closed, closes + 80.0 * kFramesPerMs, 0.05 * 80.0 * kFramesPerMs);
    }
}

// Closed, along the curve: 63 % of the way up in the attack time, down in the release time after the level window has passed.
TEST(Gate, ExpanderMovesAlongItsCurveInItsTimes) {
  GateParams params{.threshold_dbfs = -30.0f, .range_db = 60.0f, .attack_ms = 20.0f, .release_ms = 100.0f, .lookahead_ms = 0.0f, .ratio = 2.0f};
  const int step_up = 24000, step_down = 48000;
  const auto gains = gains_for(steps({{step_up, -50.0}, {24000, -40.0}, {48000, -50.0}}), params);
  EXPECT_NEAR(test::to_db(gains[step_up - 1]), -20.0, 0.01);
  EXPECT_NEAR(test::to_db(gains[step_down - 1]), -10.0, 0.01);
  const int up = first_frame_where(gains, step_up, [](double g) { return g > test::from_db(-20.0 + 10.0 * 0.63212); });
  EXPECT_NEAR(up - step_up, 20.0 * kFramesPerMs, 0.05 * 20.0 * kFramesPerMs);
  const int down = first_frame_where(gains, step_down, [](double g) { return g < test::from_db(-10.0 - 10.0 * 0.63212); });
  EXPECT_GE(down - step_down, 0.95 * 100.0 * kFramesPerMs + 10.0 * kFramesPerMs);
  EXPECT_LE(down - step_down, 1.05 * 100.0 * kFramesPerMs + 11.25 * kFramesPerMs);
}

TEST(Gate, ExpanderClosesWithoutSplatter) {
  Gate gate;
  ASSERT_EQ(gate.prepare({kRateHz, 1, 512}), Status::ok);
  gate.set_params({.threshold_dbfs = -10.0f, .range_db = 60.0f, .hold_ms = 40.0f, .release_ms = 50.0f, .ratio = 2.5f});
  Planes io(1, 48000);
  test::add_sine(io, 0, 9600, kRateHz, 100.0, 0.5);
  test::add_sine(io, 9600, 38400, kRateHz, 100.0, 0.2);
  // From there the tone fades to a quarter over 100 ms.
  for (std::size_t i = 16800; i < 48000; ++i) {
    const double faded = std::min(1.0, (static_cast<double>(i) - 16800.0) / 4800.0);
    io.samples[0][i] *= static_cast<float>(1.0 - 0.75 * (0.5 - 0.5 * std::cos(kPi * faded)));
  }
  const double input_db = test::click_db(io.samples[0], kRateHz, 0.5, 11000);
  test::run(gate, io);
  ASSERT_LT(input_db, -75.0);
  EXPECT_LE(test::click_db(io.samples[0], kRateHz, 0.5, 11000), -75.0);
  EXPECT_NEAR(test::tone_db(io.samples[0], 43200, 4800, kRateHz, 100.0), test::to_db(0.05) - 1.5 * (-10.0 - test::to_db(0.05)), 0.02);
}

// The level of a tone at which the gate opens is the threshold less the filters' gain at that frequency.
TEST(Gate, SideChainFiltersShiftTheThresholdByTheirResponse) {
  struct Case {
    float low_hz, high_hz;
    double tone_hz;
  };
  for (const Case& c : {Case{20.0f, 20000.0f, 100.0}, Case{200.0f, 20000.0f, 100.0}, Case{200.0f, 20000.0f, 200.0}, Case{200.0f, 20000.0f, 1000.0},
                        Case{20.0f, 1000.0f, 400.0}, Case{20.0f, 1000.0f, 2000.0}, Case{300.0f, 3000.0f, 150.0}, Case{300.0f, 3000.0f, 6100.0}}) {
    const auto warped = [&](double cutoff_hz) { return std::tan(kPi * c.tone_hz / kRateHz) / std::tan(kPi * cutoff_hz / kRateHz); };
    double response_db = 0.0;
    if (c.low_hz > 20.0f) response_db -= 10.0 * std::log10(1.0 + std::pow(warped(static_cast<double>(c.low_hz)), -4));
    if (c.high_hz < 20000.0f) response_db -= 10.0 * std::log10(1.0 + std::pow(warped(static_cast<double>(c.high_hz)), 4));
    Gate gate;
    ASSERT_EQ(gate.prepare({kRateHz, 1, 512}, 0.0f), Status::ok);
    gate.set_params({.threshold_dbfs = -40.0f, .range_db = 60.0f, .attack_ms = 0.02f, .sidechain_low_hz = c.low_hz, .sidechain_high_hz = c.high_hz});
    gate.reset();
    // From 14 dB under the level it should open at, so that the filters' onset does not open it, to 2 dB over it; 0.03 dB per period at most.
    const int frames = 6 * 48000;
    const double from_db = -54.0 - response_db;
    Planes io(1, frames);
    for (int i = 0; i < frames; ++i)
      io.samples[0][static_cast<std::size_t>(i)] =
          static_cast<float>(test::from_db(from_db + 16.0 * i / frames) * std::sin(2.0 * kPi * c.tone_hz * i / kRateHz));
    const Planes in = io;
    test::run(gate, io);
    int opened = 0;
    while (opened < frames && (in.samples[0][static_cast<std::size_t>(opened)] == 0.0f ||
                               io.samples[0][static_cast<std::size_t>(opened)] != in.samples[0][static_cast<std::size_t>(opened)]))
      ++opened;
    EXPECT_NEAR(from_db + 16.0 * opened / frames, -40.0 - response_db, 0.1) << c.low_hz << " to " << c.high_hz << " Hz, tone " << c.tone_hz;
  }
}

TEST(Gate, RumbleDoesNotOpenItPastTheSideChainHighPass) {
  for (const bool filtered : {false, true}) {
    Gate gate;
    ASSERT_EQ(gate.prepare({kRateHz, 1, 512}), Status::ok);
    gate.set_params({.threshold_dbfs = -30.0f, .range_db = 60.0f, .sidechain_low_hz = filtered ? 200.0f : 20.0f});
    gate.reset();
    Planes rumble = test::sine(1, 48000, kRateHz, 50.0, test::from_db(-12.0));
    test::run(gate, rumble);
    EXPECT_EQ(gate.gain_reduction_db(), filtered ? 60.0f : 0.0f);
    Planes voice = test::sine(1, 48000, kRateHz, 50.0, test::from_db(-12.0));
    test::add_sine(voice, 0, 48000, kRateHz, 1000.0, test::from_db(-20.0));
    test::run(gate, voice);
    EXPECT_EQ(gate.gain_reduction_db(), 0.0f) << "a voice opens it, rumble or not";
  }
}

}  // namespace
}  // namespace ag06::dsp
