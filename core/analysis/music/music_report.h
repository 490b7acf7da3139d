// How a song comes across, in numbers from 0 to 1, and how it was produced. NaN stands for "cannot be told": silence, or too short.
#pragma once

#include <array>
#include <limits>

namespace ag06::analysis {

// Order of MusicReport::features; the definition of each stands in music_features.cc.
enum class Feature {
  energy, valence, danceability, acousticness, instrumentalness, speechiness, liveness, brightness, warmth, punch, density, presence,
  roughness, spaciousness, complexity, tension, groove, regularity, melodiousness, percussiveness, loudness, dynamics, clarity, heaviness,
};
inline constexpr int kFeatures = 24;
inline constexpr std::array<const char*, kFeatures> kFeatureNames = {
    "energy", "valence", "danceability", "acousticness", "instrumentalness", "speechiness", "liveness", "brightness",
    "warmth", "punch", "density", "presence", "roughness", "spaciousness", "complexity", "tension",
    "groove", "regularity", "melodiousness", "percussiveness", "loudness", "dynamics", "clarity", "heaviness"};

enum class CompressionStyle { unknown, open, vintage, modern, crushed };
enum class EqCharacter { unknown, dark, warm, neutral, bright, scooped };
enum class ReverbStyle { unknown, dry, room, plate, hall };

struct MusicReport {
  std::array<double, kFeatures> features{};
  CompressionStyle compression = CompressionStyle::unknown;
  EqCharacter eq = EqCharacter::unknown;
  ReverbStyle reverb = ReverbStyle::unknown;
  bool rhythmic = false;  // patterns
  bool tonal = false;
  bool percussive = false;
  double decay_s = std::numeric_limits<double>::quiet_NaN();  // estimated decay of the room, T60
};

}  // namespace ag06::analysis
