#include "dsp/dither/quantiser.h"

#include "base/math.h"

namespace ag06::dsp {
namespace {
// Adding and taking away 1.5 * 2^52 rounds a double to the nearest integer, ties to even.
constexpr double kRounder = 6755399441055744.0;

[[nodiscard]] std::uint32_t next_random(std::uint32_t& state) noexcept {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

// Uniform in [-0.5, 0.5).
[[nodiscard]] double uniform(std::uint32_t& state) noexcept { return next_random(state) * (1.0 / 4294967296.0) - 0.5; }
}  // namespace

Status Quantiser::prepare(int bits, int channels, std::uint32_t seed) noexcept {
  if (bits != 16 && bits != 24) return Status::out_of_range;
  if (channels < 1 || channels > kMaxMeterChannels) return Status::bad_channel_count;
  bits_ = bits;
  channels_ = channels;
  seed_ = seed;
  reset();
  return Status::ok;
}

void Quantiser::reset() noexcept {
  clipped_samples_ = 0;
  for (std::size_t c = 0; c < random_.size(); ++c) {
    // 2^32 / golden ratio spreads neighbouring channels; the generator must not start at zero.
    random_[c] = (seed_ + static_cast<std::uint32_t>(c + 1) * 0x9e3779b9u) | 1u;
    for (int warm = 0; warm < 16; ++warm) (void)next_random(random_[c]);
  }
}

void Quantiser::process(ConstAudioBlock in, std::int32_t* interleaved_out) noexcept {
  const double scale = bits_ == 16 ? 32768.0 : 8388608.0;
  for (int c = 0; c < in.channel_count; ++c) {
    std::uint32_t& random = random_[static_cast<std::size_t>(c)];
    std::int32_t* out = interleaved_out + c;
    for (int i = 0; i < in.frames; ++i, out += in.channel_count) {
      const float sample = in.channel(c)[i];
      double x = is_finite(sample) ? static_cast<double>(sample) * scale : 0.0;
      if (x > scale - 1.0 || x < -scale) ++clipped_samples_;
      if (bits_ == 16) {
        const double first = uniform(random);
        x += first + uniform(random);
      }
      x = clamp_to(x, -scale, scale - 1.0);
      *out = static_cast<std::int32_t>((x + kRounder) - kRounder);
    }
  }
}

}  // namespace ag06::dsp
