#include "dsp/eq/eq_chain.h"

#include <algorithm>

namespace ag06::dsp {

EqChain::Line::Line(const BiquadChain& chain, const Line& before, const Recent& input) noexcept : design(chain) {
  Recent heard = input;
  for (int place = 0; place < kMostBiquads; ++place) {
    const Biquad& biquad = chain[static_cast<std::size_t>(place)];
    if (biquad == Biquad{}) continue;
    const Recent said = before.after(place, input);
    stages[static_cast<std::size_t>(count)] = EqStage(biquad, heard, said);
    places[static_cast<std::size_t>(count)] = place;
    ++count;
    heard = said;
  }
}

Recent EqChain::Line::after(int place, const Recent& input) const noexcept {
  Recent signal = input;
  for (int k = 0; k < count && places[static_cast<std::size_t>(k)] <= place; ++k) signal = stages[static_cast<std::size_t>(k)].said();
  return signal;
}

Recent EqChain::input() const noexcept {
  if (now_.count > 0) return now_.stages[0].heard();
  return fading_ ? next_.stages[0].heard() : output_;
}

void EqChain::fade_to(const BiquadChain& chain) noexcept {
  output_ = output();
  next_ = Line(chain, now_, input());
  fading_ = true;
}

void EqChain::finish_fade() noexcept {
  now_ = next_;
  fading_ = false;
}

void EqChain::flush_tiny_state() noexcept {
  for (int k = 0; k < now_.count; ++k) now_.stages[static_cast<std::size_t>(k)].flush_tiny_state();
  if (!fading_) return;
  for (int k = 0; k < next_.count; ++k) next_.stages[static_cast<std::size_t>(k)].flush_tiny_state();
}

void EqChain::crossfade(f64x2* io, int frames, const double* new_weights) noexcept {
  f64x2 fresh[kMostFadeFrames];
  std::copy(io, io + frames, fresh);
  for (int k = 0; k < std::max(now_.count, next_.count); ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (k < now_.count && k < next_.count) {
      EqStage::filter_in_parallel(now_.stages[at], io, next_.stages[at], fresh, frames);
    } else if (k < now_.count) {
      now_.stages[at].filter(io, frames);
    } else {
      next_.stages[at].filter(fresh, frames);
    }
  }
  for (int i = 0; i < frames; ++i) io[i] += splat2(new_weights[i]) * (fresh[i] - io[i]);
  output_ = {io[frames - 1], frames > 1 ? io[frames - 2] : output_.newest};
}

}  // namespace ag06::dsp
