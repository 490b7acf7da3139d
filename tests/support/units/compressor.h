// What the contract suite knows of Compressor, and of the same in vintage style with its channels half linked: two more ways through its code.
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
    f(p.lookahead_ms, 0.0f, 5.0f);
    f(p.link_ratio, 0.0f, 1.0f);
  }
  static void shuffle_choices(Params& p, Random& random) {
    p.style = random.below(2) == 0 ? dsp::CompressorStyle::modern : dsp::CompressorStyle::vintage;
    p.auto_makeup = random.below(2) == 0;
  }
  static std::vector<Params> jumps() {
    return {{.threshold_dbfs = -30.0f}, {.threshold_dbfs = -30.0f, .ratio = 10.0f}, {.makeup_db = 12.0f}, {.threshold_dbfs = -40.0f, .mix_ratio = 0.0f},
            {.threshold_dbfs = -20.0f, .knee_db = 24.0f, .sidechain_hp_hz = 200.0f},
            {.threshold_dbfs = -30.0f, .ratio = 4.0f, .style = dsp::CompressorStyle::vintage},
            {.threshold_dbfs = -24.0f, .ratio = 4.0f, .lookahead_ms = 5.0f, .auto_makeup = true, .link_ratio = 0.0f}};
  }
};

struct VintageParams : dsp::CompressorParams {
  VintageParams() {
    style = dsp::CompressorStyle::vintage;
    link_ratio = 0.5f;
  }
};

class VintageCompressor : public dsp::Compressor {
 public:
  using Params = VintageParams;
  [[nodiscard]] Status prepare(const StreamSpec& spec) {
    const Status status = Compressor::prepare(spec);
    if (status != Status::ok) return status;
    set_params(VintageParams());
    reset();
    return Status::ok;
  }
};

template <>
struct UnitTraits<VintageCompressor> {
  static constexpr const char* kName = "VintageCompressor";
  using Params = VintageParams;
  // The envelope of noise exceeds its samples.
  static Params neutral() {
    Params p;
    p.threshold_dbfs = 0.0f;
    return p;
  }
  static Params working() { return with(-30.0f, 5.0f, 3.0f, 4.0f); }
  template <class F>
  static void each_field(Params& p, F f) {
    UnitTraits<dsp::Compressor>::each_field(p, f);
  }
  static void shuffle_choices(Params& p, Random& random) { p.auto_makeup = random.below(2) == 0; }
  static std::vector<Params> jumps() {
    Params tight = with(-36.0f, 10.0f, 10.0f, 0.0f), loose = with(-36.0f, 10.0f, 10.0f, 6.0f), parallel = with(-30.0f, 4.0f, 10.0f, 0.0f);
    tight.link_ratio = 1.0f;
    loose.link_ratio = 0.0f;
    parallel.mix_ratio = 0.3f;
    parallel.lookahead_ms = 3.0f;
    return {tight, loose, parallel, Params()};
  }

 private:
  static Params with(float threshold_dbfs, float ratio, float attack_ms, float makeup_db) {
    Params p;
    p.threshold_dbfs = threshold_dbfs;
    p.ratio = ratio;
    p.attack_ms = attack_ms;
    p.release_ms = 60.0f;
    p.makeup_db = makeup_db;
    return p;
  }
};

}  // namespace ag06::test
