#include "analysis/spectral/line_problems.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr int kFewestFrames = 20;  // two seconds that sound

constexpr double kQuietShare = 0.2;  // of the frames: those in which a line shows
constexpr double kLoudShare = 0.8;
constexpr double kLineDb = 8.0;
constexpr double kLoneLineDb = 15.0, kSteadyDb = 3.0;
constexpr int kHarmonics = 10, kFewestLines = 3;
constexpr int kAroundFrom = 3, kAroundTo = 8;  // bins: past the main lobe, short of the next harmonic
// Mains stay within 0.2 Hz (ENTSO-E), converters and tape within 0.1 % more.
constexpr double kMainsHz = 0.25, kSpeedRatio = 0.001;
constexpr double kNotchQ = 30.0;
constexpr double kLineFloorDb = -120.0;

constexpr double kResonanceFromHz = 120.0, kResonanceToHz = 16000.0;
constexpr double kResonanceDb = 6.0;        // in the median frame
constexpr double kAlwaysShare = 0.2, kAlwaysDb = 2.0;  // and in four frames of five at least this
constexpr int kReachBands = 6;
constexpr std::size_t kMostResonances = 5;
constexpr double kLowestQ = 4.0, kHighestQ = 40.0;

struct Line {
  bool stands = false, steady = false;
  double frequency_hz = 0.0, excess_db = 0.0;
};

Line line_at(const LowLines& lines, double bin_hz, double frequency_hz, double tolerance_hz) {
  Line line;
  const int nearest = static_cast<int>(frequency_hz / bin_hz + 0.5);
  if (nearest - kAroundTo < 3 || nearest + kAroundTo >= lines.bins()) {
    // Near the ends fewer neighbours do.
    if (nearest - kAroundFrom < 3 || nearest + kAroundFrom >= lines.bins()) return line;
  }
  int bin = nearest;
  for (const int k : {nearest - 1, nearest + 1})
    if (lines.level_db(k, kQuietShare) > lines.level_db(bin, kQuietShare)) bin = k;
  std::vector<double> around;
  for (int i = kAroundFrom; i <= kAroundTo; ++i)
    for (const int k : {bin - i, bin + i})
      if (k >= 3 && k < lines.bins()) around.push_back(lines.level_db(k, kQuietShare));
  if (around.empty()) return line;
  std::sort(around.begin(), around.end());
  const double level_db = lines.level_db(bin, kQuietShare), surroundings_db = around[around.size() / 2];
  line.frequency_hz = lines.frequency_hz(bin);
  line.excess_db = level_db - surroundings_db;
  line.stands = line.excess_db >= kLineDb && level_db >= kLineFloorDb && std::fabs(line.frequency_hz - frequency_hz) <= tolerance_hz;
  line.steady = lines.level_db(bin, kLoudShare) - level_db <= kSteadyDb;
  return line;
}
}  // namespace

std::vector<SpectrumProblem> find_hum(const LongTermSpectrum& heard) {
  const LowLines& lines = heard.low_lines();
  std::vector<SpectrumProblem> problems;
  if (lines.frames() < kFewestFrames) return problems;
  double best_sum_db = 0.0;
  for (const double mains_hz : {50.0, 60.0}) {
    int standing = 0;
    double sum_db = 0.0, weighted_hz = 0.0, strongest_db = 0.0;
    bool lone = false;
    for (int h = 1; h <= kHarmonics; ++h) {
      const Line line = line_at(lines, heard.grid().bin_hz(), h * mains_hz, h * (kMainsHz + kSpeedRatio * mains_hz));
      if (!line.stands) continue;
      ++standing;
      sum_db += line.excess_db;
      weighted_hz += line.excess_db * line.frequency_hz / h;
      strongest_db = std::max(strongest_db, line.excess_db);
      lone = lone || (h <= 2 && line.steady && line.excess_db >= kLoneLineDb);
    }
    if ((standing < kFewestLines && !lone) || !(sum_db > best_sum_db)) continue;
    best_sum_db = sum_db;
    problems.assign(1, {ProblemKind::hum, weighted_hz / sum_db, strongest_db, kNotchQ});
  }
  return problems;
}

std::vector<SpectrumProblem> find_resonances(const LongTermSpectrum& heard) {
  const NarrowBands& bands = heard.narrow_bands();
  std::vector<SpectrumProblem> found;
  if (bands.frames() < kFewestFrames) return found;
  const int count = bands.bands();
  std::vector<double> median_db(static_cast<std::size_t>(count));
  for (int b = 0; b < count; ++b) median_db[static_cast<std::size_t>(b)] = bands.excess_db(b, 0.5);
  const auto at = [&](int b) { return median_db[static_cast<std::size_t>(b)]; };
  for (int b = kReachBands; b + kReachBands < count; ++b) {
    if (bands.centre_hz(b) < kResonanceFromHz || bands.centre_hz(b) > kResonanceToHz || at(b) < kResonanceDb) continue;
    bool top = true;
    for (int k = b - kReachBands; k <= b + kReachBands; ++k) top = top && (k < b ? at(k) < at(b) : at(k) <= at(b));
    if (!top || bands.excess_db(b, kAlwaysShare) < kAlwaysDb) continue;
    const double below = at(b - 1), here = at(b), above = at(b + 1);
    const double bend = 2.0 * here - below - above, shift = bend > 0.0 ? clamp_to(0.5 * (above - below) / bend, -0.5, 0.5) : 0.0;
    const double ratio = shift >= 0.0 ? bands.centre_hz(b + 1) / bands.centre_hz(b) : bands.centre_hz(b) / bands.centre_hz(b - 1);
    double width_bands = 0.0;
    for (const int direction : {-1, 1}) {
      double before = here;
      for (int i = 1; i <= 2 * kReachBands; ++i) {
        const int k = b + direction * i;
        const double level = k < 0 || k >= count ? 0.0 : at(k);
        if (level <= 0.5 * here || i == 2 * kReachBands) {
          width_bands += i - 1.0 + (before > level ? clamp_to((before - 0.5 * here) / (before - level), 0.0, 1.0) : 1.0);
          break;
        }
        before = level;
      }
    }
    const double excess_db = here + 0.25 * shift * (above - below);
    const double octaves = width_bands * log2_exact(ratio);
    const double q = clamp_to(1.0 / (exp_exact(0.5 * kLn2 * octaves) - exp_exact(-0.5 * kLn2 * octaves)), kLowestQ, kHighestQ);
    found.push_back({ProblemKind::resonance, bands.centre_hz(b) * pow_exact(ratio, shift), excess_db, q});
  }
  std::stable_sort(found.begin(), found.end(), [](const SpectrumProblem& a, const SpectrumProblem& b) { return a.excess_db > b.excess_db; });
  if (found.size() > kMostResonances) found.resize(kMostResonances);
  return found;
}

}  // namespace ag06::analysis
