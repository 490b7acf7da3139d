// A hash over the bits of numbers. Not for anything but tests.
// Source: G. Fowler, L. C. Noll, K.-P. Vo, FNV-1a (64 bit offset basis and prime).
#pragma once

#include <cstdint>

#include "base/audio_block.h"
#include "base/math.h"

namespace ag06::parity {

class Fold {
 public:
  void add(double x) noexcept { add_bits(x == x ? detail::bits_as<std::uint64_t>(x) : 0x7ff8000000000000ull); }
  void add(float x) noexcept { add_bits(x == x ? detail::bits_as<std::uint32_t>(x) : 0x7fc00000u); }
  void add(std::int32_t x) noexcept { add_bits(static_cast<std::uint32_t>(x)); }
  void add(ConstAudioBlock block) noexcept {
    for (int c = 0; c < block.channel_count; ++c)
      for (int i = 0; i < block.frames; ++i) add(block.channel(c)[i]);
  }
  void add_words(const char* words) noexcept {
    while (*words) add_bits(static_cast<unsigned char>(*words++));
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

 private:
  void add_bits(std::uint64_t bits) noexcept {
    for (int k = 0; k < 8; ++k) hash_ = (hash_ ^ ((bits >> (8 * k)) & 0xff)) * 1099511628211ull;
  }
  std::uint64_t hash_ = 14695981039346656037ull;
};

}  // namespace ag06::parity
