#include "analysis/tonality/harmonic_span.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kGridS = 0.25;     // where no beats are known
constexpr double kLongestS = 1.6;   // a beat at 37.5 bpm; longer gaps are cut
constexpr double kShortestS = 0.1;
constexpr int kQuietHalfDb = 100;   // frames 50 dB below the loud ones are rests
constexpr double kSoftHalfDb = 80.0;  // 40 dB softer counts a tenth

struct Folding {
  // Weight of each third of a semitone in each class: a raised cosine one semitone wide, centred on the tuned note.
  double weight[12][kPitchClassBins];
};

[[nodiscard]] Folding folding_for(double tuning_cents) noexcept {
  Folding folding{};
  const double shift = tuning_cents / kCentsPerBin;
  for (int p = 0; p < 12; ++p) {
    for (int b = 0; b < kPitchClassBins; ++b) {
      double apart = b - (p * kBinsPerSemitone + shift) + 1.5 * kPitchClassBins;
      apart -= kPitchClassBins * std::floor(apart / kPitchClassBins);
      apart -= 0.5 * kPitchClassBins;
      if (std::fabs(apart) < 1.5) folding.weight[p][b] = 0.5 + 0.5 * cos_exact(kPi * apart / 1.5);
    }
  }
  return folding;
}

// The level that the loudest twentieth of the sounding frames reaches, in half decibels.
[[nodiscard]] int loud_level(const ChromaHistory& heard) noexcept {
  std::array<int, 256> counts{};
  int total = 0;
  for (int i = 0; i < heard.size(); ++i) {
    if (heard[i].level == 0) continue;
    ++counts[heard[i].level];
    ++total;
  }
  int above = 0, level = 255;
  for (; level > 0; --level) {
    above += counts[static_cast<std::size_t>(level)];
    if (above * 20 >= total) break;
  }
  return level;
}

[[nodiscard]] std::vector<double> edges_of(std::span<const double> beats_s, double end_s) {
  std::vector<double> edges{0.0};
  const auto reach = [&edges](double next_s) {
    const double gap = next_s - edges.back();
    const int parts = gap > kLongestS ? static_cast<int>(gap / kGridS + 0.5) : 1;
    const double from = edges.back();
    for (int i = 1; i < parts; ++i) edges.push_back(from + gap * i / parts);
    edges.push_back(next_s);
  };
  for (const double beat_s : beats_s)
    if (beat_s - edges.back() >= kShortestS && beat_s <= end_s - kShortestS) reach(beat_s);
  const double rest = end_s - edges.back();
  if (beats_s.empty() || rest > kLongestS) {
    const double from = edges.back();
    for (int i = 1; from + i * kGridS <= end_s - kShortestS; ++i) edges.push_back(from + i * kGridS);
  }
  edges.push_back(end_s);
  return edges;
}
}  // namespace

std::vector<HarmonicSpan> cut_into_spans(const ChromaHistory& heard, std::span<const double> beats_s, double tuning_cents) {
  std::vector<HarmonicSpan> spans;
  if (heard.size() == 0) return spans;
  const Folding folding = folding_for(tuning_cents);
  const int loud = loud_level(heard);
  const double hop_s = heard.hop_s();
  const std::vector<double> edges = edges_of(beats_s, heard.duration_s());
  spans.reserve(edges.size());
  for (std::size_t e = 0; e + 1 < edges.size(); ++e) {
    HarmonicSpan span;
    span.start_s = edges[e];
    span.end_s = edges[e + 1];
    const double middle = 0.5 * (span.start_s + span.end_s), half = 0.5 * span.length_s();
    // A frame hears about a hop to either side of its centre: those near the edges hear the neighbours too.
    const double reach = std::max(0.6 * hop_s, half - 0.25 * hop_s);
    const double place = middle / hop_s;
    const int first = std::max(0, static_cast<int>(place - reach / hop_s));
    const int last = std::min(heard.size() - 1, static_cast<int>(place + reach / hop_s) + 1);
    double weights = 0.0, sounding = 0.0;
    for (int i = first; i <= last; ++i) {
      const double apart = (i - place) * hop_s / reach;
      if (apart <= -1.0 || apart >= 1.0) continue;
      const double weight = 0.5 + 0.5 * cos_exact(kPi * apart);
      weights += weight;
      const ChromaFrame& frame = heard[i];
      if (frame.level == 0 || frame.level < loud - kQuietHalfDb) continue;
      const double level = weight * exp2_exact(kLog2Of10 * std::min(0.0, (frame.level - loud) / kSoftHalfDb));
      sounding += level;
      for (int p = 0; p < 12; ++p) {
        double sum = 0.0, bass = 0.0;
        for (int b = 0; b < kPitchClassBins; ++b) sum += folding.weight[p][b] * frame.chroma[static_cast<std::size_t>(b)];
        bass = folding.weight[p][frame.bass_bin] * frame.bass;
        span.chroma[static_cast<std::size_t>(p)] += level * sum / 255.0;
        span.bass[static_cast<std::size_t>(p)] += level * bass / 255.0;
      }
    }
    if (sounding > 0.0) {
      for (double& x : span.chroma) x /= sounding;
      for (double& x : span.bass) x /= sounding;
      span.weight = sounding / weights;
    }
    spans.push_back(span);
  }
  return spans;
}

}  // namespace ag06::analysis
