// Eight bands of equalisation in series. Not linear-phase, and not for modulation at audio rate.
// Source: band_design.h; deviations: none.
#pragma once

#include <array>
#include <vector>

#include "dsp/eq/eq_chain.h"
#include "dsp/unit.h"

namespace ag06::dsp {

inline constexpr int kEqBands = 8;

struct ParametricEqParams {
  std::array<EqBand, kEqBands> bands;
};

// Guarantee: settled with every band off or at 0 dB, the output is the input bit for bit. A changed band takes over by a smooth crossfade; one that
// changes again meanwhile follows when its fade ends. Non-finite input counts as silence for every band that filters, and the output is finite then.
class ParametricEq {
 public:
  using Params = ParametricEqParams;
  // Control thread; allocates. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  // Cheap: bands are designed inside process(), at most one section of one band per kGridFrames frames.
  void set_params(const ParametricEqParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  struct Slot {
    EqBand wanted;
    EqBand designed;  // or being designed: it is finished before a newer wish is heard, lest a moving control never let a steep slope end
    bool design_due = false;  // wanted is not designed
    bool designing = false;
    int sections_done = 0;
    BiquadChain design{};
    int fade_frame = 0;
    EqChain chain;
  };

  void begin_grid_step() noexcept;
  // False if there was nothing to do.
  [[nodiscard]] bool design_some(Slot& slot) noexcept;
  void process_segment(AudioBlock io, int at, int frames) noexcept;
  void run_stages(f64x2* io, int frames) noexcept;
  void pass(AudioBlock io, int at, int frames) noexcept;

  std::array<Slot, kEqBands> slots_;
  double sample_rate_hz_ = 48000.0;
  std::vector<double> fade_weights_;  // a whole number of grid steps
  int grid_frame_ = 0;                // frames since reset, modulo kGridFrames
};

// Response of the settled filter, as designed, in dB; floored at -300. Frequencies are clamped to [0, sample_rate_hz / 2]. Any thread.
class EqResponse {
 public:
  EqResponse(const ParametricEqParams& params, double sample_rate_hz) noexcept;
  [[nodiscard]] double at_db(double freq_hz) const noexcept;

 private:
  double sample_rate_hz_;
  std::array<BiquadChain, kEqBands> bands_;
};

// One value of it. Designs the bands anew: for a curve keep an EqResponse.
[[nodiscard]] double response_db(const ParametricEqParams& params, double sample_rate_hz, double freq_hz) noexcept;

}  // namespace ag06::dsp
