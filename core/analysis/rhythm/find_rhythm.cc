#include "analysis/rhythm/find_rhythm.h"

#include <algorithm>
#include <cmath>

#include "analysis/rhythm/beat_level.h"
#include "analysis/rhythm/beats.h"
#include "analysis/rhythm/meter.h"
#include "analysis/rhythm/onsets.h"
#include "analysis/rhythm/triple.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {

constexpr double kShortestS = 4.0;
// Correlation of the onsets one beat apart that is needed at all, and in multiples of what chance gives: an onset's rise fills three frames,
// so n frames of noise correlate with standard deviation sqrt(3 / n). Chosen by us between white and pink noise (<= 2.5) and the least clear
// of eight real songs (13).
constexpr double kLeastClarity = 0.03;
constexpr double kLeastOverChance = 4.0;

// Partials that beat against each other rise and fall as regularly as drums, but hardly ever like an attack: at most 3 times in 20 s of eight
// clusters and choruses, against an attack for every five beats in music 10 dB under white noise.
constexpr std::size_t kFewestOnsets = 4;
constexpr double kOnsetsPerBeat = 0.05;

// Slowest pulse the phase is followed at, an octave under the fastest beat.
constexpr double kPhaseBpm = 107.0;

// Share of the beats on one straight line that makes a song steady.
constexpr double kSteadyShare = 0.6;

// A tenth of a beat of mean deviation from the median interval is no stable tempo any more. Over four beats, so that a player who leans on
// single beats but keeps the time is called steady.
double stability_of(const std::vector<double>& beats) {
  constexpr std::size_t kSpan = 4;
  if (beats.size() < 2 * kSpan) return 0.0;
  std::vector<double> spans;
  for (std::size_t i = kSpan; i < beats.size(); ++i) spans.push_back(beats[i] - beats[i - kSpan]);
  std::vector<double> sorted(spans);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
  const double median = sorted[sorted.size() / 2];
  double deviation = 0.0;
  for (const double span : spans) deviation += std::fabs(span - median);
  return clamp_to(1.0 - 10.0 * deviation / (median * static_cast<double>(spans.size())), 0.0, 1.0);
}

// Whose whole turns are the beats, if beats or what divides them come a period apart.
BeatPhase settled_phase(const OnsetCurve& curve, const TempoPath& path, double period_frames, const TempoRange& range, BeatLevel& level) {
  // Half beats must be the smallest pulses that stand out, or the phase could slip by one.
  double ratio = period_frames / path.median();
  while (60.0 * curve.rate_hz / (ratio * path.median()) < kPhaseBpm) ratio *= 0.5;
  BeatPhase phase(curve, path.scaled(ratio));
  level = settle_beat_level(curve, range, phase);
  return phase;
}

}  // namespace

RhythmReport find_rhythm(const OnsetHistory& heard, const RhythmOptions& options) {
  RhythmReport report;
  OnsetCurve curve = onset_curve(heard);
  if (curve.frames() == 0) return report;
  report.onsets_s = find_onsets_s(curve);
  report.onset_rate_hz = static_cast<double>(report.onsets_s.size()) / heard.duration_s();

  if (heard.duration_s() < kShortestS || report.onsets_s.size() < kFewestOnsets) return report;

  Tempogram tempogram;
  if (tempogram.compute(curve) != Status::ok) return report;
  // From here on a range that only hisses is not listened to.
  curve.all = curve.mean_of_ranges(tempogram.shares());
  const TempoRange range = options.tempo.usable() ? options.tempo : TempoRange{};
  const TempoPath path = find_tempo_path(tempogram, range);
  if (path.period_frames.empty()) return report;
  // A fast beat may alternate between two sounds and repeat only from every second or fourth to the next.
  for (const double multiple : {1.0, 2.0, 3.0, 4.0})
    report.pulse_clarity = std::max(report.pulse_clarity, static_cast<double>(tempogram.mean_correlation(multiple * path.median())));
  report.pulse_clarity = std::min(report.pulse_clarity, 1.0);
  const double chance = std::sqrt(3.0 / curve.frames());
  if (report.pulse_clarity < std::max(kLeastClarity, kLeastOverChance * chance)) return report;

  BeatLevel level;
  BeatPhase phase = settled_phase(curve, path, path.median(), range, level);
  const double ratio = triple_ratio(heard, curve, phase, range);
  if (ratio != 1.0) phase = settled_phase(curve, path, phase.mean_period() / ratio, range, level);
  const std::vector<double> beats = track_beats(curve, phase);
  if (static_cast<double>(report.onsets_s.size()) < kOnsetsPerBeat * static_cast<double>(beats.size())) return report;
  const SteadyPulse pulse = fit_steady_pulse(beats, phase.mean_period());
  for (const double beat : beats) report.beats_s.push_back(std::max(0.0, beat / curve.rate_hz - curve.delay_s));
  // Where the tempo wanders no line fits: then the mean tempo is what a listener would tap. Else two estimates that err differently: a line through
  // the beats, worst where players lean on some of them, and the period of all onsets, worst in noise.
  const bool steady = pulse.inlier_ratio >= kSteadyShare;
  const double period = steady ? 0.5 * (pulse.period_frames + refined_period(curve, pulse.period_frames)) : phase.mean_period();
  report.tempo_bpm = 60.0 * curve.rate_hz / period;
  report.tempo_stability = stability_of(beats);
  const Division division = find_division(curve, beats);
  if (division.swing_ratio > 0.0) report.swing_ratio = division.swing_ratio;
  const Meter meter = find_meter(heard, curve, beats, division);
  if (meter.beats_per_bar > 0) {
    // Beats of three parts are dotted quarters: two of them are a bar of 6/8, three of 9/8, four of 12/8.
    report.beats_per_bar = division.ternary ? 3 * meter.beats_per_bar : meter.beats_per_bar;
    report.beat_unit = division.ternary ? 8 : 4;
    report.meter_confidence = meter.confidence_01;
    for (int i = meter.first_downbeat; i < static_cast<int>(beats.size()); i += meter.beats_per_bar) report.downbeats.push_back(i);
  }
  report.alternative_tempo_bpm = report.tempo_bpm * level.alternative_ratio / level.ratio;
  report.tempo_confidence = std::min(report.pulse_clarity / 0.3, 1.0) * (0.5 + 0.5 * level.certainty_01);
  return report;
}

}  // namespace ag06::analysis
