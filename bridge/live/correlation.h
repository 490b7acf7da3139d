// Where one signal returns in another: cross-correlation and echo gains over a range of lags, by FFT. Allocates; off the audio thread.
#pragma once

#include <span>
#include <vector>

namespace ag06::bridge {

// r[k] = sum over n of a[n] * b[n + k], k = 0..max_lag. Samples outside of a and b are zero.
[[nodiscard]] std::vector<double> cross_correlation(std::span<const float> a, std::span<const float> b, int max_lag);

// The gain with which a known signal returns in heard, by lag 0..max_lag: a least-squares fit in which every frequency counts by how little else is heard there
// (generalised correlation, C. H. Knapp, G. C. Carter, IEEE Trans. ASSP 24(4), 1976: known over |heard| squared, here smoothed over neighbouring bins).
[[nodiscard]] std::vector<double> echo_gains(std::span<const float> known, std::span<const float> heard, int max_lag);

}  // namespace ag06::bridge
