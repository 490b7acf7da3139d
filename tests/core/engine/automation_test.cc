// Every parameter moved while sound plays, across the whole chain. TARGETS section 5: jumps and bypasses click at most -75 dB; everything stays finite.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/session.h"
#include "params/curves.h"
#include "support/measure.h"
#include "support/music.h"

namespace ag06::engine {
namespace {
using test::Planes;
using test::Random;
namespace p = ag06::params;

constexpr double kRateHz = 48000.0;
constexpr double kLoudestClickDb = -75.0;

void set(Session& session, int param_id, double value) { ASSERT_EQ(session.set_param(param_id, value), Status::ok) << param_id; }

// Everything works on a 100 Hz tone, each unit so slowly that it does not itself bend the tone: what is above 2 kHz are the jumps.
void set_to_work(Session& session, const p::Parameter& jumping) {
  for (const int id : {p::kGateEnabled, p::kCompEnabled, p::kEqEnabled, p::kLimiterEnabled}) set(session, id, 1.0);
  set(session, p::kGateThresholdDbfs, -60.0);
  set(session, p::kGateHoldMs, 100.0);
  set(session, p::kGateAttackMs, 50.0);
  set(session, p::kCompThresholdDbfs, -30.0);
  set(session, p::kCompRatio, 3.0);
  set(session, p::kCompAttackMs, 30.0);
  set(session, p::kCompReleaseMs, 400.0);
  set(session, p::kCompSidechainHpHz, 20.0);
  set(session, p::kLimiterCeilingDbtp, -3.0);
  set(session, p::kLimiterReleaseMs, 300.0);
  const bool of_a_band = jumping.id >= p::kEq1Enabled && jumping.id < p::kOutputGainDb;
  for (int band = 0; band < dsp::kEqBands; ++band) {
    const bool jumps = of_a_band && (jumping.id - p::kEq1Enabled) / 10 == band;
    set(session, p::kEq1Enabled + 10 * band, jumps || band > 0 ? 1.0 : 0.0);
    set(session, p::kEq1GainDb + 10 * band, jumps ? 12.0 : 3.0);
    if (jumps) set(session, p::kEq1FreqHz + 10 * band, 120.0);
  }
}

// What lies above 2 kHz, against the tone that comes out, while the parameter takes these positions of its range for 100 ms each.
double above_2_khz_db(const p::Parameter& parameter, const std::vector<double>& positions_norm) {
  constexpr int kHoldFrames = 4800, kSettledFrames = 2 * kHoldFrames;
  Session session;
  EXPECT_EQ(session.prepare({kRateHz, 1, 512}), Status::ok);
  set_to_work(session, parameter);
  set(session, parameter.id, p::from_norm(parameter, positions_norm[0]));
  session.reset();
  Planes io(1, static_cast<int>(positions_norm.size()) * kHoldFrames);
  for (std::size_t i = 0; i < io.samples[0].size(); ++i) io.samples[0][i] = static_cast<float>(0.25 * std::sin(2.0 * kPi * 100.0 * static_cast<double>(i) / kRateHz));
  for (std::size_t k = 0; k < positions_norm.size(); ++k) {
    set(session, parameter.id, p::from_norm(parameter, positions_norm[k]));
    session.process(io.slice(static_cast<int>(k) * kHoldFrames, kHoldFrames));
  }
  return test::click_db(io.samples[0], kRateHz, test::peak_of(io.samples[0], kSettledFrames), kSettledFrames);
}

TEST(Automation, NoParameterClicksWhenItJumps) {
  Random random(5);
  double loudest_db = -200.0;
  for (const p::Parameter& parameter : p::kTable) {
    std::vector<double> jumps_norm;
    for (int k = 0; k < 24; ++k) jumps_norm.push_back(k < 12 ? k % 2 : random.unit());
    const double jumping_db = above_2_khz_db(parameter, jumps_norm);
    // An attack of a tenth of a millisecond bends the tone without any jump.
    const double standing_db = std::max(above_2_khz_db(parameter, std::vector<double>(8, 0.0)), above_2_khz_db(parameter, std::vector<double>(8, 1.0)));
    EXPECT_LE(jumping_db, std::max(kLoudestClickDb, standing_db + 0.1)) << parameter.key;
    if (standing_db < kLoudestClickDb) loudest_db = std::max(loudest_db, jumping_db);
  }
  RecordProperty("loudest_click_db", std::to_string(loudest_db));
}

// A minute of everything at once, a thousand times a second; the limiter stays on and its ceiling holds throughout.
TEST(Automation, EverythingMovedAThousandTimesASecondStaysUnderTheCeiling) {
  Session session;
  ASSERT_EQ(session.prepare({kRateHz, 2, 48}), Status::ok);
  set(session, p::kLimiterEnabled, 1.0);
  session.reset();
  Random random(3);
  const float ceiling_lin = std::pow(10.0f, -1.0f / 20.0f);
  for (int ms = 0; ms < 60000; ++ms) {
    for (const p::Parameter& parameter : p::kTable)
      if (parameter.id != p::kLimiterEnabled && parameter.id != p::kLimiterCeilingDbtp)
        set(session, parameter.id, p::from_norm(parameter, random.below(5) == 0 ? random.below(2) : random.unit()));
    Planes io(2, 48);
    for (int i = 0; i < 48; ++i) {
      const double t = (ms * 48 + i) / kRateHz;
      io.samples[0][static_cast<std::size_t>(i)] = static_cast<float>(0.5 * std::sin(2.0 * kPi * 100.0 * t) + 0.3 * (random.unit() - 0.5));
      io.samples[1][static_cast<std::size_t>(i)] = static_cast<float>(0.3 * std::sin(2.0 * kPi * 1030.0 * t));
    }
    session.process(io.block());
    for (const auto& plane : io.samples)
      for (const float x : plane) ASSERT_LE(std::fabs(x), ceiling_lin) << ms;  // false for NaN as well
  }
  EXPECT_EQ(session.fault_count(), 0.0);
}

}  // namespace
}  // namespace ag06::engine
