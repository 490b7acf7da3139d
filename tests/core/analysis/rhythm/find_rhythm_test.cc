#include "analysis/rhythm/find_rhythm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/analysis/rhythm/band.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {

using test::Groove;
using test::Played;

OnsetHistory listen(const std::vector<float>& samples, double sample_rate_hz) {
  const StreamSpec spec{sample_rate_hz, 1, 512};
  Stft stft;
  OnsetHistory history;
  EXPECT_EQ(stft.prepare(short_grid(spec)), Status::ok);
  EXPECT_EQ(history.prepare(short_grid(spec), static_cast<double>(samples.size()) / sample_rate_hz + 1.0), Status::ok);
  const float* plane = samples.data();
  const auto sink = [&history](const SpectrumFrame& frame) { history.process(frame); };
  stft.process(ConstAudioBlock(&plane, 1, static_cast<int>(samples.size())), sink);
  stft.finish(sink);
  return history;
}

// F measure of MIREX: hits within +-70 ms, the first 5 s left out.
double beat_f(const std::vector<double>& found_s, const std::vector<double>& true_s) {
  std::size_t i = 0, j = 0;
  while (i < found_s.size() && found_s[i] < 5.0) ++i;
  while (j < true_s.size() && true_s[j] < 5.0) ++j;
  const double all = static_cast<double>(found_s.size() - i + true_s.size() - j);
  double hits = 0.0;
  while (i < found_s.size() && j < true_s.size()) {
    if (std::fabs(found_s[i] - true_s[j]) <= 0.07) {
      hits += 1.0;
      ++i;
      ++j;
    } else if (found_s[i] < true_s[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return all > 0.0 ? 2.0 * hits / all : 0.0;
}

RhythmOptions around(double bpm) {
  RhythmOptions options;
  options.tempo = {bpm / 1.45, bpm * 1.45};
  return options;
}

TEST(FindRhythm, TempoAndBeatsOfARockGroove) {
  for (const double bpm : {60.0, 81.3, 107.7, 128.0, 155.5, 174.0, 200.0}) {
    Groove groove;
    groove.bpm = bpm;
    const Played played = test::play(groove);
    const RhythmReport report = find_rhythm(listen(played.samples, 44100.0), around(bpm));
    EXPECT_NEAR(report.tempo_bpm, bpm, 0.05);
    EXPECT_GE(beat_f(report.beats_s, played.beats_s), 0.98) << bpm;
  }
}

TEST(FindRhythm, SilenceNoiseAndDronesHaveNoTempo) {
  std::mt19937 random(5);
  for (int kind = 0; kind < 4; ++kind) {
    std::vector<float> samples(44100 * 20);
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const double time_s = static_cast<double>(n) / 44100.0;
      const double values[] = {0.0, 0.4, 0.4 * (static_cast<double>(random()) * 0x1p-31 - 1.0),
                               0.3 * std::sin(2.0 * kPi * 220.0 * time_s) + 0.1 * std::sin(2.0 * kPi * 331.0 * time_s + 3.0 * std::sin(2.0 * kPi * 5.0 * time_s))};
      samples[n] = static_cast<float>(values[kind]);
    }
    const RhythmReport report = find_rhythm(listen(samples, 44100.0));
    EXPECT_TRUE(std::isnan(report.tempo_bpm)) << kind << " " << report.tempo_bpm;
    EXPECT_TRUE(report.beats_s.empty()) << kind;
    EXPECT_EQ(report.tempo_confidence, 0.0) << kind;
  }
}

TEST(FindRhythm, AFifthOfASecondHasNoTempo) {
  const RhythmReport report = find_rhythm(listen(std::vector<float>(8820, 0.5f), 44100.0));
  EXPECT_TRUE(std::isnan(report.tempo_bpm));
  EXPECT_TRUE(report.beats_s.empty());
}

}  // namespace
}  // namespace ag06::analysis
