// The rule behind the Musical version: from what was measured of a song, and the profile it is mixed to, to settings of the chain, each with its
// reason. Not for loudness, which the planner fits by rendering.
#pragma once

#include "analysis/song_profile.h"
#include "assist/mix_profile.h"
#include "assist/move_list.h"
#include "assist/rule_parts.h"
#include "engine/session.h"

namespace ag06::assist {

// session holds the settings the moves start from and receives the decided ones; its tempo sets the times that the profile gives in beats.
// amount_01 scales tone, dynamics and effects.
void apply_musical_rule(const analysis::Profile& song, const MixProfile& style, double amount_01, engine::Session& session, MoveList& moves);

}  // namespace ag06::assist
