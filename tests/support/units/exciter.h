// What the contract suite knows of Exciter.
#pragma once

#include <vector>

#include "dsp/saturation/exciter.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Exciter> {
  static constexpr const char* kName = "Exciter";
  using Params = dsp::ExciterParams;
  static Params neutral() { return {}; }
  static Params working() { return {.freq_hz = 900.0f, .drive_db = 18.0f, .amount_lin = 0.8f}; }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.freq_hz, 200.0f, 10000.0f);
    f(p.drive_db, 0.0f, 24.0f);
    f(p.amount_lin, 0.0f, 1.0f);
    f(p.tone_hz, 4000.0f, 20000.0f);
  }
  static void shuffle_choices(Params& p, Random& random) { p.type = static_cast<dsp::ExciterType>(random.below(3)); }
  static std::vector<Params> jumps() {
    using dsp::ExciterType;
    return {{},
            {.freq_hz = 200.0f, .drive_db = 24.0f, .amount_lin = 1.0f, .tone_hz = 20000.0f},
            {.freq_hz = 10000.0f, .drive_db = 0.0f, .amount_lin = 1.0f, .tone_hz = 4000.0f},
            {.type = ExciterType::tape, .freq_hz = 200.0f, .drive_db = 24.0f, .amount_lin = 1.0f},
            {.type = ExciterType::bright, .freq_hz = 200.0f, .drive_db = 24.0f, .amount_lin = 0.5f}};
  }
};

}  // namespace ag06::test
