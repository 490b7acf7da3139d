// One running band: a direct-form-I biquad over two lanes that changes its coefficients by a crossfade. Not for designing them.
// Direct form I because its state is the signal itself: it stays valid when coefficients change, and f64 keeps its noise far below f32.
#pragma once

#include "base/math.h"
#include "base/simd.h"
#include "dsp/eq/band_design.h"

namespace ag06::dsp {

class EqStage {
 public:
  void snap(const Biquad& biquad) noexcept { *this = EqStage(biquad); }
  // Precondition: not fading. Begins at the next sample.
  void fade_to(const Biquad& biquad) noexcept;
  // The fade has run through its weights.
  void finish_fade() noexcept;
  [[nodiscard]] bool fading() const noexcept { return fading_; }
  // Neither filters nor fades: the output is the input.
  [[nodiscard]] bool passes() const noexcept { return !fading_ && current_ == Biquad{}; }
  [[nodiscard]] const Biquad& current() const noexcept { return current_; }

  // Follows the signal while passes(), so that a fade can begin at any sample. newest is the sample after older.
  void watch(f64x2 older, f64x2 newest) noexcept {
    x2_ = y2_ = older;
    x1_ = y1_ = newest;
  }
  [[nodiscard]] f64x2 newest_input() const noexcept { return x1_; }
  // The last two outputs.
  [[nodiscard]] f64x2 older_output() const noexcept { return fading_ ? mixed2_ : y2_; }
  [[nodiscard]] f64x2 newest_output() const noexcept { return fading_ ? mixed1_ : y1_; }
  // Lane by lane, once all of the state is tiny: flushing a part of it would feed a resonance as often as calm it.
  void flush_tiny_state() noexcept;

  void filter(f64x2* io, int frames) noexcept;
  // The same as first.filter(); second.filter(), with the two recursions overlapped.
  static void filter_pair(EqStage& first, EqStage& second, f64x2* io, int frames) noexcept;
  // new_weights[i]: the share of the new filter, rising from 0 to 1.
  void crossfade(f64x2* io, int frames, const double* new_weights) noexcept;

  EqStage() = default;

 private:
  explicit EqStage(const Biquad& biquad) noexcept : current_(biquad) {}

  Biquad current_;
  Biquad next_;
  bool fading_ = false;
  f64x2 x1_{}, x2_{};
  f64x2 y1_{}, y2_{};            // of current_
  f64x2 next_y1_{}, next_y2_{};  // of next_
  f64x2 mixed1_{}, mixed2_{};    // of the crossfade
};

}  // namespace ag06::dsp
