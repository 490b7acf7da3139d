// What the contract suite knows of Gate.
#pragma once

#include <vector>

#include "dsp/dynamics/gate.h"
#include "support/unit_traits.h"

namespace ag06::test {

template <>
struct UnitTraits<dsp::Gate> {
  static constexpr const char* kName = "Gate";
  using Params = dsp::GateParams;
  static Params neutral() { return {.range_db = 0.0f}; }
  static Params working() { return {.threshold_dbfs = -12.0f, .range_db = 40.0f, .hold_ms = 5.0f, .release_ms = 30.0f}; }
  template <class F>
  static void each_field(Params& p, F f) {
    f(p.threshold_dbfs, -120.0f, 0.0f);
    f(p.hysteresis_db, 0.0f, 24.0f);
    f(p.range_db, 0.0f, 120.0f);
    f(p.attack_ms, 0.02f, 1000.0f);
    f(p.hold_ms, 0.0f, 5000.0f);
    f(p.release_ms, 1.0f, 10000.0f);
    f(p.lookahead_ms, 0.0f, 5.0f);
    f(p.ratio, 1.0f, 100.0f);
    f(p.sidechain_low_hz, 20.0f, 4000.0f);
    f(p.sidechain_high_hz, 200.0f, 20000.0f);
  }
  static void shuffle_choices(Params&, Random&) {}
  // The attack is 10 ms: at its default of 1 ms opening is a transient by intent.
  static std::vector<Params> jumps() {
    return {{.threshold_dbfs = 0.0f, .range_db = 12.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f},
            {.threshold_dbfs = 0.0f, .range_db = 0.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f},
            {.threshold_dbfs = -60.0f, .range_db = 24.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f},
            {.threshold_dbfs = 0.0f, .range_db = 24.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f, .lookahead_ms = 0.0f},
            {.threshold_dbfs = 0.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f, .ratio = 1.5f},
            {.threshold_dbfs = -8.0f, .range_db = 40.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f, .ratio = 4.0f},
            {.threshold_dbfs = 0.0f, .attack_ms = 10.0f, .release_ms = 50.0f, .ratio = 3.0f, .sidechain_low_hz = 60.0f, .sidechain_high_hz = 300.0f}};
  }
};

}  // namespace ag06::test
