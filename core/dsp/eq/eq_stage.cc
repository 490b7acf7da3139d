#include "dsp/eq/eq_stage.h"

#include "base/math.h"

namespace ag06::dsp {
namespace {

struct Lanes {
  explicit Lanes(const Biquad& h) noexcept : b0(splat2(h.b0)), b1(splat2(h.b1)), b2(splat2(h.b2)), a1(splat2(h.a1)), a2(splat2(h.a2)) {}
  // The newest output enters last: one multiply and one subtraction long is the recursion.
  [[nodiscard]] f64x2 step(f64x2 x, f64x2 x1, f64x2 x2, f64x2 y1, f64x2 y2) const noexcept {
    return ((b0 * x + b1 * x1) + (b2 * x2 - a2 * y2)) - a1 * y1;
  }
  f64x2 b0, b1, b2, a1, a2;
};

}  // namespace

void EqStage::flush_tiny_state() noexcept {
  f64x2* const states[] = {&x1_, &x2_, &y1_, &y2_};
  for (int lane = 0; lane < 2; ++lane) {
    bool tiny = true;
    for (const f64x2* state : states) tiny = tiny && flush_tiny((*state)[lane]) == 0.0;
    if (!tiny) continue;
    for (f64x2* state : states) (*state)[lane] = 0.0;
  }
}

void EqStage::filter(f64x2* io, int frames) noexcept {
  const Lanes h(biquad_);
  f64x2 x1 = x1_, x2 = x2_, y1 = y1_, y2 = y2_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 x = io[i];
    const f64x2 y = h.step(x, x1, x2, y1, y2);
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    io[i] = y;
  }
  x1_ = x1, x2_ = x2, y1_ = y1, y2_ = y2;
}

void EqStage::filter_in_series(EqStage& first, EqStage& second, f64x2* io, int frames) noexcept {
  const Lanes g(first.biquad_);
  const Lanes h(second.biquad_);
  f64x2 x1 = first.x1_, x2 = first.x2_, y1 = first.y1_, y2 = first.y2_;
  f64x2 u1 = second.x1_, u2 = second.x2_, v1 = second.y1_, v2 = second.y2_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 x = io[i];
    const f64x2 y = g.step(x, x1, x2, y1, y2);
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    const f64x2 v = h.step(y, u1, u2, v1, v2);
    u2 = u1;
    u1 = y;
    v2 = v1;
    v1 = v;
    io[i] = v;
  }
  first.x1_ = x1, first.x2_ = x2, first.y1_ = y1, first.y2_ = y2;
  second.x1_ = u1, second.x2_ = u2, second.y1_ = v1, second.y2_ = v2;
}

void EqStage::filter_in_parallel(EqStage& one, f64x2* one_io, EqStage& other, f64x2* other_io, int frames) noexcept {
  const Lanes g(one.biquad_);
  const Lanes h(other.biquad_);
  f64x2 x1 = one.x1_, x2 = one.x2_, y1 = one.y1_, y2 = one.y2_;
  f64x2 u1 = other.x1_, u2 = other.x2_, v1 = other.y1_, v2 = other.y2_;
  for (int i = 0; i < frames; ++i) {
    const f64x2 x = one_io[i];
    const f64x2 u = other_io[i];
    const f64x2 y = g.step(x, x1, x2, y1, y2);
    const f64x2 v = h.step(u, u1, u2, v1, v2);
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    u2 = u1;
    u1 = u;
    v2 = v1;
    v1 = v;
    one_io[i] = y;
    other_io[i] = v;
  }
  one.x1_ = x1, one.x2_ = x2, one.y1_ = y1, one.y2_ = y2;
  other.x1_ = u1, other.x2_ = u2, other.y1_ = v1, other.y2_ = v2;
}

}  // namespace ag06::dsp
