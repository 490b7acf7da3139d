// What tempo, energy and style add to the settings of the models: times and characters of the units the models use. Not their amounts.
#pragma once

#include "assist/musical_context.h"
#include "assist/rule_parts.h"

namespace ag06::assist {

// The context's tempo counts from this confidence on (the pulse is clear, though its octave may not be: echoes in half or double time are in time),
// and only while the mix's own is the default.
inline constexpr double kSureOfTempo = 0.5;

// After the models' moves, on the units that are then on.
void apply_musical_context(const RuleTask& task, const MusicalContext& context);

}  // namespace ag06::assist
