// One running band: up to eight biquads in series that give way to others, of any number, by a crossfade. Not for designing them.
#pragma once

#include <array>

#include "dsp/eq/eq_stage.h"

namespace ag06::dsp {

class EqChain {
 public:
  // The most frames that one crossfade() takes.
  static constexpr int kMostFadeFrames = 64;

  EqChain() = default;
  // From silence.
  explicit EqChain(const BiquadChain& chain) noexcept : now_(chain, Line{}, {}) {}

  // Precondition: not fading. Begins at the next sample.
  void fade_to(const BiquadChain& chain) noexcept;
  // The fade has run through its weights.
  void finish_fade() noexcept;
  [[nodiscard]] bool fading() const noexcept { return fading_; }
  // Neither filters nor fades: the output is the input.
  [[nodiscard]] bool passes() const noexcept { return !fading_ && now_.count == 0; }
  // That of the filter that was last settled.
  [[nodiscard]] const BiquadChain& current() const noexcept { return now_.design; }

  // Follows the signal while passes(), so that a fade can begin at any sample.
  void watch(const Recent& signal) noexcept { output_ = signal; }
  [[nodiscard]] Recent input() const noexcept;
  [[nodiscard]] Recent output() const noexcept {
    return fading_ || now_.count == 0 ? output_ : now_.stages[static_cast<std::size_t>(now_.count - 1)].said();
  }
  void flush_tiny_state() noexcept;

  // While not fading: what is to run, in series, instead of crossfade().
  [[nodiscard]] int stage_count() const noexcept { return now_.count; }
  [[nodiscard]] EqStage& stage(int k) noexcept { return now_.stages[static_cast<std::size_t>(k)]; }
  // new_weights[i]: the share of the new filter, rising from 0 to 1. frames <= kMostFadeFrames.
  void crossfade(f64x2* io, int frames, const double* new_weights) noexcept;

 private:
  // The biquads of a design that are not the identity.
  struct Line {
    Line() = default;
    // Each of its stages starts from what was heard at its place in the line before it.
    Line(const BiquadChain& chain, const Line& before, const Recent& input) noexcept;
    // The signal that leaves the place of the design's biquad.
    [[nodiscard]] Recent after(int place, const Recent& input) const noexcept;

    BiquadChain design{};
    std::array<EqStage, kMostBiquads> stages{};
    std::array<int, kMostBiquads> places{};
    int count = 0;
  };

  Line now_;
  Line next_;
  bool fading_ = false;
  Recent output_;  // while fading or passing
};

}  // namespace ag06::dsp
