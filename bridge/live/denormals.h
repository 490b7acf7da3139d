// Flushes denormal numbers to zero on this thread while it lives: a decaying filter would otherwise cost up to a hundred times as much. Not for code
// whose results need numbers below 1.2e-38; the core keeps its own state clear of them (base/math.h flush_tiny()), so this changes no bit of an
// output sample that is not itself so small.
#pragma once

#include <cstdint>

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace ag06::bridge {

class FlushDenormals {
 public:
#if defined(__SSE2__) || defined(_M_X64)
  // Every exception masked, rounding to nearest: whatever a driver's thread came with, the bits are the same. Source: Intel SDM vol. 1, 10.2.3 (FTZ
  // is bit 15, DAZ bit 6).
  static constexpr std::uint32_t kControlWord = 0x1f80u | 0x8040u;
  FlushDenormals() noexcept : found_(_mm_getcsr()) { _mm_setcsr(kControlWord); }
  ~FlushDenormals() { _mm_setcsr(found_); }

 private:
  std::uint32_t found_;
#elif defined(__aarch64__)
  // Source: Arm Architecture Reference Manual, FPCR (FZ is bit 24, RMode bits 23:22, trap enables 15 and 12:8).
  static constexpr std::uint64_t kControlWord = std::uint64_t{1} << 24;
  FlushDenormals() noexcept {
    asm volatile("mrs %0, fpcr" : "=r"(found_));
    asm volatile("msr fpcr, %0" : : "r"(kControlWord));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(found_)); }

 private:
  std::uint64_t found_ = 0;
#else
  FlushDenormals() noexcept = default;
  ~FlushDenormals() {}
#endif
 public:
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

}  // namespace ag06::bridge
