// The named loudness targets. Not for the loudness law itself, nor for what a platform does to uploads.
// Sources: Spotify for Artists, "Loudness normalization" (-14 LUFS, -1 dBTP); EBU R 128 (-23 LUFS, -1 dBTP); AES TD1004.1.15-10 (-16 LUFS for
// streams and podcasts). The figures of YouTube and Apple's Sound Check are what their players settle at, not published standards.
// web/src/protocol/targets.ts holds the same table; tests/core/assist/targets_test.cc compares the two.
#pragma once

#include <array>
#include <string_view>

namespace ag06::assist {

struct LoudnessTarget {
  const char* id;
  const char* label;
  double target_lufs;  // NaN: leave the loudness as the chain makes it
};

inline constexpr double kTargetCeilingDbtp = -1.0;
inline constexpr std::array<LoudnessTarget, 6> kLoudnessTargets{{{"spotify", "Spotify (-14 LUFS)", -14.0},
                                                                 {"apple-music", "Apple Music (-16 LUFS)", -16.0},
                                                                 {"youtube", "YouTube (-14 LUFS)", -14.0},
                                                                 {"ebu-r128", "EBU R128 broadcast (-23 LUFS)", -23.0},
                                                                 {"podcast", "Podcast (-16 LUFS)", -16.0},
                                                                 {"none", "None (keep the loudness)", __builtin_nan("")}}};

// nullptr for an unknown id.
[[nodiscard]] constexpr const LoudnessTarget* find_target(std::string_view id) noexcept {
  for (const LoudnessTarget& target : kLoudnessTargets)
    if (id == target.id) return &target;
  return nullptr;
}

}  // namespace ag06::assist
