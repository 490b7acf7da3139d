// Our meter against libebur128 1.2.6, value by value: real songs, noise, sweeps and a thousand random programmes.
#include <gtest/gtest.h>

#include "analysis/loudness.h"
#include "conformance/oracle.h"
#include "conformance/songs.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr double kToleranceLu = 0.01;
// Below this libebur128's figures are as good as ours but mean nothing.
constexpr double kQuietLufs = -120.0;

// Both meters over the signal; they must agree every 100 ms and at the end.
void expect_agreement(Planes& planes, double sample_rate_hz) {
  const int channels = static_cast<int>(planes.samples.size());
  const StreamSpec spec{sample_rate_hz, channels, 65536};
  LoudnessMeter meter;
  ASSERT_EQ(meter.prepare(spec), Status::ok);
  Oracle oracle(spec);
  std::vector<double> short_terms_lufs;
  double momentary_max_lufs = -1000.0, short_term_max_lufs = -1000.0;
  const int frames = frame_count(planes);
  for (int tenth = 0, at = 0; at < frames; ++tenth) {
    const int end = std::min(frames, frames_for_ms(100.0 * (tenth + 1), sample_rate_hz));
    meter.process(planes.slice(at, end - at));
    oracle.process(planes.slice(at, end - at));
    at = end;
    if (at == frames_for_ms(100.0 * (tenth + 1), sample_rate_hz)) {
      const double momentary_lufs = oracle.momentary_lufs(), short_term_lufs = oracle.short_term_lufs();
      if (tenth >= 3 && momentary_lufs > kQuietLufs) {
        ASSERT_NEAR(meter.momentary_lufs(), momentary_lufs, kToleranceLu) << "after " << tenth + 1 << " tenths of a second";
        momentary_max_lufs = std::max(momentary_max_lufs, momentary_lufs);
      }
      if (tenth >= 29 && short_term_lufs > kQuietLufs) {
        ASSERT_NEAR(meter.short_term_lufs(), short_term_lufs, kToleranceLu) << "after " << tenth + 1 << " tenths of a second";
        short_term_max_lufs = std::max(short_term_max_lufs, short_term_lufs);
        short_terms_lufs.push_back(short_term_lufs);
      }
    }
  }
  if (momentary_max_lufs > -70.0) {
    EXPECT_NEAR(meter.integrated_lufs(), oracle.integrated_lufs(), kToleranceLu);
    EXPECT_GE(meter.momentary_max_lufs(), momentary_max_lufs - kToleranceLu);
  }
  if (short_term_max_lufs > -69.0) {
    EXPECT_GE(meter.short_term_max_lufs(), short_term_max_lufs - kToleranceLu);
    EXPECT_NEAR(meter.range_lu(), range_by_the_letter_lu(short_terms_lufs), 2.0 * kToleranceLu);
  }
}

TEST(AgainstLibebur128, RealSongsWhole) {
  for (const std::string& path : song_files()) {
    SCOPED_TRACE(path);
    Song song = read_song(path, 60 * 60 * 48000);
    ASSERT_GT(frame_count(song.planes), 60.0 * song.sample_rate_hz);
    expect_agreement(song.planes, song.sample_rate_hz);
    if (HasFatalFailure()) return;
  }
}

// A minute of each song's samples taken for another rate: music all the same, as the filters see it. 5.1 of two recordings.
TEST(AgainstLibebur128, RealMusicAtOtherRatesMonoStereoSurround) {
  const std::vector<std::string> files = song_files();
  ASSERT_GE(files.size(), 2u);
  for (std::size_t f = 0; f + 1 < files.size(); f += 2) {
    SCOPED_TRACE(files[f]);
    const Song guitar = read_song(files[f], 60 * 44100), band = read_song(files[f + 1], 60 * 44100);
    const auto frames = static_cast<std::size_t>(std::min(frame_count(guitar.planes), frame_count(band.planes)));
    for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
      for (const int channels : {1, 2, 6}) {
        SCOPED_TRACE(testing::Message() << rate_hz << " Hz, " << channels << " channels");
        Planes planes(channels, 0);
        for (int c = 0; c < channels; ++c) {
          const Planes& from = c < 2 ? band.planes : guitar.planes;
          const std::vector<float>& plane = from.samples[static_cast<std::size_t>(c) % from.samples.size()];
          planes.samples[static_cast<std::size_t>(c)].assign(plane.begin(), plane.begin() + static_cast<std::ptrdiff_t>(frames));
        }
        expect_agreement(planes, rate_hz);
        if (HasFatalFailure()) return;
      }
  }
}

TEST(AgainstLibebur128, NoiseAndSweeps) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (const int channels : {1, 2, 4, 5, 6}) {
      SCOPED_TRACE(testing::Message() << rate_hz << " Hz, " << channels << " channels");
      const int frames = frames_for_ms(8000.0, rate_hz);
      Planes white = noise(channels, frames, 0.3, 17);
      expect_agreement(white, rate_hz);
      Planes sweep(channels, frames);
      double phase = 0.0;
      for (int i = 0; i < frames; ++i) {
        // 20 Hz to 0.49 of the rate, exponentially.
        phase += 2.0 * kPi * 20.0 / rate_hz * std::pow(0.49 * rate_hz / 20.0, static_cast<double>(i) / frames);
        for (std::size_t c = 0; c < sweep.samples.size(); ++c)
          sweep.samples[c][static_cast<std::size_t>(i)] = static_cast<float>(0.5 * std::sin(phase + static_cast<double>(c)));
      }
      expect_agreement(sweep, rate_hz);
      if (HasFatalFailure()) return;
    }
}

// Tones and noise of random length and level, from beneath the absolute gate to beyond full scale.
TEST(AgainstLibebur128, AThousandRandomProgrammes) {
  constexpr double kRatesHz[] = {8000.0, 11020.0, 16000.0, 22050.0, 32000.0, 44100.0, 48000.0, 64000.0, 88200.0, 96000.0, 176400.0, 192000.0};
  constexpr int kChannels[] = {1, 2, 2, 3, 4, 5, 6};
  std::vector<int> tried(12, 0);
  Random random(2026);
  for (int trial = 0; trial < 1000; ++trial) {
    const int rate = random.below(12);
    const double rate_hz = kRatesHz[rate];
    ++tried[static_cast<std::size_t>(rate)];
    const int channels = kChannels[random.below(7)];
    SCOPED_TRACE(testing::Message() << "programme " << trial << ", " << rate_hz << " Hz, " << channels << " channels");
    // Every other programme has silences; long ones are left to the lower rates, for the test's own sake.
    const int frames = frames_for_ms(1000.0 + random.below(rate_hz > 50000.0 ? 3500 : 7000), rate_hz);
    const bool pauses = random.below(2) == 0;
    Planes planes(channels, frames);
    for (int at = 0; at < frames;) {
      const int end = std::min(frames, at + frames_for_ms(20.0 + random.below(2500), rate_hz));
      const double step_rad = 2.0 * kPi * 0.45 * random.unit() * random.unit();
      for (auto& plane : planes.samples) {
        const double level_lin = pauses && random.below(4) == 0 ? 0.0 : from_db(6.0 - 90.0 * random.unit() * random.unit());
        const double noise_share = random.below(2);
        for (int i = at; i < end; ++i)
          plane[static_cast<std::size_t>(i)] =
              static_cast<float>(level_lin * (noise_share * (2.0 * random.unit() - 1.0) + (1.0 - noise_share) * std::sin(step_rad * i)));
      }
      at = end;
    }
    expect_agreement(planes, rate_hz);
    if (HasFatalFailure()) return;
  }
  for (const int count : tried) EXPECT_GT(count, 50);
}

}  // namespace
}  // namespace ag06::analysis
