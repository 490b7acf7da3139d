// Every processing unit; what the contract suite knows of each stands in support/units/. A new unit is added here and nowhere else.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/units/chorus.h"
#include "support/units/compressor.h"
#include "support/units/delay.h"
#include "support/units/exciter.h"
#include "support/units/gain.h"
#include "support/units/gate.h"
#include "support/units/imager.h"
#include "support/units/parametric_eq.h"
#include "support/units/reverb.h"
#include "support/units/true_peak_limiter.h"

namespace ag06::test {

using AllUnits =
    ::testing::Types<dsp::Gain, dsp::Gate, dsp::Compressor, VintageCompressor, dsp::ParametricEq, dsp::Delay,
                     dsp::Chorus, dsp::Reverb, dsp::Imager, dsp::Exciter, dsp::TruePeakLimiter>;

struct UnitNames {
  template <class Unit>
  static std::string GetName(int) {
    return UnitTraits<Unit>::kName;
  }
};

}  // namespace ag06::test
