// The angle of a complex number, with the same bits on every platform, and the frequency it stands for. Not for inner loops.
// Source: one step of Newton's method from a two-term arctangent (S. Rajan et al., "Efficient Approximations for the Arctangent Function",
// IEEE Signal Processing Magazine 23(3), 2006, eq. 9), with the arcsine of what is left taken to the third power.
#pragma once

#include <algorithm>
#include <cmath>

#include "analysis/spectral/stft.h"
#include "base/math.h"

namespace ag06::analysis {

// In (-pi, pi], 0 for 0 + 0i; absolute error <= 1e-12.
[[nodiscard]] inline double angle_of(double re, double im) noexcept {
  const double across = std::fabs(re), up = std::fabs(im), larger = std::max(across, up), smaller = std::min(across, up);
  if (!(larger > 0.0)) return 0.0;
  const double t = smaller / larger;
  double angle = t * (0.25 * kPi + 0.273 * (1.0 - t));
  if (up > across) angle = 0.5 * kPi - angle;
  if (re < 0.0) angle = kPi - angle;
  if (im < 0.0) angle = -angle;
  // Scaled by the larger part, so that nothing over- or underflows.
  const double x = re / larger, y = im / larger, radius = std::sqrt(x * x + y * y);
  for (int step = 0; step < 2; ++step) {
    const SinCos at = sincos_exact(angle);
    const double left = (y * at.cos - x * at.sin) / radius;
    angle += left + left * left * left / 6.0;
  }
  return angle;
}

// Frequency of a steady tone whose phase in the bin advances from frame to frame by the angle of re + im i. A window four hops long tells tones
// apart that lie within two bins of the bin's centre, all that a Hann window lets through.
// Source: J. L. Flanagan and R. M. Golden, "Phase Vocoder", Bell System Technical Journal 45, 1966.
[[nodiscard]] inline double frequency_from_advance_hz(const StftGrid& grid, int bin, double re, double im) noexcept {
  const double turns = angle_of(re, im) / (2.0 * kPi), expected = static_cast<double>(bin) * grid.hop_frames / grid.size;
  const double apart = turns - expected;
  return (expected + (apart - std::floor(apart + 0.5))) * grid.frame_rate_hz();
}

}  // namespace ag06::analysis
