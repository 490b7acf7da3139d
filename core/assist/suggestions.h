// From what is wrong with a song to what can be done about it in the chain, each with its reason. Not for the Musical version, which
// musical_rule.h decides as a whole: these are single moves that a person takes one by one.
#pragma once

#include "assist/song_report.h"

namespace ag06::assist {

// Reads heard and problems; by priority, then confidence.
[[nodiscard]] std::vector<Suggestion> suggest(const SongReport& report);

}  // namespace ag06::assist
