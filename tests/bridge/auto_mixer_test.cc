#include "live/auto_mixer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "assist/profiles.gen.h"
#include "engine/session.h"
#include "params/curves.h"

namespace ag06::bridge {
namespace {
namespace p = params;
constexpr double kRateHz = 48000.0;

[[nodiscard]] ParamArray defaults() {
  ParamArray values{};
  for (int i = 0; i < p::kCount; ++i) values[static_cast<std::size_t>(i)] = p::kTable[i].default_value;
  return values;
}

// A muddy, dynamic voice-like noise with pauses.
[[nodiscard]] std::vector<float> sound(double seconds, double level) {
  std::vector<float> samples;
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  double low = 0.0;
  for (int i = 0; i < static_cast<int>(seconds * kRateHz); ++i) {
    low = 0.97 * low + 0.03 * normal(random);
    const double envelope = std::max(0.002, std::sin(2.0 * std::numbers::pi * 1.3 * i / kRateHz));
    samples.push_back(static_cast<float>(level * 20.0 * low * envelope));
    samples.push_back(samples.back());
  }
  return samples;
}

[[nodiscard]] std::vector<float> through_chain(std::vector<float> interleaved, const ParamArray& values) {
  engine::Session session;
  EXPECT_EQ(session.prepare({kRateHz, 2, 512}, engine::LatencyMode::live), Status::ok);
  for (int i = 0; i < p::kCount; ++i) EXPECT_EQ(session.set_param(p::kTable[i].id, values[static_cast<std::size_t>(i)]), Status::ok);
  session.reset();
  for (std::size_t at = 0; at < interleaved.size() / 2; at += 512) {
    const auto count = static_cast<int>(std::min<std::size_t>(512, interleaved.size() / 2 - at));
    float left[512], right[512];
    for (int i = 0; i < count; ++i) left[i] = interleaved[2 * (at + static_cast<std::size_t>(i))], right[i] = interleaved[2 * (at + static_cast<std::size_t>(i)) + 1];
    float* planes[] = {left, right};
    session.process({planes, 2, count});
    for (int i = 0; i < count; ++i) interleaved[2 * (at + static_cast<std::size_t>(i))] = left[i], interleaved[2 * (at + static_cast<std::size_t>(i)) + 1] = right[i];
  }
  return interleaved;
}

TEST(AutoMixer, StepsLeadToTheTargetLoudnessAndThenStop) {
  const std::vector<float> input = sound(12.0, 0.02);
  ParamArray values = defaults();
  const AutoOptions options;
  int rounds = 0;
  for (; rounds < 80; ++rounds) {
    const AutoStep step = next_auto_step(input, through_chain(input, values), kRateHz, values, {}, options);
    ASSERT_EQ(step.waiting_for, "");
    if (step.moves.empty()) break;
    for (const AutoMove& move : step.moves) {
      ASSERT_EQ(p::check(p::kTable[move.param_index], move.to), Status::ok);
      EXPECT_EQ(move.from, values[static_cast<std::size_t>(move.param_index)]);
      EXPECT_NE(move.reason, "");
      values[static_cast<std::size_t>(move.param_index)] = move.to;
    }
  }
  EXPECT_LT(rounds, 80) << "it settles";
  EXPECT_GT(rounds, 3) << "and does not jump";
  const std::vector<float> output = through_chain(input, values);
  EXPECT_EQ(values[p::kLimiterEnabledIndex], 1.0);
  EXPECT_NE(values[p::kOutputGainDbIndex], 0.0);
  const AutoStep last = next_auto_step(input, output, kRateHz, values, {}, options);
  EXPECT_TRUE(last.moves.empty());
}

TEST(AutoMixer, NoStepIsLargerThanAllowed) {
  const std::vector<float> input = sound(10.0, 0.02);
  const ParamArray values = defaults();
  const AutoStep step = next_auto_step(input, through_chain(input, values), kRateHz, values, {}, {});
  ASSERT_FALSE(step.moves.empty());
  for (const AutoMove& move : step.moves) {
    const p::Parameter& parameter = p::kTable[move.param_index];
    if (parameter.curve == p::Curve::toggle || parameter.curve == p::Curve::choice) continue;
    if (std::string(parameter.unit).rfind("dB", 0) == 0) EXPECT_LE(std::fabs(move.to - move.from), 1.0 + parameter.step) << parameter.key;
    else EXPECT_LE(std::fabs(p::to_norm(parameter, move.to) - p::to_norm(parameter, move.from)), 0.12) << parameter.key;
  }
}

TEST(AutoMixer, WhatAPersonSetIsLeftAlone) {
  const std::vector<float> input = sound(10.0, 0.02);
  const ParamArray values = defaults();
  const AutoStep free = next_auto_step(input, input, kRateHz, values, {}, {});
  ASSERT_FALSE(free.moves.empty());
  ParamSet held;
  held.set(static_cast<std::size_t>(free.moves.front().param_index));
  const AutoStep step = next_auto_step(input, input, kRateHz, values, held, {});
  EXPECT_EQ(step.moves.size(), free.moves.size() - 1);
  for (const AutoMove& move : step.moves) EXPECT_NE(move.param_index, free.moves.front().param_index);
  held.set();
  EXPECT_TRUE(next_auto_step(input, input, kRateHz, values, held, {}).moves.empty());
}

TEST(AutoMixer, WaitsForEnoughToHear) {
  const ParamArray values = defaults();
  EXPECT_NE(next_auto_step(sound(5.0, 0.1), sound(5.0, 0.1), kRateHz, values, {}, {}).waiting_for, "");
  const std::vector<float> silence(static_cast<std::size_t>(2 * 10 * kRateHz), 0.0f);
  const AutoStep step = next_auto_step(silence, silence, kRateHz, values, {}, {});
  EXPECT_TRUE(step.moves.empty());
  EXPECT_NE(step.waiting_for, "");
}

}  // namespace
}  // namespace ag06::bridge
