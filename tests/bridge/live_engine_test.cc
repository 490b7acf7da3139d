// LiveEngine against engine::Session and engine::Monitor, which are the truth about what is heard.
#include "live/live_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "bridge/support/live_rig.h"
#include "engine/offline_render.h"
#include "live/denormals.h"
#include "support/measure.h"

namespace ag06::bridge {
namespace {
using test::FakeClock;
using test::first_difference;
using test::frame_count;
using test::LiveRig;
using test::music;
using test::Planes;
using test::Random;
namespace p = ag06::params;

constexpr double kRateHz = LiveRig::kRateHz;
constexpr double kLoudestClickDb = -75.0;

Planes without_beginning(const Planes& from, int frames) {
  Planes rest(2, frame_count(from) - frames);
  for (std::size_t c = 0; c < 2; ++c) std::copy(from.samples[c].begin() + frames, from.samples[c].end(), rest.samples[c].begin());
  return rest;
}

std::vector<std::pair<int, double>> random_settings(Random& random, int count) {
  std::vector<std::pair<int, double>> settings;
  for (int k = 0; k < count; ++k) {
    const int index = random.below(p::kCount);
    settings.emplace_back(index, p::from_norm(p::kTable[index], random.unit()));
  }
  return settings;
}

// Automation: at frame `at`, these values.
struct Step {
  int at;
  std::vector<std::pair<int, double>> values;
};

std::vector<Step> automation(int frames, std::uint32_t seed) {
  Random random(seed);
  std::vector<Step> steps;
  for (int at = 0; at < frames; at += 1 + random.below(4000)) steps.push_back({at, random_settings(random, 1 + random.below(12))});
  return steps;
}

// Blocks that never run over a step, so that each step falls on a block's start whatever the cuts are.
template <class Apply, class Process>
void in_cuts(const std::vector<Step>& steps, int frames, Random& cuts, int longest, Apply apply, Process process) {
  std::size_t next = 0;
  for (int at = 0; at < frames;) {
    while (next < steps.size() && steps[next].at <= at) apply(steps[next++].values);
    int count = std::min(1 + cuts.below(longest), frames - at);
    if (next < steps.size()) count = std::min(count, steps[next].at - at);
    process(at, count);
    at += count;
  }
}

Planes live_with_automation(LiveRig& rig, const Planes& in, const std::vector<Step>& steps, std::uint32_t cut_seed) {
  rig.open();
  rig.settle();
  Planes out(2, frame_count(in));
  Random cuts(cut_seed);
  in_cuts(
      steps, frame_count(in), cuts, LiveRig::kBlockFrames, [&](const auto& values) { ASSERT_TRUE(rig.engine.set_params(values)); },
      [&](int at, int count) {
        const float* inputs[2] = {in.samples[0].data() + at, in.samples[1].data() + at};
        float* outputs[2] = {out.samples[0].data() + at, out.samples[1].data() + at};
        rig.engine.process(inputs, outputs, count);
      });
  return out;
}

Planes session_with_automation(const Planes& in, const std::vector<Step>& steps, engine::LatencyMode mode) {
  engine::Session session;
  EXPECT_EQ(session.prepare({kRateHz, 2, 128}, mode), Status::ok);
  Planes io = in;
  Planes silence(2, 2 * LiveRig::kOpenFrames);
  session.process(silence.block());
  Random cuts(999);
  in_cuts(
      steps, frame_count(in), cuts, 700,
      [&](const auto& values) {
        for (const auto& [index, value] : values) ASSERT_EQ(session.set_param(p::kTable[index].id, value), Status::ok);
      },
      [&](int at, int count) { session.process(io.slice(at, count)); });
  return io;
}

TEST(LiveEngine, IsTheSessionBitForBitUnderAutomationHoweverBlocksAreCut) {
  const Planes in = music(2, 6 * 48000, kRateHz, 0.9, 3);
  const std::vector<Step> steps = automation(frame_count(in), 41);
  const Planes expected = session_with_automation(in, steps, engine::LatencyMode::live);
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    LiveRig rig;
    EXPECT_EQ(first_difference(live_with_automation(rig, in, steps, seed), expected), -1) << "cuts " << seed;
  }
}

// What `ag06 mix` runs is OfflineRender: a studio session whose delay is taken out.
TEST(LiveEngine, InStudioModeIsWhatAMixdownRendersBitForBit) {
  Random random(8);
  const Planes in = music(2, 4 * 48000, kRateHz, 0.9, 5);
  for (int round = 0; round < 4; ++round) {
    const auto settings = random_settings(random, 200);
    LiveEngineOptions options;
    options.latency_mode = engine::LatencyMode::studio;
    LiveRig rig(options);
    ASSERT_TRUE(rig.engine.set_params(settings));
    rig.open();
    engine::OfflineRender render;
    ASSERT_EQ(render.prepare({kRateHz, 2, 4096}), Status::ok);
    for (const auto& [index, value] : settings) ASSERT_EQ(render.session().set_param(p::kTable[index].id, value), Status::ok);
    render.begin();
    Planes io = in;
    const ConstAudioBlock mixed = render.push(io.block());
    Planes expected(2, mixed.frames);
    for (int c = 0; c < 2; ++c) std::copy_n(mixed.channel(c), mixed.frames, expected.samples[static_cast<std::size_t>(c)].begin());

    Random cuts(static_cast<std::uint32_t>(round + 1));
    Planes live = without_beginning(rig.play(in, [&] { return 1 + cuts.below(512); }, [](int) {}), rig.engine.latency_frames());
    ASSERT_EQ(frame_count(live), frame_count(expected));
    // The device's output fades in; from there on not a bit differs.
    EXPECT_EQ(first_difference(without_beginning(live, LiveRig::kOpenFrames), without_beginning(expected, LiveRig::kOpenFrames)), -1)
        << "round " << round;
  }
}

TEST(LiveEngine, LatencyIsTheLiveChainsAndAtMostOneAndAHalfMilliseconds) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0}) {
    LiveRig rig;
    rig.open(rate_hz, 128);
    engine::Session session;
    ASSERT_EQ(session.prepare({rate_hz, 2, 128}, engine::LatencyMode::live), Status::ok);
    EXPECT_EQ(rig.engine.latency_frames(), session.latency_frames());
    EXPECT_LE(rig.engine.latency_frames(), engine::kLiveLatencyMs * 1e-3 * rate_hz);
    Planes click(2, 48000);
    click.samples[0][20000] = 0.5f;
    const Planes out = rig.play(click, 128);
    for (int i = 0; i < 48000; ++i)
      ASSERT_EQ(out.samples[0][static_cast<std::size_t>(i)], i == 20000 + rig.engine.latency_frames() ? 0.5f : 0.0f) << rate_hz << " Hz, frame " << i;
  }
}

TEST(LiveEngine, ManyMessagesWithoutAStreamAreRememberedAndNotQueued) {
  LiveRig rig;
  for (int k = 0; k <= 100000; ++k) rig.set(p::kOutputGainDb, -0.0001 * k);
  rig.engine.set_mode(Mode::automatic);
  rig.open();
  rig.settle();
  const Planes out = rig.play(test::constant(2, 4800, 0.5f));
  EXPECT_NEAR(test::to_db(static_cast<double>(out.samples[0][4000]) / 0.5), -10.0, 1e-4);
  EXPECT_EQ(rig.engine.params()[p::kOutputGainDbIndex], -10.0);
}

// Everything that other threads may call while the callback runs, all at once; what was asked for last is what holds.
TEST(LiveEngine, OtherThreadsMayAskForAnythingWhileAudioRuns) {
  LiveRig rig;
  rig.open(kRateHz, 64);
  std::atomic<bool> done{false};
  const auto ask = [&](std::uint32_t seed) {
    Random random(seed);
    for (int k = 0; k < 300; ++k) {
      ASSERT_TRUE(rig.engine.set_params(random_settings(random, 20)));
      rig.engine.set_mode(random.below(2) == 0 ? Mode::bypass : Mode::manual);
      rig.engine.set_wet(random.unit());
      rig.engine.set_guard_gain_db(-20.0 * random.unit());
      rig.engine.set_source(random.below(2) == 0 ? Source::file : Source::live);
      if (random.below(10) == 0) rig.engine.reset_meters();
      if (random.below(10) == 0) rig.engine.begin_fade_out();
      else rig.engine.begin_fade_in();
      rig.engine.note_xrun();
      MeterFrame meters;
      static_cast<void>(rig.engine.read_meters(meters));
      static_cast<void>(rig.engine.histogram());
      static_cast<void>(rig.engine.faded_out());
    }
  };
  const auto play_songs = [&] {
    const std::vector<float> piece(2 * 3000, 0.1f);
    for (std::uint32_t id = 1; !done; ++id) {
      ASSERT_TRUE(rig.song.begin(id, id % 2 ? 44100.0 : kRateHz, id));
      for (int k = 0; k < 20; ++k) static_cast<void>(rig.song.push(id, piece, k == 19));
      rig.song.set_paused(id % 3 == 0);
      static_cast<void>(rig.song.status());
      std::this_thread::yield();
    }
  };
  const Planes in = music(2, 64 * 50, kRateHz, 0.5, 2);
  std::thread one(ask, 1), other(ask, 2), client(play_songs);
  std::thread audio([&] {
    while (!done) {
      const Planes out = rig.play(in, 64);
      for (const float x : out.samples[1]) ASSERT_LE(std::fabs(x), 1e4f);
    }
  });
  one.join();
  other.join();
  done = true;
  client.join();
  audio.join();

  std::vector<std::pair<int, double>> defaults;
  for (int i = 0; i < p::kCount; ++i) defaults.emplace_back(i, p::kTable[i].default_value);
  ASSERT_TRUE(rig.engine.set_params(defaults));
  rig.set(p::kOutputGainDb, -6.0);
  rig.engine.set_mode(Mode::manual);
  rig.engine.set_wet(1.0);
  rig.engine.set_guard_gain_db(-6.0);
  rig.engine.set_source(Source::live);
  rig.engine.begin_fade_in();
  static_cast<void>(rig.play(Planes(2, 10 * 48000), 64));
  EXPECT_NEAR(rig.play(test::constant(2, 64, 0.5f), 64).samples[0][0], 0.0, 1e-3);
  EXPECT_NEAR(rig.play(test::constant(2, 48000, 0.5f), 64).samples[0][47999], 0.5 * test::from_db(-12.0), 1e-3);
}

TEST(LiveEngine, ValuesOutsideTheTableAreRefusedAndChangeNothing) {
  LiveRig rig;
  const auto before = rig.engine.params();
  const std::pair<int, double> bad[][2] = {{{p::kOutputGainDbIndex, -3.0}, {p::kOutputGainDbIndex, 1e9}},
                                           {{p::kOutputGainDbIndex, -3.0}, {-1, 0.0}},
                                           {{p::kOutputGainDbIndex, -3.0}, {p::kCount, 0.0}},
                                           {{p::kOutputGainDbIndex, -3.0}, {p::kInputGainDbIndex, std::numeric_limits<double>::quiet_NaN()}}};
  for (const auto& values : bad) EXPECT_FALSE(rig.engine.set_params(values));
  EXPECT_EQ(rig.engine.params(), before);
}

TEST(LiveEngine, BypassIsTheInputDelayedAndComesBackExactly) {
  LiveRig rig;
  turn_everything_on(rig);
  rig.engine.set_mode(Mode::bypass);
  rig.open();
  rig.settle();
  const Planes in = music(2, 48000, kRateHz, 0.8, 6);
  const Planes out = rig.play(in);
  const auto latency = static_cast<std::size_t>(rig.engine.latency_frames());
  for (std::size_t i = latency; i < 48000; ++i) ASSERT_EQ(out.samples[1][i], in.samples[1][i - latency]);
}

TEST(LiveEngine, ModesAndWetSwitchWithoutClicks) {
  // 9 dB louder through the chain; a switch somewhere else in the tone's period each time.
  constexpr int kHoldFrames = 4800;
  double loudest_db = -300.0;
  for (const bool by_mode : {true, false}) {
    LiveRig rig;
    rig.set(p::kOutputGainDb, 9.0);
    rig.set(p::kEqEnabled, 1.0);
    rig.open();
    rig.settle();
    const Planes in = test::sine(2, 24 * kHoldFrames, kRateHz, 100.0, 0.25);
    Random random(12);
    int next = kHoldFrames;
    int count = 0;
    const Planes out = rig.play(
        in, [] { return 64; },
        [&](int at) {
          if (at < next) return;
          next += kHoldFrames + 64 * random.below(8);
          ++count;
          if (by_mode) rig.engine.set_mode(count % 2 == 1 ? Mode::bypass : (count % 4 == 0 ? Mode::manual : Mode::automatic));
          else rig.engine.set_wet(count % 3 == 0 ? 1.0 : random.unit() * (count % 3 == 1 ? 1.0 : 0.0));
        });
    const double click_db = test::click_db(out.samples[0], kRateHz, 0.25, kHoldFrames / 2);
    loudest_db = std::max(loudest_db, click_db);
    EXPECT_GE(count, 15);
    EXPECT_LE(click_db, kLoudestClickDb) << (by_mode ? "modes" : "wet");
    EXPECT_NEAR(test::peak_of(out.samples[0]), 0.25 * std::pow(10.0, 9.0 / 20.0), 1e-3);   // both ends were really heard
  }
  RecordProperty("loudest_click_db", std::to_string(loudest_db));
}

TEST(LiveEngine, WetMixesDryAndProcessedWithEqualGain) {
  LiveRig rig;
  rig.set(p::kOutputGainDb, -6.0);
  rig.engine.set_wet(0.25);
  rig.open();
  rig.settle();
  const Planes out = rig.play(test::constant(2, 4800, 0.5f));
  EXPECT_NEAR(out.samples[0][4000], 0.5 * (0.75 + 0.25 * test::from_db(-6.0)), 1e-6);
}

TEST(LiveEngine, MatchGainsTurnDownTheVersionTheyAreForAndNothingElse) {
  LiveRig rig;
  rig.engine.set_match_gains_db(-6.0, -12.0);
  rig.open();
  rig.settle();
  EXPECT_NEAR(rig.play(test::constant(2, 4800, 0.5f)).samples[0][4000], 0.5 * test::from_db(-12.0), 1e-6);
  rig.engine.set_mode(Mode::bypass);
  rig.settle();
  EXPECT_NEAR(rig.play(test::constant(2, 4800, 0.5f)).samples[0][4000], 0.5 * test::from_db(-6.0), 1e-6);
  rig.engine.set_match_gains_db(3.0, std::numeric_limits<double>::quiet_NaN());   // never louder than it is
  rig.settle();
  EXPECT_NEAR(rig.play(test::constant(2, 4800, 0.5f)).samples[0][4000], 0.5, 1e-6);
}

TEST(LiveEngine, OutputFadesInOverFiftyMillisecondsAfterEveryOpeningAndOutOnRequest) {
  LiveRig rig;
  for (int opening = 0; opening < 2; ++opening) {
    rig.open();
    EXPECT_TRUE(rig.engine.faded_out());
    const Planes in = test::constant(2, 9600, 0.5f);
    const Planes up = rig.play(in, 64);
    const int latency = rig.engine.latency_frames();
    // A raised cosine of 50 ms by definition.
    for (int i = latency; i < 9600; ++i) {
      const double share = std::min(1.0, (i + 1) / (LiveRig::kOpenFrames + 1.0));
      ASSERT_NEAR(up.samples[0][static_cast<std::size_t>(i)], 0.5 * (0.5 - 0.5 * std::cos(kPi * share)), 1e-6) << i;
    }
    EXPECT_FALSE(rig.engine.faded_out());
    rig.engine.begin_fade_out();
    const Planes down = rig.play(in, 64);
    EXPECT_TRUE(rig.engine.faded_out());
    EXPECT_NEAR(down.samples[0][LiveRig::kOpenFrames / 2], 0.25, 1e-3);
    for (std::size_t i = LiveRig::kOpenFrames + 1; i < 9600; ++i) ASSERT_EQ(down.samples[0][i], 0.0f);
    for (std::size_t i = 1; i < 9600; ++i) ASSERT_LE(down.samples[0][i], down.samples[0][i - 1]);
    // It stays down until asked, or until the device is opened anew.
    if (opening == 0) {
      rig.engine.begin_fade_in();
      EXPECT_EQ(rig.play(in, 64).samples[0][9599], 0.5f);
    }
  }
}

TEST(LiveEngine, CanWaitClosedForAProbe) {
  struct Tone : OutputInsert {
    void render(float* const* planes, int frames) noexcept override {
      for (int c = 0; c < 2; ++c)
        for (int i = 0; i < frames; ++i) planes[c][i] += 0.125f;
    }
  } tone;
  LiveEngineOptions options;
  options.opens_by_itself = false;
  options.insert = &tone;
  LiveRig rig(options);
  rig.engine.set_guard_gain_db(-20.0);
  rig.open();
  Planes out = rig.play(test::constant(2, 4800, 0.5f));
  for (const float x : out.samples[0]) ASSERT_EQ(x, 0.125f);
  rig.engine.begin_fade_in();
  out = rig.play(test::constant(2, 9600, 0.5f));
  EXPECT_NEAR(out.samples[0][9599], 0.125 + 0.05, 1e-6);
}

// JACK's other clients read a late client's buffer as it stands.
TEST(LiveEngine, TheDevicesBufferHoldsNothingUnfinished) {
  struct Looker : OutputInsert {
    void render(float* const*, int frames) noexcept override {
      for (int c = 0; c < 2; ++c) is_untouched = is_untouched && std::all_of(device[c].begin(), device[c].begin() + frames, [](float x) { return x == 0.75f; });
    }
    std::vector<float> device[2] = {std::vector<float>(LiveRig::kBlockFrames, 0.75f), std::vector<float>(LiveRig::kBlockFrames, 0.75f)};
    bool is_untouched = true;
  } looker;
  LiveEngineOptions options;
  options.insert = &looker;
  LiveRig rig(options);
  rig.engine.set_guard_gain_db(-20.0);
  rig.open();
  rig.settle();
  const Planes in = test::constant(2, LiveRig::kBlockFrames, 0.5f);
  const float* inputs[2] = {in.samples[0].data(), in.samples[1].data()};
  float* outputs[2] = {looker.device[0].data(), looker.device[1].data()};
  rig.engine.process(inputs, outputs, LiveRig::kBlockFrames);
  EXPECT_TRUE(looker.is_untouched);
  EXPECT_NE(looker.device[0].back(), 0.75f);
}

TEST(LiveEngine, GuardGainMovesSmoothlyAndEndsWhereItWasAsked) {
  LiveRig rig;
  rig.open();
  rig.settle();
  const Planes in = test::sine(2, 48000, kRateHz, 100.0, 0.5);
  const Planes out = rig.play(
      in, [] { return 64; },
      [&](int at) {
        if (at == 9600) rig.engine.set_guard_gain_db(-20.0);
        if (at == 28800) rig.engine.set_guard_gain_db(0.0);
      });
  EXPECT_NEAR(test::peak_of(out.samples[0], 24000, 28800), 0.05, 1e-4);
  EXPECT_LE(test::click_db(out.samples[0], kRateHz, 0.5, 4800), kLoudestClickDb);
  EXPECT_NEAR(test::peak_of(out.samples[0], 40000), 0.5, 1e-6);
}

TEST(LiveEngine, NoInputSampleIsTrusted) {
  for (const Mode mode : {Mode::manual, Mode::bypass}) {
    LiveRig rig;
    turn_everything_on(rig);
    rig.engine.set_mode(mode);
    rig.open();
    rig.settle();
    Planes in = music(2, 48000, kRateHz, 0.5, 9);
    const float bad[] = {
        std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), 3e38f, -2e4f,
        std::numeric_limits<float>::denorm_min()};
    for (int i = 0; i < 1000; ++i) in.samples[static_cast<std::size_t>(i % 2)][static_cast<std::size_t>(i * 40)] = bad[i % 6];
    const Planes out = rig.play(in);
    for (const auto& plane : out.samples)
      for (const float x : plane) ASSERT_LE(std::fabs(x), 4.0f);   // false for NaN as well
    std::vector<float> taken(2 * 48000);
    TapCursor cursor = rig.input_tap.now();
    cursor.next_frame -= 48000;
    ASSERT_EQ(rig.input_tap.read(cursor, taken).frames, 48000);
    for (const float x : taken) ASSERT_LE(std::fabs(x), 4.0f);
    MeterFrame meters;
    ASSERT_TRUE(rig.engine.read_meters(meters));
    rig.settle(LiveRig::kBlockFrames);   // brings what found no room while nobody read
    ASSERT_TRUE(rig.engine.read_meters(meters));
    EXPECT_EQ(meters.monitor[11], 834.0f);   // 1000 less every sixth, which is only tiny
  }
}

TEST(LiveEngine, BlocksLongerThanPreparedAreCut) {
  LiveRig whole, cut;
  turn_everything_on(whole);
  turn_everything_on(cut);
  whole.open(kRateHz, 4096);
  cut.open(kRateHz, 100);
  const Planes in = music(2, 20000, kRateHz, 0.8, 10);
  EXPECT_EQ(first_difference(whole.play(in, 4096), cut.play(in, 4096)), -1);
}

TEST(LiveEngine, IsSilentBeforeItIsPreparedAndRefusesWhatTheChainCannotRunAt) {
  LiveRig rig;
  const Planes out = rig.play(test::constant(2, 256, 0.5f), 256);
  for (const float x : out.samples[0]) EXPECT_EQ(x, 0.0f);
  EXPECT_THROW(rig.open(384000.0, 128), AudioError);
  EXPECT_THROW(rig.open(48000.0, 0), AudioError);
}

TEST(LiveEngine, TapsHoldWhatWentIntoTheChainAndWhatTheDeviceWasGiven) {
  LiveRig rig;
  rig.set(p::kOutputGainDb, -3.0);
  rig.open();
  const Planes in = music(2, 9600, kRateHz, 0.8, 11);
  const Planes out = rig.play(in, 77);
  std::vector<float> input(2 * 9600), output(2 * 9600), device(2 * 9600);
  TapCursor a, b, c;
  ASSERT_EQ(rig.input_tap.read(a, input).frames, 9600);
  ASSERT_EQ(rig.output_tap.read(b, output).frames, 9600);
  ASSERT_EQ(rig.device_tap.read(c, device).frames, 9600);
  EXPECT_EQ(input, test::interleaved(in));
  EXPECT_EQ(device, test::interleaved(in));
  EXPECT_EQ(output, test::interleaved(out));
}

TEST(LiveEngine, SurvivesRateChangesWithEverySettingKept) {
  LiveRig rig;
  turn_everything_on(rig);
  rig.engine.set_wet(0.5);
  rig.open(44100.0, 64);
  rig.settle();
  rig.open(96000.0, 256);
  Planes out = rig.play(music(2, 96000, 96000.0, 0.5, 13), 256);

  LiveRig fresh;
  turn_everything_on(fresh);
  fresh.engine.set_wet(0.5);
  fresh.open(96000.0, 256);
  EXPECT_EQ(first_difference(out, fresh.play(music(2, 96000, 96000.0, 0.5, 13), 256)), -1);
}

#if defined(__SSE2__)
TEST(LiveEngine, FlushesDenormalsInTheCallbackAndLeavesTheThreadAsItWas) {
  struct Reader : OutputInsert {
    void render(float* const*, int) noexcept override { seen = _mm_getcsr(); }
    unsigned seen = 0;
  } reader;
  LiveEngineOptions options;
  options.insert = &reader;
  LiveRig rig(options);
  rig.open();
  const unsigned mine = 0x1f80u | 0x6000u;   // rounding towards zero, as a driver might have left it
  const unsigned before = _mm_getcsr();
  _mm_setcsr(mine);
  static_cast<void>(rig.play(music(2, 512, kRateHz, 0.5, 1)));
  const unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(reader.seen & 0xffc0u, FlushDenormals::kControlWord);
  EXPECT_EQ(after & 0xffc0u, mine & 0xffc0u);
}

// The silence after a signal, with and without flushing: the same bits, except where they would be a denormal number, and none of those comes out.
// With the flags set the processor neither makes nor takes denormal numbers (Intel SDM vol. 1, 10.2.3.3-4), so no operation in the callback can pay
// for one.
TEST(LiveEngine, FlushingChangesNoBitsThatCouldBeHeard) {
  Random random(21);
  for (int round = 0; round < 12; ++round) {
    LiveRig rig;
    const auto settings = random_settings(random, 300);
    ASSERT_TRUE(rig.engine.set_params(settings));
    rig.open();
    rig.settle();
    Planes in(2, 3 * 48000);
    const Planes sound = round % 2 ? test::noise(2, 24000, 0.9, 5) : music(2, 24000, kRateHz, 0.9, 5);
    for (std::size_t c = 0; c < 2; ++c) std::copy(sound.samples[c].begin(), sound.samples[c].end(), in.samples[c].begin());
    const Planes out = rig.play(in);

    engine::Session session;
    ASSERT_EQ(session.prepare({kRateHz, 2, 512}, engine::LatencyMode::live), Status::ok);
    for (const auto& [index, value] : settings) ASSERT_EQ(session.set_param(p::kTable[index].id, value), Status::ok);
    session.reset();
    Planes silence(2, 2 * LiveRig::kOpenFrames), io = in;
    session.process(silence.block());
    session.process(io.block());
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = 0; i < in.samples[c].size(); ++i) {
        const float a = out.samples[c][i], b = io.samples[c][i];
        ASSERT_TRUE(a == 0.0f || std::fabs(a) >= std::numeric_limits<float>::min()) << "a denormal number";
        if (a != 0.0f || std::fabs(b) >= std::numeric_limits<float>::min()) {
          ASSERT_TRUE(test::same_bits(a, b)) << "round " << round << ", frame " << i << ": " << a << ", " << b;
        }
      }
  }
}
#endif

}  // namespace
}  // namespace ag06::bridge
