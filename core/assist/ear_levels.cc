#include "assist/ear_levels.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::assist {
namespace {
constexpr double kStepsPerS = 100.0;
constexpr double kLowestDb = -60.0, kHighestDb = 40.0;  // re the reference
constexpr double kHighDb = -4.0, kLowDb = -40.0;
constexpr int kShortSteps = 1, kLongSteps = 15;
constexpr int kPeakReach = 10;  // nothing louder within 100 ms
constexpr int kFallSteps[4] = {2, 5, 10, 15};
constexpr int kRiseSteps[2] = {1, 3};

double level_db(double power, double reference_db) noexcept {
  return clamp_to(0.5 * kDbPerLog2 * log2_exact(power + 1e-30) - reference_db, kLowestDb, kHighestDb);
}

template <std::size_t Count>
float* write_percentiles(std::vector<double>& values, const double (&shares)[Count], float* out) {
  std::sort(values.begin(), values.end());
  for (const double share : shares) *out++ = values.empty() ? 0.0f : static_cast<float>(percentile(values, share) / 10.0);
  return out;
}
}  // namespace

void EarLevels::prepare(double sample_rate_hz, int most_frames) {
  sample_rate_hz_ = sample_rate_hz;
  steps_.clear();
  steps_.reserve(static_cast<std::size_t>(most_frames / sample_rate_hz * kStepsPerS) + 2);
}

void EarLevels::measure(const float* left, const float* right, int frames) {
  steps_.clear();
  double sum = 0.0;
  peak_power_ = 0.0;
  for (int at = 0; at < frames;) {
    const auto next = static_cast<int>(static_cast<double>(steps_.size() + 1) * sample_rate_hz_ / kStepsPerS + 0.5);
    const int end = std::min(frames, next);
    float energy = 0.0f, peak = 0.0f;
    for (int i = at; i < end; ++i) {
      const float l = left[i] * left[i], r = right[i] * right[i];
      energy += l + r;
      peak = std::max(peak, std::max(l, r));
    }
    sum += static_cast<double>(energy);
    peak_power_ = std::max(peak_power_, static_cast<double>(peak));
    // A last step that is cut short would read low or high by chance.
    if (end == next || steps_.empty()) steps_.push_back({0.5 * static_cast<double>(energy) / (end - at), static_cast<double>(peak), end - at});
    at = end;
  }
  mean_power_ = 0.5 * sum / frames;
}

void EarLevels::write_pieces(double reference_db, float* out) const {
  std::vector<double> rms, peaks, crests;
  for (std::size_t at = 0; at < steps_.size(); at += kStepsPerPiece) {
    const std::size_t end = std::min(steps_.size(), at + kStepsPerPiece);
    double power = 0.0, peak = 0.0;
    for (std::size_t i = at; i < end; ++i) {
      power += steps_[i].power / static_cast<double>(end - at);
      peak = std::max(peak, steps_[i].peak_power);
    }
    rms.push_back(level_db(power, reference_db));
    peaks.push_back(level_db(peak, reference_db));
    crests.push_back(peaks.back() - rms.back());
  }
  constexpr double shares[] = {0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99};
  out = write_percentiles(rms, shares, out);
  out = write_percentiles(peaks, shares, out);
  constexpr double crest_shares[] = {0.1, 0.5, 0.9};
  write_percentiles(crests, crest_shares, out);
}

void EarLevels::write(double reference_db, float* pieces, float* slopes, float* peaks) const {
  write_pieces(reference_db, pieces);
  std::vector<double> level(steps_.size());
  for (std::size_t i = 0; i < level.size(); ++i) level[i] = level_db(steps_[i].power, reference_db);
  const int count = static_cast<int>(level.size());
  const auto at = [&level](int i) { return level[static_cast<std::size_t>(i)]; };

  constexpr double shares[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  for (const bool high : {true, false})
    for (const int reach : {kShortSteps, kLongSteps}) {
      std::vector<double> changes;
      for (int i = 0; i + reach < count; ++i)
        if (high ? at(i) >= kHighDb : (at(i) < kHighDb && at(i) > kLowDb)) changes.push_back(at(i + reach) - at(i));
      slopes = write_percentiles(changes, shares, slopes);
    }

  double falls[4]{}, rises[2]{};
  int found = 0;
  for (int i = kPeakReach; i + kLongSteps < count; ++i) {
    bool is_peak = at(i) >= kHighDb;
    for (int j = i - kPeakReach; is_peak && j <= i + kPeakReach; ++j) is_peak = j < i ? at(j) < at(i) : at(j) <= at(i);
    if (!is_peak) continue;
    ++found;
    for (int k = 0; k < 4; ++k) falls[k] += at(i) - at(i + kFallSteps[k]);
    for (int k = 0; k < 2; ++k) rises[k] += at(i) - at(i - kRiseSteps[k]);
  }
  for (const double fall : falls) *peaks++ = found ? static_cast<float>(fall / found / 10.0) : 0.0f;
  for (const double rise : rises) *peaks++ = found ? static_cast<float>(rise / found / 10.0) : 0.0f;
}

}  // namespace ag06::assist
