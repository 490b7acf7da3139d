// Finds how far the notes of a song lie from equal temperament at A4 = 440 Hz. Not for single notes out of tune.
#pragma once

#include <array>

namespace ag06::analysis {

struct Tuning {
  double cents = 0.0;             // -50 <= cents < 50 against 440 Hz
  double concentration_01 = 0.0;  // 0: notes lie anywhere between the semitones; 1: all within a fifth of a semitone of the tuning
};

// deviations: weight of the notes at each cent above the semitone below them, modulo 100. All zero: concentration 0.
// Guarantee: within 2 cents on chords of sine, saw, organ and plucked sound.
[[nodiscard]] Tuning find_tuning(const std::array<double, 100>& deviations) noexcept;

[[nodiscard]] double tuning_hz_of(double cents) noexcept;

}  // namespace ag06::analysis
