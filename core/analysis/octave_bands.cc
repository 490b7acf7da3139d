#include "analysis/octave_bands.h"

#include "base/math.h"

namespace ag06::analysis {
namespace {
// Two equal sections are 3 dB down at the octave's edges when each is 1.5 dB down there: |H|^2 = 1 / (1 + Q^2 (sqrt2 - 1/sqrt2)^2) = 1/sqrt2.
constexpr double kSectionQ = 0.9102;
constexpr double kHighestRatio = 0.45;
// Below this power nothing is heard, and the states never become denormal.
constexpr double kAntiDenormal = 1e-18;
constexpr int kChunkFrames = 256;
}  // namespace

Status OctaveBands::prepare(const StreamSpec& spec) noexcept {
  if (const Status status = validate(spec); status != Status::ok) return status;
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    Band& band = bands_[b];
    band.used = kOctaveBandHz[b] < kHighestRatio * spec.sample_rate_hz;
    if (!band.used) continue;
    band.g = tan_exact(kPi * kOctaveBandHz[b] / spec.sample_rate_hz);
    band.damping = 1.0 / kSectionQ;
    band.norm = 1.0 / (1.0 + band.g * (band.g + band.damping));
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
    for (Band& band : bands_)
      if (band.used) run_band(band, chunk, frames);
  }
  frames_ += in.frames;
}

void OctaveBands::run_band(Band& band, const f64x2* chunk, int frames) noexcept {
  const f64x2 g = splat2(band.g);
  const f64x2 damping = splat2(band.damping);
  const f64x2 norm = splat2(band.norm);
  const f64x2 lift = splat2(kAntiDenormal);
  Section first = band.sections[0];
  Section second = band.sections[1];
  f64x2 power = band.power;
  const auto run = [&](Section& s, f64x2 x) {
    const f64x2 high = (x - (damping + g) * s.band - s.low) * norm;
    const f64x2 middle = g * high + s.band;
    const f64x2 low = g * middle + s.low;
    s.band = g * high + middle + lift;
    s.low = g * middle + low + lift;
    return middle * damping;
  };
  for (int i = 0; i < frames; ++i) {
    const f64x2 y = run(second, run(first, chunk[i]));
    power += y * y;
  }
  band.sections = {first, second};
  band.power = power;
}

double OctaveBands::level_db(int band) const noexcept {
  const Band& b = bands_[static_cast<std::size_t>(band)];
  const double power = b.power[0] + b.power[1];
  if (!b.used || frames_ == 0.0 || !(power > frames_ * 1e-20)) return __builtin_nan("");
  return 0.5 * lin_to_db(power / frames_);
}

}  // namespace ag06::analysis
