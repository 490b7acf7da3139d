// Chord progressions as sound, with their truth, and how well a report tells it. Not for rhythm: chords start on the beat, strictly in time.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/tonality/find_tonality.h"
#include "base/math.h"
#include "support/music.h"

namespace ag06::test::chord_songs {

using test::Planes;
using test::Random;
using analysis::ChordQuality;
using analysis::ChromaHistory;
using analysis::Mode;
using analysis::TonalityReport;

enum class Timbre { sine, saw, plucked, organ, hollow };  // hollow: an organ without fundamentals
inline constexpr Timbre kTimbres[] = {Timbre::sine, Timbre::saw, Timbre::plucked, Timbre::organ, Timbre::hollow};

struct Degree {
  int root = 0;  // semitones above the tonic
  ChordQuality quality = ChordQuality::major;
};

struct ChordSong {
  double sample_rate_hz = 22050.0;
  int channels = 1;
  int key = 0;
  double tuning_cents = 0.0;
  Timbre timbre = Timbre::organ;
  std::vector<Degree> degrees;
  double chord_s = 1.0;
  bool drums = false;
  double noise_db = -200.0;  // against the music's rms
  std::uint32_t seed = 1;
};

inline const std::vector<Degree> kMajorCadence = {{0}, {5}, {7}, {0}};
inline const std::vector<Degree> kMinorCadence = {{0, ChordQuality::minor}, {5, ChordQuality::minor}, {7}, {0, ChordQuality::minor}};

inline void add_partial(std::vector<double>& to, std::size_t from, std::size_t until, double rate_hz, double hz, double level_lin,
                        double decay_per_s) {
  if (hz > 0.45 * rate_hz) return;
  const SinCos turn = sincos_exact(2.0 * kPi * hz / rate_hz);
  const double keep = exp_exact(-decay_per_s / rate_hz), fade = 0.01 * rate_hz;
  double re = level_lin, im = 0.0;
  for (std::size_t n = from; n < until; ++n) {
    const double edge = std::min({1.0, static_cast<double>(n - from) / fade, static_cast<double>(until - n) / fade});
    to[n] += edge * im;
    const double next = keep * (re * turn.cos - im * turn.sin);
    im = keep * (re * turn.sin + im * turn.cos);
    re = next;
  }
}

inline void add_note(std::vector<double>& to, std::size_t from, std::size_t until, double rate_hz, double hz, Timbre timbre) {
  switch (timbre) {
    case Timbre::sine: return add_partial(to, from, until, rate_hz, hz, 0.2, 0.0);
    case Timbre::saw:
      for (int k = 1; k <= 20; ++k) add_partial(to, from, until, rate_hz, k * hz, 0.2 / k, 0.0);
      return;
    case Timbre::plucked:
      for (int k = 1; k <= 12; ++k) add_partial(to, from, until, rate_hz, k * hz * std::sqrt(1.0 + 0.00005 * k * k), 0.3 / k, 1.0 + 0.7 * k);
      return;
    case Timbre::organ:
      for (const int k : {1, 2, 3, 4, 6, 8}) add_partial(to, from, until, rate_hz, k * hz, 0.12, 0.0);
      return;
    case Timbre::hollow:
      for (int k = 2; k <= 9; ++k) add_partial(to, from, until, rate_hz, k * hz, 0.3 / k, 0.0);
      return;
  }
}

inline void add_drums(std::vector<double>& to, double rate_hz, Random& random) {
  for (std::size_t hit = 0; 0.5 * rate_hz * static_cast<double>(hit) < static_cast<double>(to.size()); ++hit) {
    const auto from = static_cast<std::size_t>(static_cast<double>(hit) * 0.5 * rate_hz);
    double phase = 0.0;
    for (std::size_t n = from; n < std::min(to.size(), from + static_cast<std::size_t>(0.35 * rate_hz)); ++n) {
      const double t = static_cast<double>(n - from) / rate_hz;
      phase += (50.0 + 150.0 * exp_exact(-t / 0.02)) / rate_hz;
      to[n] += hit % 2 == 0 ? 0.8 * exp_exact(-t / 0.1) * sin_exact(2.0 * kPi * phase) : 0.8 * exp_exact(-t / 0.07) * (random.unit() - 0.5);
    }
  }
}

[[nodiscard]] inline double root_mean_square(const std::vector<double>& x) {
  double sum = 0.0;
  for (const double value : x) sum += value * value;
  return std::sqrt(sum / static_cast<double>(x.size()));
}

// Three notes from C4 upwards and a bass below, as mono samples.
[[nodiscard]] inline std::vector<double> sound_of(const ChordSong& song) {
  const auto length = static_cast<std::size_t>(song.chord_s * song.sample_rate_hz);
  std::vector<double> sound(length * song.degrees.size(), 0.0);
  for (std::size_t i = 0; i < song.degrees.size(); ++i) {
    const Degree& chord = song.degrees[i];
    const int root = (song.key + chord.root) % 12;
    for (const int note : {48 - 12 + root, 60 + root, 60 + (root + (chord.quality == ChordQuality::minor ? 3 : 4)) % 12, 60 + (root + 7) % 12}) {
      const double hz = 440.0 * exp2_exact((note - 69) / 12.0 + song.tuning_cents / 1200.0);
      add_note(sound, i * length, (i + 1) * length, song.sample_rate_hz, hz, song.timbre);
    }
  }
  Random random(song.seed * 2654435761u + 1u);
  const double level = root_mean_square(sound);
  if (song.drums) add_drums(sound, song.sample_rate_hz, random);
  if (song.noise_db > -200.0) {
    // Uniform noise between -0.5 and 0.5 has an rms of 0.2887.
    const double gain = level * db_to_lin(song.noise_db) / 0.288675134594813;
    for (double& x : sound) x += gain * (random.unit() - 0.5);
  }
  return sound;
}

[[nodiscard]] inline ChromaHistory heard_in(const std::vector<double>& sound, double sample_rate_hz, int channels = 1, int cut = 4096) {
  Planes planes(channels, static_cast<int>(sound.size()));
  for (auto& plane : planes.samples) std::copy(sound.begin(), sound.end(), plane.begin());
  const analysis::StftGrid grid = analysis::long_grid({sample_rate_hz, channels, 512});
  analysis::Stft stft;
  ChromaHistory heard;
  if (stft.prepare(grid) != Status::ok || heard.prepare(grid, static_cast<double>(sound.size()) / sample_rate_hz) != Status::ok) return heard;
  const auto sink = [&heard](const analysis::SpectrumFrame& frame) { heard.process(frame); };
  const int total = static_cast<int>(sound.size());
  for (int at = 0; at < total; at += cut) stft.process(planes.slice(at, std::min(cut, total - at)), sink);
  stft.finish(sink);
  return heard;
}

[[nodiscard]] inline std::vector<double> beats_of(const ChordSong& song) {
  std::vector<double> beats_s;
  const auto count = static_cast<int>(2 * song.degrees.size());
  for (int b = 0; b < count; ++b) beats_s.push_back(0.5 * b * song.chord_s);
  return beats_s;
}

[[nodiscard]] inline TonalityReport report_of(const ChordSong& song) {
  return analysis::find_tonality(heard_in(sound_of(song), song.sample_rate_hz, song.channels), beats_of(song));
}

// Share of the time in which the report names the chord that sounds: the weighted chord symbol recall of MIREX for major and minor.
[[nodiscard]] inline double chord_recall(const ChordSong& song, const TonalityReport& report) {
  double hit_s = 0.0;
  for (std::size_t i = 0; i < song.degrees.size(); ++i) {
    const double from_s = static_cast<double>(i) * song.chord_s, until_s = from_s + song.chord_s;
    for (const analysis::Chord& chord : report.chords)
      if (chord.root == (song.key + song.degrees[i].root) % 12 && chord.quality == song.degrees[i].quality)
        hit_s += std::max(0.0, std::min(until_s, chord.end_s) - std::max(from_s, chord.start_s));
  }
  return hit_s / (static_cast<double>(song.degrees.size()) * song.chord_s);
}

// The distance of two tunings as the ear takes it: a semitone apart is none.
[[nodiscard]] inline double tuning_error_cents(double tuning_hz, double truth_cents) {
  double apart = 1200.0 * log2_exact(tuning_hz / 440.0) - truth_cents + 50.0;
  apart -= 100.0 * std::floor(apart / 100.0);
  return std::fabs(apart - 50.0);
}

// The key that the song has at the tuning that was told: a semitone up for a song 50 cents up that is told as 50 cents down.
[[nodiscard]] inline int key_at(const ChordSong& song, double tuning_hz) {
  const double told_cents = 1200.0 * log2_exact(tuning_hz / 440.0);
  return (song.key + static_cast<int>(std::floor((song.tuning_cents - told_cents) / 100.0 + 0.5)) + 12) % 12;
}

}  // namespace ag06::test::chord_songs
