// What the tonality of a song was found to be. NaN, -1 or empty stands for "cannot be told": silence, noise, drums alone.
#pragma once

#include <array>
#include <limits>
#include <vector>

namespace ag06::analysis {

enum class Mode { unknown, major, minor };
enum class ChordQuality { none, major, minor };

struct Chord {
  double start_s = 0.0;
  double end_s = 0.0;
  int root = -1;  // pitch class, 0 = C .. 11 = B; -1 = no chord
  ChordQuality quality = ChordQuality::none;
  double confidence = 0.0;  // 0..1
};

struct TonalityReport {
  int key = -1;  // pitch class of the tonic
  Mode mode = Mode::unknown;
  double key_confidence = 0.0;  // 0..1
  double tuning_hz = std::numeric_limits<double>::quiet_NaN();  // of A4
  std::array<double, 12> chroma{};  // share of each pitch class, C first, sum 1; all 0 when unpitched
  double tonal_clarity = 0.0;       // 0..1: how well the chroma fits its best key
  double harmonic_change_hz = 0.0;  // chord changes per second
  std::vector<Chord> chords;
};

}  // namespace ag06::analysis
