#include "analysis/level/attack_watch.h"

#include <algorithm>

namespace ag06::analysis {
namespace {
constexpr float kSilentDb = -90.0f;
constexpr float kLeastPeakDb = -60.0f;
constexpr float kLeastRiseDb = 6.0f;
constexpr float kLargestRiseDb = 40.0f;  // what lies deeper is not heard as part of the attack
// Falls by e in 60 ms: the peaks of a 20 Hz wave, 25 ms apart, stay within 4 dB.
constexpr float kDecayPerMs = 0.98347145f;
}  // namespace

void AttackWatch::reset() noexcept {
  ring_.fill(kSilentDb);
  count_ = 0;
  latest_ = -kTroughReach;
  envelope_lin_ = 0.0f;
  slopes_.clear();
  transients_ = 0;
}

void AttackWatch::add(float peak_lin) noexcept {
  envelope_lin_ = std::max(peak_lin, envelope_lin_ * kDecayPerMs);
  ring_[static_cast<std::size_t>(count_ & (kRing - 1))] = std::max(kSilentDb, lin_to_db_fast(envelope_lin_));
  ++count_;
  if (count_ > kAfter) judge(count_ - 1 - kAfter);
}

void AttackWatch::judge(std::int64_t at) noexcept {
  const float peak_db = level_db(at);
  // The envelope falls from its peak on, so most moments are dismissed here. What lies before the stream is silence.
  if (peak_db < kLeastPeakDb || !(peak_db > level_db(at - 1))) return;
  for (std::int64_t t = at + 1; t <= at + kAfter; ++t)
    if (level_db(t) > peak_db) return;
  for (std::int64_t t = at - kBefore; t < at; ++t)
    if (level_db(t) > peak_db) return;
  std::int64_t trough = at;
  for (std::int64_t t = at - 1; t > std::max(latest_, at - kTroughReach); --t)
    if (level_db(t) < level_db(trough)) trough = t;
  const float rise_db = std::min(peak_db - level_db(trough), kLargestRiseDb);
  if (rise_db < kLeastRiseDb) return;
  latest_ = at;
  const float low_db = peak_db - 0.9f * rise_db, high_db = peak_db - 0.1f * rise_db;
  std::int64_t below = at;
  while (level_db(below) > low_db) --below;
  std::int64_t above = below + 1;
  while (level_db(above) < high_db) ++above;
  const auto crossing_ms = [this](std::int64_t after, float wanted_db) {
    const float before_db = level_db(after - 1), after_db = level_db(after);
    return static_cast<double>(after) - static_cast<double>((after_db - wanted_db) / (after_db - before_db));
  };
  const double duration_ms = crossing_ms(above, high_db) - crossing_ms(below + 1, low_db);
  const double slope = 0.8 * static_cast<double>(rise_db) / std::max(duration_ms, 0.8);
  slopes_.add(lin_to_db(slope));
  if (slope >= kTransientDbPerMs) ++transients_;
}

double AttackWatch::median_slope_db_per_ms() const noexcept {
  return slopes_.total() == 0 ? __builtin_nan("") : db_to_lin(slopes_.percentile_db(0.5));
}

}  // namespace ag06::analysis
