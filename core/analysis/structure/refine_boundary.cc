#include "analysis/structure/refine_boundary.h"

#include <algorithm>
#include <cmath>

namespace ag06::analysis {
namespace {
constexpr double kReachS = 4.5;           // to either side
constexpr double kShortestRoundS = 4.0;
constexpr double kLongestRoundS = 24.0;
constexpr double kLeastRound = 0.5;       // correlation of a progression with itself a round later
constexpr double kMarkedByTimbre = 0.4;   // likeness of the mean timbre

struct Round {
  int steps = 0;
  double correlation = -1.0;
};

double correlation_at(const SongVectors& song, int from, int to, int lag) noexcept {
  double dot = 0.0, first = 0.0, second = 0.0;
  for (int i = from; i + lag < to; ++i) {
    dot += static_cast<double>(song.harmony_dot(i, i + lag));
    first += static_cast<double>(song.harmony_power[static_cast<std::size_t>(i)]);
    second += static_cast<double>(song.harmony_power[static_cast<std::size_t>(i + lag)]);
  }
  return first > 0.0 && second > 0.0 ? dot / std::sqrt(first * second) : -1.0;
}

// The shift at which [from, to) is most like itself.
Round round_of(const SongVectors& song, int from, int to) noexcept {
  Round best;
  const int longest = std::min(static_cast<int>(kLongestRoundS / song.step_s), (to - from) * 7 / 10);
  for (int lag = std::max(1, static_cast<int>(kShortestRoundS / song.step_s)); lag <= longest; ++lag) {
    const double value = correlation_at(song, from, to, lag);
    if (value > best.correlation) best = {lag, value};
  }
  return best;
}

double alike(const SongVectors& song, int i, int j) noexcept {
  const double powers =
      static_cast<double>(song.harmony_power[static_cast<std::size_t>(i)]) * static_cast<double>(song.harmony_power[static_cast<std::size_t>(j)]);
  return powers > 0.0 ? static_cast<double>(song.harmony_dot(i, j)) / std::sqrt(powers) : 0.0;
}
}  // namespace

int refined_boundary(const SongVectors& song, const Stretch& before, const Stretch& after) {
  const int at = before.to, reach = static_cast<int>(kReachS / song.step_s);
  const int from = std::max(before.from, at - reach), to = std::min(after.to, at + reach);
  if (timbre_likeness(song, before, after) < kMarkedByTimbre) return at;
  const Round earlier = round_of(song, before.from, from), later = round_of(song, to, after.to);
  if (earlier.correlation < kLeastRound || later.correlation < kLeastRound) return at;
  double best = 0.0, sum = 0.0;
  int step = from;
  for (int i = from; i < to; ++i) {
    if (i - earlier.steps < 0 || i + later.steps >= song.size()) return at;
    sum += alike(song, i, i - earlier.steps) - alike(song, i, i + later.steps);
    if (sum > best) {
      best = sum;
      step = i + 1;
    }
  }
  return step;
}

}  // namespace ag06::analysis
