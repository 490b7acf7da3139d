// What the contract suite must know of a unit, one specialisation per unit in support/units/.
#pragma once

#include "support/music.h"

namespace ag06::test {

// neutral(): settings under which the output is the input bit for bit, delayed, for signals up to a quarter of full scale.
// working(): settings under which the unit is busy with music at full scale.
// each_field(params, f): f(float& field, lowest, highest) for every number, at 48 kHz.
// shuffle_choices(params, random): every field that is not a number.
// jumps(): settings between which a running unit is switched without clicks.
template <class Unit>
struct UnitTraits;

// Every number at random inside its domain, every choice at random.
template <class Unit>
[[nodiscard]] typename Unit::Params random_params(Random& random) {
  typename Unit::Params params = UnitTraits<Unit>::working();
  UnitTraits<Unit>::each_field(params, [&](float& field, float low, float high) { field = low + static_cast<float>(random.unit()) * (high - low); });
  UnitTraits<Unit>::shuffle_choices(params, random);
  return params;
}

// Units whose channels hear each other: echoes that cross over, rooms, widths.
template <class Unit>
inline constexpr bool kMixesChannels = requires { requires UnitTraits<Unit>::kMixesChannels; };

}  // namespace ag06::test
