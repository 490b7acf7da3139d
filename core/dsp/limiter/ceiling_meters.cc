#include "dsp/limiter/ceiling_meters.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/math.h"
#include "base/simd_math.h"
#include "dsp/primitives/kaiser_window.h"

namespace ag06::dsp {
namespace {

constexpr float kLargestSample = 1e5f;
// Covers float rounding in the skip tests.
constexpr float kRoundingSlack = 1.0001f;
// What the short screen may read low besides what its allowance covers: ripple of -50 dB, and the crest between its points where the signal is not
// one sinusoid. Twice what noise up to 0.45 of the rate was seen to need.
constexpr float kScreenSlack = 1.04f;
constexpr double kKaiserBeta = 6.0;

// ITU-R BS.1770-5, Annex 2, table of the order 48, 4-phase FIR; phases 2 and 3 are phases 1 and 0 backwards.
constexpr int kItuTaps = 12;
constexpr double kItuPhases[2][kItuTaps] = {
    {0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
     0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500},
    {-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
     0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375}};
constexpr int kHannTaps = 49;

double sinc(double t) noexcept { return t > -1e-9 && t < 1e-9 ? 1.0 : sin_exact(kPi * t) / (kPi * t); }

double level_dbtp(float lin) noexcept { return lin > 0.0f ? lin_to_db(static_cast<double>(lin)) : std::numeric_limits<double>::quiet_NaN(); }
f32x4 abs4(f32x4 v) noexcept { return lanes_of(bits_of(v) & 0x7fffffff); }
float largest_lane(f32x4 v) noexcept { return std::max(std::max(v[0], v[2]), std::max(v[1], v[3])); }

}  // namespace

void CeilingMeters::ShortMeter::add_phase(const double* taps, int count) noexcept {
  ShortPhase& phase = phases[phase_count++];
  phase.count = count;
  double gain = 0.0;
  for (int k = 0; k < count; ++k) {
    phase.taps[k] = splat4(static_cast<float>(taps[k]));
    gain += std::fabs(taps[k]);
  }
  largest_gain = std::max(largest_gain, static_cast<float>(gain) * kRoundingSlack);
}

void CeilingMeters::ShortMeter::process(const float* x, float largest_lin) noexcept {
  if (largest_lin * largest_gain <= peak_lin) return;
  f32x4 peak = splat4(peak_lin);
  for (int i = 0; i < kGridFrames; i += 4) {
    for (int p = 0; p < phase_count; ++p) {
      const ShortPhase& phase = phases[p];
      f32x4 sum{};
      for (int k = 0; k < phase.count; ++k) sum += phase.taps[k] * load4(x + i - k);
      peak = max4(peak, abs4(sum));
    }
    peak = max4(peak, abs4(load4(x + i)));
  }
  peak_lin = largest_lane(peak);
}

Status CeilingMeters::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec, kMaxMeterChannels); status != Status::ok) return status;
  channels_ = spec.channels;
  itu_ = hann_ = {};
  for (int p = 0; p < 2; ++p) {
    double backwards[kItuTaps];
    std::reverse_copy(kItuPhases[p], kItuPhases[p] + kItuTaps, backwards);
    itu_.add_phase(kItuPhases[p], kItuTaps);
    itu_.add_phase(backwards, kItuTaps);
  }
  const int hann_phases = spec.sample_rate_hz < 96000.0 ? 4 : spec.sample_rate_hz < 192000.0 ? 2 : 1;
  for (int p = 1; p < hann_phases; ++p) {
    double taps[kShortTaps];
    int count = 0;
    for (int j = p; j < kHannTaps; j += hann_phases)
      taps[count++] = sinc(static_cast<double>(j - kHannTaps / 2) / hann_phases) * 0.5 * (1.0 - cos_exact(2.0 * kPi * j / (kHannTaps - 1)));
    hann_.add_phase(taps, count);
  }
  hann_.largest_gain = std::max(hann_.largest_gain, 1.0f);

  const KaiserWindow window(kKaiserBeta);
  long_taps_.clear();
  for (int p = 1; p < kPhases; ++p) {
    for (int k = 0; k < 2 * kHalfTaps; ++k) {
      const double t = k - kHalfTaps + 1 - static_cast<double>(p) / kPhases;
      long_taps_.push_back(static_cast<float>(window(t / kHalfTaps) * sinc(t)));
    }
  }
  channel_.resize(static_cast<std::size_t>(channels_));
  for (Channel& channel : channel_) {
    channel.screen.prepare(kScreenHalfTaps);
    channel.allowance.prepare(spec.sample_rate_hz, kScreenHalfTaps);
    channel.samples.resize(kBufferFrames);
    channel.estimates.resize(kBufferFrames);
  }
  reset();
  return Status::ok;
}

void CeilingMeters::reset() noexcept {
  for (Channel& channel : channel_) {
    channel.screen.reset();
    channel.allowance.reset();
    std::fill(channel.samples.begin(), channel.samples.end(), 0.0f);
    std::fill(channel.estimates.begin(), channel.estimates.end(), 0.0f);
  }
  itu_.peak_lin = hann_.peak_lin = ideal_peak_lin_ = 0.0f;
  grid_at_ = 0;
  end_ = kKeptFrames;
}

void CeilingMeters::process(ConstAudioBlock in) noexcept {
  for (int at = 0; at < in.frames;) {
    const int frames = std::min(kGridFrames - grid_at_, in.frames - at);
    for (int c = 0; c < channels_; ++c) {
      const float* from = in.channel(c) + at;
      float* to = channel_[static_cast<std::size_t>(c)].grid + grid_at_;
      for (int i = 0; i < frames; ++i) to[i] = is_finite(from[i]) ? clamp_to(from[i], -kLargestSample, kLargestSample) : 0.0f;
    }
    at += frames;
    grid_at_ += frames;
    if (grid_at_ < kGridFrames) return;
    grid_at_ = 0;
    if (end_ + kGridFrames > kBufferFrames) {
      for (Channel& channel : channel_) {
        std::memmove(channel.samples.data(), channel.samples.data() + end_ - kKeptFrames, sizeof(float) * kKeptFrames);
        std::memmove(channel.estimates.data(), channel.estimates.data() + end_ - kKeptFrames, sizeof(float) * kKeptFrames);
      }
      end_ = kKeptFrames;
    }
    for (Channel& channel : channel_) process_grid(channel);
    end_ += kGridFrames;
  }
}

void CeilingMeters::process_grid(Channel& channel) noexcept {
  float* x = channel.samples.data() + end_;
  std::memcpy(x, channel.grid, sizeof(channel.grid));
  f32x4 recent{}, newest{};
  for (int i = -kShortTaps; i < 0; i += 4) recent = max4(recent, abs4(load4(x + i)));
  for (int i = 0; i < kGridFrames; i += 4) newest = max4(newest, abs4(load4(x + i)));
  const float newest_lin = largest_lane(newest), largest_lin = std::max(newest_lin, largest_lane(recent));
  itu_.process(x, largest_lin);
  hann_.process(x, largest_lin);
  ideal_peak_lin_ = std::max(ideal_peak_lin_, newest_lin);

  // The screen's estimates of the intervals kScreenHalfTaps back; zero where they cannot reach the peak.
  float* planes[] = {channel.grid};
  float allowances_lin[kGridFrames], peaks_lin[kGridFrames] = {};
  const float largest_allowance_lin = channel.allowance.process({planes, 1, kGridFrames}, 1, 0, kGridFrames, allowances_lin);
  const float screen_floor_lin = std::max(0.0f, ideal_peak_lin_ / kScreenSlack - largest_allowance_lin);
  const bool exceeded = channel.screen.process(channel.grid, kGridFrames, screen_floor_lin, peaks_lin);
  float* estimates = channel.estimates.data() + end_ - kScreenHalfTaps;
  for (int i = 0; i < kGridFrames; ++i) estimates[i] = exceeded && peaks_lin[i] > 0.0f ? kScreenSlack * (peaks_lin[i] + allowances_lin[i]) : 0.0f;

  // The intervals whose samples on both sides are there since this period.
  const int first = end_ - kHalfTaps;
  for (int i = first; i < first + kGridFrames; ++i)
    if (channel.estimates[static_cast<std::size_t>(i)] > ideal_peak_lin_)
      ideal_peak_lin_ = std::max(ideal_peak_lin_, long_peak(channel.samples.data() + i));
}

// begin: the sample with which the interval begins.
float CeilingMeters::long_peak(const float* begin) const noexcept {
  const float* const from = begin - kHalfTaps + 1;
  float peak_lin = 0.0f;
  for (int p = 1; p < kPhases; ++p) {
    const float* taps = long_taps_.data() + (p - 1) * 2 * kHalfTaps;
    f32x4 sums[4] = {};
    for (int k = 0; k < 2 * kHalfTaps; k += 16)
      for (int lane = 0; lane < 4; ++lane) sums[lane] += load4(taps + k + 4 * lane) * load4(from + k + 4 * lane);
    const float value = sum4((sums[0] + sums[1]) + (sums[2] + sums[3]));
    peak_lin = std::max(peak_lin, value < 0.0f ? -value : value);
  }
  return peak_lin;
}

CeilingPeaks CeilingMeters::finish() noexcept {
  const float zeros[kGridFrames] = {};
  const float* planes[kMaxMeterChannels];
  std::fill(std::begin(planes), std::end(planes), zeros);
  for (int left = kHalfTaps + kGridFrames; left > 0; left -= kGridFrames) process({planes, channels_, kGridFrames});
  return {level_dbtp(ideal_peak_lin_), level_dbtp(itu_.peak_lin), level_dbtp(hann_.peak_lin)};
}

}  // namespace ag06::dsp
