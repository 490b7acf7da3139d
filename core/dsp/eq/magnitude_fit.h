// A second-order prototype bent so that its bilinear transform has the magnitude of the unbent prototype up to the edge of hearing, with a second
// prototype beside it where one cannot follow. Not for phase, and not for orders above two.
// Source: M. Vicanek, "Matched Second Order Digital Filters", 2016 (matching |H|^2 instead of transforming);
// C. L. Lawson, "Contributions to the theory of linear least maximum approximation", 1961 (reweighting towards the smallest largest error).
// Deviations: matched over the whole band by a bounded number of damped Gauss-Newton steps instead of at three points; the second prototype.
#pragma once

namespace ag06::dsp {

// (m2 s^2 + m1 s + m0) / (k2 s^2 + k1 s + 1) in s normalised to the band's frequency. All coefficients >= 0 and k1 > 0: stable by construction.
struct Prototype {
  double m0, m1, m2, k1, k2;
};

struct MatchedPrototype {
  Prototype band;
  // Real poles and zeros near and above Nyquist; the identity unless `corrected`.
  Prototype correction;
  bool corrected;
};

// The highest frequency at which the magnitude is matched.
[[nodiscard]] double highest_matched_hz(double sample_rate_hz) noexcept;

// The prototypes whose bilinear transforms, pinned at freq_hz, together follow the magnitude that `wanted` has without frequency warping. The
// correction is there only if the first alone is off by more than tolerance_db. The gain at DC, zeros at DC and zeros on the frequency axis stay
// exactly. Bounded work, no allocation. Precondition: 0 < freq_hz < sample_rate_hz / 2.
[[nodiscard]] MatchedPrototype matched_for_bilinear(const Prototype& wanted, double freq_hz, double sample_rate_hz, double tolerance_db) noexcept;

}  // namespace ag06::dsp
