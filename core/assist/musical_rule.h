// The rule behind the Musical version: from a song's measured profile to settings of gate, compressor, EQ and limiter, each with
// its reason. Not for loudness, which the planner fits by rendering.
#pragma once

#include "analysis/song_profile.h"
#include "assist/move_list.h"
#include "engine/session.h"

namespace ag06::assist {

// Level all thresholds are set for; the input gain brings the song there.
inline constexpr double kWorkingLevelLufs = -18.0;

// session holds the settings the moves start from and receives the decided ones. amount_01 scales tone and dynamics.
void apply_musical_rule(const analysis::Profile& song, double amount_01, engine::Session& session, MoveList& moves);

}  // namespace ag06::assist
