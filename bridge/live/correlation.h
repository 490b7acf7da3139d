// Cross-correlation of two signals over a range of lags, by FFT. Allocates; off the audio thread.
#pragma once

#include <span>
#include <vector>

namespace ag06::bridge {

// Direct: r[k] = sum over n of a[n] * b[n + k] for k = -max_lag..max_lag, at index k + max_lag. Samples outside of a and b are zero.
// Whitened: every frequency counts alike, whatever its level (the phase transform: C. H. Knapp, G. C. Carter, IEEE Trans. ASSP 24(4), 1976), in units in which r[k] is 1 for b = a delayed by k.
enum class Weighting { direct, whitened };
[[nodiscard]] std::vector<double> cross_correlation(std::span<const float> a, std::span<const float> b, int max_lag, Weighting weighting);

}  // namespace ag06::bridge
