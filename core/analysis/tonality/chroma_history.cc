#include "analysis/tonality/chroma_history.h"

#include <algorithm>
#include <cmath>

#include "analysis/tonality/fifth_partial.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kMostSeconds = 86400.0;
// Partials are divided by this power of the level of the octave around them, so that dull and bright sounds weigh alike.
constexpr float kWhitening = 0.7f;
constexpr int kWhiteningReach = kPitchClassBins / 2;
// Octaves whose notes carry the harmony, and those that carry its bass; chosen by us on orchestral and rock arrangements.
constexpr double kTrebleFullHz = 130.0, kTrebleStartHz = 62.0, kTrebleFadeHz = 900.0;
constexpr double kBassFullHz = 150.0, kBassEndHz = 300.0;
// Deviations are read from what is surely a note's fundamental: within the middle octaves and near the strongest.
constexpr float kSureNoteRatio = 0.2f;
constexpr double kDeviationLowestHz = 100.0;

[[nodiscard]] double hz_of(double bin) noexcept { return kLowestPitchHz * exp2_exact(bin / kPitchClassBins); }
[[nodiscard]] double octaves(double from_hz, double to_hz) noexcept { return log2_exact(to_hz / from_hz); }
}  // namespace

Status ChromaHistory::prepare(const StftGrid& grid, double max_duration_s) {
  if (!(max_duration_s >= 0.0 && max_duration_s <= kMostSeconds)) return Status::out_of_range;
  peaks_.prepare(grid);
  spectrum_bins_ = std::min(kSpectrumBins, static_cast<int>(kPitchClassBins * octaves(kLowestPitchHz, peaks_.highest_hz())) + 1);
  salience_.prepare(spectrum_bins_);
  hop_s_ = grid.hop_s();
  for (int b = 0; b < kNoteBins; ++b) {
    const double hz = hz_of(b);
    const double low = clamp_to(octaves(kTrebleStartHz, hz) / octaves(kTrebleStartHz, kTrebleFullHz), 0.0, 1.0);
    const double high = hz > kTrebleFadeHz ? kTrebleFadeHz / hz : 1.0;
    treble_weight_[static_cast<std::size_t>(b)] = static_cast<float>(low * high);
    bass_weight_[static_cast<std::size_t>(b)] =
        static_cast<float>(clamp_to(octaves(hz, kBassEndHz) / octaves(kBassFullHz, kBassEndHz), 0.0, 1.0));
  }
  frames_.assign(static_cast<std::size_t>(grid.frames_for_s(max_duration_s)), ChromaFrame{});
  reset();
  return Status::ok;
}

void ChromaHistory::reset() noexcept {
  size_ = 0;
  deviations_.fill(0.0);
  squared_weights_ = 0.0;
}

void ChromaHistory::spread(int peaks) noexcept {
  spectrum_.fill(0.0f);
  for (int p = 0; p < peaks; ++p) {
    const float place = peaks_[p].pitch_bins;
    const int whole = static_cast<int>(place);
    if (place < 0.0f || whole + 1 >= spectrum_bins_) continue;
    const float amplitude = amplitudes_[static_cast<std::size_t>(p)], part = place - static_cast<float>(whole);
    spectrum_[static_cast<std::size_t>(whole)] += (1.0f - part) * amplitude;
    spectrum_[static_cast<std::size_t>(whole) + 1] += part * amplitude;
  }
}

void ChromaHistory::whiten(int peaks) noexcept {
  std::array<float, kSpectrumBins + 1> energy;  // running sums
  energy[0] = 0.0f;
  for (int b = 0; b < kSpectrumBins; ++b) {
    const float x = spectrum_[static_cast<std::size_t>(b)];
    energy[static_cast<std::size_t>(b) + 1] = energy[static_cast<std::size_t>(b)] + x * x;
  }
  const float least = 1e-5f * energy[kSpectrumBins];
  for (int p = 0; p < peaks; ++p) {
    const int b = static_cast<int>(peaks_[p].pitch_bins + 0.5f);
    if (b < 0 || b >= kSpectrumBins) continue;
    const auto low = static_cast<std::size_t>(std::max(0, b - kWhiteningReach));
    const auto high = static_cast<std::size_t>(std::min(kSpectrumBins, b + kWhiteningReach + 1));
    const float around = std::max(energy[high] - energy[low], least);
    amplitudes_[static_cast<std::size_t>(p)] *= exp2_fast(-0.5f * kWhitening * log2_fast(around));
  }
}

void ChromaHistory::note_deviations(int peaks, const float* notes) noexcept {
  const float strongest = *std::max_element(notes, notes + kNoteBins);
  const auto lowest = static_cast<float>(kPitchClassBins * octaves(kLowestPitchHz, kDeviationLowestHz));
  for (int p = 0; p < peaks; ++p) {
    const float place = peaks_[p].pitch_bins;
    if (place < lowest || place >= kNoteBins - 2.0f) continue;
    const auto whole = static_cast<std::size_t>(place);
    const float note = notes[whole] + notes[whole + 1];
    if (note < kSureNoteRatio * strongest) continue;
    const double semitones = static_cast<double>(place) / kBinsPerSemitone;
    const double cents = 100.0 * (semitones - std::floor(semitones));
    const int cent = static_cast<int>(cents);
    const double part = cents - cent;
    deviations_[static_cast<std::size_t>(cent % kTuningBins)] += (1.0 - part) * static_cast<double>(note);
    deviations_[static_cast<std::size_t>((cent + 1) % kTuningBins)] += part * static_cast<double>(note);
    squared_weights_ += static_cast<double>(note) * static_cast<double>(note);
  }
}

void ChromaHistory::fold(const float* notes, ChromaFrame& to) const noexcept {
  std::array<float, kPitchClassBins> classes{};
  for (int b = 0; b < kNoteBins; ++b)
    classes[static_cast<std::size_t>(b % kPitchClassBins)] += treble_weight_[static_cast<std::size_t>(b)] * notes[b];
  int lowest = 0;
  float bass = 0.0f;
  for (int b = 0; b + 1 < kNoteBins; ++b) {
    const float weight = bass_weight_[static_cast<std::size_t>(b)];
    if (!(weight > 0.0f)) break;
    const float strength = weight * (notes[b] + notes[b + 1]);  // a note between two bins lies in both
    if (strength > bass) {
      bass = strength;
      lowest = notes[b] >= notes[b + 1] ? b : b + 1;
    }
  }
  const float most = *std::max_element(classes.begin(), classes.end());
  if (!(most > 0.0f)) return;
  for (std::size_t c = 0; c < classes.size(); ++c) to.chroma[c] = static_cast<std::uint8_t>(255.0f * classes[c] / most + 0.5f);
  to.bass_bin = static_cast<std::uint8_t>(lowest % kPitchClassBins);
  to.bass = static_cast<std::uint8_t>(255.0f * std::min(1.0f, bass / most) + 0.5f);
}

void ChromaHistory::process(const SpectrumFrame& frame) noexcept {
  if (size_ >= static_cast<int>(frames_.size())) return;
  ChromaFrame& to = frames_[static_cast<std::size_t>(size_++)];
  to = {};
  const int peaks = peaks_.find(frame.power);
  if (peaks == 0) return;
  peak_power_ = 0.0;
  for (int p = 0; p < peaks; ++p) {
    peak_power_ += peaks_[p].power;
    amplitudes_[static_cast<std::size_t>(p)] = std::sqrt(peaks_[p].power);
  }
  spread(peaks);
  whiten(peaks);
  cap_fifth_partials({&peaks_[0], static_cast<std::size_t>(peaks)}, amplitudes_.data());
  spread(peaks);
  const float* notes = salience_.solve(spectrum_.data());
  note_deviations(peaks, notes);
  fold(notes, to);
  const double level = 2.0 * (120.0 + 0.5 * kDbPerLog2 * static_cast<double>(log2_fast(static_cast<float>(std::max(peak_power_, 1e-12)))));
  to.level = static_cast<std::uint8_t>(clamp_to(level, 1.0, 255.0));
}

}  // namespace ag06::analysis
