#include "analysis/speech/voice_activity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/math.h"
#include "support/alloc_guard.h"

namespace ag06::analysis {
namespace {

using Signal = std::vector<float>;

double noise_sample(std::mt19937& random) { return static_cast<double>(random()) * 0x1p-31 - 1.0; }

void add_noise(Signal& signal, double rms, unsigned seed) {
  std::mt19937 random(seed);
  for (float& x : signal) x += static_cast<float>(rms * std::sqrt(3.0) * noise_sample(random));
}

// Syllables of 150 ms of a gliding glottal sawtooth through two formants, four a second, every other begun by 40 ms of hiss; a pause after each
// fourth. Not speech, but what tells speech: pace, glides, voiced and unvoiced, low and loud moments.
Signal babble(double rate_hz, double seconds, unsigned seed) {
  std::mt19937 random(seed);
  Signal signal(static_cast<std::size_t>(rate_hz * seconds), 0.0f);
  const double syllable_s = 0.24;
  for (int s = 0; (s + 1) * syllable_s < seconds; ++s) {
    if (s % 5 == 4) continue;
    const double f0 = 110.0 + 20.0 * noise_sample(random), glide = 0.25 * noise_sample(random) + 0.3;
    const double formant = 400.0 + 300.0 * std::fabs(noise_sample(random)), upper = 1200.0 + 700.0 * std::fabs(noise_sample(random));
    const auto start = static_cast<std::size_t>(s * syllable_s * rate_hz);
    double phase = 0.0;
    for (std::size_t n = 0; n < static_cast<std::size_t>(0.19 * rate_hz); ++n) {
      const double t = static_cast<double>(n) / rate_hz;
      if (t < 0.04) {
        if (s % 2 == 0) signal[start + n] += static_cast<float>(0.05 * noise_sample(random));
        continue;
      }
      const double u = (t - 0.04) / 0.15, pitch = f0 * (1.0 + glide * (u - 0.5));
      phase += 2.0 * kPi * pitch / rate_hz;
      double x = 0.0;
      for (int h = 1; h * pitch < std::min(4000.0, 0.45 * rate_hz); ++h) {
        const double hz = h * pitch;
        const auto peak = [&](double centre) { return 1.0 / (1.0 + (hz - centre) * (hz - centre) / 14400.0); };
        x += std::sin(h * phase) / h * (0.1 + peak(formant) + 0.7 * peak(upper));
      }
      signal[start + n] += static_cast<float>(0.3 * std::sin(kPi * u) * x);
    }
  }
  return signal;
}

struct Heard {
  std::vector<bool> active;
  std::vector<double> probability;
  double ratio = 0.0;
};

Heard listen(const Signal& signal, double rate_hz, int cut_frames = 512) {
  const StftGrid grid = short_grid({rate_hz, 1, 512});
  Stft stft;
  VoiceActivity voice;
  EXPECT_EQ(stft.prepare(grid), Status::ok);
  EXPECT_EQ(voice.prepare(grid), Status::ok);
  Heard heard;
  const auto sink = [&](const SpectrumFrame& frame) {
    voice.process(frame);
    heard.active.push_back(voice.active());
    heard.probability.push_back(voice.speech_probability());
  };
  for (int at = 0, total = static_cast<int>(signal.size()); at < total; at += cut_frames) {
    const float* plane = signal.data() + at;
    stft.process({&plane, 1, std::min(cut_frames, total - at)}, sink);
  }
  stft.finish(sink);
  heard.ratio = voice.speech_ratio();
  return heard;
}

double share(const std::vector<bool>& active, std::size_t from, std::size_t to) {
  int count = 0;
  for (std::size_t i = from; i < to; ++i) count += active[i] ? 1 : 0;
  return static_cast<double>(count) / static_cast<double>(to - from);
}

TEST(PitchTrack, FindsAHarmonicToneWithinAFifthOfASemitone) {
  for (const double f0 : {80.0, 110.0, 146.8, 220.0, 330.0, 390.0}) {
    const StftGrid grid = short_grid({48000.0, 1, 512});
    PitchTrack track;
    track.prepare(grid);
    Stft stft;
    ASSERT_EQ(stft.prepare(grid), Status::ok);
    Signal signal(24000, 0.0f);
    for (std::size_t n = 0; n < signal.size(); ++n)
      for (int h = 1; h <= 12; ++h) signal[n] += static_cast<float>(0.2 / h * std::sin(2.0 * kPi * f0 * h * static_cast<double>(n) / 48000.0 + h));
    Pitch pitch;
    const float* plane = signal.data();
    stft.process({&plane, 1, 24000}, [&](const SpectrumFrame& frame) { pitch = track.find(frame.power); });
    EXPECT_NEAR(pitch.semitones, 12.0 * std::log2(f0 / 70.0), 0.2) << f0;
    EXPECT_GT(pitch.strength_db, 10.0f) << f0;
  }
}

TEST(VoiceActivity, HearsAVoiceOverNoiseAndItsEnd) {
  for (const double rate_hz : {8000.0, 16000.0, 44100.0, 96000.0}) {
    Signal signal(static_cast<std::size_t>(4.0 * rate_hz), 0.0f);
    const Signal voice = babble(rate_hz, 4.0, 5u);
    signal.insert(signal.end(), voice.begin(), voice.end());
    signal.resize(static_cast<std::size_t>(12.0 * rate_hz), 0.0f);
    add_noise(signal, 0.003, 9u);
    const Heard heard = listen(signal, rate_hz);
    EXPECT_LT(share(heard.active, 200, 395), 0.03) << rate_hz;   // noise alone
    EXPECT_GT(share(heard.active, 405, 790), 0.9) << rate_hz;    // the voice, its short pauses bridged
    EXPECT_LT(share(heard.active, 830, 1190), 0.03) << rate_hz;  // after it
    EXPECT_TRUE(heard.active[410]) << "100 ms after the first syllable, " << rate_hz;
  }
}

TEST(VoiceActivity, CallsBabbleSpeechAndMusicMusic) {
  const double rate_hz = 44100.0;
  const Heard speech = listen(babble(rate_hz, 20.0, 3u), rate_hz);
  EXPECT_GT(speech.ratio, 0.9);
  EXPECT_GT(speech.probability.back(), 0.5);

  // A held chord over a beat.
  Signal music(static_cast<std::size_t>(20.0 * rate_hz), 0.0f);
  std::mt19937 random(1u);
  for (std::size_t n = 0; n < music.size(); ++n) {
    const double t = static_cast<double>(n) / rate_hz, beat = std::fmod(t, 0.5);
    double x = 0.0;
    for (const double f0 : {130.8, 164.8, 196.0})
      for (int h = 1; h < 8; ++h) x += 0.05 / h * std::sin(2.0 * kPi * f0 * h * t);
    x += 0.5 * std::exp(-beat * 20.0) * std::sin(2.0 * kPi * 60.0 * t) + 0.1 * std::exp(-beat * 40.0) * noise_sample(random);
    music[n] = static_cast<float>(x);
  }
  const Heard heard = listen(music, rate_hz);
  EXPECT_LT(heard.ratio, 0.05);
}

TEST(VoiceActivity, SilenceNoiseHumAndDcAreNoSpeech) {
  const double rate_hz = 48000.0;
  const std::size_t frames = 480000;
  Signal silence(frames, 0.0f), noise(frames, 0.0f), hum(frames), dc(frames, 0.5f);
  add_noise(noise, 0.1, 2u);
  for (std::size_t n = 0; n < frames; ++n) hum[n] = static_cast<float>(0.1 * std::sin(2.0 * kPi * 50.0 * static_cast<double>(n) / rate_hz));
  for (const Signal* signal : {&silence, &noise, &hum, &dc}) {
    const Heard heard = listen(*signal, rate_hz);
    EXPECT_EQ(heard.ratio, 0.0);
    EXPECT_LT(share(heard.active, 250, heard.active.size()), 0.03);
  }
  EXPECT_EQ(listen({}, rate_hz).ratio, 0.0);
  EXPECT_EQ(listen(Signal(9600, 0.1f), rate_hz).ratio, 0.0);
}

TEST(VoiceActivity, DoesNotDependOnBlockCuts) {
  const Signal signal = babble(16000.0, 5.0, 11u);
  const Heard whole = listen(signal, 16000.0, 80000), cut = listen(signal, 16000.0, 37);
  EXPECT_EQ(whole.active, cut.active);
  EXPECT_EQ(whole.probability, cut.probability);
}

TEST(VoiceActivity, DoesNotAllocate) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  const Signal signal = babble(16000.0, 5.0, 11u);
  const StftGrid grid = short_grid({16000.0, 1, 512});
  Stft stft;
  VoiceActivity voice;
  ASSERT_EQ(stft.prepare(grid), Status::ok);
  ASSERT_EQ(voice.prepare(grid), Status::ok);
  const auto sink = [&](const SpectrumFrame& frame) { voice.process(frame); };
  const float* plane = signal.data();
  const test::AllocationGuard guard;
  stft.process({&plane, 1, static_cast<int>(signal.size())}, sink);
  stft.finish(sink);
  voice.reset();
  EXPECT_EQ(guard.heap_calls(), 0);
}

}  // namespace
}  // namespace ag06::analysis
