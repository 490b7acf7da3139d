// What the contract suite knows of Chorus.
#pragma once

#include <vector>

#include "dsp/effects/chorus.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Chorus> {
  static constexpr const char* kName = "Chorus";
  static constexpr bool kMixesChannels = true;
  using Params = dsp::ChorusParams;
  static Params neutral() { return {}; }
  static Params working() { return {.rate_hz = 1.3f, .depth_ms = 3.0f, .voices = 4, .level_lin = 0.7f}; }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.rate_hz, 0.05f, 8.0f);
    f(p.depth_ms, 0.0f, 10.0f);
    f(p.delay_ms, 5.0f, 40.0f);
    f(p.spread_ratio, 0.0f, 1.0f);
    f(p.level_lin, 0.0f, 1.0f);
  }
  static void shuffle_choices(Params& p, Random& random) {
    p.voices = 1 + random.below(6);
    p.shape = static_cast<dsp::ChorusShape>(random.below(2));
  }
  static std::vector<Params> jumps() {
    using dsp::ChorusShape;
    return {{},
            {.level_lin = 1.0f},
            {.rate_hz = 3.0f, .level_lin = 1.0f},
            {.depth_ms = 0.0f, .delay_ms = 30.0f, .level_lin = 1.0f},
            {.depth_ms = 6.0f, .delay_ms = 8.0f, .level_lin = 1.0f},
            {.voices = 1, .level_lin = 1.0f},
            {.voices = 6, .shape = ChorusShape::triangle, .spread_ratio = 0.0f, .level_lin = 1.0f}};
  }
};

}  // namespace ag06::test
