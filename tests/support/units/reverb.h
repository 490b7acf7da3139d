// What the contract suite knows of Reverb.
#pragma once

#include <vector>

#include "dsp/effects/reverb.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Reverb> {
  static constexpr const char* kName = "Reverb";
  static constexpr bool kMixesChannels = true;
  using Params = dsp::ReverbParams;
  static Params neutral() { return {}; }
  static Params working() { return {.level_lin = 0.5f, .decay_s = 0.3f, .modulation_ratio = 1.0f}; }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.level_lin, 0.0f, 1.0f);
    f(p.predelay_ms, 0.0f, 250.0f);
    f(p.decay_s, 0.1f, 12.0f);
    f(p.low_decay_ratio, 0.25f, 2.5f);
    f(p.high_decay_ratio, 0.1f, 1.0f);
    f(p.size_ratio, 0.0f, 1.0f);
    f(p.width_ratio, 0.0f, 1.0f);
    f(p.low_cut_hz, 20.0f, 1000.0f);
    f(p.high_cut_hz, 1000.0f, 20000.0f);
    f(p.modulation_ratio, 0.0f, 1.0f);
  }
  static void shuffle_choices(Params& p, Random& random) { p.type = static_cast<dsp::ReverbType>(random.below(4)); }
  // The suite's tone begins at once, which is a click of its own that goes on reverberating: -64 dB after 50 ms without any jump. The high cut keeps
  // that beginning out; the unit's own test jumps under a tone that fades in, without the cut.
  static std::vector<Params> jumps() {
    using dsp::ReverbType;
    std::vector<Params> all = {{.level_lin = 0.5f},
                               {},
                               {.level_lin = 0.5f, .predelay_ms = 0.0f, .decay_s = 6.0f, .size_ratio = 1.0f},
                               {.level_lin = 0.5f, .decay_s = 0.3f, .low_decay_ratio = 2.0f, .size_ratio = 0.0f, .width_ratio = 0.0f,
                                .modulation_ratio = 1.0f},
                               {.type = ReverbType::plate, .level_lin = 0.5f},
                               {.type = ReverbType::chamber, .level_lin = 0.3f}};
    for (Params& p : all) {
      p.low_cut_hz = 20.0f;
      p.high_cut_hz = 1000.0f;
      p.high_decay_ratio = 0.1f;
    }
    return all;
  }
};

}  // namespace ag06::test
