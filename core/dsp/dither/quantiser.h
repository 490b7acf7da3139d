// Float to integer PCM: 16 bits with triangular dither, its noise white or shaped to where the ear hears least; 24 bits rounded. Not for 32-bit
// float, which needs no quantiser, nor for shaped noise in what will be processed again.
// Source: S. P. Lipshitz, R. A. Wannamaker, J. Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40(5), 1992: triangular dither of
// +/-1 LSB makes the error's mean and power independent of the signal. Generator: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom
// number generators", OOPSLA 2014 (SplitMix64).
#pragma once

#include <array>
#include <cstdint>

#include "base/audio_block.h"
#include "base/status.h"
#include "base/stream_spec.h"
#include "dsp/dither/noise_shape.h"

namespace ag06::dsp {

enum class DitherShape : int { none_flat, shaped };

// Guarantee: at 24 bits there is no dither, and a float made from a 24-bit integer n as n / 2^23 becomes n again. At 16 bits everything is dithered:
// digital silence too, whose noise would otherwise start and stop with the music, and samples that happen to fit 16 bits, since after any
// processing they do so by chance; whoever passes a 16-bit stream through untouched must pass on its integers instead.
// The result depends on the seed and the samples only, never on block cuts; channels get unlike noise.
// Shaped: the dither lies inside the error feedback, so that the error stays independent of the signal. What is fed back is the quantiser's own
// error of at most 1.5 LSB, never a clipped sample's, so that nothing can build up: the first sample after clipping is as good as any other.
class Quantiser {
 public:
  // bits 16 or 24 (else out_of_range), channels 1 to kMaxMeterChannels (else bad_channel_count). Any seed.
  [[nodiscard]] Status prepare(int bits, int channels, std::uint32_t seed) noexcept;
  // As above, shaped as noise_shape_for(sample_rate_hz) says (flat below 40 kHz); at 24 bits the shape is ignored. Errors also: bad_sample_rate.
  [[nodiscard]] Status prepare(int bits, int channels, std::uint32_t seed, DitherShape shape, double sample_rate_hz) noexcept;
  // Equals a fresh prepare() with the same arguments.
  void reset() noexcept;
  // As many channels as prepared. Writes frames * channels integers in the range of the format, ties rounded to even. Non-finite samples become 0.
  void process(ConstAudioBlock in, std::int32_t* interleaved_out) noexcept;
  // Samples since reset() that lie outside the format's range once rounded, dither apart: +1.0 does, the largest integer / 2^(bits-1) does not.
  [[nodiscard]] std::uint64_t clipped_samples() const noexcept { return clipped_samples_; }

 private:
  void process_shaped(ConstAudioBlock in, std::int32_t* interleaved_out) noexcept;

  int bits_ = 24;
  bool shapes_ = false;
  NoiseShape shape_{};
  std::array<NoiseShape, kMaxMeterChannels> errors_lsb_{};  // latest first
  std::uint32_t seed_ = 0;
  std::array<std::uint64_t, kMaxMeterChannels> random_{};
  std::uint64_t clipped_samples_ = 0;
};

}  // namespace ag06::dsp
