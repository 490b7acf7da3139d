#include "dsp/effects/reverb_absorption.h"

#include <algorithm>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::dsp {

double reverb_t60_s(const ReverbDecay& decay, double freq_hz) noexcept {
  const double low = freq_hz / kReverbLowCornerHz, high = kReverbHighCornerHz / freq_hz;
  const double mid_rate = 1.0 / static_cast<double>(decay.mid_s);
  const double low_rate = 1.0 / static_cast<double>(decay.low_s), high_rate = 1.0 / static_cast<double>(decay.high_s);
  return 1.0 / (mid_rate + (low_rate - mid_rate) / (1.0 + low * low) + (high_rate - mid_rate) / (1.0 + high * high));
}

void AbsorbentDesigner::prepare(double sample_rate_hz) noexcept {
  sample_rate_hz_ = static_cast<float>(sample_rate_hz);
  low_tan_ = static_cast<float>(tan_exact(kPi * kReverbLowCornerHz / sample_rate_hz));
  // The bilinear transform is right at one frequency: the corner, or a quarter of the rate where the corner is higher.
  const double exact_hz = std::min(kReverbHighCornerHz, 0.25 * sample_rate_hz);
  high_tan_ = static_cast<float>(tan_exact(kPi * exact_hz / sample_rate_hz) * kReverbHighCornerHz / exact_hz);
}

Absorbents AbsorbentDesigner::design(f32x4 delay_frames, const ReverbDecay& decay) const noexcept {
  const auto within = [](f32x4 db) { return max4(splat4(-120.0f), min4(db, splat4(120.0f))); };
  const f32x4 mid_db = within(splat4(-60.0f / (sample_rate_hz_ * decay.mid_s)) * delay_frames);
  const f32x4 mid_lin = db_to_lin_fast4(mid_db);
  // Square roots of the shelves' gains. They follow the mids' loss as bounded, so that no shelf lifts it above its own band's loss.
  const f32x4 low_db = within(mid_db * splat4(decay.mid_s / decay.low_s - 1.0f)) * splat4(0.5f);
  const f32x4 high_db = within(mid_db * splat4(decay.mid_s / decay.high_s - 1.0f)) * splat4(0.5f);
  const f32x4 one = splat4(1.0f), low_tan = splat4(low_tan_), high_tan = splat4(high_tan_);
  // H(s) = (s + w sqrt(k)) / (s + w / sqrt(k)) and its mirror image (1 + s sqrt(k) / w) / (1 + s / (w sqrt(k))), by the bilinear transform.
  const f32x4 low_zero = low_tan * db_to_lin_fast4(low_db), low_pole = low_tan * db_to_lin_fast4(-low_db);
  const f32x4 high_zero = db_to_lin_fast4(high_db), high_pole = db_to_lin_fast4(-high_db);
  const f32x4 low_scale = mid_lin / (one + low_pole), high_scale = one / (high_tan + high_pole);
  Absorbents a;
  a.low_b0 = (one + low_zero) * low_scale;
  a.low_b1 = (low_zero - one) * low_scale;
  a.low_a1 = (low_pole - one) / (one + low_pole);
  a.high_b0 = (high_tan + high_zero) * high_scale;
  a.high_b1 = (high_tan - high_zero) * high_scale;
  a.high_a1 = (high_tan - high_pole) * high_scale;
  return a;
}

}  // namespace ag06::dsp
