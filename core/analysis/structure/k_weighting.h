// Power response of BS.1770's K-weighting, for spectra. Not a filter: loudness.h holds that.
// Source: B. De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement", AES 145, 2018, table 1 (analogue prototypes).
#pragma once

namespace ag06::analysis {

// |H(f)|^2 of both stages; 0 at 0 Hz.
[[nodiscard]] constexpr double k_weight(double frequency_hz) noexcept {
  const double shelf_hz = 1681.974450955533, shelf_q = 0.7071752369554196, shelf_high = 1.584864701130855, shelf_mid = 1.258720930232562;
  const double pass_hz = 38.13547087602444, pass_q = 0.5003270373238773;
  const double s = frequency_hz / shelf_hz, p = frequency_hz / pass_hz;
  const double s2 = s * s, p2 = p * p;
  const double below = (1.0 - s2) * (1.0 - s2) + s2 / (shelf_q * shelf_q);
  const double above = (1.0 - shelf_high * s2) * (1.0 - shelf_high * s2) + shelf_mid * shelf_mid * s2 / (shelf_q * shelf_q);
  const double passed = p2 * p2 / ((1.0 - p2) * (1.0 - p2) + p2 / (pass_q * pass_q));
  return above / below * passed;
}

}  // namespace ag06::analysis
