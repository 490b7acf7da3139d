// The Kaiser window from its I0 power series, for filter design on the control thread. Not for the audio path.
// Source: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974; I0: Abramowitz & Stegun 9.6.12.
#pragma once

#include <array>

namespace ag06::dsp {

// beta in [0, 20]; relative error <= 1e-13, since the 60th term of I0(20) is below 1e-43 of the sum.
class KaiserWindow {
 public:
  explicit KaiserWindow(double beta) noexcept : quarter_beta_squared_(0.25 * beta * beta) {
    for (int k = 1; k <= kTerms; ++k) per_term_[static_cast<std::size_t>(k)] = 1.0 / (static_cast<double>(k) * k);
    peak_ = series(quarter_beta_squared_);
  }
  // 1 in the middle (u = 0), 0 from u = +-1 outwards.
  [[nodiscard]] double operator()(double u) const noexcept {
    const double inside = 1.0 - u * u;
    return inside > 0.0 ? series(quarter_beta_squared_ * inside) / peak_ : 0.0;
  }

 private:
  static constexpr int kTerms = 60;
  // I0(x) with q = x^2 / 4: the sum of q^k / (k!)^2.
  [[nodiscard]] double series(double q) const noexcept {
    double sum = 1.0;
    for (int k = kTerms; k >= 1; --k) sum = 1.0 + q * per_term_[static_cast<std::size_t>(k)] * sum;
    return sum;
  }
  std::array<double, kTerms + 1> per_term_{};
  double quarter_beta_squared_;
  double peak_ = 1.0;
};

}  // namespace ag06::dsp
