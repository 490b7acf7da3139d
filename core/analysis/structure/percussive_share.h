// How much of a sound is short: what its bands hold above their median over 220 ms. Not a separation into two signals.
// Source: D. FitzGerald, "Harmonic/Percussive Separation using Median Filtering", DAFx-10, 2010, eq. 2 (the median along time), on bands instead of
// bins.
#pragma once

#include <array>

namespace ag06::analysis {

template <int kBandCount>
class PercussiveShare {
 public:
  static constexpr int kWindow = 11;

  void reset() noexcept {
    recent_ = {};
    sorted_ = {};
    at_ = 0;
  }

  struct Parts {
    float percussive = 0.0f, total = 0.0f;
  };
  // Amplitudes of the bands, every 20 ms. Tells of the frame five steps ago: what stood above the medians, and all of it.
  [[nodiscard]] Parts process(const std::array<float, static_cast<std::size_t>(kBandCount)>& amplitude) noexcept {
    float above = 0.0f, total = 0.0f;
    const auto centre = static_cast<std::size_t>((at_ + kWindow - kWindow / 2) % kWindow);
    for (std::size_t b = 0; b < amplitude.size(); ++b) {
      replace(sorted_[b], recent_[b][static_cast<std::size_t>(at_)], amplitude[b]);
      recent_[b][static_cast<std::size_t>(at_)] = amplitude[b];
      const float here = recent_[b][centre];
      const float median = sorted_[b][kWindow / 2];
      above += here > median ? here - median : 0.0f;
      total += here;
    }
    at_ = (at_ + 1) % kWindow;
    return {above, total};
  }

 private:
  using Row = std::array<float, kWindow>;
  static void replace(Row& sorted, float old_value, float new_value) noexcept {
    std::size_t i = 0;
    while (i + 1 < kWindow && sorted[i] != old_value) ++i;  // it is there: every value left recent_ as it came
    for (; i + 1 < kWindow && sorted[i + 1] < new_value; ++i) sorted[i] = sorted[i + 1];
    for (; i > 0 && sorted[i - 1] > new_value; --i) sorted[i] = sorted[i - 1];
    sorted[i] = new_value;
  }

  std::array<Row, static_cast<std::size_t>(kBandCount)> recent_{}, sorted_{};
  int at_ = 0;
};

}  // namespace ag06::analysis
