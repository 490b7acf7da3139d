#include "dsp/effects/reverb.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "dsp/effects/reverb_presets.h"
#include "support/room_measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using test::Planes;
using test::Response;

constexpr double kRateHz = 48000.0;
constexpr ReverbType kTypes[] = {ReverbType::room, ReverbType::hall, ReverbType::plate, ReverbType::chamber};
constexpr ReverbType kDenseTypes[] = {ReverbType::room, ReverbType::hall, ReverbType::plate};

[[nodiscard]] std::string name_of(ReverbType type) {
  constexpr const char* kNames[] = {"room", "hall", "plate", "chamber"};
  return kNames[static_cast<int>(type)];
}

// Only the wet signal, no predelay, cuts as wide open as they go.
[[nodiscard]] ReverbParams bare(ReverbType type, float decay_s, float size_ratio = 0.6f) {
  return {.type = type, .level_lin = 1.0f, .predelay_ms = 0.0f, .decay_s = decay_s, .size_ratio = size_ratio,
          .low_cut_hz = 20.0f, .high_cut_hz = 20000.0f};
}

void start(Reverb& unit, const ReverbParams& params, double rate_hz = kRateHz, int channels = 2) {
  ASSERT_EQ(unit.prepare({rate_hz, channels, 512}), Status::ok);
  unit.set_params(params);
  unit.reset();
}

// Wet responses of both outputs to impulses on the given inputs.
[[nodiscard]] std::vector<Response> responses_to(const ReverbParams& params, bool left, bool right, double duration_s, double rate_hz = kRateHz) {
  Reverb unit;
  start(unit, params, rate_hz);
  Planes io(2, static_cast<int>(duration_s * rate_hz));
  io.samples[0][0] = left ? 1.0f : 0.0f;
  io.samples[1][0] = right ? 1.0f : 0.0f;
  test::run(unit, io);
  std::vector<Response> responses;
  for (std::size_t c = 0; c < 2; ++c) {
    responses.emplace_back(io.samples[c].begin(), io.samples[c].end());
    responses[c][0] = 0.0;  // the dry impulse; no wet signal comes that early
  }
  return responses;
}

// Both inputs to both outputs.
[[nodiscard]] std::vector<Response> four_responses(const ReverbParams& params, double duration_s, double rate_hz = kRateHz) {
  std::vector<Response> all = responses_to(params, true, false, duration_s, rate_hz);
  for (Response& h : responses_to(params, false, true, duration_s, rate_hz)) all.push_back(std::move(h));
  return all;
}

[[nodiscard]] double duration_for(const ReverbParams& params) {
  return 0.5 + 1.2 * static_cast<double>(params.decay_s * std::max(1.0f, params.low_decay_ratio));
}

TEST(Reverb, EchoesAreDenseWithin20MillisecondsAndGaussianAfter100) {
  for (const ReverbType type : kDenseTypes)
    for (const float size : {0.0f, 0.3f, 0.6f, 1.0f})
      for (const float decay_s : {0.8f, 1.8f, 5.0f})
        for (const Response& h : responses_to(bare(type, decay_s, size), true, true, 0.5)) {
          EXPECT_LE(test::diffuse_after_ms(h, kRateHz), 20.0) << name_of(type) << ", size " << size << ", " << decay_s << " s";
          EXPECT_GE(test::mean_echo_density(h, 20.0, 100.0, kRateHz), 0.9) << name_of(type) << ", size " << size << ", " << decay_s << " s";
          EXPECT_NEAR(test::mean_echo_density(h, 100.0, 300.0, kRateHz), 1.0, 0.05) << name_of(type) << ", size " << size << ", " << decay_s << " s";
        }
}

// Parallel combs thicken slowly: that is the sound of this type.
TEST(Reverb, TheChamberGetsDenseWithin100Milliseconds) {
  for (const float size : {0.3f, 0.6f, 1.0f})
    for (const Response& h : responses_to(bare(ReverbType::chamber, 1.8f, size), true, true, 0.5)) {
      EXPECT_LE(test::diffuse_after_ms(h, kRateHz), 100.0) << size;
      EXPECT_NEAR(test::mean_echo_density(h, 100.0, 300.0, kRateHz), 1.0, 0.08) << size;
    }
}

TEST(Reverb, EveryOctaveDecaysAsTheModelStates) {
  double farthest = 0.0;
  for (const ReverbType type : kTypes)
    for (const auto& [decay_s, low_ratio, high_ratio] : {std::array{0.6f, 1.0f, 0.5f}, {1.8f, 1.0f, 0.5f}, {1.8f, 1.5f, 0.3f}, {4.0f, 0.6f, 0.8f}}) {
      ReverbParams params = bare(type, decay_s);
      params.low_decay_ratio = low_ratio;
      params.high_decay_ratio = high_ratio;
      const auto responses = four_responses(params, duration_for(params));
      for (double f = 125.0; f < 9000.0; f *= 2.0) {
        const double measured_s = test::decay_of(test::octave_of(responses, kRateHz, f), kRateHz).t60_s;
        const double stated_s = test::octave_t60_s([&](double freq_hz) { return reverb_t60_s(reverb_decay(params), freq_hz); }, f);
        // A plate's loop is 0.7 s long and a chamber's first echoes spread over 0.1 s: shorter decays show the build-up, not the decay.
        if (stated_s < (type == ReverbType::plate ? 0.5 : type == ReverbType::chamber ? 0.7 : 0.0)) continue;
        EXPECT_NEAR(measured_s / stated_s, 1.0, 0.05)
            << name_of(type) << ", " << decay_s << " s, ratios " << low_ratio << " and " << high_ratio << ", " << f << " Hz";
        farthest = std::max(farthest, std::fabs(measured_s / stated_s - 1.0));
      }
    }
  RecordProperty("farthest_t60_ratio", std::to_string(farthest));
}

TEST(Reverb, TheDecayIsALine) {
  double worst_db = 0.0;
  for (const ReverbType type : kTypes)
    for (const float decay_s : {0.8f, 1.8f, 5.0f}) {
      ReverbParams params = bare(type, decay_s);
      params.high_decay_ratio = 1.0f;  // one slope, so that the whole band is one line
      const double rms_db = test::decay_of(four_responses(params, duration_for(params)), kRateHz).rms_db;
      EXPECT_LT(rms_db, 0.5) << name_of(type) << ", " << decay_s << " s";
      worst_db = std::max(worst_db, rms_db);
    }
  RecordProperty("worst_decay_rms_db", std::to_string(worst_db));
}

TEST(Reverb, NoModeRingsOn) {
  double loudest_db = -300.0;
  for (const ReverbType type : kTypes)
    for (const float size : {0.3f, 0.6f, 1.0f})
      for (const float decay_s : {1.2f, 1.8f, 5.0f}) {
        const ReverbParams params = bare(type, decay_s, size);
        const double mode_db = test::loudest_mode_db(four_responses(params, duration_for(params)), static_cast<std::size_t>(0.5 * kRateHz), kRateHz);
        EXPECT_LT(mode_db, 6.0) << name_of(type) << ", size " << size << ", " << decay_s << " s";
        loudest_db = std::max(loudest_db, mode_db);
      }
  RecordProperty("loudest_mode_db", std::to_string(loudest_db));
}

TEST(Reverb, TheModeMeasureSeesAMode) {
  const ReverbParams params = bare(ReverbType::hall, 1.8f);
  auto responses = four_responses(params, duration_for(params));
  const auto from = static_cast<std::size_t>(0.5 * kRateHz);
  const double tail_rms = test::rms_of(responses[0], from, from + 4800);
  for (Response& h : responses)
    for (std::size_t i = 0; i < h.size(); ++i) {
      const double time_s = static_cast<double>(i) / kRateHz;
      h[i] += 0.5 * tail_rms * std::exp(-6.9 * (time_s - 0.5) / 3.0) * std::sin(2.0 * kPi * 1234.0 * time_s);
    }
  EXPECT_GT(test::loudest_mode_db(responses, from, kRateHz), 6.0);
}

TEST(Reverb, SidesAreUncorrelatedAtWidthOneAndEqualAtWidthZero) {
  for (const ReverbType type : kTypes)
    for (const auto& [left, right] : {std::pair{true, true}, std::pair{true, false}, std::pair{false, true}}) {
      ReverbParams params = bare(type, 1.8f);
      const auto wide = responses_to(params, left, right, 2.0);
      EXPECT_LT(std::fabs(test::correlation_of(wide[0], wide[1], 0, wide[0].size())), 0.15) << name_of(type) << left << right;
      params.width_ratio = 0.0f;
      const auto narrow = responses_to(params, left, right, 2.0);
      for (std::size_t i = 0; i < narrow[0].size(); ++i) ASSERT_EQ(narrow[0][i], narrow[1][i]);
      EXPECT_NEAR(test::to_db(test::rms_of(narrow[0])), test::to_db(std::sqrt(0.5) * std::hypot(test::rms_of(wide[0]), test::rms_of(wide[1]))), 1.0);
    }
}

TEST(Reverb, DirectCurrentStaysOut) {
  for (const ReverbType type : kTypes)
    for (const float modulation : {0.0f, 1.0f}) {
      ReverbParams params = bare(type, 1.0f);
      params.modulation_ratio = modulation;
      Reverb unit;
      start(unit, params);
      Planes io = test::constant(2, 6 * 48000, 0.5f);
      test::run(unit, io);
      for (const auto& plane : io.samples) {
        double sum = 0.0;
        for (std::size_t i = plane.size() - 48000; i < plane.size(); ++i) sum += static_cast<double>(plane[i]) - 0.5;
        EXPECT_LT(test::to_db(std::fabs(sum) / 48000.0 / 0.5), -100.0) << name_of(type) << ", modulation " << modulation;
      }
    }
}

// Mean power of the octaves from 125 Hz to 8 kHz, over that of the impulse: how much louder than pink noise its reverberation is.
[[nodiscard]] double wet_loudness_db(const ReverbParams& params) {
  const auto responses = responses_to(params, true, true, duration_for(params));
  Response impulse(48000, 0.0);
  impulse[0] = 1.0;
  double sum = 0.0;
  for (double f = 125.0; f < 9000.0; f *= 2.0) {
    double wet = 0.0, dry = 0.0;
    for (const Response& h : test::octave_of(responses, kRateHz, f))
      for (const double x : h) wet += 0.5 * x * x;
    for (const double x : test::octave_of(impulse, kRateHz, f)) dry += x * x;
    sum += wet / dry / 7.0;
  }
  return 10.0 * std::log10(sum);
}

TEST(Reverb, EveryTypeDecayAndSizeIsEquallyLoud) {
  double quietest_db = 100.0, loudest_db = -100.0;
  for (const ReverbType type : kTypes)
    for (const float decay_s : {0.3f, 0.8f, 1.8f, 8.0f})
      for (const float size : {0.0f, 1.0f}) {
        const double loudness_db = wet_loudness_db(bare(type, decay_s, size));
        quietest_db = std::min(quietest_db, loudness_db);
        loudest_db = std::max(loudest_db, loudness_db);
      }
  EXPECT_LT(loudest_db, 1.5);
  EXPECT_GT(quietest_db, -1.5);
  RecordProperty("loudness_spread_db", std::to_string(loudest_db - quietest_db));
}

TEST(Reverb, PresetsAreInsideTheDomainAndAsLoudAsTheirLevelSays) {
  for (const ReverbPreset& preset : kReverbPresets) {
    const ReverbParams p = clamped(preset.params);
    EXPECT_EQ(p.level_lin, preset.params.level_lin) << preset.name;
    EXPECT_EQ(p.predelay_ms, preset.params.predelay_ms) << preset.name;
    EXPECT_EQ(p.decay_s, preset.params.decay_s) << preset.name;
    EXPECT_EQ(p.low_decay_ratio, preset.params.low_decay_ratio) << preset.name;
    EXPECT_EQ(p.high_decay_ratio, preset.params.high_decay_ratio) << preset.name;
    EXPECT_EQ(p.size_ratio, preset.params.size_ratio) << preset.name;
    EXPECT_EQ(p.low_cut_hz, preset.params.low_cut_hz) << preset.name;
    EXPECT_EQ(p.high_cut_hz, preset.params.high_cut_hz) << preset.name;
    EXPECT_EQ(p.modulation_ratio, preset.params.modulation_ratio) << preset.name;
    EXPECT_NEAR(wet_loudness_db(p), test::to_db(static_cast<double>(p.level_lin)), 2.5) << preset.name;
  }
}

TEST(Reverb, ThePredelayMovesTheWholeResponse) {
  for (const ReverbType type : kTypes) {
    ReverbParams params = bare(type, 1.0f);
    params.modulation_ratio = 0.0f;
    const auto at_once = responses_to(params, true, true, 1.0);
    params.predelay_ms = 250.0f;
    const auto later = responses_to(params, true, true, 1.0);
    for (std::size_t i = 12000; i < 48000; ++i) ASSERT_EQ(later[0][i], at_once[0][i - 12000]) << name_of(type) << ", frame " << i;
  }
}

// Under a tone that fades in over a second, so that its own beginning does not reverberate as a click.
[[nodiscard]] double sweep_click_db(ReverbType type, bool sweeps_decay, double sweep_s) {
  constexpr int kLeadFrames = 4 * 48000, kSweepFrames = 3 * 48000;
  ReverbParams params = bare(type, 3.0f, sweeps_decay ? 0.6f : 0.0f);
  params.level_lin = 0.5f;
  Reverb unit;
  start(unit, params);
  Planes io = test::sine(2, kLeadFrames + kSweepFrames, kRateHz, 100.0, 0.25);
  for (auto& plane : io.samples)
    for (std::size_t i = 0; i < 48000; ++i) plane[i] *= static_cast<float>(0.5 - 0.5 * std::cos(kPi * static_cast<double>(i) / 48000.0));
  unit.process(io.slice(0, kLeadFrames));
  for (int at = 0; at < kSweepFrames; at += 128) {
    const double phase = at / kRateHz / sweep_s;
    const auto position = static_cast<float>(0.5 - 0.5 * std::cos(2.0 * kPi * phase));
    if (sweeps_decay) params.decay_s = 0.2f + 8.0f * position;
    else params.size_ratio = position;
    unit.set_params(params);
    unit.process(io.slice(kLeadFrames + at, std::min(128, kSweepFrames - at)));
  }
  return test::click_db(io.samples[0], kRateHz, 0.25, kLeadFrames);
}

TEST(Reverb, SizeAndDecaySweepWithoutClicks) {
  double loudest_db = -300.0;
  for (const ReverbType type : kTypes)
    for (const bool sweeps_decay : {false, true})
      for (const double sweep_s : {0.1, 1.0}) {
        const double click_db = sweep_click_db(type, sweeps_decay, sweep_s);
        EXPECT_LE(click_db, -90.0) << name_of(type) << ", decay " << sweeps_decay << ", " << sweep_s << " s";
        loudest_db = std::max(loudest_db, click_db);
      }
  RecordProperty("loudest_click_db", std::to_string(loudest_db));
}

// Faded readings never amplify: whatever the size does, a tank that rings for 12 s stays below what it was fed and dies away.
TEST(Reverb, ASweptTankStaysStable) {
  for (const ReverbType type : kTypes) {
    ReverbParams params = bare(type, 12.0f);
    params.low_decay_ratio = 1.0f;
    params.high_decay_ratio = 1.0f;
    params.modulation_ratio = 1.0f;
    Reverb unit;
    start(unit, params);
    Planes burst = test::noise(2, 48000, 0.5, 3);
    test::run(unit, burst);
    const double fed = test::rms_of(burst.samples[0]);
    double before = fed;
    for (int second = 1; second <= 20; ++second) {
      Planes tail(2, 48000);
      for (int at = 0; at < 48000; at += 480) {
        params.size_ratio = (at / 480) % 2 == 0 ? 1.0f : 0.0f;
        unit.set_params(params);
        unit.process(tail.slice(at, 480));
      }
      const double now = test::rms_of(tail.samples[0]);
      EXPECT_LT(now, 1.2 * before) << name_of(type) << ", second " << second;
      before = now;
    }
    EXPECT_LT(before, 0.1 * fed) << name_of(type);
  }
}

TEST(Reverb, RaisedFromZeroItBeginsFromSilence) {
  for (const ReverbType type : kTypes) {
    ReverbParams params = bare(type, 6.0f);
    Reverb unit;
    start(unit, params);
    Planes loud = test::noise(2, 48000, 0.5, 9);
    test::run(unit, loud);
    ReverbParams off = params;
    off.level_lin = 0.0f;
    unit.set_params(off);
    Planes pause(2, 24000);
    test::run(unit, pause);
    EXPECT_EQ(pause.samples[0].back(), 0.0f);
    unit.set_params(params);
    Planes after(2, 24000);
    test::run(unit, after);
    EXPECT_EQ(test::peak_of(after.samples[0]), 0.0) << name_of(type);
  }
}

TEST(Reverb, ANewTypeBeginsFromSilenceAndSoundsAsIfItHadAlwaysBeen) {
  for (const ReverbType from : kTypes)
    for (const ReverbType to : kTypes) {
      if (from == to) continue;
      Reverb unit;
      start(unit, bare(from, 6.0f));
      Planes loud = test::noise(2, 24000, 0.5, 9);
      test::run(unit, loud);
      ReverbParams params = bare(to, 1.0f);
      params.modulation_ratio = 0.0f;
      unit.set_params(params);
      Planes gap(2, 4800);
      test::run(unit, gap);
      EXPECT_EQ(test::peak_of(gap.samples[0], 2400), 0.0) << name_of(from) << " to " << name_of(to);
      Planes io(2, 24000);
      io.samples[0][0] = 1.0f;
      test::run(unit, io);
      const auto expected = responses_to(params, true, false, 0.5);
      for (std::size_t i = 1; i < 24000; ++i)
        ASSERT_NEAR(static_cast<double>(io.samples[1][i]), expected[1][i], 1e-6) << name_of(from) << " to " << name_of(to) << ", frame " << i;
    }
}

TEST(Reverb, OneChannelHearsAsMuchAsTwo) {
  for (const ReverbType type : kTypes) {
    Reverb mono, stereo;
    start(mono, bare(type, 1.0f), kRateHz, 1);
    start(stereo, bare(type, 1.0f));
    Planes one(1, 48000), two(2, 48000);
    one.samples[0][0] = two.samples[0][0] = two.samples[1][0] = 1.0f;
    test::run(mono, one);
    test::run(stereo, two);
    EXPECT_NEAR(test::to_db(test::rms_of(one.samples[0], 1)), test::to_db(test::rms_of(two.samples[0], 1)), 1.0) << name_of(type);
  }
}

TEST(Reverb, EveryRateDecaysAlike) {
  for (const double rate_hz : {8000.0, 44100.0, 96000.0, 192000.0})
    for (const ReverbType type : kTypes) {
      const ReverbParams params = bare(type, 1.5f);
      const auto responses = four_responses(params, 2.0, rate_hz);
      for (const double f : {500.0, 2000.0}) {
        const double stated_s = test::octave_t60_s([&](double freq_hz) { return reverb_t60_s(reverb_decay(params), freq_hz); }, f);
        const double measured_s = test::decay_of(test::octave_of(responses, rate_hz, f), rate_hz).t60_s;
        EXPECT_NEAR(measured_s / stated_s, 1.0, 0.05) << name_of(type) << ", " << rate_hz << " Hz, " << f;
      }
    }
}

}  // namespace
}  // namespace ag06::dsp
