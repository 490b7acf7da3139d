#include "hearing/cases.h"

namespace ag06::hearing {
namespace {

using test::tunes::kPatterns;
using test::tunes::kTimbreNames;
using test::tunes::kTimbres;
using test::tunes::Mode;
using test::tunes::Noise;
using test::tunes::Pattern;
using test::tunes::progressions;
using test::tunes::Timbre;
using test::tunes::TuneSpec;

constexpr double kSwingRatio = 1.9, kJitterS = 0.010, kNoisySnrDb = -10.0;

[[nodiscard]] int pattern_named(const std::string& name) {
  for (int i = 0; i < test::tunes::kPatternCount; ++i)
    if (name == kPatterns[i].name) return i;
  return 0;
}

// A kit, timbre, key, progression and voicing that depend on the tempo and pattern alone, so that the conditions meet the same music.
[[nodiscard]] TuneSpec drum_song(const std::string& pattern, double tempo_bpm) {
  TuneSpec spec;
  spec.pattern = pattern_named(pattern);
  spec.tempo_bpm = tempo_bpm;
  spec.seed = static_cast<std::uint32_t>(1 + 31 * spec.pattern + static_cast<int>(tempo_bpm * 7.0));
  test::Random random(spec.seed * 40503u + 11u);
  for (int i = 0; i < 4; ++i) (void)random.next();
  spec.timbre = static_cast<Timbre>(random.below(kTimbres));
  spec.key = random.below(12);
  spec.progression = random.below(static_cast<int>(progressions().size()));
  return spec;
}

[[nodiscard]] std::vector<double> tempi(bool full) {
  if (!full) return {60.0, 73.5, 90.0, 108.2, 126.0, 140.0, 174.0, 200.0};
  std::vector<double> all;
  for (int bpm = 60; bpm <= 200; bpm += 5) all.push_back(bpm + (bpm % 2 == 1 ? 0.37 : 0.0));
  return all;
}

void add_rhythm(std::vector<Case>& to, const std::string& group, const std::string& pattern, const std::vector<double>& at_bpm,
                void (*change)(TuneSpec&)) {
  for (const double bpm : at_bpm) {
    Case next{group, drum_song(pattern, bpm)};
    const Pattern& played = kPatterns[next.spec.pattern];
    if (bpm < played.slowest_bpm || bpm > played.fastest_bpm) continue;
    change(next.spec);
    to.push_back(next);
  }
}

void no_change(TuneSpec&) {}
void eight_khz_mono(TuneSpec& spec) {
  spec.sample_rate_hz = 8000.0;
  spec.channels = 1;
}

}  // namespace

std::string Case::name() const {
  std::string text = group;
  const auto add = [&](const std::string& part) { text += '_' + part; };
  add(kPatterns[spec.pattern].name);
  add(std::to_string(static_cast<int>(spec.tempo_bpm * 10.0 + 0.5)));
  add(kTimbreNames[static_cast<int>(spec.timbre)]);
  add(std::string("k").append(std::to_string(spec.key)).append("p").append(std::to_string(spec.progression)));
  add(std::string("c").append(std::to_string(static_cast<int>(spec.tuning_cents))));
  add(std::string("s").append(std::to_string(spec.seed)));
  for (char& c : text)
    if (c == ' ' || c == ',' || c == '/') c = '-';
  return text;
}

std::vector<Case> rhythm_cases(bool full) {
  std::vector<Case> cases;
  for (const char* pattern : {"rock", "four-on-the-floor", "breakbeat", "sparse", "waltz", "six-eight"}) {
    std::vector<double> at_bpm = tempi(full);
    if (!full && pattern == std::string("waltz")) at_bpm = {90.0, 126.0, 174.0};
    if (!full && pattern == std::string("six-eight")) at_bpm = {60.0, 73.5, 90.0};
    add_rhythm(cases, "straight", pattern, at_bpm, no_change);
    if (pattern != std::string("six-eight")) add_rhythm(cases, "swing", pattern, at_bpm, [](TuneSpec& spec) { spec.swing_ratio = kSwingRatio; });
    add_rhythm(cases, "jitter 10 ms", pattern, at_bpm, [](TuneSpec& spec) { spec.jitter_s = kJitterS; });
    add_rhythm(cases, "white noise, SNR -10 dB", pattern, at_bpm, [](TuneSpec& spec) {
      spec.noise = Noise::white;
      spec.snr_db = kNoisySnrDb;
    });
  }
  return cases;
}

std::vector<Case> hard_rhythm_cases(bool full) {
  std::vector<Case> cases;
  const std::vector<double> at_bpm = full ? tempi(true) : std::vector<double>{66.0, 97.0, 128.0, 171.0};
  for (const char* pattern : {"rock", "four-on-the-floor", "breakbeat"}) {
    add_rhythm(cases, "pink noise, SNR -10 dB", pattern, at_bpm, [](TuneSpec& spec) {
      spec.noise = Noise::pink;
      spec.snr_db = kNoisySnrDb;
    });
    add_rhythm(cases, "tempo sways 4 %", pattern, at_bpm, [](TuneSpec& spec) { spec.drift_ratio = 0.04; });
    add_rhythm(cases, "8 kHz mono", pattern, at_bpm, eight_khz_mono);
    add_rhythm(cases, "drums alone", pattern, at_bpm, [](TuneSpec& spec) { spec.chords = spec.bass = spec.melody = false; });
    add_rhythm(cases, "all at once: swing, 15 ms, sway 3 %, noise 0 dB", pattern, at_bpm, [](TuneSpec& spec) {
      spec.swing_ratio = 1.6;
      spec.jitter_s = 0.015;
      spec.drift_ratio = 0.03;
      spec.noise = Noise::pink;
    });
  }
  add_rhythm(cases, "dembow", "dembow", at_bpm, no_change);
  for (const Timbre timbre : {Timbre::piano, Timbre::organ, Timbre::plucked}) {
    std::vector<Case> played;
    add_rhythm(played, "no drums", "no drums", at_bpm, no_change);
    for (Case& next : played) {
      next.spec.timbre = timbre;
      cases.push_back(next);
    }
  }
  return cases;
}

std::vector<Case> key_cases(bool full) {
  std::vector<Case> cases;
  constexpr int kConditions = 3;
  int turn = 0;
  for (int key = 0; key < 12; ++key) {
    for (const Mode mode : {Mode::major, Mode::minor}) {
      for (const double cents : {-50.0, -25.0, 0.0, 25.0, 50.0}) {
        for (int timbre = 0; timbre < kTimbres; ++timbre) {
          for (int condition = 0; condition < kConditions; ++condition) {
            // A sixth and a third of the grid: each key meets every timbre, each timbre every condition.
            if (!full && (turn % kTimbres != timbre || turn / kTimbres % kConditions != condition)) continue;
            Case next;
            TuneSpec& spec = next.spec;
            spec.duration_s = 12.0;
            spec.tempo_bpm = 100.0;
            spec.chord_beats = 2;
            spec.key = key;
            spec.progression = mode == Mode::major ? test::tunes::kMajorCadence : test::tunes::kMinorCadence;
            spec.tuning_cents = cents;
            spec.timbre = static_cast<Timbre>(timbre);
            spec.seed = static_cast<std::uint32_t>(1 + turn + 17 * timbre);
            spec.drums = spec.melody = condition == 1;
            if (condition == 2) {
              spec.noise = Noise::white;
              spec.snr_db = kNoisySnrDb;
            }
            next.group = condition == 0 ? "cadence" : condition == 1 ? "with drums and melody" : "white noise, SNR -10 dB";
            cases.push_back(next);
          }
        }
        ++turn;
      }
    }
  }
  return cases;
}

std::vector<Case> hard_key_cases(bool full) {
  std::vector<Case> cases;
  for (int key = 0; key < 12; key += full ? 1 : 3) {
    for (int progression = 0; progression < static_cast<int>(progressions().size()); ++progression) {
      const auto add = [&](const char* group, Timbre timbre, void (*change)(TuneSpec&)) {
        Case next;
        next.group = group;
        next.spec.duration_s = 24.0;
        next.spec.tempo_bpm = 96.0 + 5.0 * progression;
        next.spec.key = key;
        next.spec.progression = progression;
        next.spec.timbre = timbre;
        next.spec.tuning_cents = 13.0 * ((key * 7 + progression * 3) % 7 - 3);
        next.spec.seed = static_cast<std::uint32_t>(100 + key * 16 + progression);
        change(next.spec);
        cases.push_back(next);
      };
      const bool settles = progressions()[static_cast<std::size_t>(progression)].settles;
      add(settles ? "full band, settling" : "full band, pop loop", Timbre::piano, no_change);
      add(settles ? "full band, settling" : "full band, pop loop", Timbre::saw, no_change);
      add("pink noise, SNR -10 dB", Timbre::organ, [](TuneSpec& spec) {
        spec.noise = Noise::pink;
        spec.snr_db = kNoisySnrDb;
      });
      if (settles) add("8 kHz mono", Timbre::plucked, eight_khz_mono);
    }
  }
  return cases;
}

std::vector<Case> chord_cases(bool full) {
  std::vector<Case> cases;
  for (int progression = 0; progression < static_cast<int>(progressions().size()); ++progression) {
    for (int timbre = 0; timbre < kTimbres; ++timbre) {
      for (int condition = 0; condition < 3; ++condition) {
        for (int variant = 0; variant < (full ? 4 : 1); ++variant) {
          Case next;
          next.group = condition == 0 ? "chords and bass" : condition == 1 ? "with melody" : "with drums and melody";
          TuneSpec& spec = next.spec;
          spec.duration_s = 20.0;
          spec.tempo_bpm = 84.0 + 11.0 * ((progression + timbre + variant) % 6);
          spec.key = (progression * 5 + timbre * 2 + variant * 3) % 12;
          spec.progression = progression;
          spec.timbre = static_cast<Timbre>(timbre);
          spec.seed = static_cast<std::uint32_t>(500 + progression * 24 + timbre * 4 + variant);
          spec.melody = condition >= 1;
          spec.drums = condition == 2;
          cases.push_back(next);
        }
      }
    }
  }
  return cases;
}

}  // namespace ag06::hearing
