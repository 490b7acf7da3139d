// The pass over parts of a long song that says how loud the chain makes it, the sinks that hear what was rendered and mixed, and options that come late.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "analysis/stream_meter.h"
#include "assist/planner.h"
#include "support/music.h"
#include "support/passes.h"

namespace ag06::assist {
namespace {
using test::music;
using test::Planes;
using test::run_passes;
namespace p = ag06::params;

constexpr double kRateHz = 22050.0;
constexpr int kSecond = 22050;

// Tone and dynamics that change the loudness by several decibels.
void prepare_a_fit(Planner& planner, double target_lufs) {
  ASSERT_EQ(planner.prepare({kRateHz, 2, 4096}, {.kind = PlannerOptions::Kind::fit_only, .target_lufs = target_lufs}), Status::ok);
  ASSERT_EQ(planner.set_param(p::kEqEnabled, 1.0), Status::ok);
  ASSERT_EQ(planner.set_param(p::kEq4Enabled, 1.0), Status::ok);
  ASSERT_EQ(planner.set_param(p::kEq4GainDb, 9.0), Status::ok);
  ASSERT_EQ(planner.set_param(p::kCompEnabled, 1.0), Status::ok);
}

struct Heard final : RenderedSink {
  analysis::StreamMeter meter;
  int begun = 0;
  std::vector<float> left;
  void begin() override {
    ++begun;
    meter.reset();
    left.clear();
  }
  void take(ConstAudioBlock block) override {
    meter.process(block);
    left.insert(left.end(), block.channel(0), block.channel(0) + block.frames);
  }
};

// Every number of the plan, and its words.
void expect_same_plan(const Planner& a, const Planner& b) {
  for (const p::Parameter& parameter : p::kTable) EXPECT_EQ(a.param(parameter.id), b.param(parameter.id)) << parameter.key;
  ASSERT_EQ(a.moves().size(), b.moves().size());
  for (std::size_t i = 0; i < a.moves().size(); ++i) {
    EXPECT_STREQ(a.moves()[i].reason, b.moves()[i].reason);
    EXPECT_STREQ(a.moves()[i].evidence, b.moves()[i].evidence);
  }
  ASSERT_EQ(a.notes().size(), b.notes().size());
  for (std::size_t i = 0; i < a.notes().size(); ++i) EXPECT_STREQ(a.notes()[i], b.notes()[i]);
  EXPECT_EQ(std::memcmp(&a.heard(), &b.heard(), sizeof(a.heard())), 0);
  EXPECT_EQ(std::memcmp(&a.output_report(), &b.output_report(), sizeof(a.output_report())), 0);
}

TEST(PlannerPilot, ALongSongNeedsTwoRendersAtMost) {
  for (const double target_lufs : {-23.0, -16.0, -12.0}) {
    Planes song = music(2, 75 * kSecond, kRateHz, 0.3, 21);
    Planner planner;
    prepare_a_fit(planner, target_lufs);
    Heard heard;
    ASSERT_EQ(heard.meter.prepare({kRateHz, 2, 4096}), Status::ok);
    planner.set_rendered_sink(&heard);
    run_passes(planner, song);
    EXPECT_LE(heard.begun, 2) << target_lufs;
    EXPECT_NEAR(planner.output_report().integrated_lufs, target_lufs, 0.02 + 1e-9);
  }
}

TEST(PlannerPilot, BlockCutsDoNotChangeTheResult) {
  Planes song = music(2, 75 * kSecond, kRateHz, 0.3, 22);
  Planner a, b;
  prepare_a_fit(a, -15.0);
  prepare_a_fit(b, -15.0);
  run_passes(a, song, 4096);
  run_passes(b, song, 777);
  expect_same_plan(a, b);
}

TEST(PlannerPilot, TheSinkHearsWhatTheFinalSettingsGiveAndNotThePilot) {
  Planes song = music(2, 75 * kSecond, kRateHz, 0.3, 23);
  Planner planner;
  prepare_a_fit(planner, -14.0);
  Heard heard;
  ASSERT_EQ(heard.meter.prepare({kRateHz, 2, 4096}), Status::ok);
  planner.set_rendered_sink(&heard);
  run_passes(planner, song);
  EXPECT_GE(heard.begun, 1);
  EXPECT_EQ(heard.left.size(), song.samples[0].size());
  const analysis::StreamReport report = heard.meter.finish();
  EXPECT_EQ(report.integrated_lufs, planner.output_report().integrated_lufs);
  EXPECT_EQ(report.true_peak_dbtp, planner.output_report().true_peak_dbtp);
}

TEST(PlannerPilot, ASongThatIsSilentWhereItListensIsFittedAllTheSame) {
  Planes song = music(2, 75 * kSecond, kRateHz, 0.3, 24);
  for (std::vector<float>& channel : song.samples)
    for (std::size_t i = 0; i < channel.size(); ++i)
      if (const double s = std::fmod(static_cast<double>(i) / kRateHz, 24.0); s > 9.0 && s < 15.0) channel[i] = 0.0f;
  Planner planner;
  prepare_a_fit(planner, -16.0);
  run_passes(planner, song);
  EXPECT_NEAR(planner.output_report().integrated_lufs, -16.0, 0.02 + 1e-9);
}

TEST(PlannerPilot, OptionsMayComeWhileItListens) {
  Planes song = music(2, 20 * kSecond, kRateHz, 0.3, 25);
  Planner late, early;
  const PlannerOptions wanted{.target_lufs = -18.0, .amount_01 = 0.5};
  ASSERT_EQ(early.prepare({kRateHz, 2, 4096}, wanted), Status::ok);
  run_passes(early, song);
  ASSERT_EQ(late.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  for (int at = 0; at < song.block().frames; at += 2205) late.feed(song.slice(at, 2205));
  EXPECT_EQ(late.set_options({.target_lufs = -2.0}), Status::out_of_range);
  ASSERT_EQ(late.set_options(wanted), Status::ok);
  late.end_pass();
  run_passes(late, song);
  expect_same_plan(early, late);
}

void append(Planes& to, ConstAudioBlock block) {
  for (int c = 0; c < 2; ++c) {
    std::vector<float>& plane = to.samples[static_cast<std::size_t>(c)];
    plane.insert(plane.end(), block.channel(c), block.channel(c) + block.frames);
  }
}

// Measures a pass when it is over.
struct Late final : RenderedMeasurer {
  explicit Late(Planner& of) : planner(of) {}
  void take(ConstAudioBlock block) override { append(waiting, block); }
  void wait() override {
    const int frames = waiting.block().frames;
    for (int at = 0; at < frames; at += 4096) planner.measure(waiting.slice(at, std::min(4096, frames - at)));
    waiting = Planes(2, 0);
    ++waits;
  }
  Planner& planner;
  Planes waiting{2, 0};
  int waits = 0;
};

TEST(PlannerKnows, WhatAnotherHeardOfTheSongSparesTheFirstPass) {
  for (const int seconds : {8, 75}) {
    Planes song = music(2, seconds * kSecond, kRateHz, 0.3, 25);
    for (const PlannerOptions::Kind kind : {PlannerOptions::Kind::musical, PlannerOptions::Kind::fit_only, PlannerOptions::Kind::models}) {
      PlannerOptions options{.kind = kind};
      for (int s = 0; s < kModelSettings; ++s) options.opinion.setting_01[s] = 0.6;
      Planner listens, knows;
      ASSERT_EQ(listens.prepare({kRateHz, 2, 4096}, options), Status::ok);
      ASSERT_EQ(knows.prepare({kRateHz, 2, 4096}, options), Status::ok);
      const int passes = run_passes(listens, song);
      knows.know(listens.heard());
      EXPECT_EQ(run_passes(knows, song), passes - 1);
      expect_same_plan(listens, knows);
    }
  }
}

TEST(PlannerMeasurer, MeasuringElsewhereChangesNothing) {
  Planes song = music(2, 75 * kSecond, kRateHz, 0.3, 26);
  Planner here, elsewhere;
  prepare_a_fit(here, -12.0);
  prepare_a_fit(elsewhere, -12.0);
  Late late(elsewhere);
  elsewhere.set_measurer(&late);
  const int passes = run_passes(here, song);
  EXPECT_EQ(run_passes(elsewhere, song), passes);
  EXPECT_EQ(late.waits, passes - 1);
  expect_same_plan(here, elsewhere);
}

struct Mix final : RenderedSink {
  int begun = 0;
  Planes kept{2, 0};
  void begin() override {
    ++begun;
    kept = Planes(2, 0);
  }
  void take(ConstAudioBlock block) override { append(kept, block); }
};

// Returns how many passes were fed with the mix.
int run_passes_with_mix(Planner& planner, Planes& song, Mix& mix, int block_frames) {
  int fed_with_mix = 0;
  while (planner.wants_pass()) {
    const bool takes_mix = planner.takes_mix();
    if (takes_mix) test::run_pass(planner, &Planner::feed_mix, mix.kept, block_frames);
    else test::run_pass(planner, &Planner::feed, song, block_frames);
    fed_with_mix += takes_mix;
  }
  return fed_with_mix;
}

// A compressor before and a limiter after the level: neither pilot nor first render meets such a target.
TEST(PlannerMix, APassFedWithTheKeptMixIsThePassOverTheSong) {
  Planes song = music(2, 75 * kSecond, kRateHz, 0.3, 27);
  song.samples[0][12345] = std::nanf("");  // a fault is counted once, whatever the passes are fed with
  for (const int block_frames : {4096, 777}) {
    Planner anew, from_mix;
    Heard heard_anew, heard_from_mix;
    Mix mix;
    for (const auto& [planner, heard] : {std::pair<Planner&, Heard&>{anew, heard_anew}, {from_mix, heard_from_mix}}) {
      prepare_a_fit(planner, -9.0);
      ASSERT_EQ(heard.meter.prepare({kRateHz, 2, 4096}), Status::ok);
      planner.set_rendered_sink(&heard);
    }
    from_mix.set_mix_sink(&mix);
    run_passes(anew, song);
    EXPECT_GE(run_passes_with_mix(from_mix, song, mix, block_frames), 2);  // the second pilot and the second render
    EXPECT_EQ(mix.begun, 2);
    EXPECT_GE(heard_anew.begun, 2);
    EXPECT_EQ(heard_from_mix.begun, heard_anew.begun);
    EXPECT_EQ(heard_from_mix.left, heard_anew.left);
    EXPECT_EQ(from_mix.fault_count(), 1.0);
    EXPECT_EQ(anew.fault_count(), 1.0);
    expect_same_plan(anew, from_mix);
  }
}

TEST(PlannerKnows, SilenceIsDoneAtOnce) {
  Planes song(2, 8 * kSecond);
  Planner listens, knows;
  ASSERT_EQ(listens.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  ASSERT_EQ(knows.prepare({kRateHz, 2, 4096}, {}), Status::ok);
  EXPECT_EQ(run_passes(listens, song), 1);
  knows.know(listens.heard());
  EXPECT_FALSE(knows.wants_pass());
  expect_same_plan(listens, knows);
}

}  // namespace
}  // namespace ag06::assist
