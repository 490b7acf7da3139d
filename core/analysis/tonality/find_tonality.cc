#include "analysis/tonality/find_tonality.h"

#include <algorithm>
#include <cmath>

#include "analysis/tonality/chord_finder.h"
#include "analysis/tonality/harmonic_span.h"
#include "analysis/tonality/key_finder.h"
#include "analysis/tonality/tuning.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
// Notes found in white and pink noise, 2 to 40 s, concentrate by at most 2.4 over the root of their number (104 trials); songs by 0.1 and more.
constexpr double kLeastConcentration = 0.05, kChance = 2.6;
constexpr double kLeastConfidence = 0.15;

void merge_chords(const std::vector<HarmonicSpan>& spans, const std::vector<HeardChord>& heard, TonalityReport& report) {
  double sounding_s = 0.0;
  int changes = 0, last = -1;
  for (std::size_t i = 0; i < spans.size();) {
    const int state = heard[i].state;
    Chord chord;
    chord.start_s = spans[i].start_s;
    double confidence = 0.0;
    for (; i < spans.size() && heard[i].state == state; ++i) {
      confidence += spans[i].length_s() * heard[i].confidence_01;
      chord.end_s = spans[i].end_s;
    }
    const double length_s = chord.end_s - chord.start_s;
    chord.confidence = length_s > 0.0 ? confidence / length_s : 0.0;
    if (state != kNoChord) {
      chord.root = state % 12;
      chord.quality = state < 12 ? ChordQuality::major : ChordQuality::minor;
      sounding_s += length_s;
      if (last >= 0 && state != last) ++changes;
      last = state;
    }
    report.chords.push_back(chord);
  }
  if (sounding_s > 0.0) report.harmonic_change_hz = changes / sounding_s;
}

// 0 up to low, 1 from high on.
[[nodiscard]] double ramp(double x, double low, double high) noexcept { return clamp_to((x - low) / (high - low), 0.0, 1.0); }

struct Sounding {
  double all_s = 0.0;      // time in which notes were heard at all
  double chords_s = 0.0;   // of it, the time in which they made a chord
};

[[nodiscard]] Sounding sounding_of(const std::vector<HarmonicSpan>& spans, const std::vector<HeardChord>& chords) noexcept {
  Sounding sounding;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (!(spans[i].weight > 0.0)) continue;
    sounding.all_s += spans[i].length_s();
    if (chords[i].state != kNoChord) sounding.chords_s += spans[i].length_s();
  }
  return sounding;
}

// Whether notes keep to a tuning, from 0 to 1. Random ones concentrate by chance as one over the root of their number.
[[nodiscard]] double pitched_01(const ChromaHistory& heard, const Tuning& tuning) noexcept {
  double weights = 0.0;
  for (const double weight : heard.deviations()) weights += weight;
  if (!(weights > 0.0)) return 0.0;
  const double by_chance = kLeastConcentration + kChance * std::sqrt(heard.squared_weights()) / weights;
  return ramp(tuning.concentration_01, by_chance, by_chance + 0.15);
}

// Odds told by the model of key_finder.cc take its blocks for independent, which they are not: their logarithm is halved.
[[nodiscard]] double tempered(double share_01) noexcept {
  const double against = std::sqrt(std::max(0.0, 1.0 - share_01)), in_favour = std::sqrt(share_01);
  return in_favour / (in_favour + against);
}
}  // namespace

TonalityReport find_tonality(const ChromaHistory& heard, std::span<const double> beats_s) {
  TonalityReport report;
  const Tuning tuning = find_tuning(heard.deviations());
  const std::vector<HarmonicSpan> spans = cut_into_spans(heard, beats_s, tuning.cents);
  std::vector<HeardChord> chords = find_chords(spans, -1);
  const Sounding sounding = sounding_of(spans, chords);
  const double pitched = pitched_01(heard, tuning);
  const HeardKey key = find_key(spans, chords);
  if (!(pitched > 0.0) || key.state < 0) return report;
  report.tuning_hz = tuning_hz_of(tuning.cents);
  report.chroma = key.chroma;
  report.tonal_clarity = key.clarity_01 * pitched * ramp(key.classes, 1.0, 3.0);
  const double confidence = tempered(key.share_01) * pitched * ramp(key.classes, 2.5, 4.5) * ramp(key.clarity_01, 0.45, 0.75) *
                            ramp(sounding.chords_s / sounding.all_s, 0.0, 0.35) * ramp(sounding.all_s, 0.5, 2.0);
  if (confidence >= kLeastConfidence) {
    report.key = key.state % 12;
    report.mode = key.state < 12 ? Mode::major : Mode::minor;
    report.key_confidence = confidence;
    chords = find_chords(spans, key.state);
  }
  merge_chords(spans, chords, report);
  return report;
}

}  // namespace ag06::analysis
