#include "analysis/spectral/stft.h"

#include <algorithm>
#include <cstring>

#include "base/math.h"

namespace ag06::analysis {
namespace {
int nearest_power_of_two(double length) noexcept { return 1 << static_cast<int>(log2_exact(length) + 0.5); }
}  // namespace

StftGrid short_grid(const StreamSpec& spec) noexcept {
  return {spec.sample_rate_hz, spec.channels, nearest_power_of_two(0.0464 * spec.sample_rate_hz), frames_for_ms(10.0, spec.sample_rate_hz)};
}

StftGrid long_grid(const StreamSpec& spec) noexcept {
  const int size = nearest_power_of_two(0.3715 * spec.sample_rate_hz);
  return {spec.sample_rate_hz, spec.channels, size, size / 4};
}

Status Stft::prepare(const StftGrid& grid) {
  if (grid.hop_frames < 1 || grid.hop_frames > grid.size || grid.channels < 1 || grid.channels > kMaxStripChannels) return Status::out_of_range;
  const Status status = fft_.prepare(grid.size);
  if (status != Status::ok) return status;
  grid_ = grid;
  const auto size = static_cast<std::size_t>(grid.size);
  window_.resize(size);
  for (int n = 0; n < grid.size; ++n) {
    // sum of the window = size / 2; a sine of amplitude a has a / 2 in each of its two bins.
    window_[static_cast<std::size_t>(n)] = static_cast<float>((1.0 - cos_exact(2.0 * kPi * n / grid.size)) * 2.0 / grid.size);
  }
  for (int c = 0; c < grid.channels; ++c) {
    history_[c].assign(size, 0.0f);
    spectra_[c].assign(size + 2, 0.0f);
  }
  power_.assign(size / 2 + 1, 0.0f);
  reset();
  return Status::ok;
}

void Stft::reset() noexcept {
  for (int c = 0; c < grid_.channels; ++c) std::fill(history_[c].begin(), history_[c].end(), 0.0f);
  index_ = 0;
  fed_ = 0;
  missing_ = grid_.size / 2;
}

int Stft::take(ConstAudioBlock in, int at) noexcept {
  const int count = std::min(missing_, in.frames - at);
  for (int c = 0; c < grid_.channels; ++c)
    std::memcpy(history_[c].data() + (grid_.size - missing_), in.channel(c) + at, sizeof(float) * static_cast<std::size_t>(count));
  missing_ -= count;
  return count;
}

void Stft::take_zeros() noexcept {
  for (int c = 0; c < grid_.channels; ++c) std::fill(history_[c].end() - missing_, history_[c].end(), 0.0f);
  missing_ = 0;
}

void Stft::transform(const std::vector<float>& history, std::vector<float>& spectrum) noexcept {
  float* input = fft_.input();
  for (int n = 0; n < grid_.size; ++n) input[n] = history[static_cast<std::size_t>(n)] * window_[static_cast<std::size_t>(n)];
  std::memcpy(spectrum.data(), fft_.forward(), sizeof(float) * spectrum.size());
}

SpectrumFrame Stft::next_frame() noexcept {
  const int bins = grid_.bins();
  for (int c = 0; c < grid_.channels; ++c) {
    transform(history_[c], spectra_[c]);
    std::memmove(history_[c].data(), history_[c].data() + grid_.hop_frames, sizeof(float) * static_cast<std::size_t>(grid_.size - grid_.hop_frames));
  }
  missing_ = grid_.hop_frames;
  const float* left = spectra_[0].data();
  const float* right = grid_.channels == 2 ? spectra_[1].data() : nullptr;
  for (int k = 0; k < bins; ++k) {
    float power = left[2 * k] * left[2 * k] + left[2 * k + 1] * left[2 * k + 1];
    if (right) power = 0.5f * (power + (right[2 * k] * right[2 * k] + right[2 * k + 1] * right[2 * k + 1]));
    power_[static_cast<std::size_t>(k)] = power;
  }
  const SpectrumFrame frame{index_, static_cast<double>(index_) * grid_.hop_s(), power_.data(), left, right};
  ++index_;
  return frame;
}

}  // namespace ag06::analysis
