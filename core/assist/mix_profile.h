// What a style of music asks of its mix, as plain numbers: tone, dynamics, effects. Not for songs' measurements (analysis::Profile).
// The fields, their ranges and the profiles that come with the studio are data: profiles/profiles.json.
#pragma once

#include <array>

#include "base/status.h"

namespace ag06::assist {

inline constexpr int kProfileNumbers = 31;

struct ProfileField {
  const char* path;        // in a profile's JSON
  int at;                  // first of its numbers
  int count;
  double min;
  double max;
  const char* choices_of;  // key of the parameter whose choices name its values, or ""
};

struct MixProfile {
  const char* id;
  const char* label;  // lives as long as the profile is used
  std::array<double, kProfileNumbers> values;
};

// Errors: not_finite, out_of_range for a number outside its field.
[[nodiscard]] Status check(const MixProfile& profile) noexcept;

}  // namespace ag06::assist
