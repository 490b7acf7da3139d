// What a whole song sounds like: the traits of its texture, on the mean over the half seconds that sound. Not for its parts.
#pragma once

#include <array>
#include <limits>

#include "analysis/structure/texture_history.h"

namespace ag06::analysis {

// NaN stands for "cannot be told": fewer than two seconds that sound.
struct TextureSummary {
  TextureSummary() noexcept { traits.fill(std::numeric_limits<double>::quiet_NaN()); }
  [[nodiscard]] double trait(Trait which) const noexcept { return traits[static_cast<std::size_t>(which)]; }

  std::array<double, kTraits> traits{};  // low_rise_db: the 75th percentile instead of the mean
  double sounding_s = 0.0;               // steps within 30 dB of the loudest twentieth, and above -70 LUFS
};

[[nodiscard]] TextureSummary summarise(const TextureHistory& heard);

}  // namespace ag06::analysis
