// Test music with known answers: beats, onsets, meter, key, tuning and chords are what it was made from. The same samples for the same spec.
#pragma once

#include <string>
#include <vector>

#include "support/tunes/harmony.h"
#include "support/tunes/patterns.h"
#include "support/tunes/voices.h"

namespace ag06::test::tunes {

enum class Noise { none, white, pink };

struct TuneSpec {
  double sample_rate_hz = 44100.0;
  double duration_s = 30.0;
  int channels = 2;           // 1 or 2
  double tempo_bpm = 120.0;   // felt beats
  int pattern = 0;            // of kPatterns
  double swing_ratio = 1.0;   // long to short eighth
  double jitter_s = 0.0;      // standard deviation of every hit and note, each for itself
  double drift_ratio = 0.0;   // the tempo sways by this share to either side within 20 s
  int key = 0;                // pitch class
  int progression = 0;        // of progressions()
  int chord_beats = 0;        // felt beats per chord; 0 = a bar
  double tuning_cents = 0.0;  // of A4 against 440 Hz
  Timbre timbre = Timbre::piano;
  bool drums = true, bass = true, chords = true, melody = true;
  bool room = true;  // a little reverberation on all but the kick
  Noise noise = Noise::none;
  double snr_db = 0.0;     // rms of the music over rms of the noise
  std::uint32_t seed = 1;  // kit, voicing, melody, levels, noise
};

struct Truth {
  double tempo_bpm = 0.0;  // of the felt beat, mean
  std::vector<double> beats_s;
  std::vector<int> downbeats;    // indices into beats_s
  std::vector<double> onsets_s;  // attacks, those closer than 30 ms told once
  int beats_per_bar = 4, beat_unit = 4;
  double swing_ratio = 1.0;
  int key = 0;
  Mode mode = Mode::major;
  double tuning_hz = 440.0;
  std::vector<analysis::Chord> chords;
};

struct Tune {
  Tune(const TuneSpec& its_spec, int frames) : spec(its_spec), audio(its_spec.channels, frames) {}
  TuneSpec spec;
  Planes audio;
  Truth truth;
};

namespace detail {

// Four combs into two allpasses. Source: M. R. Schroeder, "Natural Sounding Artificial Reverberation", J. Audio Eng. Soc. 10(3), 1962, fig. 5.
inline Mono reverberated(const Mono& in, double sample_rate_hz, double spread_ratio) {
  Mono out(in.size(), 0.0);
  for (const double delay_s : {0.0297, 0.0371, 0.0411, 0.0437}) {
    std::vector<double> line(static_cast<std::size_t>(delay_s * spread_ratio * sample_rate_hz) + 1, 0.0);
    const double gain = exp_exact(-6.9 * delay_s * spread_ratio / 0.9);  // 60 dB in 0.9 s
    double dull = 0.0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      const double echo = line[at];
      dull += 0.6 * (echo - dull);
      line[at] = in[i] + gain * dull;
      out[i] += 0.25 * echo;
      at = at + 1 == line.size() ? 0 : at + 1;
    }
  }
  for (const double delay_s : {0.005, 0.0017}) {
    std::vector<double> line(static_cast<std::size_t>(delay_s * spread_ratio * sample_rate_hz) + 1, 0.0);
    std::size_t at = 0;
    for (double& x : out) {
      const double held = x + 0.7 * line[at], echo = line[at];
      line[at] = held;
      x = echo - 0.7 * held;
      at = at + 1 == line.size() ? 0 : at + 1;
    }
  }
  return out;
}

// Composes one tune: bars of drums, bass, chords and melody on one clock, every attack written down as it is played.
class Composer {
 public:
  explicit Composer(const TuneSpec& spec)
      : spec_(spec),
        pattern_(kPatterns[spec.pattern]),
        progression_(progressions()[static_cast<std::size_t>(spec.progression)]),
        random_(spec.seed * 747796405u + 1u),
        kit_(drawn_kit(spec.seed)),
        frames_(static_cast<int>(spec.duration_s * spec.sample_rate_hz)),
        kick_(size()),
        drums_(size()),
        low_(size()),
        comp_(size()),
        lead_(size()),
        clock_(drawn(random_, 0.3, 0.9), spec.tempo_bpm, spec.drift_ratio, spec.swing_ratio, spec.duration_s - 0.25) {}

  Tune composed() {
    const int chord_beats = spec_.chord_beats > 0 ? spec_.chord_beats : pattern_.felt_beats();
    for (int beat = 0; beat < clock_.beats(); ++beat) {
      truth_.beats_s.push_back(clock_.time_s(beat));
      if (beat % pattern_.felt_beats() == 0) truth_.downbeats.push_back(beat);
      if (spec_.drums) play_drums(beat);
      const Degree degree = progression_.degrees[static_cast<std::size_t>(beat / chord_beats) % progression_.degrees.size()];
      const int root = (spec_.key + degree.root) % 12;
      const int left = std::min(chord_beats - beat % chord_beats, clock_.beats() - beat);
      if (beat % chord_beats == 0) truth_.chords.push_back({clock_.time_s(beat), end_s(beat + left), root, degree.quality, 1.0});
      if (spec_.chords) play_chord(beat, chord_beats, left, root, degree.quality);
      if (spec_.bass) play_bass(beat, chord_beats, left, root);
      if (spec_.melody) play_melody(beat, root, degree.quality);
    }
    return mixed();
  }

 private:
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(frames_); }
  [[nodiscard]] double end_s(int beat) const { return beat < clock_.beats() ? clock_.time_s(beat) : clock_.time_s(clock_.beats() - 1, 0.999); }
  [[nodiscard]] double pitch_hz(int midi) const { return 440.0 * exp2_exact((midi - 69 + spec_.tuning_cents / 100.0) / 12.0); }

  // When it is really played, written down as an attack.
  int frame_at(double time_s) {
    const double jittered_s = std::max(0.0, time_s + spec_.jitter_s * gaussian(random_));
    attacks_s_.push_back(jittered_s);
    return static_cast<int>(jittered_s * spec_.sample_rate_hz + 0.5);
  }

  void note(Mono& to, int midi, double from_s, double length_s, double level_lin) {
    const int from = frame_at(from_s);
    add_note(to, spec_.timbre, from, static_cast<int>(length_s * spec_.sample_rate_hz), spec_.sample_rate_hz, pitch_hz(midi), level_lin, random_);
  }

  void play_drums(int beat) {
    const int first = beat % pattern_.felt_beats() * pattern_.steps_per_beat;
    for (int step = 0; step < pattern_.steps_per_beat; ++step) {
      for (int drum = 0; drum < kDrums; ++drum) {
        const std::string_view hits = pattern_.hits[drum];
        if (hits.empty()) continue;
        const double velocity = velocity_lin(hits[static_cast<std::size_t>(first + step)]) * drawn(random_, 0.85, 1.1);
        const bool skipped = drum >= 2 && step % 4 != 0 && random_.below(24) == 0;  // a hat now and then is left out
        if (velocity == 0.0 || skipped) continue;
        const int from = frame_at(clock_.time_s(beat, static_cast<double>(step) / pattern_.steps_per_beat));
        add_drum(drum == 0 ? kick_ : drums_, static_cast<Drum>(drum), from, spec_.sample_rate_hz, kit_, velocity, random_);
      }
    }
  }

  void play_chord(int beat, int chord_beats, int left, int root, ChordQuality quality) {
    const bool struck_on_beats = spec_.seed % 3 == 1 || spec_.timbre == Timbre::plucked;
    if (!struck_on_beats && beat % chord_beats != 0) return;
    const double from_s = clock_.time_s(beat), to_s = end_s(beat + (struck_on_beats ? 1 : left));
    const double level = beat % pattern_.felt_beats() == 0 ? 0.11 : 0.085;
    // One hand strikes the whole chord.
    const double together_s = frame_at(from_s) / spec_.sample_rate_hz;
    for (const int midi : voiced(root, quality, 52 + static_cast<int>(spec_.seed % 7)))
      add_note(comp_, spec_.timbre, static_cast<int>(together_s * spec_.sample_rate_hz + 0.5),
               static_cast<int>((to_s - from_s) * 0.97 * spec_.sample_rate_hz), spec_.sample_rate_hz, pitch_hz(midi), level, random_);
  }

  void play_bass(int beat, int chord_beats, int left, int root) {
    const int midi = 36 + (root + 12 - 4) % 12 + 4 - 12 * (root >= 10 ? 1 : 0);
    const bool walks = spec_.seed % 2 == 1 || chord_beats == 1;
    // Else on the strong beats: the first of a waltz's three, every other one elsewhere.
    const int strong = pattern_.felt_beats() == 3 ? 3 : 2;
    if (!walks && beat % chord_beats != 0 && beat % pattern_.felt_beats() % strong != 0) return;
    const double from_s = clock_.time_s(beat), to_s = end_s(beat + (walks ? 1 : std::min(strong, left)));
    note(low_, midi, from_s, (to_s - from_s) * 0.9, 0.24);
  }

  // Chord tones on the beat, steps of the scale between them.
  void play_melody(int beat, int root, ChordQuality quality) {
    const int eighths = pattern_.beat_unit == 8 ? 3 : 2;
    for (int eighth = 0; eighth < eighths; ++eighth) {
      if (random_.below(10) < (eighth == 0 ? 3 : 5)) continue;
      int midi = last_midi_ + random_.below(9) - 4;
      midi = std::clamp(midi, 67, 84);
      const auto fits = [&](int number) {
        const int interval = ((number - root) % 12 + 12) % 12;
        return eighth == 0 ? interval == 0 || interval == third_of(quality) || interval == 7 : in_scale(number % 12, spec_.key, progression_.mode);
      };
      while (!fits(midi)) ++midi;
      last_midi_ = midi;
      const double part = static_cast<double>(eighth) / eighths, from_s = clock_.time_s(beat, part);
      note(lead_, midi, from_s, 0.9 * (clock_.time_s(beat, std::min(0.999, part + 1.0 / eighths)) - from_s), 0.13);
    }
  }

  Tune mixed() {
    Tune tune(spec_, frames_);
    const Mono room = spec_.room ? wet() : Mono(size(), 0.0);
    const Mono room_right = spec_.room ? reverberated(room, spec_.sample_rate_hz, 0.31) : room;
    const Mono noise = noise_for(dry_rms());
    double peak = 1e-9;
    for (std::size_t i = 0; i < size(); ++i) {
      const double middle = kick_[i] + low_[i] + noise[i];
      const double left = middle + 0.95 * drums_[i] + 0.9 * comp_[i] + 0.8 * lead_[i] + room[i];
      const double right = middle + 0.80 * drums_[i] + 0.7 * comp_[i] + 0.9 * lead_[i] + 0.7 * room[i] + 0.5 * room_right[i];
      if (spec_.channels == 1) {
        tune.audio.samples[0][i] = static_cast<float>(0.5 * (left + right));
      } else {
        tune.audio.samples[0][i] = static_cast<float>(left);
        tune.audio.samples[1][i] = static_cast<float>(right);
      }
      peak = std::max({peak, std::fabs(left), std::fabs(right)});
    }
    for (auto& plane : tune.audio.samples)
      for (float& x : plane) x *= static_cast<float>(0.9 / peak);
    finish_truth();
    tune.truth = truth_;
    return tune;
  }

  [[nodiscard]] Mono wet() const {
    Mono send(size());
    for (std::size_t i = 0; i < size(); ++i) send[i] = 0.10 * drums_[i] + 0.16 * comp_[i] + 0.2 * lead_[i];
    return reverberated(send, spec_.sample_rate_hz, 1.0 + 0.05 * (spec_.seed % 5));
  }

  [[nodiscard]] double dry_rms() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i) {
      const double x = kick_[i] + low_[i] + drums_[i] + comp_[i] + lead_[i];
      sum += x * x;
    }
    return std::sqrt(sum / std::max<double>(1.0, frames_));
  }

  [[nodiscard]] Mono noise_for(double music_rms) {
    Mono noise(size(), 0.0);
    if (spec_.noise == Noise::none) return noise;
    // Pink by three one-pole filters (P. Kellet's economy method, musicdsp.org archive 76: within 0.5 dB above 9 Hz at 44.1 kHz).
    double a = 0.0, b = 0.0, c = 0.0, sum = 0.0;
    for (double& x : noise) {
      const double white = 2.0 * random_.unit() - 1.0;
      a = 0.99765 * a + white * 0.0990460;
      b = 0.96300 * b + white * 0.2965164;
      c = 0.57000 * c + white * 1.0526913;
      x = spec_.noise == Noise::pink ? a + b + c + white * 0.1848 : white;
      sum += x * x;
    }
    const double gain = music_rms * db_to_lin(-spec_.snr_db) / std::sqrt(sum / std::max<double>(1.0, frames_));
    for (double& x : noise) x *= gain;
    return noise;
  }

  void finish_truth() {
    truth_.tempo_bpm =
        truth_.beats_s.size() < 2 ? 0.0 : 60.0 * static_cast<double>(truth_.beats_s.size() - 1) / (truth_.beats_s.back() - truth_.beats_s.front());
    truth_.beats_per_bar = pattern_.beats_per_bar;
    truth_.beat_unit = pattern_.beat_unit;
    truth_.swing_ratio = spec_.swing_ratio;
    truth_.key = spec_.key;
    truth_.mode = progression_.mode;
    truth_.tuning_hz = 440.0 * exp2_exact(spec_.tuning_cents / 1200.0);
    std::stable_sort(attacks_s_.begin(), attacks_s_.end());
    for (const double attack_s : attacks_s_)
      if (truth_.onsets_s.empty() || attack_s - truth_.onsets_s.back() >= 0.03) truth_.onsets_s.push_back(attack_s);
  }

  TuneSpec spec_;
  const Pattern& pattern_;
  const Progression& progression_;
  Random random_;
  Kit kit_;
  int frames_;
  Mono kick_, drums_, low_, comp_, lead_;
  Clock clock_;
  int last_midi_ = 74;
  std::vector<double> attacks_s_;
  Truth truth_;
};

}  // namespace detail

[[nodiscard]] inline Tune make_tune(const TuneSpec& spec) { return detail::Composer(spec).composed(); }

}  // namespace ag06::test::tunes
