// What the contract suite knows of Gain.
#pragma once

#include <vector>

#include "dsp/dynamics/gain.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Gain> {
  static constexpr const char* kName = "Gain";
  using Params = dsp::GainParams;
  static Params neutral() { return {}; }
  static Params working() { return {.gain_db = -7.3f}; }
  template <class F>
  static void each_field(Params& p, F f) { f(p.gain_db, -120.0f, 60.0f); }
  static void shuffle_choices(Params&, Random&) {}
  static std::vector<Params> jumps() { return {{0.0f}, {-12.0f}, {6.0f}, {-60.0f}}; }
};

}  // namespace ag06::test
