// A second-order prototype bent so that its bilinear transform has the magnitude of the unbent prototype up to the edge of hearing.
// Not for phase, and not for orders above two.
// Source: M. Vicanek, "Matched Second Order Digital Filters", 2016 (matching |H|^2 instead of transforming);
// C. L. Lawson, "Contributions to the theory of linear least maximum approximation", 1961 (reweighting towards the smallest largest error).
// Deviation: matched over the whole band by a fixed number of damped Gauss-Newton steps instead of at three points.
#pragma once

namespace ag06::dsp {

// (m2 s^2 + m1 s + m0) / (k2 s^2 + k1 s + 1) in s normalised to the band's frequency. All coefficients >= 0 and k1, k2 > 0: stable by construction.
struct Prototype {
  double m0, m1, m2, k1, k2;
};

// The highest frequency at which the magnitude is matched.
[[nodiscard]] double highest_matched_hz(double sample_rate_hz) noexcept;

// The prototype whose bilinear transform, pinned at freq_hz, follows the magnitude that `wanted` has without frequency warping. The gain at DC, zeros
// at DC and zeros on the frequency axis stay exactly. Fixed work, no allocation. Precondition: 0 < freq_hz < sample_rate_hz / 2.
[[nodiscard]] Prototype fitted_for_bilinear(const Prototype& wanted, double freq_hz, double sample_rate_hz) noexcept;

}  // namespace ag06::dsp
