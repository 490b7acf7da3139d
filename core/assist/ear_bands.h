// Third octaves of a spectrum, and what they tell about tone, dynamics and width. Not filters: sums over bins.
// Source: IEC 61260-1:2014, exact midband frequencies (base ten, eq. 1). Deviation: rectangular bands, edge bins shared by their width.
#pragma once

#include <array>
#include <vector>

namespace ag06::assist {

inline constexpr int kThirdOctaves = 30;  // 25 Hz to 20 kHz
// Percentiles of the level over time in the lows, mids and highs (edges 224 Hz, 2.8 kHz): 95 over 50 and 50 over 10, in dB / 10 (6);
// correlation of the level's steps of 40 ms between lows and mids, mids and highs, lows and highs (3).
inline constexpr int kBandDynamicsNumbers = 9;
// Side re mid in dB / 10: of all, up to 224 Hz, 891 Hz, 3.5 kHz and above (5); correlation of left and right, same order (5); left re right in dB / 10 (1).
inline constexpr int kWidthNumbers = 11;

using Bands = std::array<double, kThirdOctaves>;

// Sums over a whole excerpt.
struct BandPowers {
  Bands left{}, right{}, cross{};  // cross: real part of left times conjugate right
  [[nodiscard]] double mid(int band) const noexcept { return part(band, 1.0); }
  [[nodiscard]] double side(int band) const noexcept { return part(band, -1.0); }

 private:
  [[nodiscard]] double part(int band, double sign) const noexcept;
};

class ThirdOctaves {
 public:
  void prepare(double bin_hz, int bins) noexcept;
  // next_power(bin) is called once for every bin in order.
  template <class NextPower>
  void sum(NextPower&& next_power, double* out) const noexcept {
    double below = 0.0;
    int edge = 0;
    for (int k = 0; k < bins_ && edge <= kThirdOctaves; ++k) {
      const double power = next_power(k);
      // A bin reaches from k - 1/2 to k + 1/2.
      for (; edge <= kThirdOctaves && edges_[static_cast<std::size_t>(edge)] < k + 0.5; ++edge) at_edge(below, power, k, edge, out);
      below += power;
    }
    for (; edge <= kThirdOctaves; ++edge) at_edge(below, 0.0, bins_, edge, out);
  }

 private:
  // out[b] holds minus the sum below its lower edge until its upper one is reached.
  void at_edge(double below, double power, int k, int edge, double* out) const noexcept {
    const double share = edges_[static_cast<std::size_t>(edge)] - (k - 0.5);
    const double sum = below + (share > 0.0 ? share : 0.0) * power;
    if (edge > 0) out[edge - 1] += sum;
    if (edge < kThirdOctaves) out[edge] = -sum;
  }
  std::array<double, kThirdOctaves + 1> edges_{};  // in bins
  int bins_ = 0;
};

// out: 2 * kThirdOctaves, mid then side.
void write_tone(const BandPowers& powers, float* out) noexcept;
void write_width(const BandPowers& powers, float* out) noexcept;
// slots: [slots][kThirdOctaves] powers, one every 40 ms. spread: kThirdOctaves; dynamics: kBandDynamicsNumbers.
void write_motion(const std::vector<double>& slots, int slot_count, float* spread, float* dynamics);

}  // namespace ag06::assist
