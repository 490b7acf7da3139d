// The rule behind the versions that trained models make: from their opinion of a song to settings of the chain, each with its reason. Not for loudness,
// which the planner fits by rendering, nor for running the models.
#pragma once

#include "analysis/song_profile.h"
#include "assist/mix_profile.h"
#include "assist/move_list.h"
#include "assist/musical_context.h"
#include "assist/opinion.h"
#include "engine/session.h"

namespace ag06::assist {

// A setting whose way from neutral is shorter than this many of its own standard deviations stays neutral, and a note says so: on validation excerpts that
// errs less than making every move, and it leaves finished music alone (models/README.md).
inline constexpr double kLeastMoveInSpreads = 0.8;

// session holds the settings the moves start from and receives the decided ones. amount_01 scales the opinion towards neutral, and the range of the gate.
// Input and output level are metered, not taken from the opinion. What a unit needs beside the models' settings comes from the rig they were trained on
// (model_settings.h); tempo, energy and the profile then set its times and characters, the models' amounts stay.
// Precondition: check(opinion), check(context), check(style) are ok.
void apply_model_rule(const analysis::Profile& song, const Opinion& opinion, const MusicalContext& context, const MixProfile& style, double amount_01,
                      engine::Session& session, MoveList& moves);

}  // namespace ag06::assist
