// Drum patterns as strings of sixteenths and the times at which they are played. Not for sound: see voices.h.
#pragma once

#include <string_view>

#include "support/tunes/voices.h"

namespace ag06::test::tunes {

// One bar, one letter per sixteenth: X accent, x normal, o ghost. "X" and "x" of a kick or snare stand where a drummer of the style puts them.
struct Pattern {
  const char* name;
  int beats_per_bar, beat_unit;
  int steps_per_beat;               // sixteenths per felt beat: 4, and 6 where three eighths make a beat
  std::string_view hits[kDrums];    // kick, snare, hat, open hat, rim; empty = silent
  double slowest_bpm, fastest_bpm;  // of the felt beat: what people play it at
  // Felt beats per bar: 2 in 6/8.
  [[nodiscard]] int felt_beats() const { return beat_unit == 8 ? beats_per_bar / 3 : beats_per_bar; }
  [[nodiscard]] int steps() const { return felt_beats() * steps_per_beat; }
};

inline constexpr Pattern kPatterns[] = {
    {"rock", 4, 4, 4, {"X.......X.x.....", "....X.......X...", "X.x.X.x.X.x.X.x.", "", ""}, 60, 200},
    {"four-on-the-floor", 4, 4, 4, {"X...X...X...X...", "....x.......x...", "x...x...x...x...", "..X...X...X...X.", ""}, 60, 200},
    {"breakbeat", 4, 4, 4, {"X.X.......xX....", "....X..o.o..X..o", "x.x.x.x.x.x.x.x.", "", ""}, 60, 200},
    {"sparse", 4, 4, 4, {"X.......x.......", "", "", "", "....x.......x..."}, 60, 200},
    {"dembow", 4, 4, 4, {"X...X...X...X...", "...x..x....x..x.", "x.x.x.x.x.x.x.x.", "", ""}, 60, 140},
    {"waltz", 3, 4, 4, {"X...........", "....x...x...", "x...x.x.x.x.", "", ""}, 80, 200},
    {"six-eight", 6, 8, 6, {"X.........x.", "......X.....", "x.x.x.x.x.x.", "", ""}, 50, 100},
    {"no drums", 4, 4, 4, {"", "", "", "", ""}, 60, 200},
};
inline constexpr int kPatternCount = sizeof(kPatterns) / sizeof(kPatterns[0]);

[[nodiscard]] inline double velocity_lin(char letter) { return letter == 'X' ? 1.0 : letter == 'x' ? 0.75 : letter == 'o' ? 0.25 : 0.0; }

// When a place in the music is played: a tempo that may drift, eighths that may swing.
class Clock {
 public:
  // drift_ratio: the tempo sways by this share to either side within 20 s. swing_ratio: long to short eighth.
  Clock(double first_beat_s, double tempo_bpm, double drift_ratio, double swing_ratio, double end_s) : swing_ratio_(swing_ratio) {
    beats_s_.push_back(first_beat_s);
    while (beats_s_.back() < end_s) {
      const double sway = sin_exact(2.0 * kPi * (beats_s_.back() - first_beat_s) / 20.0);
      beats_s_.push_back(beats_s_.back() + 60.0 / (tempo_bpm * (1.0 + drift_ratio * sway)));
    }
  }
  [[nodiscard]] int beats() const { return static_cast<int>(beats_s_.size()) - 1; }
  // beat < beats(); part: 0 on the beat, towards 1 at the next.
  [[nodiscard]] double time_s(int beat, double part = 0.0) const {
    const double half = swing_ratio_ / (1.0 + swing_ratio_);
    const double swung = part < 0.5 ? 2.0 * part * half : half + 2.0 * (part - 0.5) * (1.0 - half);
    const auto at = static_cast<std::size_t>(beat);
    return beats_s_[at] + swung * (beats_s_[at + 1] - beats_s_[at]);
  }

 private:
  double swing_ratio_;
  std::vector<double> beats_s_;
};

}  // namespace ag06::test::tunes
