// The features of sounds: pairs of which one must have more of a feature, from samples to number.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "core/analysis/music/heard_song.h"
#include "dsp/effects/reverb.h"
#include "support/tunes/tune.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;
using tunes::Timbre;
using tunes::TuneSpec;

constexpr double kRateHz = 22050.0;
constexpr double kLengthS = 16.0;

TuneSpec spec_of(const std::function<void(TuneSpec&)>& change = [](TuneSpec&) {}) {
  TuneSpec spec;
  spec.sample_rate_hz = kRateHz;
  spec.duration_s = kLengthS;
  spec.tempo_bpm = 112.0;
  spec.progression = 2;
  spec.seed = 4;
  change(spec);
  return spec;
}

Planes tune(const std::function<void(TuneSpec&)>& change = [](TuneSpec&) {}) { return tunes::make_tune(spec_of(change)).audio; }

template <class Change>
Planes changed(Planes io, Change change) {
  for (auto& plane : io.samples) {
    double low = 0.0;
    for (float& x : plane) x = static_cast<float>(change(static_cast<double>(x), low));
  }
  return io;
}

Planes low_passed(const Planes& io, double cutoff_hz) {
  const double step = 1.0 - std::exp(-2.0 * kPi * cutoff_hz / kRateHz);
  return changed(io, [step](double x, double& low) { return low += step * (x - low); });
}
Planes high_passed(const Planes& io, double cutoff_hz) {
  const double step = 1.0 - std::exp(-2.0 * kPi * cutoff_hz / kRateHz);
  return changed(io, [step](double x, double& low) { return x - (low += step * (x - low)); });
}
Planes times(const Planes& io, double gain) {
  return changed(io, [gain](double x, double&) { return gain * x; });
}
Planes distorted(const Planes& io) {
  return changed(io, [](double x, double&) { return 0.8 * std::tanh(12.0 * x); });
}
Planes sum(Planes a, const Planes& b) {
  for (std::size_t c = 0; c < a.samples.size(); ++c)
    for (std::size_t i = 0; i < a.samples[c].size(); ++i) a.samples[c][i] += b.samples[c][i];
  return a;
}
Planes mono(Planes io) {
  io.samples[1] = io.samples[0];
  return io;
}
Planes in_a_hall(Planes io) {
  dsp::Reverb reverb;
  EXPECT_EQ(reverb.prepare({kRateHz, 2, 512}), Status::ok);
  dsp::ReverbParams params;
  params.level_lin = 0.8f;
  params.decay_s = 2.2f;
  reverb.set_params(params);
  run(reverb, io);
  return io;
}
Planes half_softer(Planes io) {
  for (auto& plane : io.samples)
    for (std::size_t i = plane.size() / 2; i < plane.size(); ++i) plane[i] *= 0.1f;
  return io;
}
// Syllables of gliding harmonics with a formant, and now and then a breath: what a voice does without words.
Planes babble() {
  Planes io(2, static_cast<int>(kLengthS * kRateHz));
  Random random(5);
  for (double t = 0.2; t < kLengthS - 0.5;) {
    const double length_s = 0.12 + 0.15 * random.unit(), pitch_hz = 110.0 + 60.0 * random.unit(), glide = random.unit() - 0.5,
                 formant_hz = 400.0 + 900.0 * random.unit();
    double phase = 0.0;
    for (int i = 0; i < static_cast<int>(length_s * kRateHz); ++i) {
      const double s = i / kRateHz;
      phase += 2.0 * kPi * pitch_hz * (1.0 + glide * s / length_s) / kRateHz;
      double x = 0.0;
      for (int h = 1; h * pitch_hz < 4000.0; ++h) x += std::sin(h * phase) / (1.0 + std::pow((h * pitch_hz - formant_hz) / 250.0, 2.0));
      const auto at = static_cast<std::size_t>(t * kRateHz) + static_cast<std::size_t>(i);
      for (auto& plane : io.samples) plane[at] += static_cast<float>(0.1 * x * std::sin(kPi * s / length_s));
    }
    t += length_s + (random.below(5) == 0 ? 0.4 : 0.03 + 0.05 * random.unit());
  }
  return io;
}
Planes cluster(const std::vector<double>& tones_hz) {
  Planes io(2, static_cast<int>(kLengthS * kRateHz));
  for (const double f : tones_hz)
    for (int h = 1; h <= 5; ++h) add_sine(io, 0, frame_count(io), kRateHz, h * f, 0.1 / h);
  return io;
}
// Hits whenever: no pulse.
Planes scattered() {
  Planes io(2, static_cast<int>(kLengthS * kRateHz));
  Random random(9);
  for (double t = 0.1; t < kLengthS - 0.3; t += 0.1 + 0.7 * random.unit() * random.unit())
    for (int i = 0; i < 2000; ++i)
      for (auto& plane : io.samples)
        plane[static_cast<std::size_t>(t * kRateHz) + static_cast<std::size_t>(i)] +=
            static_cast<float>(0.4 * (2.0 * random.unit() - 1.0) * std::exp(-i / 300.0));
  return io;
}

Planes piano_alone() {
  return tune([](TuneSpec& spec) {
    spec.drums = spec.bass = false;
    spec.tempo_bpm = 70.0;
  });
}
Planes drums_alone() {
  return tune([](TuneSpec& spec) { spec.chords = spec.bass = spec.melody = false; });
}

struct Pair {
  Feature feature;
  const char* why;
  Planes less, more;
};

TEST(HeardMusic, RisesWithTheSound) {
  const Planes band = tune();
  const std::vector<Pair> pairs = {
      {Feature::energy, "a distorted band beside a piano", piano_alone(), distorted(band)},
      {Feature::valence, "major beside minor", tune([](TuneSpec& spec) { spec.progression = tunes::kLongMinorCadence; }),
       tune([](TuneSpec& spec) { spec.progression = tunes::kLongMajorCadence; })},
      {Feature::danceability, "four on the floor beside scattered hits", scattered(), tune([](TuneSpec& spec) { spec.pattern = 1; })},
      {Feature::acousticness, "a piano beside a distorted band", distorted(band), piano_alone()},
      {Feature::instrumentalness, "a band beside a voice", babble(), band},
      {Feature::speechiness, "a voice beside a band", band, babble()},
      {Feature::liveness, "in a hall", band, in_a_hall(band)},
      {Feature::brightness, "before a low-pass", low_passed(band, 800.0), band},
      {Feature::warmth, "behind a low-pass", band, low_passed(band, 800.0)},
      {Feature::punch, "with its lows", high_passed(high_passed(drums_alone(), 1000.0), 1000.0), drums_alone()},
      {Feature::density, "a band beside a piano", piano_alone(), band},
      {Feature::presence, "before a low-pass", low_passed(band, 800.0), band},
      {Feature::roughness, "semitones beside octaves", cluster({220.0, 440.0}), cluster({220.0, 233.1, 246.9})},
      {Feature::spaciousness, "in a hall", mono(band), in_a_hall(mono(band))},
      {Feature::spaciousness, "stereo beside mono", mono(band), band},
      {Feature::complexity, "a progression beside one chord", cluster({220.0, 277.2, 329.6}), band},
      {Feature::tension, "semitones beside octaves", cluster({220.0, 440.0}), cluster({220.0, 233.1, 246.9})},
      {Feature::groove, "drums beside none", piano_alone(), band},
      {Feature::regularity, "a band beside scattered hits", scattered(), band},
      {Feature::melodiousness, "a piano beside drums", drums_alone(), piano_alone()},
      {Feature::percussiveness, "drums beside a piano", piano_alone(), drums_alone()},
      {Feature::percussiveness, "noise bursts over a piano", piano_alone(), sum(piano_alone(), scattered())},
      {Feature::loudness, "louder", times(band, 0.1), band},
      {Feature::dynamics, "a soft half", band, half_softer(band)},
      {Feature::clarity, "out of the hall", in_a_hall(band), band},
      {Feature::heaviness, "distorted", band, distorted(band)},
  };
  std::array<int, kFeatures> asked{};
  for (const Pair& pair : pairs) {
    const auto at = static_cast<std::size_t>(pair.feature);
    const double less = heard_music(pair.less, kRateHz).features[at], more = heard_music(pair.more, kRateHz).features[at];
    EXPECT_GT(more, less + 0.02) << kFeatureNames[at] << ": " << pair.why;
    ++asked[at];
  }
  for (std::size_t f = 0; f < kFeatures; ++f) EXPECT_GT(asked[f], 0) << kFeatureNames[f];
}

TEST(HeardMusic, OnlyLoudnessHearsTheFader) {
  const Planes band = tune();
  const MusicReport loud = heard_music(band, kRateHz), soft = heard_music(times(band, 0.25), kRateHz);
  for (std::size_t f = 0; f < kFeatures; ++f) {
    if (f == static_cast<std::size_t>(Feature::loudness)) continue;
    EXPECT_NEAR(loud.features[f], soft.features[f], 0.02) << kFeatureNames[f];
  }
  EXPECT_EQ(loud.compression, soft.compression);
  EXPECT_EQ(loud.eq, soft.eq);
  EXPECT_EQ(loud.reverb, soft.reverb);
}

TEST(HeardMusic, EdgeCasesGiveSharesOrUnknown) {
  const auto expect_shares = [](const MusicReport& report, const std::string& name, bool unknown) {
    for (std::size_t f = 0; f < kFeatures; ++f) {
      const double value = report.features[f];
      EXPECT_TRUE(std::isnan(value) || (!unknown && value >= 0.0 && value <= 1.0)) << name << " " << kFeatureNames[f] << " " << value;
    }
  };
  for (const double rate_hz : {8000.0, 48000.0}) {
    const int frames = static_cast<int>(6.0 * rate_hz);
    expect_shares(heard_music(Planes(2, frames), rate_hz), "silence", true);
    expect_shares(heard_music(noise(2, static_cast<int>(0.2 * rate_hz), 0.5, 1u), rate_hz), "0.2 s", true);
    expect_shares(heard_music(constant(2, frames, 0.5f), rate_hz), "DC", false);
    expect_shares(heard_music(noise(1, frames, 0.5, 3u), rate_hz), "noise", false);
    expect_shares(heard_music(sine(1, frames, rate_hz, 440.0, 0.5), rate_hz), "sine", false);
    EXPECT_TRUE(std::isnan(heard_music(noise(2, frames, 0.5, 3u), rate_hz).features[static_cast<std::size_t>(Feature::valence)]));
  }
}

}  // namespace
}  // namespace ag06::analysis
