// The sounds that test music is made of: drums and pitched notes, each added to a mono buffer in double precision. Not for music that is to please.
// Additive notes follow N. H. Fletcher and T. D. Rossing, "The Physics of Musical Instruments", 2nd ed., 1998, eq. 12.5 (stiff strings); plucked
// ones K. Karplus and A. Strong, "Digital Synthesis of Plucked-String and Drum Timbres", Computer Music Journal 7(2), 1983.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/math.h"
#include "support/music.h"

namespace ag06::test::tunes {

using Mono = std::vector<double>;

enum class Timbre { sine, saw, plucked, organ, hollow, piano };
inline constexpr int kTimbres = 6;
inline constexpr const char* kTimbreNames[kTimbres] = {"sine", "saw", "plucked", "organ", "hollow", "piano"};

enum class Drum { kick, snare, hat, open_hat, rim };
inline constexpr int kDrums = 5;

// What one kit sounds like; drawn by seed so that no two songs have the same drummer.
struct Kit {
  double kick_hz, kick_sweep_hz, kick_decay_s, kick_click_lin;
  double snare_hz, snare_decay_s, snare_wires_lin, snare_wires_hz;
  double hat_hz, hat_decay_s, open_hat_decay_s;
  double rim_hz;
  double gain_lin[kDrums];
};

[[nodiscard]] inline double drawn(Random& random, double from, double to) { return from + (to - from) * random.unit(); }

// Normal, mean 0, standard deviation 1, within +-6: the sum of twelve uniforms.
[[nodiscard]] inline double gaussian(Random& random) {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += random.unit();
  return sum;
}

[[nodiscard]] inline Kit drawn_kit(std::uint32_t seed) {
  Random random(seed * 2654435761u + 97u);
  const bool electronic = random.below(2) == 1;
  Kit kit{};
  kit.kick_hz = drawn(random, 44.0, 62.0);
  kit.kick_sweep_hz = electronic ? drawn(random, 120.0, 260.0) : drawn(random, 50.0, 120.0);
  kit.kick_decay_s = electronic ? drawn(random, 0.12, 0.26) : drawn(random, 0.06, 0.12);
  kit.kick_click_lin = drawn(random, 0.05, 0.35);
  kit.snare_hz = drawn(random, 165.0, 230.0);
  kit.snare_decay_s = drawn(random, 0.05, 0.12);
  kit.snare_wires_lin = drawn(random, 0.45, 0.9);
  kit.snare_wires_hz = drawn(random, 900.0, 2200.0);
  kit.hat_hz = drawn(random, 5500.0, 9000.0);
  kit.hat_decay_s = drawn(random, 0.012, 0.035);
  kit.open_hat_decay_s = drawn(random, 0.08, 0.18);
  kit.rim_hz = drawn(random, 420.0, 1700.0);
  // Peak levels of a pop mix: hats some 14 to 20 dB below the kick.
  kit.gain_lin[0] = 0.80;
  kit.gain_lin[1] = drawn(random, 0.45, 0.70);
  kit.gain_lin[2] = drawn(random, 0.08, 0.16);
  kit.gain_lin[3] = drawn(random, 0.08, 0.14);
  kit.gain_lin[4] = drawn(random, 0.15, 0.30);
  return kit;
}

// A sine whose frequency falls from (low + sweep) to low, under an exponential decay.
inline void add_thump(Mono& to, int from, double sample_rate_hz, double low_hz, double sweep_hz, double decay_s, double level_lin) {
  const int frames = std::min(static_cast<int>(7.0 * decay_s * sample_rate_hz), static_cast<int>(to.size()) - from);
  const double keep = exp_exact(-1.0 / (decay_s * sample_rate_hz)), fall = exp_exact(-1.0 / (0.018 * sample_rate_hz));
  double level = level_lin, sweep = sweep_hz, phase_turns = 0.0;
  for (int i = 0; i < frames; ++i) {
    const double rise = std::min(1.0, i / (0.0008 * sample_rate_hz));
    to[static_cast<std::size_t>(from + i)] += rise * level * sin_exact(2.0 * kPi * phase_turns);
    phase_turns += (low_hz + sweep) / sample_rate_hz;
    phase_turns -= std::floor(phase_turns);
    level *= keep;
    sweep *= fall;
  }
}

// White noise above corner_hz (two one-pole high-passes), under an exponential decay.
inline void add_hiss(Mono& to, int from, double sample_rate_hz, double corner_hz, double decay_s, double level_lin, Random& random) {
  const int frames = std::min(static_cast<int>(7.0 * decay_s * sample_rate_hz), static_cast<int>(to.size()) - from);
  const double keep = exp_exact(-1.0 / (decay_s * sample_rate_hz));
  const double pole = 1.0 - exp_exact(-2.0 * kPi * std::min(corner_hz, 0.4 * sample_rate_hz) / sample_rate_hz);
  double level = level_lin, low = 0.0, lower = 0.0;
  for (int i = 0; i < frames; ++i) {
    const double white = 2.0 * random.unit() - 1.0;
    low += pole * (white - low);
    lower += pole * (white - low - lower);
    to[static_cast<std::size_t>(from + i)] += level * (white - low - lower);
    level *= keep;
  }
}

inline void add_drum(Mono& to, Drum drum, int from, double sample_rate_hz, const Kit& kit, double velocity_lin, Random& random) {
  if (from < 0 || from >= static_cast<int>(to.size())) return;
  const double level = velocity_lin * kit.gain_lin[static_cast<int>(drum)];
  switch (drum) {
    case Drum::kick:
      add_thump(to, from, sample_rate_hz, kit.kick_hz, kit.kick_sweep_hz, kit.kick_decay_s, level);
      add_hiss(to, from, sample_rate_hz, 1500.0, 0.004, level * kit.kick_click_lin, random);
      return;
    case Drum::snare:
      add_thump(to, from, sample_rate_hz, kit.snare_hz, 60.0, 0.6 * kit.snare_decay_s, 0.55 * level);
      add_thump(to, from, sample_rate_hz, 1.79 * kit.snare_hz, 40.0, 0.4 * kit.snare_decay_s, 0.30 * level);
      add_hiss(to, from, sample_rate_hz, kit.snare_wires_hz, kit.snare_decay_s, level * kit.snare_wires_lin, random);
      return;
    case Drum::hat:
      add_hiss(to, from, sample_rate_hz, kit.hat_hz, kit.hat_decay_s, level, random);
      return;
    case Drum::open_hat:
      add_hiss(to, from, sample_rate_hz, kit.hat_hz, kit.open_hat_decay_s, level, random);
      return;
    case Drum::rim:
      add_thump(to, from, sample_rate_hz, kit.rim_hz, 300.0, 0.010, level);
      add_hiss(to, from, sample_rate_hz, 2500.0, 0.006, 0.5 * level, random);
      return;
  }
}

// A tone of one partial: rises within attack_s, decays as exp(-t / decay_s), is let go in the last release_s.
inline void add_partial(Mono& to, int from, int frames, double sample_rate_hz, double freq_hz, double level_lin, double attack_s, double decay_s,
                        double phase_turns) {
  if (freq_hz >= 0.45 * sample_rate_hz) return;
  const SinCos turn = sincos_exact(2.0 * kPi * freq_hz / sample_rate_hz), start = sincos_exact(2.0 * kPi * phase_turns);
  const double keep = exp_exact(-1.0 / (decay_s * sample_rate_hz));
  const double turn_re = keep * turn.cos, turn_im = keep * turn.sin;
  const int attack = std::max(1, static_cast<int>(attack_s * sample_rate_hz)), release = std::max(1, static_cast<int>(0.03 * sample_rate_hz));
  const int end = std::min(frames, static_cast<int>(to.size()) - from);
  double re = level_lin * start.cos, im = level_lin * start.sin;
  for (int i = 0; i < end; ++i) {
    const double gain = i < attack ? static_cast<double>(i) / attack : frames - i < release ? static_cast<double>(frames - i) / release : 1.0;
    to[static_cast<std::size_t>(from + i)] += gain * im;
    const double next_re = re * turn_re - im * turn_im;
    im = re * turn_im + im * turn_re;
    re = next_re;
  }
}

// Karplus and Strong's string with the loop's length tuned by a first-order allpass.
inline void add_plucked(Mono& to, int from, int frames, double sample_rate_hz, double freq_hz, double level_lin, Random& random) {
  const double loop = sample_rate_hz / freq_hz - 0.5;  // the averager delays by half a sample
  const int length = static_cast<int>(loop - 0.1);
  if (length < 2) return;
  const double part = loop - length, allpass = (1.0 - part) / (1.0 + part);
  std::vector<double> line(static_cast<std::size_t>(length));
  double mean = 0.0, soft = 0.0, power = 0.0;
  for (double& x : line) mean += (x = 2.0 * random.unit() - 1.0) / length;
  // A finger is no hammer: the burst falls by 6 dB per octave above the note, as plucked strings do; twice round, so that the loop has no seam.
  const double pole = 1.0 - exp_exact(-2.0 * kPi * 1.5 / length);
  for (int round = 0; round < 2; ++round) {
    power = 0.0;
    for (double& x : line) {
      soft += pole * (x - mean - soft);
      if (round == 1) x = soft;
      power += soft * soft / length;
    }
    if (round == 0) continue;
    for (double& x : line) x *= 0.4 / std::sqrt(power);
  }
  // Decays by 60 dB within about three seconds, high notes sooner.
  const double keep = exp_exact(-2.3 / freq_hz);
  const int end = std::min(frames, static_cast<int>(to.size()) - from), release = std::max(1, static_cast<int>(0.03 * sample_rate_hz));
  double last = 0.0, in_before = 0.0, out_before = 0.0;
  std::size_t at = 0;
  for (int i = 0; i < end; ++i) {
    const double out = line[at], averaged = keep * 0.5 * (out + last);
    last = out;
    const double tuned = allpass * (averaged - out_before) + in_before;
    in_before = averaged;
    out_before = tuned;
    line[at] = tuned;
    at = at + 1 == line.size() ? 0 : at + 1;
    to[static_cast<std::size_t>(from + i)] += level_lin * out * (frames - i < release ? static_cast<double>(frames - i) / release : 1.0);
  }
}

// A note of about level_lin peak; frames long, release included.
inline void add_note(Mono& to, Timbre timbre, int from, int frames, double sample_rate_hz, double freq_hz, double level_lin, Random& random) {
  if (from < 0 || from >= static_cast<int>(to.size()) || frames <= 0) return;
  const auto partial = [&](double ratio, double amplitude, double attack_s, double decay_s) {
    add_partial(to, from, frames, sample_rate_hz, freq_hz * ratio, level_lin * amplitude, attack_s, decay_s, random.unit());
  };
  switch (timbre) {
    case Timbre::sine:
      partial(1.0, 1.0, 0.006, 3.0);
      return;
    case Timbre::saw:  // as a pad through a gentle low-pass
      for (int k = 1; k <= 14; ++k) partial(k, 0.55 / k / (1.0 + 0.04 * k * k), 0.012, 6.0);
      return;
    case Timbre::plucked:
      add_plucked(to, from, frames, sample_rate_hz, freq_hz, level_lin, random);
      return;
    case Timbre::organ:  // drawbars 8', 4', 2 2/3', 2', 1 3/5', 1'
      for (const auto& [ratio, amplitude] : {std::pair{1.0, 0.45}, {2.0, 0.35}, {3.0, 0.2}, {4.0, 0.2}, {5.0, 0.08}, {8.0, 0.1}})
        partial(ratio, amplitude, 0.008, 1e3);
      return;
    case Timbre::hollow:  // no fundamental: what a small loudspeaker leaves of a low note
      for (int k = 2; k <= 8; ++k) partial(k, 0.7 / k, 0.008, 4.0);
      return;
    case Timbre::piano: {  // stiff strings, B = 0.0004 at middle C, high partials decaying sooner
      const double stiffness = 0.0004 * freq_hz / 261.6, root = std::sqrt(1.0 + stiffness);
      for (int k = 1; k <= 10; ++k)
        partial(k * std::sqrt(1.0 + stiffness * k * k) / root, 0.6 / pow_exact(k, 1.2), 0.002, 1.6 * 261.6 / (261.6 + 0.3 * freq_hz * k));
      return;
    }
  }
}

}  // namespace ag06::test::tunes
