#include "analysis/spectral/mains_lines.h"

#include <algorithm>
#include <cmath>

#include "analysis/spectral/spectral_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kLowestDb = -130.0, kStepsPerDb = 2.0;
constexpr int kSteps = 280;

// Amplitude of a sine that lies apart_bins beside a bin's centre, through a Hann window (Harris 1978, eq. 28).
double hann_response(double apart_bins) noexcept {
  const double x = std::fabs(apart_bins);
  if (x < 1e-6) return 1.0;
  if (std::fabs(x - 1.0) < 1e-6) return 0.5;
  return sin_exact(kPi * x) / (kPi * x * (1.0 - x * x));
}
}  // namespace

Status MainsLines::prepare(const StftGrid& grid) {
  grid_ = grid;
  lines_.clear();
  for (int f = 0; f < static_cast<int>(kFundamentalsHz.size()); ++f)
    for (int harmonic = 1; harmonic <= (f < kMains ? kHarmonics : kControlHarmonics); ++harmonic) {
      Line line;
      line.frequency_hz = kFundamentalsHz[static_cast<std::size_t>(f)] * harmonic;
      lines_.push_back(line);
    }
  for (Line& line : lines_) {
    if (line.frequency_hz > 0.45 * grid.sample_rate_hz) continue;
    line.bin = static_cast<int>(line.frequency_hz / grid.bin_hz() + 0.5);
    for (int point = 0; point < kPoints; ++point) {
      const double frequency_hz = line.frequency_hz + (point - kPoints / 2) * kStepHz;
      const double response = hann_response(frequency_hz / grid.bin_hz() - line.bin);
      line.gain[static_cast<std::size_t>(point)] = static_cast<float>(1.0 / (response * response));
    }
  }
  kernel_.assign(static_cast<std::size_t>(kPoints) * 2 * kLength, 0.0f);
  for (int point = 0; point < kPoints; ++point)
    for (int n = 0; n < kLength; ++n) {
      const double window = (1.0 - cos_exact(2.0 * kPi * (n + 0.5) / kLength)) / kLength;  // sum 1
      const SinCos turn = sincos_exact(2.0 * kPi * (point - kPoints / 2) * kStepHz * grid.hop_s() * n);
      const auto at = 2 * static_cast<std::size_t>(point * kLength + n);
      kernel_[at] = static_cast<float>(window * turn.cos);
      kernel_[at + 1] = static_cast<float>(-window * turn.sin);
    }
  counts_.assign(lines_.size() * kPoints * kSteps, std::uint16_t{0});
  reset();
  return Status::ok;
}

void MainsLines::reset() noexcept {
  std::fill(counts_.begin(), counts_.end(), std::uint16_t{0});
  filled_ = 0;
  segments_ = 0;
  last_index_ = -2;
}

void MainsLines::process(const SpectrumFrame& frame) noexcept {
  if (frame.index != last_index_ + 1) filled_ = 0;
  last_index_ = frame.index;
  const auto to = 2 * static_cast<std::size_t>(filled_);
  for (Line& line : lines_) {
    if (line.bin == 0) continue;
    const double turns = line.frequency_hz * grid_.hop_s() * static_cast<double>(frame.index);
    const SinCos turn = sincos_exact(2.0 * kPi * (turns - std::floor(turns)));
    const auto cosine = static_cast<float>(turn.cos), sine = static_cast<float>(turn.sin);
    for (int c = 0; c < grid_.channels; ++c) {
      const float* x = (c == 0 ? frame.left : frame.right) + 2 * line.bin;
      auto& past = line.past[static_cast<std::size_t>(c)];
      past[to] = x[0] * cosine + x[1] * sine;
      past[to + 1] = x[1] * cosine - x[0] * sine;
    }
  }
  if (++filled_ == kLength) end_segment();
}

void MainsLines::end_segment() noexcept {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    Line& line = lines_[i];
    if (line.bin == 0) continue;
    for (std::size_t point = 0; point < kPoints; ++point) {
      const float* kernel = kernel_.data() + point * 2 * kLength;
      float power = 0.0f;
      for (int c = 0; c < grid_.channels; ++c) {
        const float* past = line.past[static_cast<std::size_t>(c)].data();
        float re = 0.0f, im = 0.0f;
        for (int n = 0; n < 2 * kLength; n += 2) {
          re += past[n] * kernel[n] - past[n + 1] * kernel[n + 1];
          im += past[n] * kernel[n + 1] + past[n + 1] * kernel[n];
        }
        power += re * re + im * im;
      }
      const float level_db = power_to_db_fast(power * line.gain[point] / static_cast<float>(grid_.channels));
      const float place = (level_db - static_cast<float>(kLowestDb)) * static_cast<float>(kStepsPerDb);
      const auto step = static_cast<std::size_t>(clamp_to(place, 0.0f, static_cast<float>(kSteps) - 0.5f));
      std::uint16_t& count = counts_[(i * kPoints + point) * kSteps + step];
      if (count < 0xffff) ++count;
    }
    for (auto& past : line.past) std::copy(past.begin() + kLength, past.end(), past.begin());
  }
  filled_ = kLength / 2;
  ++segments_;
}

std::size_t MainsLines::line_of(int fundamental, int harmonic) noexcept {
  const int before = std::min(fundamental, kMains) * kHarmonics + std::max(0, fundamental - kMains) * kControlHarmonics;
  return static_cast<std::size_t>(before + harmonic - 1);
}

bool MainsLines::covers(int fundamental, int harmonic) const noexcept { return lines_[line_of(fundamental, harmonic)].bin > 0; }

double MainsLines::level_db(int fundamental, int harmonic, int point, double share_ratio) const noexcept {
  const std::uint16_t* counts = counts_.data() + (line_of(fundamental, harmonic) * kPoints + static_cast<std::size_t>(point)) * kSteps;
  double total = 0.0;
  for (int step = 0; step < kSteps; ++step) total += counts[step];
  double below = 0.0;
  for (int step = 0; step < kSteps; ++step) {
    below += counts[step];
    if (counts[step] != 0 && below >= share_ratio * total) return kLowestDb + (step + 0.5) / kStepsPerDb;
  }
  return kLowestDb;
}

}  // namespace ag06::analysis
