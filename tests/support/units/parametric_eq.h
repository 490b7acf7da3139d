// What the contract suite knows of ParametricEq.
#pragma once

#include <vector>

#include "dsp/eq/parametric_eq.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::ParametricEq> {
  static constexpr const char* kName = "ParametricEq";
  using Params = dsp::ParametricEqParams;
  static Params neutral() { return {}; }
  static Params working() {
    using dsp::EqSlope;
    using dsp::EqType;
    Params p;
    p.bands = {{{true, EqType::high_pass, 35.0f, 0.0f, 0.707f, EqSlope::db36},
                {true, EqType::low_shelf, 120.0f, 3.0f, 0.707f},
                {true, EqType::bell, 400.0f, -6.0f, 2.0f},
                {true, EqType::notch, 3000.0f, 0.0f, 8.0f},
                {true, EqType::high_shelf, 9000.0f, 4.0f, 0.707f},
                {true, EqType::low_pass, 17000.0f, 0.0f, 0.707f, EqSlope::db18},
                {true, EqType::tilt, 800.0f, -2.0f, 0.707f},
                {true, EqType::bell, 6000.0f, 2.0f, 1.0f}}};
    return p;
  }
  template <class F>
  static void each_field(Params& p, F f) {
    for (dsp::EqBand& band : p.bands) {
      f(band.freq_hz, 10.0f, static_cast<float>(dsp::kHighestBandToRateRatio * 48000.0));
      f(band.gain_db, -30.0f, 30.0f);
      f(band.q, 0.05f, 40.0f);
    }
  }
  static void shuffle_choices(Params& p, Random& random) {
    for (dsp::EqBand& band : p.bands) {
      band.enabled = random.below(4) != 0;
      band.type = static_cast<dsp::EqType>(random.below(7));
      band.slope = static_cast<dsp::EqSlope>(random.below(6));
    }
  }
  static std::vector<Params> jumps() {
    using dsp::EqType;
    std::vector<Params> all(7);
    all[1].bands[0] = {true, EqType::bell, 120.0f, 12.0f, 1.0f};
    all[2].bands[0] = {true, EqType::bell, 120.0f, -12.0f, 1.0f};
    all[3].bands[0] = {true, EqType::bell, 1000.0f, 12.0f, 1.0f};
    all[4].bands[0] = {true, EqType::high_pass, 60.0f, 0.0f, 0.707f};
    all[4].bands[5] = {true, EqType::high_shelf, 5000.0f, 6.0f, 0.707f};
    all[5].bands[0] = {true, EqType::high_pass, 60.0f, 0.0f, 0.707f, dsp::EqSlope::db48};
    all[6].bands[0] = {true, EqType::tilt, 1000.0f, 6.0f, 0.707f};
    return all;
  }
};

}  // namespace ag06::test
