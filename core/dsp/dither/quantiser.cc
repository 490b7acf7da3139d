#include "dsp/dither/quantiser.h"

#include "base/math.h"

namespace ag06::dsp {
namespace {
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

// Triangular in [-1, 1): the sum of both halves of a draw, each uniform.
[[nodiscard]] double triangular(std::uint64_t& state) noexcept {
  state += 0x9e3779b97f4a7c15ull;
  const std::uint64_t draw = mixed(state);
  return static_cast<double>((draw >> 32) + (draw & 0xffffffffull)) * (1.0 / 4294967296.0) - 1.0;
}

// Ties to even: adding 1.5 * 2^52 leaves no bits for a fraction. |x| < 2^51; larger values stay larger than any sample format.
[[nodiscard]] double rounded(double x) noexcept {
  constexpr double kRounder = 6755399441055744.0;
  return (x + kRounder) - kRounder;
}
}  // namespace

Status Quantiser::prepare(int bits, int channels, std::uint32_t seed) noexcept {
  if (bits != 16 && bits != 24) return Status::out_of_range;
  if (channels < 1 || channels > kMaxMeterChannels) return Status::bad_channel_count;
  bits_ = bits;
  seed_ = seed;
  shapes_ = false;
  reset();
  return Status::ok;
}

Status Quantiser::prepare(int bits, int channels, std::uint32_t seed, DitherShape shape, double sample_rate_hz) noexcept {
  if (!(sample_rate_hz >= kMinSampleRateHz && sample_rate_hz <= kMaxSampleRateHz)) return Status::bad_sample_rate;
  if (const Status status = prepare(bits, channels, seed); status != Status::ok) return status;
  shape_ = noise_shape_for(sample_rate_hz);
  shapes_ = bits == 16 && shape == DitherShape::shaped && shape_[0] != 0.0;
  return Status::ok;
}

void Quantiser::reset() noexcept {
  clipped_samples_ = 0;
  errors_lsb_ = {};
  for (std::size_t c = 0; c < random_.size(); ++c) random_[c] = mixed((static_cast<std::uint64_t>(seed_) << 8) + c + 1);
}

void Quantiser::process(ConstAudioBlock in, std::int32_t* interleaved_out) noexcept {
  if (shapes_) return process_shaped(in, interleaved_out);
  const bool dithers = bits_ == 16;
  const double scale = dithers ? 32768.0 : 8388608.0;
  std::uint64_t clipped = 0;
  for (int c = 0; c < in.channel_count; ++c) {
    const float* samples = in.channel(c);
    std::uint64_t random = random_[static_cast<std::size_t>(c)];
    std::int32_t* out = interleaved_out + c;
    for (int i = 0; i < in.frames; ++i, out += in.channel_count) {
      const double x = is_finite(samples[i]) ? static_cast<double>(samples[i]) * scale : 0.0;
      const double plain = rounded(x);
      if (plain > scale - 1.0 || plain < -scale) ++clipped;
      const double wanted = dithers ? rounded(x + triangular(random)) : plain;
      *out = static_cast<std::int32_t>(clamp_to(wanted, -scale, scale - 1.0));
    }
    random_[static_cast<std::size_t>(c)] = random;
  }
  clipped_samples_ += clipped;
}

void Quantiser::process_shaped(ConstAudioBlock in, std::int32_t* interleaved_out) noexcept {
  constexpr double kScale = 32768.0;
  // Far outside the format, far inside the rounding's domain.
  constexpr double kLargest = 16.0 * kScale;
  const NoiseShape taps = shape_;
  std::uint64_t clipped = 0;
  for (int c = 0; c < in.channel_count; ++c) {
    const float* samples = in.channel(c);
    std::uint64_t random = random_[static_cast<std::size_t>(c)];
    NoiseShape errors = errors_lsb_[static_cast<std::size_t>(c)];
    std::int32_t* out = interleaved_out + c;
    for (int i = 0; i < in.frames; ++i, out += in.channel_count) {
      const double x = is_finite(samples[i]) ? clamp_to(static_cast<double>(samples[i]) * kScale, -kLargest, kLargest) : 0.0;
      const double plain = rounded(x);
      if (plain > kScale - 1.0 || plain < -kScale) ++clipped;
      const double newest = taps[0] * errors[0] + taps[1] * errors[1];
      const double older = taps[2] * errors[2] + taps[3] * errors[3];
      const double aimed = x - (newest + older + taps[4] * errors[4]);
      const double wanted = rounded(aimed + triangular(random));
      for (std::size_t k = kNoiseShapeTaps - 1; k > 0; --k) errors[k] = errors[k - 1];
      errors[0] = wanted - aimed;
      *out = static_cast<std::int32_t>(clamp_to(wanted, -kScale, kScale - 1.0));
    }
    random_[static_cast<std::size_t>(c)] = random;
    errors_lsb_[static_cast<std::size_t>(c)] = errors;
  }
  clipped_samples_ += clipped;
}

}  // namespace ag06::dsp
