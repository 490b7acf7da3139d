// What the contract suite knows of Compressor.
#pragma once

#include <vector>

#include "dsp/dynamics/compressor.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Compressor> {
  static constexpr const char* kName = "Compressor";
  using Params = dsp::CompressorParams;
  static Params neutral() { return {.threshold_dbfs = -6.0f}; }
  static Params working() {
    return {.threshold_dbfs = -30.0f, .ratio = 5.0f, .attack_ms = 3.0f, .release_ms = 60.0f, .makeup_db = 4.0f, .mix_ratio = 0.8f};
  }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.threshold_dbfs, -80.0f, 0.0f);
    f(p.ratio, 1.0f, 100.0f);
    f(p.knee_db, 0.0f, 40.0f);
    f(p.attack_ms, 0.02f, 1000.0f);
    f(p.release_ms, 1.0f, 10000.0f);
    f(p.makeup_db, -24.0f, 36.0f);
    f(p.sidechain_hp_hz, 10.0f, 1000.0f);
    f(p.mix_ratio, 0.0f, 1.0f);
  }
  static void shuffle_choices(Params&, Random&) {}
  static std::vector<Params> jumps() {
    return {{.threshold_dbfs = -30.0f}, {.threshold_dbfs = -30.0f, .ratio = 10.0f}, {.makeup_db = 12.0f}, {.threshold_dbfs = -40.0f, .mix_ratio = 0.0f},
            {.threshold_dbfs = -20.0f, .knee_db = 24.0f, .sidechain_hp_hz = 200.0f}};
  }
};

}  // namespace ag06::test
