#include "analysis/rhythm/tempogram.h"

#include <algorithm>
#include <cmath>

#include "analysis/spectral/real_fft.h"

namespace ag06::analysis {
namespace {

// Lags under this are the width of one onset, not a rhythm.
constexpr double kShortestLagS = 0.1;
// Mean square of an evened curve (about 1 in music) under which a stretch holds no onsets whose repetition could mean anything.
constexpr float kLeastEnergy = 0.05f;
// Noise of n frames, an attack of which rises over three, correlates with standard deviation sqrt(3 / n); over so many lags as here its greatest
// value is about 3.5 of them.
constexpr float kRiseFrames = 3.0f;
constexpr float kChanceDeviations = 3.5f;
constexpr float kLeastWeight = 0.02f;

float interpolated(const float* row, int lags, double lag_frames) noexcept {
  if (!(lag_frames >= 0.0) || lag_frames >= lags - 1) return 0.0f;
  const int below = static_cast<int>(lag_frames);
  const float part = static_cast<float>(lag_frames - below);
  return row[below] + part * (row[below + 1] - row[below]);
}

// Autocorrelation of a stretch with its mean removed, unbiased and normalised to 1 at lag zero; false if there is nothing in it.
// The power spectrum is real and even, so its inverse transform is the forward one.
bool autocorrelate(RealFft& fft, const float* in, int count, int lags, std::vector<float>& out) {
  float* time = fft.input();
  const int size = fft.size();
  double sum = 0.0;
  for (int i = 0; i < count; ++i) sum += static_cast<double>(in[i]);
  const float mean = static_cast<float>(sum / count);
  for (int i = 0; i < count; ++i) time[i] = in[i] - mean;
  std::fill(time + count, time + size, 0.0f);
  const float* spectrum = fft.forward();
  for (int k = 0; k <= size / 2; ++k) {
    const float power = spectrum[2 * k] * spectrum[2 * k] + spectrum[2 * k + 1] * spectrum[2 * k + 1];
    time[k] = power;
    if (k > 0 && k < size / 2) time[size - k] = power;
  }
  spectrum = fft.forward();
  const float energy = spectrum[0];
  if (!(energy > kLeastEnergy * static_cast<float>(count) * static_cast<float>(size))) return false;
  for (int lag = 0; lag < lags; ++lag)
    out[static_cast<std::size_t>(lag)] = spectrum[2 * lag] / energy * static_cast<float>(count) / static_cast<float>(std::max(count - lag, 1));
  return true;
}

}  // namespace

Status Tempogram::compute(const OnsetCurve& curve) {
  rate_hz_ = curve.rate_hz;
  size_ = std::min(static_cast<int>(kWindowS * rate_hz_), curve.frames());
  hop_ = static_cast<int>(kHopS * rate_hz_);
  lags_ = std::min(static_cast<int>(kLongestLagS * rate_hz_), size_ / 2);
  windows_ = 0;
  rows_.clear();
  shares_ = {};
  mean_.assign(static_cast<std::size_t>(std::max(lags_, 1)), 0.0f);
  const int shortest = static_cast<int>(kShortestLagS * rate_hz_);
  if (lags_ <= 2 * shortest) return Status::ok;
  int fft_size = RealFft::kMinSize;
  while (fft_size < size_ + lags_) fft_size *= 2;
  RealFft fft;
  const Status status = fft.prepare(fft_size);
  if (status != Status::ok) return status;

  windows_ = (curve.frames() - size_) / hop_ + 1;
  rows_.assign(static_cast<std::size_t>(windows_) * static_cast<std::size_t>(lags_), 0.0f);
  std::vector<float> one(static_cast<std::size_t>(lags_)), weights(static_cast<std::size_t>(windows_), 0.0f);
  const float chance = kChanceDeviations * std::sqrt(kRiseFrames / static_cast<float>(size_));
  std::vector<float> all;
  for (int r = 0; r <= kOnsetRanges; ++r) {
    if (r == kOnsetRanges) all = curve.mean_of_ranges(shares_);
    const std::vector<float>& from = r < kOnsetRanges ? curve.range[r] : all;
    for (int w = 0; w < windows_; ++w) {
      if (!autocorrelate(fft, from.data() + static_cast<std::size_t>(w) * static_cast<std::size_t>(hop_), size_, lags_, one)) continue;
      // A range that does not repeat says nothing about the tempo and must not dilute the one that does.
      const float clearest = *std::max_element(one.begin() + shortest, one.end());
      const float weight = kLeastWeight + std::max(clearest - chance, 0.0f);
      float* row = rows_.data() + static_cast<std::size_t>(w) * static_cast<std::size_t>(lags_);
      for (int lag = 0; lag < lags_; ++lag) row[lag] += weight * one[static_cast<std::size_t>(lag)];
      weights[static_cast<std::size_t>(w)] += weight;
      if (r < kOnsetRanges) shares_[static_cast<std::size_t>(r)] += weight;
    }
  }
  float mean_weight = 0.0f;
  for (int w = 0; w < windows_; ++w) {
    const float weight = weights[static_cast<std::size_t>(w)];
    if (!(weight > 0.0f)) continue;
    float* row = rows_.data() + static_cast<std::size_t>(w) * static_cast<std::size_t>(lags_);
    for (int lag = 0; lag < lags_; ++lag) {
      mean_[static_cast<std::size_t>(lag)] += row[lag];
      row[lag] /= weight;
    }
    mean_weight += weight;
  }
  if (mean_weight > 0.0f)
    for (float& value : mean_) value /= mean_weight;
  return Status::ok;
}

float Tempogram::correlation(int window, double lag_frames) const noexcept {
  return interpolated(rows_.data() + static_cast<std::size_t>(window) * static_cast<std::size_t>(lags_), lags_, lag_frames);
}

float Tempogram::mean_correlation(double lag_frames) const noexcept { return interpolated(mean_.data(), lags_, lag_frames); }

}  // namespace ag06::analysis
