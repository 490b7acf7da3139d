#include "analysis/octave_bands.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
// Two equal sections are 3 dB down at the octave's edges when each is 1.5 dB down there: |H|^2 = 1 / (1 + Q^2 (w/w0 - w0/w)^2) = 1/sqrt2.
constexpr double kEdgeDetuning = 0.643594252905582;  // Q (w/w0 - w0/w) = sqrt(sqrt2 - 1)
constexpr double kHighestEdgeRatio = 0.48;
constexpr double kHighestRatio = 0.45;
// Below this power nothing is heard, and the states never become denormal.
constexpr double kAntiDenormal = 1e-18;
constexpr int kChunkFrames = 256;
}  // namespace

Status OctaveBands::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  bands_ = {};
  for (std::size_t b = 0; b < kOctaveBands; ++b) {
    Band& band = bands_[b];
    band.used = kOctaveBandHz[b] < kHighestRatio * spec.sample_rate_hz;
    if (!band.used) continue;
    // The bilinear transform bends frequencies, so the edges are placed, and centre and Q follow: highs are measured alike at every rate.
    const double lower = tan_exact(kPi * kOctaveBandHz[b] / std::sqrt(2.0) / spec.sample_rate_hz);
    const double upper = tan_exact(kPi * std::min(kOctaveBandHz[b] * std::sqrt(2.0) / spec.sample_rate_hz, kHighestEdgeRatio));
    const double g = std::sqrt(lower * upper);
    band.damping = (upper / g - lower / g) / kEdgeDetuning;
    band.a1 = 1.0 / (1.0 + g * (g + band.damping));
    band.a2 = g * band.a1;
    band.a3 = g * band.a2;
  }
  reset();
  return Status::ok;
}

void OctaveBands::reset() noexcept {
  for (Band& band : bands_) {
    band.sections = {};
    band.power = f64x2{};
  }
  frames_ = 0.0;
}

void OctaveBands::process(ConstAudioBlock in) noexcept {
  f64x2 chunk[kChunkFrames];
  for (int at = 0; at < in.frames; at += kChunkFrames) {
    const int frames = in.frames - at < kChunkFrames ? in.frames - at : kChunkFrames;
    const float* left = in.channel(0) + at;
    const float* right = in.channel_count == 2 ? in.channel(1) + at : nullptr;
    for (int i = 0; i < frames; ++i) chunk[i] = f64x2{is_finite(left[i]) ? left[i] : 0.0, right && is_finite(right[i]) ? right[i] : 0.0};
    for (std::size_t b = 0; b < bands_.size(); b += 2)
      if (bands_[b].used) run_pair(bands_[b], bands_[b + 1], chunk, frames);
  }
  frames_ += in.frames;
}

void OctaveBands::run_pair(Band& a, Band& b, const f64x2* chunk, int frames) noexcept {
  struct Runner {
    explicit Runner(const Band& from) noexcept
        : a1(splat2(from.a1)), a2(splat2(from.a2)), a3(splat2(from.a3)), damping(splat2(from.damping)), first(from.sections[0]), second(from.sections[1]), power(from.power) {}
    f64x2 section(Section& s, f64x2 x) const noexcept {
      const f64x2 lift = splat2(kAntiDenormal);
      const f64x2 rest = x - s.low;
      const f64x2 middle = a1 * s.band + a2 * rest;
      const f64x2 bottom = (s.low + a2 * s.band) + a3 * rest;
      s.band = (middle + middle) - (s.band - lift);
      s.low = (bottom + bottom) - (s.low - lift);
      return middle * damping;
    }
    void step(f64x2 x) noexcept {
      const f64x2 y = section(second, section(first, x));
      power += y * y;
    }
    void store(Band& to) const noexcept {
      to.sections = {first, second};
      to.power = power;
    }
    f64x2 a1, a2, a3, damping;
    Section first, second;
    f64x2 power;
  };
  Runner of_a(a), of_b(b);
  for (int i = 0; i < frames; ++i) {
    of_a.step(chunk[i]);
    of_b.step(chunk[i]);
  }
  of_a.store(a);
  of_b.store(b);
}

double OctaveBands::level_db(int band) const noexcept {
  const Band& b = bands_[static_cast<std::size_t>(band)];
  const double power = b.power[0] + b.power[1];
  if (!b.used || frames_ == 0.0 || !(power > frames_ * 1e-20)) return __builtin_nan("");
  return 0.5 * lin_to_db(power / frames_);
}

}  // namespace ag06::analysis
