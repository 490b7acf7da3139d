#include "analysis/rhythm/onset_history.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::analysis {
namespace {

// Boeck & Widmer 2013, section 3.1: 24 bands per octave from 30 Hz to 17 kHz; ours stop where lossy coders cut.
constexpr double kBandsPerOctave = 24.0;
constexpr double kLowestBandHz = 30.0;
constexpr double kHighestBandHz = 15500.0;
// Amplitude (full-scale sine = 1) below which a level hardly counts: -60 dB, about the floor of a 16-bit signal in the published, unscaled transform.
constexpr float kGain = 1000.0f;
// Strengths are kept as kStepsPerOctave * log2(1 + strength), up to 1580.
constexpr float kStepsPerOctave = 24.0f;
constexpr double kChromaLowHz = 250.0;
constexpr double kChromaHighHz = 2500.0;
// Mean power under which a chroma frame counts as silent: -80 dB.
constexpr float kChromaFloorPower = 1e-8f;
// The logarithm rises as soon as the attack enters the window, before its centre gets there. Fitted by us on clicks, noise bursts and tones with
// attacks of 0 to 20 ms at windows of 43 to 64 ms, 70 dB over a noise: within 2 ms.
constexpr double kDelayWindows = 0.4;
constexpr double kDelayHops = 0.9;
constexpr double kLongestDurationS = 86400.0;

double band_hz(int band) noexcept { return kLowestBandHz * exp2_exact(band / kBandsPerOctave); }

std::uint8_t code_of(float strength) noexcept {
  return static_cast<std::uint8_t>(std::min(kStepsPerOctave * log2_fast(1.0f + strength) + 0.5f, 255.0f));
}

}  // namespace

Status OnsetHistory::prepare(const StftGrid& grid, double max_duration_s) {
  if (!(grid.sample_rate_hz >= kMinSampleRateHz && grid.sample_rate_hz <= kMaxSampleRateHz)) return Status::bad_sample_rate;
  if (!(max_duration_s > 0.0 && max_duration_s <= kLongestDurationS) || grid.size < 64 || grid.hop_frames < 1) return Status::out_of_range;
  grid_ = grid;

  // Bands narrower than a bin fall onto one bin and count once.
  std::vector<int> centres;
  const double top_hz = std::min(kHighestBandHz, 0.48 * grid.sample_rate_hz);
  for (int band = 0; band_hz(band) <= top_hz; ++band) {
    const int bin = static_cast<int>(band_hz(band) / grid.bin_hz() + 0.5);
    if (bin >= 1 && (centres.empty() || bin > centres.back())) centres.push_back(bin);
  }
  const int bands = static_cast<int>(centres.size());
  first_bin_ = centres.front();
  bins_of_.clear();
  upper_share_.clear();
  for (int b = 0; b + 1 < bands; ++b) {
    const int from = centres[static_cast<std::size_t>(b)], to = centres[static_cast<std::size_t>(b) + 1];
    bins_of_.push_back(to - from);
    for (int bin = from; bin < to; ++bin) upper_share_.push_back(static_cast<float>(bin - from) / static_cast<float>(to - from));
  }
  bins_of_.push_back(1);
  upper_share_.push_back(0.0f);
  level_.assign((static_cast<std::size_t>(bands) + 3) / 4 * 4, 1.0f);
  widened_.assign(static_cast<std::size_t>(bands), 0.0f);
  for (int b = 0; b < bands; ++b) {
    const double hz = centres[static_cast<std::size_t>(b)] * grid.bin_hz();
    if (hz < kBassTopHz) range_end_[0] = b + 1;
    if (hz < kMiddleTopHz) range_end_[1] = b + 1;
  }
  range_end_[2] = bands;

  chroma_first_bin_ = static_cast<int>(kChromaLowHz / grid.bin_hz()) + 1;
  const int chroma_end = static_cast<int>(kChromaHighHz / grid.bin_hz());
  pitch_class_.clear();
  for (int bin = chroma_first_bin_; bin < chroma_end; ++bin) {
    const double semitones_over_c = 12.0 * log2_exact(bin * grid.bin_hz() / 440.0) + 9.0 + 120.0;
    pitch_class_.push_back(static_cast<std::uint8_t>(static_cast<int>(semitones_over_c + 0.5) % kPitchClasses));
  }

  max_frames_ = grid.frames_for_s(max_duration_s);
  strengths_.assign(static_cast<std::size_t>(max_frames_) * kOnsetRanges, 0);
  chromas_.assign((static_cast<std::size_t>(max_frames_) / kFramesPerChroma + 1) * kPitchClasses, 0);
  reset();
  return Status::ok;
}

void OnsetHistory::reset() noexcept {
  frames_ = 0;
  chroma_frames_ = 0;
  chroma_sum_ = {};
  std::fill(widened_.begin(), widened_.end(), 0.0f);
}

void OnsetHistory::process(const SpectrumFrame& frame) noexcept {
  if (frames_ >= max_frames_) return;
  sum_bands(frame.power + first_bin_);
  take_bands();
  take_chroma(frame.power);
  ++frames_;
}

void OnsetHistory::sum_bands(const float* power) noexcept {
  const int bands = range_end_[kOnsetRanges - 1];
  const float* upper_share = upper_share_.data();
  float carried = 0.0f;
  for (int band = 0; band < bands; ++band) {
    float here = carried, above = 0.0f;
    for (int bin = bins_of_[static_cast<std::size_t>(band)]; bin > 0; --bin) {
      const float upper = *upper_share++ * *power;
      here += *power++ - upper;
      above += upper;
    }
    level_[static_cast<std::size_t>(band)] = here;
    carried = above;
  }
}

void OnsetHistory::take_bands() noexcept {
  const int bands = range_end_[kOnsetRanges - 1];
  for (int band = 0; band < bands; ++band) level_[static_cast<std::size_t>(band)] = 1.0f + kGain * std::sqrt(level_[static_cast<std::size_t>(band)]);
  for (std::size_t at = 0; at < level_.size(); at += 4) store4(level_.data() + at, log2_fast4(load4(level_.data() + at)));

  int b = 0;
  std::uint8_t* out = strengths_.data() + static_cast<std::size_t>(frames_) * kOnsetRanges;
  for (int range = 0; range < kOnsetRanges; ++range) {
    float sum = 0.0f;
    for (; b < range_end_[range]; ++b) sum += std::max(0.0f, level_[static_cast<std::size_t>(b)] - widened_[static_cast<std::size_t>(b)]);
    // The song's first frame has nothing before it: what begins there began with the file.
    out[range] = frames_ == 0 ? std::uint8_t{0} : code_of(sum);
  }
  float below = level_[0], here = level_[0];
  for (int k = 0; k < bands; ++k) {
    const float above = k + 1 < bands ? level_[static_cast<std::size_t>(k) + 1] : here;
    widened_[static_cast<std::size_t>(k)] = std::max(here, std::max(below, above));
    below = here;
    here = above;
  }
}

void OnsetHistory::take_chroma(const float* power) noexcept {
  const float* from = power + chroma_first_bin_;
  for (const std::uint8_t pitch_class : pitch_class_) chroma_sum_[pitch_class] += *from++;
  if ((frames_ + 1) % kFramesPerChroma != 0) return;
  float strongest = 0.0f;
  for (const float sum : chroma_sum_) strongest = std::max(strongest, sum);
  std::uint8_t* out = chromas_.data() + static_cast<std::size_t>(chroma_frames_) * kPitchClasses;
  for (const float sum : chroma_sum_)
    *out++ = strongest > kChromaFloorPower * kFramesPerChroma ? static_cast<std::uint8_t>(255.0f * sum / strongest + 0.5f) : std::uint8_t{0};
  ++chroma_frames_;
  chroma_sum_ = {};
}

float OnsetHistory::strength(OnsetRange range, int frame) const noexcept {
  const int code = strengths_[static_cast<std::size_t>(frame) * kOnsetRanges + static_cast<std::size_t>(range)];
  return exp2_fast(static_cast<float>(code) / kStepsPerOctave) - 1.0f;
}

double OnsetHistory::delay_s() const noexcept {
  return kDelayHops * grid_.hop_s() - kDelayWindows * grid_.size / grid_.sample_rate_hz;
}

OnsetHistory::Chroma OnsetHistory::chroma(int chroma_frame) const noexcept {
  Chroma chroma;
  const std::uint8_t* from = chromas_.data() + static_cast<std::size_t>(chroma_frame) * kPitchClasses;
  for (float& value : chroma) value = static_cast<float>(*from++) / 255.0f;
  return chroma;
}

}  // namespace ag06::analysis
