// What the contract suite knows of TruePeakLimiter.
#pragma once

#include <vector>

#include "dsp/limiter/true_peak_limiter.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::TruePeakLimiter> {
  static constexpr const char* kName = "TruePeakLimiter";
  using Params = dsp::TruePeakLimiterParams;
  static Params neutral() { return {}; }
  static Params working() { return {.ceiling_dbtp = -15.0f, .release_ms = 40.0f}; }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.ceiling_dbtp, -60.0f, 0.0f);
    f(p.release_ms, 1.0f, 5000.0f);
  }
  static void shuffle_choices(Params& p, Random& random) { p.auto_release = random.below(2) == 1; }
  static std::vector<Params> jumps() {
    return {{.ceiling_dbtp = 0.0f},
            {.ceiling_dbtp = -12.0f},
            {.ceiling_dbtp = -24.0f, .release_ms = 300.0f},
            {.ceiling_dbtp = -6.0f, .release_ms = 5.0f, .auto_release = true}};
  }
};

}  // namespace ag06::test
