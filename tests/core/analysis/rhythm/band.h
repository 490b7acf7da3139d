// A small band with a known beat: kick, snare, hat, bass and chords by formula. Not for judging sound.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/math.h"

namespace ag06::test {

struct Groove {
  double bpm = 120.0;
  double duration_s = 30.0;
  double start_s = 0.5;         // of the first beat
  int beats_per_bar = 4;
  int steps_per_beat = 4;       // of the patterns; 'x' plays
  std::string kick = "x.......x.......";
  std::string snare = "....x.......x...";
  std::string hat = "x.x.x.x.x.x.x.x.";
  std::string bass = "x.....x.x.......";
  std::string chord = "x...............";
  double swing_ratio = 1.0;     // of the two halves of a beat
  double jitter_s = 0.0;        // standard deviation of every note
  double noise_snr_db = 200.0;  // white noise
  double drift_ratio = 0.0;     // slow swell of the tempo, +- this share over 40 s
  unsigned seed = 1;
};

struct Played {
  std::vector<float> samples;
  double sample_rate_hz = 44100.0;
  std::vector<double> beats_s;
  std::vector<double> downbeats_s;
};

class Band {
 public:
  Band(const Groove& groove, double sample_rate_hz) : groove_(groove), random_(groove.seed) {
    played_.sample_rate_hz = sample_rate_hz;
    played_.samples.assign(static_cast<std::size_t>(groove.duration_s * sample_rate_hz), 0.0f);
  }

  Played play() {
    static constexpr int kRoots[] = {48, 45, 41, 43, 50, 40, 45, 43};
    double beat_s = groove_.start_s;
    // A beat in the last tenth of a second could not be heard out.
    for (int beat = 0; beat_s < groove_.duration_s - 0.1; ++beat) {
      const double period_s = period_at(beat_s);
      played_.beats_s.push_back(beat_s);
      if (beat % groove_.beats_per_bar == 0) played_.downbeats_s.push_back(beat_s);
      const int bar = beat / groove_.beats_per_bar, root = kRoots[bar % 8];
      for (int sub = 0; sub < groove_.steps_per_beat; ++sub) {
        const int step = (beat % groove_.beats_per_bar) * groove_.steps_per_beat + sub;
        const double at_s = beat_s + period_s * swung(static_cast<double>(sub) / groove_.steps_per_beat);
        if (plays(groove_.kick, step)) kick(jittered(at_s));
        if (plays(groove_.snare, step)) snare(jittered(at_s));
        if (plays(groove_.hat, step)) hat(jittered(at_s));
        if (plays(groove_.bass, step)) note(jittered(at_s), root - 12, 0.25, std::min(0.3, 0.8 * period_s), 6);
        if (plays(groove_.chord, step)) {
          const double chord_s = jittered(at_s);
          const int third = bar % 3 == 1 ? 3 : 4;
          for (const int interval : {12, 12 + third, 19, 24}) note(chord_s, root + interval, 0.07, 0.95 * period_s * groove_.beats_per_bar, 8);
        }
      }
      beat_s += period_s;
    }
    add_noise();
    return std::move(played_);
  }

 private:
  double period_at(double time_s) const { return 60.0 / groove_.bpm * (1.0 + groove_.drift_ratio * std::sin(2.0 * kPi * time_s / 40.0)); }
  double swung(double phase) const {
    const double split = groove_.swing_ratio / (1.0 + groove_.swing_ratio);
    return phase < 0.5 ? 2.0 * phase * split : split + (2.0 * phase - 1.0) * (1.0 - split);
  }
  static bool plays(const std::string& pattern, int step) {
    return !pattern.empty() && pattern[static_cast<std::size_t>(step) % pattern.size()] == 'x';
  }
  double uniform() { return static_cast<double>(random_()) * 0x1p-32; }
  double gaussian() { return std::sqrt(-2.0 * std::log(1.0 - uniform())) * std::cos(2.0 * kPi * uniform()); }
  double jittered(double time_s) { return groove_.jitter_s > 0.0 ? time_s + groove_.jitter_s * gaussian() : time_s; }

  // sound(seconds since the attack)
  template <class Sound>
  void add(double at_s, double duration_s, Sound sound) {
    const double rate = played_.sample_rate_hz;
    const auto first = static_cast<std::int64_t>(std::ceil(at_s * rate)), end = static_cast<std::int64_t>((at_s + duration_s) * rate);
    for (std::int64_t n = first; n < end; ++n) {
      if (n < 0 || n >= static_cast<std::int64_t>(played_.samples.size())) continue;
      played_.samples[static_cast<std::size_t>(n)] += static_cast<float>(sound(static_cast<double>(n) / rate - at_s));
    }
  }
  void kick(double at_s) {
    add(at_s, 0.25, [](double t) {
      const double skin = 0.6 * std::exp(-t / 0.06) * std::sin(2.0 * kPi * (50.0 * t + 2.5 * (1.0 - std::exp(-t / 0.02))));
      return skin + 0.1 * std::exp(-t / 0.002) * std::sin(2.0 * kPi * 3000.0 * t);
    });
  }
  void snare(double at_s) {
    add(at_s, 0.2, [this](double t) {
      return 0.3 * std::exp(-t / 0.05) * (2.0 * uniform() - 1.0) + 0.25 * std::exp(-t / 0.04) * std::sin(2.0 * kPi * 190.0 * t);
    });
  }
  void hat(double at_s) {
    double last = 0.0;
    add(at_s, 0.06, [this, last](double t) mutable {
      const double now = 2.0 * uniform() - 1.0, high = now - last;
      last = now;
      return 0.12 * std::exp(-t / 0.015) * high;
    });
  }
  void note(double at_s, int midi, double level_lin, double duration_s, int harmonics) {
    const double hz = 440.0 * std::exp2((midi - 69) / 12.0), rate = played_.sample_rate_hz;
    add(at_s, duration_s, [=](double t) {
      // sin(h x) = 2 cos(x) sin((h-1) x) - sin((h-2) x)
      const double x = 2.0 * kPi * hz * t, twice = 2.0 * std::cos(x);
      double sum = 0.0, before = 0.0, now = std::sin(x);
      for (int h = 1; h <= harmonics && h * hz < 0.45 * rate; ++h) {
        sum += now / h;
        const double next = twice * now - before;
        before = now;
        now = next;
      }
      return level_lin * sum * std::min(t / 0.005, 1.0) * std::exp(-t / (0.6 * duration_s + 0.1)) * std::min((duration_s - t) / 0.01, 1.0);
    });
  }
  void add_noise() {
    if (groove_.noise_snr_db >= 200.0) return;
    double energy = 0.0;
    for (const float x : played_.samples) energy += static_cast<double>(x) * x;
    const double rms = std::sqrt(energy / static_cast<double>(played_.samples.size())) * std::pow(10.0, -groove_.noise_snr_db / 20.0);
    for (float& x : played_.samples) x = static_cast<float>(0.25 * (x + rms * gaussian()));
  }

  Groove groove_;
  std::mt19937 random_;
  Played played_;
};

inline Played play(const Groove& groove, double sample_rate_hz = 44100.0) { return Band(groove, sample_rate_hz).play(); }

}  // namespace ag06::test
