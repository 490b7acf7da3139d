// Every processing unit and what the contract suite must know of it. A new unit is added here and nowhere else.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dsp/dynamics/compressor.h"
#include "dsp/dynamics/gain.h"
#include "dsp/dynamics/gate.h"
#include "dsp/eq/parametric_eq.h"
#include "dsp/limiter/true_peak_limiter.h"
#include "support/music.h"

namespace ag06::test {

// neutral(): settings under which the output is the input bit for bit, delayed, for signals up to a quarter of full scale.
// working(): settings under which the unit is busy with music at full scale.
// each_field(params, f): f(float& field, lowest, highest) for every number, at 48 kHz.
// shuffle_choices(params, random): every field that is not a number.
// jumps(): settings between which a running unit is switched without clicks.
template <class Unit>
struct UnitTraits;

template <>
struct UnitTraits<dsp::Gain> {
  static constexpr const char* kName = "Gain";
  using Params = dsp::GainParams;
  static Params neutral() { return {}; }
  static Params working() { return {.gain_db = -7.3f}; }
  template <class F>
  static void each_field(Params& p, F f) { f(p.gain_db, -120.0f, 60.0f); }
  static void shuffle_choices(Params&, Random&) {}
  static std::vector<Params> jumps() { return {{0.0f}, {-12.0f}, {6.0f}, {-60.0f}}; }
};

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
  }
  static void shuffle_choices(Params&, Random&) {}
  // The attack is 10 ms: at its default of 1 ms opening is a transient by intent.
  static std::vector<Params> jumps() {
    return {{.threshold_dbfs = 0.0f, .range_db = 12.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f},
            {.threshold_dbfs = 0.0f, .range_db = 0.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f},
            {.threshold_dbfs = -60.0f, .range_db = 24.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f},
            {.threshold_dbfs = 0.0f, .range_db = 24.0f, .attack_ms = 10.0f, .hold_ms = 0.0f, .release_ms = 50.0f, .lookahead_ms = 0.0f}};
  }
};

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

template <>
struct UnitTraits<dsp::ParametricEq> {
  static constexpr const char* kName = "ParametricEq";
  using Params = dsp::ParametricEqParams;
  static Params neutral() { return {}; }
  static Params working() {
    using dsp::EqType;
    Params p;
    p.bands = {{{true, EqType::high_pass, 35.0f, 0.0f, 0.707f},
                {true, EqType::low_shelf, 120.0f, 3.0f, 0.707f},
                {true, EqType::bell, 400.0f, -6.0f, 2.0f},
                {true, EqType::notch, 3000.0f, 0.0f, 8.0f},
                {true, EqType::high_shelf, 9000.0f, 4.0f, 0.707f},
                {true, EqType::low_pass, 17000.0f, 0.0f, 0.707f}}};
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
      band.type = static_cast<dsp::EqType>(random.below(6));
    }
  }
  static std::vector<Params> jumps() {
    using dsp::EqType;
    std::vector<Params> all(5);
    all[1].bands[0] = {true, EqType::bell, 120.0f, 12.0f, 1.0f};
    all[2].bands[0] = {true, EqType::bell, 120.0f, -12.0f, 1.0f};
    all[3].bands[0] = {true, EqType::bell, 1000.0f, 12.0f, 1.0f};
    all[4].bands[0] = {true, EqType::high_pass, 60.0f, 0.0f, 0.707f};
    all[4].bands[5] = {true, EqType::high_shelf, 5000.0f, 6.0f, 0.707f};
    return all;
  }
};

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
  static void shuffle_choices(Params&, Random&) {}
  static std::vector<Params> jumps() { return {{.ceiling_dbtp = 0.0f}, {.ceiling_dbtp = -12.0f}, {.ceiling_dbtp = -24.0f, .release_ms = 300.0f}}; }
};

using AllUnits = ::testing::Types<dsp::Gain, dsp::Gate, dsp::Compressor, dsp::ParametricEq, dsp::TruePeakLimiter>;

struct UnitNames {
  template <class Unit>
  static std::string GetName(int) {
    return UnitTraits<Unit>::kName;
  }
};

// Every number at random inside its domain, every choice at random.
template <class Unit>
[[nodiscard]] typename Unit::Params random_params(Random& random) {
  typename Unit::Params params = UnitTraits<Unit>::working();
  UnitTraits<Unit>::each_field(params, [&](float& field, float low, float high) { field = low + static_cast<float>(random.unit()) * (high - low); });
  UnitTraits<Unit>::shuffle_choices(params, random);
  return params;
}

}  // namespace ag06::test
