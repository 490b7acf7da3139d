// One running biquad over two lanes, direct form I. Not for designing it, nor for changing its coefficients (eq_chain.h).
// Direct form I because its state is the signal itself: a filter that takes over from another starts from what that one has heard and said, and f64
// keeps its noise far below f32.
#pragma once

#include "base/simd.h"
#include "dsp/eq/band_design.h"

namespace ag06::dsp {

// The last two values of a signal.
struct Recent {
  f64x2 newest{}, older{};
};

class EqStage {
 public:
  EqStage() = default;
  EqStage(const Biquad& biquad, const Recent& heard, const Recent& said) noexcept
      : biquad_(biquad), x1_(heard.newest), x2_(heard.older), y1_(said.newest), y2_(said.older) {}

  [[nodiscard]] Recent heard() const noexcept { return {x1_, x2_}; }
  [[nodiscard]] Recent said() const noexcept { return {y1_, y2_}; }
  // Lane by lane, once all of the state is tiny: flushing a part of it would feed a resonance as often as calm it.
  void flush_tiny_state() noexcept;

  void filter(f64x2* io, int frames) noexcept;
  // The same as first.filter(io); second.filter(io), with the two recursions overlapped.
  static void filter_in_series(EqStage& first, EqStage& second, f64x2* io, int frames) noexcept;
  // The same as one.filter(one_io); other.filter(other_io), overlapped.
  static void filter_in_parallel(EqStage& one, f64x2* one_io, EqStage& other, f64x2* other_io, int frames) noexcept;

 private:
  Biquad biquad_;
  f64x2 x1_{}, x2_{};
  f64x2 y1_{}, y2_{};
};

}  // namespace ag06::dsp
