// Float to integer PCM: 16 bits with triangular dither, 24 bits rounded. Not for noise shaping, nor for 32-bit float, which needs no quantiser.
// Source: S. P. Lipshitz, R. A. Wannamaker, J. Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40(5), 1992: TPDF dither of +/-1 LSB
// makes the error's mean and power independent of the signal. Generator: G. Marsaglia, "Xorshift RNGs", J. Stat. Soft. 8(14), 2003.
#pragma once

#include <array>
#include <cstdint>

#include "base/audio_block.h"
#include "base/status.h"
#include "base/stream_spec.h"

namespace ag06::dsp {

// Guarantee: at 24 bits, a float made from a 24-bit integer n as n / 2^23 becomes n again. Digital silence is dithered like any other signal.
// The result depends on the seed and the samples only, never on block cuts.
class Quantiser {
 public:
  // bits 16 or 24 (else out_of_range), channels 1 to kMaxMeterChannels (else bad_channel_count). Any seed.
  [[nodiscard]] Status prepare(int bits, int channels, std::uint32_t seed) noexcept;
  void reset() noexcept;
  // Writes frames * channels integers in the range of the format. Non-finite samples become 0.
  void process(ConstAudioBlock in, std::int32_t* interleaved_out) noexcept;
  // Samples beyond full scale since reset().
  [[nodiscard]] std::uint64_t clipped_samples() const noexcept { return clipped_samples_; }

 private:
  int bits_ = 24;
  int channels_ = 1;
  std::uint32_t seed_ = 0;
  std::array<std::uint32_t, kMaxMeterChannels> random_{};
  std::uint64_t clipped_samples_ = 0;
};

}  // namespace ag06::dsp
