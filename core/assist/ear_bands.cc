#include "assist/ear_bands.h"

#include <algorithm>
#include <cmath>

#include "assist/ear_levels.h"
#include "base/math.h"

namespace ag06::assist {
namespace {
constexpr double kFloorRatio = 1e-8;       // -80 dB: less counts as nothing
constexpr double kQuietSlotRatio = 1e-5;   // of a band's mean: a pause is 50 dB down, however silent
constexpr double kTiny = 1e-30;
constexpr int kRegions = 3;
constexpr int kRegionEnds[kRegions] = {10, 21, 30};
constexpr int kWidthEnds[4] = {10, 16, 22, 30};

double power_db(double power) noexcept { return 0.5 * kDbPerLog2 * log2_exact(power); }

double spread_of(const double* levels, int count) noexcept {
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < count; ++i) sum += levels[i];
  const double mean = sum / count;
  for (int i = 0; i < count; ++i) squares += (levels[i] - mean) * (levels[i] - mean);
  return std::sqrt(squares / count);
}

double step_correlation(const std::vector<double>& a, const std::vector<double>& b) noexcept {
  double aa = 1e-6, ab = 0.0, bb = 1e-6;
  for (std::size_t i = 1; i < a.size(); ++i) {
    const double da = a[i] - a[i - 1], db = b[i] - b[i - 1];
    aa += da * da;
    ab += da * db;
    bb += db * db;
  }
  return ab / std::sqrt(aa * bb);
}

// Decibels over time, the pauses held up.
void write_levels(const std::vector<double>& slots, int count, int from, int end, std::vector<double>& levels) {
  levels.assign(static_cast<std::size_t>(count), 0.0);
  double mean = 0.0;
  for (int i = 0; i < count; ++i) {
    double& power = levels[static_cast<std::size_t>(i)];
    for (int b = from; b < end; ++b) power += std::max(0.0, slots[static_cast<std::size_t>(i * kThirdOctaves + b)]);
    mean += power / count;
  }
  for (double& level : levels) level = power_db(level + kQuietSlotRatio * mean + kTiny);
}
}  // namespace

double BandPowers::part(int band, double sign) const noexcept {
  const auto b = static_cast<std::size_t>(band);
  return std::max(0.0, 0.25 * (left[b] + right[b] + sign * 2.0 * cross[b]));
}

void ThirdOctaves::prepare(double bin_hz, int bins) noexcept {
  bins_ = bins;
  for (int edge = 0; edge <= kThirdOctaves; ++edge) edges_[static_cast<std::size_t>(edge)] = 1000.0 * pow_exact(10.0, (edge - 16.5) / 10.0) / bin_hz;
}

void write_tone(const BandPowers& powers, float* out) noexcept {
  double total = kTiny;
  for (int b = 0; b < kThirdOctaves; ++b) total += powers.mid(b) + powers.side(b);
  for (int b = 0; b < kThirdOctaves; ++b) {
    out[b] = static_cast<float>((power_db(powers.mid(b) / total + kFloorRatio) + 20.0) / 10.0);
    out[kThirdOctaves + b] = static_cast<float>((power_db(powers.side(b) / total + kFloorRatio) + 30.0) / 10.0);
  }
}

void write_width(const BandPowers& powers, float* out) noexcept {
  double all[4]{};  // mid, side, left, right
  double cross_all = 0.0;
  const auto write = [out](int at, double mid, double side, double left, double right, double cross) {
    const double floor = kFloorRatio * (mid + side) + kTiny;
    out[at] = static_cast<float>(power_db((side + floor) / (mid + floor)) / 10.0);
    out[5 + at] = static_cast<float>(cross / std::sqrt((left + floor) * (right + floor)));
  };
  for (int region = 0, b = 0; region < 4; ++region) {
    double mid = 0.0, side = 0.0, left = 0.0, right = 0.0, cross = 0.0;
    for (; b < kWidthEnds[region]; ++b) {
      mid += powers.mid(b);
      side += powers.side(b);
      left += std::max(0.0, powers.left[static_cast<std::size_t>(b)]);
      right += std::max(0.0, powers.right[static_cast<std::size_t>(b)]);
      cross += powers.cross[static_cast<std::size_t>(b)];
    }
    write(1 + region, mid, side, left, right, cross);
    all[0] += mid;
    all[1] += side;
    all[2] += left;
    all[3] += right;
    cross_all += cross;
  }
  write(0, all[0], all[1], all[2], all[3], cross_all);
  const double floor = kFloorRatio * (all[2] + all[3]) + kTiny;
  out[10] = static_cast<float>(power_db((all[2] + floor) / (all[3] + floor)) / 10.0);
}

void write_motion(const std::vector<double>& slots, int slot_count, float* spread, float* dynamics) {
  std::vector<double> levels, regions[kRegions];
  for (int b = 0; b < kThirdOctaves; ++b) {
    write_levels(slots, slot_count, b, b + 1, levels);
    spread[b] = static_cast<float>(spread_of(levels.data(), slot_count) / 10.0);
  }
  for (int region = 0; region < kRegions; ++region) {
    write_levels(slots, slot_count, region == 0 ? 0 : kRegionEnds[region - 1], kRegionEnds[region], regions[region]);
    levels = regions[region];
    std::sort(levels.begin(), levels.end());
    dynamics[2 * region] = static_cast<float>((percentile(levels, 0.95) - percentile(levels, 0.5)) / 10.0);
    dynamics[2 * region + 1] = static_cast<float>((percentile(levels, 0.5) - percentile(levels, 0.1)) / 10.0);
  }
  dynamics[6] = static_cast<float>(step_correlation(regions[0], regions[1]));
  dynamics[7] = static_cast<float>(step_correlation(regions[1], regions[2]));
  dynamics[8] = static_cast<float>(step_correlation(regions[0], regions[2]));
}

}  // namespace ag06::assist
