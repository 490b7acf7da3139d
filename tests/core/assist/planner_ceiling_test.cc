// The rendered song against the ceiling on every true-peak meter it will meet: the ideal one, ITU-R BS.1770 Annex 2's and libebur128's.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assist/planner.h"
#include "dsp/limiter/ceiling_meters.h"
#include "engine/session.h"
#include "params/curves.h"
#include "support/ideal_true_peak.h"
#include "support/measure.h"
#include "support/passes.h"
#include "support/peak_tortures.h"

namespace ag06::assist {
namespace {
using namespace ag06::test;
namespace p = ag06::params;

[[nodiscard]] Planes rendered(const Planner& planner, const Planes& song, double rate_hz) {
  engine::Session session;
  EXPECT_EQ(session.prepare({rate_hz, 2, 512}), Status::ok);
  for (const p::Parameter& parameter : p::kTable) EXPECT_EQ(session.set_param(parameter.id, planner.param(parameter.id)), Status::ok);
  session.reset();
  Planes io(2, frame_count(song) + session.latency_frames());
  for (std::size_t c = 0; c < 2; ++c) std::copy(song.samples[c].begin(), song.samples[c].end(), io.samples[c].begin());
  run(session, io);
  for (auto& plane : io.samples) plane.erase(plane.begin(), plane.begin() + session.latency_frames());
  return io;
}

struct Song {
  std::string name;
  Planes planes;
  double target_lufs;  // where the limiter takes a few decibels and can still reach it
};
[[nodiscard]] std::vector<Song> songs(double rate_hz) {
  const int frames = static_cast<int>(2.0 * rate_hz);
  const auto white = gaussian_noise(frames, 3);
  const auto dull = low_passed_at(white, std::min(0.4, 19000.0 / rate_hz), 60);
  const auto drums = synthetic_drums(frames, rate_hz, 4);
  Random random(6);
  std::vector<double> signs(static_cast<std::size_t>(frames));
  for (double& v : signs) v = random.below(2) == 0 ? -0.5 : 0.5;
  const auto of = [](const std::vector<double>& x, double gain) { return [&x, gain](int n) { return gain * x[static_cast<std::size_t>(n)]; }; };
  std::vector<Song> all;
  all.push_back({"white noise", torture_planes(frames, of(white, 0.3)), -9.3});
  all.push_back({"noise to 19 kHz", torture_planes(frames, of(dull, 0.3)), -9.0});
  all.push_back({"drums", torture_planes(frames, of(drums, 0.3)), -14.0});
  all.push_back({"random signs", torture_planes(frames, of(signs, 1.0)), -5.0});
  return all;
}

void expect_at_the_ceiling(const Planes& out, double rate_hz, const std::string& where) {
  dsp::CeilingMeters meters;
  ASSERT_EQ(meters.prepare({rate_hz, 2, 512}), Status::ok);
  Planes copy = out;
  run(meters, copy);
  const dsp::CeilingPeaks peaks = meters.finish();
  double ideal = 0.0;
  for (const auto& plane : out.samples) ideal = std::max(ideal, ideal_true_peak(plane));
  testing::Test::RecordProperty(where, "itu " + std::to_string(peaks.itu_dbtp) + " hann " + std::to_string(peaks.hann_dbtp) + " 16x " +
                                           std::to_string(peaks.ideal_dbtp) + " fft " + std::to_string(to_db(ideal)));
  EXPECT_LE(peaks.itu_dbtp, -1.0) << where;
  EXPECT_LE(peaks.hann_dbtp, -1.0) << where;
  EXPECT_LE(peaks.ideal_dbtp, -1.0) << where;
  EXPECT_LE(to_db(ideal), -1.0) << where;
  // Not by turning everything down: what is left is what the limiter allows for content next to the Nyquist frequency.
  EXPECT_GE(peaks.highest_dbtp(), -1.4) << where;
}

TEST(PlannerCeiling, HoldsOnEveryMeterAtALoudnessTarget) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    for (Song& song : songs(rate_hz)) {
      Planner planner;
      ASSERT_EQ(planner.prepare({rate_hz, 2, 4096}, {.kind = PlannerOptions::Kind::fit_only, .target_lufs = song.target_lufs}), Status::ok);
      run_passes(planner, song.planes);
      ASSERT_EQ(planner.param(p::kLimiterEnabled), 1.0) << song.name;
      expect_at_the_ceiling(rendered(planner, song.planes, rate_hz), rate_hz, song.name + ", " + std::to_string(static_cast<int>(rate_hz)));
    }
  }
}

// Settings as they are, only the ceiling fitted: one listening pass and at most three renders.
TEST(PlannerCeiling, IsMetInThreeRendersWithoutALoudnessTarget) {
  int most_passes = 0;
  for (const double rate_hz : {44100.0, 48000.0}) {
    for (Song& song : songs(rate_hz)) {
      for (const double gain_db : {6.0, 18.0}) {
        Planner planner;
        ASSERT_EQ(planner.prepare({rate_hz, 2, 4096}, {.kind = PlannerOptions::Kind::fit_only, .target_lufs = std::nan("")}), Status::ok);
        ASSERT_EQ(planner.set_param(p::kOutputGainDb, gain_db), Status::ok);
        ASSERT_EQ(planner.set_param(p::kLimiterEnabled, 1.0), Status::ok);
        ASSERT_EQ(planner.set_param(p::kLimiterReleaseMs, 10.0), Status::ok);
        const int passes = run_passes(planner, song.planes);
        EXPECT_LE(passes, 4) << song.name << ' ' << gain_db;
        most_passes = std::max(most_passes, passes);
        const std::string where = song.name + ", " + std::to_string(static_cast<int>(rate_hz)) + ", +" + std::to_string(static_cast<int>(gain_db));
        expect_at_the_ceiling(rendered(planner, song.planes, rate_hz), rate_hz, where);
      }
    }
  }
  EXPECT_GE(most_passes, 3);  // or nothing here would have needed the meters
}

}  // namespace
}  // namespace ag06::assist
