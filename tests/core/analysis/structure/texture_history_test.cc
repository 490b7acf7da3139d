#include "analysis/structure/texture_history.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/loudness.h"
#include "analysis/loudness_scale.h"
#include "analysis/structure/texture_summary.h"
#include "core/analysis/structure/heard_texture.h"
#include "support/alloc_guard.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr double kRateHz = 44100.0;

int frames_for(double seconds, double rate_hz = kRateHz) { return static_cast<int>(seconds * rate_hz); }

// Partials 1 to 8 falling by 1/n, at each of these fundamentals.
Planes tones(const std::vector<double>& fundamentals_hz, double seconds, double rate_hz = kRateHz, int channels = 1) {
  Planes planes(channels, frames_for(seconds, rate_hz));
  for (const double f : fundamentals_hz)
    for (int n = 1; n <= 8 && n * f < 0.45 * rate_hz; ++n) add_sine(planes, 0, frame_count(planes), rate_hz, n * f, 0.1 / n, 0.3 * n);
  return planes;
}

Planes bursts(double period_s, double seconds) {
  Planes planes = noise(1, frames_for(seconds), 0.5, 11u);
  for (int i = 0; i < frame_count(planes); ++i) {
    const double since_s = std::fmod(i / kRateHz, period_s);
    planes.samples[0][static_cast<std::size_t>(i)] *= static_cast<float>(std::exp(-since_s / 0.015));
  }
  return planes;
}

// Sung: harmonics whose pitch swings by +-depth cents 5.5 times a second.
Planes vibrato(double depth_cents, double seconds) {
  Planes planes(1, frames_for(seconds));
  double phase = 0.0;
  for (int i = 0; i < frame_count(planes); ++i) {
    phase += 2.0 * kPi * 330.0 * std::exp2(depth_cents / 1200.0 * std::sin(2.0 * kPi * 5.5 * i / kRateHz)) / kRateHz;
    for (int n = 1; n <= 8; ++n) planes.samples[0][static_cast<std::size_t>(i)] += static_cast<float>(0.1 / n * std::sin(n * phase));
  }
  return planes;
}

double trait(const Planes& io, Trait which, double rate_hz = kRateHz) { return summarise(hear(io, rate_hz)).trait(which); }

TEST(TextureHistory, LoudnessOfAStepIsThatOfTheStandard) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    for (const double frequency_hz : {100.0, 1000.0, 3000.0, 10000.0}) {
      Planes io = sine(2, frames_for(4.0, rate_hz), rate_hz, frequency_hz, 0.25);
      LoudnessMeter meter;
      ASSERT_EQ(meter.prepare({rate_hz, 2, 65536}), Status::ok);
      run(meter, io);
      const TextureHistory heard = hear(io, rate_hz);
      EXPECT_NEAR(lufs_of(heard.steps()[3].weighted_power), meter.integrated_lufs(), 0.1) << rate_hz << " " << frequency_hz;
    }
  }
}

TEST(TextureHistory, BandsReadTheLevelOfASineWhereItLies) {
  const TextureHistory heard = hear(sine(1, frames_for(3.0), kRateHz, 1000.0, 0.1), kRateHz);
  const TextureStep& step = heard.steps()[2];
  int loudest = 0;
  for (int b = 0; b < kTextureBands; ++b)
    if (step.band_centibel[static_cast<std::size_t>(b)] > step.band_centibel[static_cast<std::size_t>(loudest)]) loudest = b;
  // Mel edges: 1 kHz is 1000 mel, from 60.5 to 3564 mel in 24 parts: (1000 - 60.5) / 145.98 = 6.4.
  EXPECT_EQ(loudest, 6);
  EXPECT_NEAR(step.band_centibel[6] / 10.0, -20.0 + 1.76, 0.2);  // a Hann peak's bins sum to 1.5 times its top
}

TEST(TextureHistory, ChromaNamesTheNotes) {
  const TextureHistory heard = hear(tones({261.63, 329.63, 392.0}, 4.0), kRateHz);
  const auto& chroma = heard.steps()[4].chroma;
  for (const int note : {0, 4, 7})
    for (const int other : {1, 3, 5, 6, 8, 9, 10})
      EXPECT_GT(chroma[static_cast<std::size_t>(note)], 2 * chroma[static_cast<std::size_t>(other)]) << note << " " << other;
}

TEST(TextureHistory, TraitsRiseWithWhatTheyMeasure) {
  const Planes chord = tones({220.0, 277.18, 329.63}, 5.0), hiss = noise(1, frames_for(5.0), 0.3, 3u), hits = bursts(0.5, 5.0);
  EXPECT_LT(trait(chord, Trait::percussive), 0.03);
  EXPECT_LT(trait(hiss, Trait::percussive), 0.3);
  EXPECT_GT(trait(hits, Trait::percussive), 0.5);
  EXPECT_GT(trait(chord, Trait::tonal), 0.9);
  EXPECT_LT(trait(hiss, Trait::tonal), 0.1);
  EXPECT_GT(trait(chord, Trait::contrast_db), trait(hiss, Trait::contrast_db) + 10.0);
  EXPECT_NEAR(trait(hiss, Trait::contrast_db), 2.51, 0.2);  // 10 log10(e^gamma): arithmetic over geometric mean of an exponential distribution
  EXPECT_GT(trait(hiss, Trait::fullness), 0.95);
  EXPECT_LT(trait(chord, Trait::fullness), 0.6);
  EXPECT_GT(trait(bursts(0.2, 5.0), Trait::onset_hz), 1.8 * trait(hits, Trait::onset_hz));
  EXPECT_NEAR(trait(bursts(0.2, 5.0), Trait::onset_hz), 5.0, 0.5);
  EXPECT_GT(trait(hits, Trait::activity_db), 5.0 * trait(chord, Trait::activity_db));
}

TEST(TextureHistory, RoughnessIsThatOfBeatingPartials) {
  const auto pair = [](double low_hz, double high_hz) {
    Planes io(1, frames_for(4.0));
    add_sine(io, 0, frame_count(io), kRateHz, low_hz, 0.1);
    add_sine(io, 0, frame_count(io), kRateHz, high_hz, 0.1);
    return trait(io, Trait::roughness);
  };
  EXPECT_LT(pair(440.0, 880.0), 0.01);
  EXPECT_GT(pair(440.0, 466.16), 5.0 * pair(440.0, 660.0));
  // Two equal tones: 0.5 (exp(-3.5 s d) - exp(-5.75 s d)), s = 0.24 / (0.0207 * 440 + 18.96), d = 26.16 Hz: s d = 0.2237.
  EXPECT_NEAR(pair(440.0, 466.16), 0.5 * (std::exp(-3.5 * 0.2237) - std::exp(-5.75 * 0.2237)), 0.01);
  EXPECT_GT(trait(tones({220.0, 233.08}, 4.0), Trait::roughness), 2.0 * trait(tones({220.0, 330.0}, 4.0), Trait::roughness));
}

TEST(TextureHistory, HearsAVoiceGlideAndAnOrganStand) {
  EXPECT_LT(trait(vibrato(0.0, 6.0), Trait::voice), 0.001);
  EXPECT_GT(trait(vibrato(60.0, 6.0), Trait::voice), 0.3);
  EXPECT_LT(trait(noise(1, frames_for(6.0), 0.3, 5u), Trait::voice), 0.02);
  EXPECT_LT(trait(tones({220.0, 277.18, 329.63}, 6.0), Trait::voice), 0.001);
}

TEST(TextureHistory, SyllablesAreModulationsAtTheirPace) {
  const auto modulated = [](double rate_hz) {
    Planes io = noise(1, frames_for(6.0), 0.3, 5u);
    for (int i = 0; i < frame_count(io); ++i)
      io.samples[0][static_cast<std::size_t>(i)] *= static_cast<float>(1.0 + 0.9 * std::sin(2.0 * kPi * rate_hz * i / kRateHz));
    return trait(io, Trait::syllabic);
  };
  EXPECT_GT(modulated(4.0), 2.0 * modulated(0.3));
  EXPECT_GT(modulated(4.0), 2.0 * modulated(30.0));
  EXPECT_GT(modulated(4.0), 4.0 * trait(tones({220.0}, 6.0), Trait::syllabic));
}

TEST(TextureHistory, MelodyStepsAreCounted) {
  Planes io(1, 0);
  int turn = 0;
  for (const double f : {440.0, 523.25, 587.33, 440.0, 659.26, 392.0, 523.25, 440.0, 349.23, 440.0}) {
    Planes note = sine(1, frames_for(0.5), kRateHz, f, 0.3, 0.1 * turn++);
    for (int i = 0; i < frame_count(note); ++i) {
      const double edge = std::min({1.0, i / 400.0, (frame_count(note) - i) / 400.0});
      io.samples[0].push_back(note.samples[0][static_cast<std::size_t>(i)] * static_cast<float>(edge));
    }
  }
  EXPECT_NEAR(trait(io, Trait::melody_hz), 2.0, 0.4);
  EXPECT_LT(trait(tones({440.0}, 5.0), Trait::melody_hz), 0.01);
}

TEST(TextureHistory, TraitsDoNotDependOnTheGain) {
  Planes loud = music(2, frames_for(10.0), kRateHz, 0.9, 4u), soft = loud;
  for (auto& plane : soft.samples)
    for (float& x : plane) x *= 0.0625f;
  const TextureSummary a = summarise(hear(loud, kRateHz)), b = summarise(hear(soft, kRateHz));
  for (int t = 0; t < kTraits; ++t) {
    const auto which = static_cast<Trait>(t);
    EXPECT_NEAR(a.trait(which), b.trait(which), 1e-3 * kTraitRange[static_cast<std::size_t>(t)]) << t;
  }
}

TEST(TextureHistory, DoesNotDependOnBlockCutsAndResetEqualsFresh) {
  const Planes io = music(2, frames_for(6.0), kRateHz, 0.5, 9u);
  const TextureHistory whole = hear(io, kRateHz);
  TextureHistory cut = prepared(kRateHz, 2, 7.0);
  feed(cut, noise(2, frames_for(3.0), 1.0, 2u), kRateHz);
  cut.reset();
  feed(cut, io, kRateHz, {1, 7, 64, 127, 4096, 30000});
  ASSERT_EQ(whole.steps().size(), cut.steps().size());
  for (std::size_t i = 0; i < whole.steps().size(); ++i) {
    EXPECT_EQ(whole.steps()[i].band_centibel, cut.steps()[i].band_centibel);
    EXPECT_EQ(whole.steps()[i].chroma, cut.steps()[i].chroma);
    EXPECT_EQ(whole.steps()[i].traits, cut.steps()[i].traits);
    EXPECT_EQ(whole.steps()[i].weighted_power, cut.steps()[i].weighted_power);
  }
}

TEST(TextureHistory, StopsRememberingAtItsLength) {
  TextureHistory heard = prepared(kRateHz, 1, 2.0);
  feed(heard, noise(1, frames_for(6.0), 0.5, 1u), kRateHz);
  EXPECT_LE(heard.steps().size(), 5u);
  EXPECT_GE(heard.steps().size(), 4u);
}

TEST(TextureHistory, EveryRateAndEdgeCaseGivesFiniteTraitsOrUnknown) {
  for (const double rate_hz : {8000.0, 11025.0, 44100.0, 192000.0}) {
    for (const int channels : {1, 2}) {
      const double seconds = rate_hz > 100000.0 ? 2.5 : 5.0;
      const TextureSummary quiet = summarise(hear(Planes(channels, frames_for(seconds, rate_hz)), rate_hz));
      EXPECT_TRUE(std::isnan(quiet.trait(Trait::tonal)));
      const TextureSummary tiny = summarise(hear(noise(channels, frames_for(0.2, rate_hz), 0.5, 1u), rate_hz));
      EXPECT_TRUE(std::isnan(tiny.trait(Trait::tonal)));
      const TextureSummary direct = summarise(hear(constant(channels, frames_for(seconds, rate_hz), 0.9f), rate_hz));
      const TextureSummary chord = summarise(hear(tones({220.0, 277.18, 329.63}, seconds, rate_hz, channels), rate_hz));
      for (int t = 0; t < kTraits; ++t) {
        const double value = chord.trait(static_cast<Trait>(t));
        EXPECT_TRUE(value >= 0.0 && value <= kTraitRange[static_cast<std::size_t>(t)]) << t;
        const double dc = direct.trait(static_cast<Trait>(t));
        EXPECT_TRUE(std::isnan(dc) || (dc >= 0.0 && dc <= kTraitRange[static_cast<std::size_t>(t)])) << t;
      }
      EXPECT_GT(chord.trait(Trait::tonal), 0.8) << rate_hz;
    }
  }
}

TEST(TextureHistory, MakesNoHeapCallsWhileItHears) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  Planes io = music(2, frames_for(6.0), kRateHz, 0.9, 1u);
  TextureHistory heard = prepared(kRateHz, 2, 4.0);  // and past its length
  const StreamSpec spec{kRateHz, 2, 512};
  Stft short_stft, long_stft;
  ASSERT_EQ(short_stft.prepare(short_grid(spec)), Status::ok);
  ASSERT_EQ(long_stft.prepare(long_grid(spec)), Status::ok);
  (void)io.slice(0, 0);
  const AllocationGuard guard;
  for (int at = 0; at + 441 <= frame_count(io); at += 441) {
    short_stft.process(io.slice(at, 441), [&heard](const SpectrumFrame& frame) { heard.process_short(frame); });
    long_stft.process(io.slice(at, 441), [&heard](const SpectrumFrame& frame) { heard.process_long(frame); });
  }
  heard.reset();
  EXPECT_EQ(guard.heap_calls(), 0);
}

TEST(TextureHistory, RefusesWhatItCannotHear) {
  TextureHistory heard;
  const StreamSpec spec{44100.0, 2, 512};
  StftGrid wrong = short_grid(spec);
  wrong.sample_rate_hz = 4000.0;
  EXPECT_EQ(heard.prepare(wrong, long_grid(spec), 10.0), Status::bad_sample_rate);
  EXPECT_EQ(heard.prepare(short_grid(spec), long_grid(spec), -1.0), Status::out_of_range);
}

}  // namespace
}  // namespace ag06::analysis
