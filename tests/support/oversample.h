// An independent true-peak oracle: 16x oversampling by a 256-tap Kaiser-windowed sinc in double precision. Not for code under test, nor for speed.
// Source: J. F. Kaiser, 1974 (window); flat within 0.001 dB to 0.484 fs. On a sinusoid it reads low by at most 20 log10(cos(pi / 32)) = -0.042 dB.
#pragma once

#include <cmath>
#include <vector>

#include "base/math.h"

namespace ag06::test {

class TruePeakOracle {
 public:
  static constexpr int kFactor = 16;
  static constexpr int kHalfTaps = 128;

  TruePeakOracle() {
    for (int m = 0; m < kFactor; ++m) {
      std::vector<double> taps(2 * kHalfTaps);
      for (int k = 0; k < 2 * kHalfTaps; ++k) {
        const double t = k - kHalfTaps + 1 - static_cast<double>(m) / kFactor, u = t / kHalfTaps;
        const double window = std::cyl_bessel_i(0.0, 6.0 * std::sqrt(std::max(0.0, 1.0 - u * u))) / std::cyl_bessel_i(0.0, 6.0);
        taps[static_cast<std::size_t>(k)] = window * (t == 0.0 ? 1.0 : std::sin(kPi * t) / (kPi * t));
      }
      phases_.push_back(taps);
    }
  }

  // Largest magnitude over [from, to); outside the vector is silence.
  template <class Samples>
  [[nodiscard]] double peak(const Samples& x, int from, int to) const {
    std::vector<double> padded(x.size() + 2 * kHalfTaps);
    for (std::size_t i = 0; i < x.size(); ++i) padded[i + kHalfTaps] = static_cast<double>(x[i]);
    double best = 0.0;
    for (int n = from; n < to; ++n) {
      for (const auto& taps : phases_) {
        const double* p = padded.data() + n + 1;
        double sums[4] = {};
        for (std::size_t k = 0; k < taps.size(); k += 4)
          for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += taps[k + lane] * p[k + lane];
        best = std::max(best, std::fabs((sums[0] + sums[1]) + (sums[2] + sums[3])));
      }
    }
    return best;
  }
  template <class Samples>
  [[nodiscard]] double peak(const Samples& x) const {
    return peak(x, 0, static_cast<int>(x.size()));
  }

 private:
  std::vector<std::vector<double>> phases_;
};

}  // namespace ag06::test
