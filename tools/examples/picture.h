// What is compared of two versions of a song, and what the documented rules of the seeds' task make of one. Numbers of a whole excerpt; not for display.
#pragma once

#include <array>

#include "assist/model_settings.h"
#include "sound.h"

namespace ag06::examples {

inline constexpr int kThirds = 30;  // third octaves from 25 Hz to 20 kHz

struct Picture {
  double lufs = 0.0;
  double range_lu = 0.0;   // 95th - 10th percentile of the loudness of 400 ms pieces
  double crest_db = 0.0;   // sample peak over rms
  double width_db = 0.0;   // side over mid
  std::array<double, kThirds> third_db{};  // power of both channels; the floor is 80 dB below the loudest
};
[[nodiscard]] Picture picture_of(Sound& sound, int first_frame);

// All 0 or more; the first is the root mean square over the third octaves, levels of both taken to the same loudness first.
struct Distances {
  double spectrum_db = 0.0, range_lu = 0.0, crest_db = 0.0, width_db = 0.0, lufs_lu = 0.0;
};
[[nodiscard]] Distances distance(const Picture& wanted, const Picture& got) noexcept;

// The seeds' task: ten targets that rules generate from the audio alone. Each rule is one line of picture.cc.
[[nodiscard]] assist::ModelSettings rule_targets(const Picture& heard) noexcept;

}  // namespace ag06::examples
