#include "analysis/rhythm/find_rhythm.h"

#include <algorithm>
#include <cmath>

#include "analysis/rhythm/beats.h"
#include "analysis/rhythm/onsets.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {

constexpr double kShortestS = 4.0;
// Correlation of the onsets one beat apart that is needed at all, and in multiples of what chance gives: an onset's rise fills three frames,
// so n frames of noise correlate with standard deviation sqrt(3 / n). Chosen by us between white and pink noise (<= 2.5) and quiet real songs (>= 10).
constexpr double kLeastClarity = 0.03;
constexpr double kLeastOverChance = 4.0;

bool usable(const TempoRange& range) noexcept { return range.min_bpm >= 30.0 && range.max_bpm <= 300.0 && range.min_bpm < range.max_bpm; }

}  // namespace

RhythmReport find_rhythm(const OnsetHistory& heard, const RhythmOptions& options) {
  RhythmReport report;
  const OnsetCurve curve = onset_curve(heard);
  if (curve.frames() == 0) return report;
  report.onsets_s = find_onsets_s(curve);
  report.onset_rate_hz = static_cast<double>(report.onsets_s.size()) / heard.duration_s();

  if (heard.duration_s() < kShortestS) return report;

  Tempogram tempogram;
  if (tempogram.compute(curve) != Status::ok) return report;
  const TempoPath path = find_tempo_path(tempogram, usable(options.tempo) ? options.tempo : TempoRange{});
  if (path.period_frames.empty()) return report;
  const double period = path.median();
  // A fast beat may alternate between two sounds and repeat only from every second or fourth to the next.
  for (const double multiple : {1.0, 2.0, 3.0, 4.0})
    report.pulse_clarity = std::max(report.pulse_clarity, static_cast<double>(tempogram.mean_correlation(multiple * period)));
  report.pulse_clarity = std::min(report.pulse_clarity, 1.0);
  const double chance = std::sqrt(3.0 / curve.frames());
  if (report.pulse_clarity < std::max(kLeastClarity, kLeastOverChance * chance)) return report;
  report.tempo_confidence = std::min(report.pulse_clarity / 0.3, 1.0);
  const std::vector<double> beats = track_beats(curve, path);
  const SteadyPulse pulse = fit_steady_pulse(beats, period);
  for (const double beat : beats) report.beats_s.push_back(std::max(0.0, beat / curve.rate_hz - curve.delay_s));
  if (pulse.period_frames > 0.0) report.tempo_bpm = 60.0 * curve.rate_hz / pulse.period_frames;
  return report;
}

}  // namespace ag06::analysis
