// What the contract suite knows of Imager.
#pragma once

#include <vector>

#include "dsp/stereo/imager.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Imager> {
  static constexpr const char* kName = "Imager";
  static constexpr bool kMixesChannels = true;
  using Params = dsp::ImagerParams;
  static Params neutral() { return {}; }
  static Params working() {
    return {.width_ratio = 1.3f, .low_width_ratio = 0.5f, .high_width_ratio = 1.5f, .low_split_hz = 200.0f, .high_split_hz = 5000.0f,
            .mono_below_hz = 90.0f, .balance_ratio = -0.2f};
  }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.width_ratio, 0.0f, 2.0f);
    f(p.low_width_ratio, 0.0f, 2.0f);
    f(p.mid_width_ratio, 0.0f, 2.0f);
    f(p.high_width_ratio, 0.0f, 2.0f);
    f(p.low_split_hz, 60.0f, 1000.0f);
    f(p.high_split_hz, 1000.0f, 12000.0f);
    f(p.mono_below_hz, 0.0f, 500.0f);
    f(p.balance_ratio, -1.0f, 1.0f);
  }
  static void shuffle_choices(Params&, Random&) {}
  static std::vector<Params> jumps() {
    return {{}, {.width_ratio = 0.0f}, {.width_ratio = 2.0f, .low_width_ratio = 0.0f, .mono_below_hz = 300.0f},
            {.low_width_ratio = 2.0f, .high_width_ratio = 0.0f, .low_split_hz = 1000.0f, .high_split_hz = 1000.0f, .mono_below_hz = 30.0f},
            {.low_width_ratio = 0.3f, .low_split_hz = 60.0f, .high_split_hz = 12000.0f, .balance_ratio = 1.0f}, {.balance_ratio = -1.0f}};
  }
};

}  // namespace ag06::test
