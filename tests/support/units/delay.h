// What the contract suite knows of Delay.
#pragma once

#include <vector>

#include "dsp/effects/delay.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Delay> {
  static constexpr const char* kName = "Delay";
  static constexpr bool kMixesChannels = true;
  using Params = dsp::DelayParams;
  static Params neutral() { return {}; }
  static Params working() { return {.time_ms = 71.3f, .feedback_ratio = 0.5f, .ping_pong_ratio = 0.7f, .duck_db = 6.0f, .level_lin = 0.5f}; }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.time_ms, 1.0f, 4000.0f);
    f(p.feedback_ratio, 0.0f, 1.0f);
    f(p.low_cut_hz, 20.0f, 2000.0f);
    f(p.high_cut_hz, 500.0f, 20000.0f);
    f(p.ping_pong_ratio, 0.0f, 1.0f);
    f(p.duck_db, 0.0f, 24.0f);
    f(p.level_lin, 0.0f, 1.0f);
  }
  static void shuffle_choices(Params&, Random&) {}
  static std::vector<Params> jumps() {
    return {{},
            {.time_ms = 5.0f, .level_lin = 1.0f},
            {.time_ms = 7.5f, .feedback_ratio = 0.7f, .level_lin = 1.0f},
            {.time_ms = 5.0f, .low_cut_hz = 2000.0f, .high_cut_hz = 20000.0f, .level_lin = 1.0f},
            {.time_ms = 5.0f, .low_cut_hz = 20.0f, .high_cut_hz = 500.0f, .level_lin = 1.0f},
            {.time_ms = 5.0f, .ping_pong_ratio = 1.0f, .level_lin = 1.0f},
            {.time_ms = 5.0f, .duck_db = 24.0f, .level_lin = 1.0f}};
  }
};

}  // namespace ag06::test
