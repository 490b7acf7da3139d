#include "dsp/primitives/halfband.h"

#include <cmath>

namespace ag06::dsp {

void design_halfband(double transition_ratio, double* coefficients, int count) noexcept {
  const double edge = tan_exact((1.0 - 2.0 * transition_ratio) * kPi / 4.0);
  const double selectivity = edge * edge;
  // Antoniou, eqs. 5.50-5.52: the nome from the complementary modulus.
  const double root = std::sqrt(std::sqrt(1.0 - selectivity * selectivity));
  const double e = 0.5 * (1.0 - root) / (1.0 + root), e4 = e * e * e * e;
  const double nome = e * (1.0 + e4 * (2.0 + e4 * (15.0 + 150.0 * e4)));
  const double quarter_root = std::sqrt(std::sqrt(nome));
  const int order = 2 * count + 1;
  for (int c = 0; c < count; ++c) {
    const double angle = kPi * (c + 1) / order;
    // Antoniou, eq. 5.54: a ratio of theta functions; the nome is below 0.5, so ten terms leave nothing.
    double above = 0.0, below = 1.0, sign = 1.0;
    double above_power = 1.0, below_power = nome;  // nome^(m (m + 1)), nome^((m + 1)^2)
    double even_power = nome * nome, odd_power = nome * nome * nome;
    for (int m = 0; m < 10; ++m) {
      above += sign * above_power * sin_exact((2 * m + 1) * angle);
      below -= sign * 2.0 * below_power * cos_exact(2 * (m + 1) * angle);
      above_power *= even_power;
      below_power *= odd_power;
      even_power *= nome * nome;
      odd_power *= nome * nome;
      sign = -sign;
    }
    const double zero = 2.0 * quarter_root * above / below, zero2 = zero * zero;
    const double x = std::sqrt((1.0 - zero2 * selectivity) * (1.0 - zero2 / selectivity)) / (1.0 + zero2);
    coefficients[c] = (1.0 - x) / (1.0 + x);
  }
}

}  // namespace ag06::dsp
