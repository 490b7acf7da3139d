// Tells whether arithmetic since begin() met or made a denormal number, from the flags that x86 raises of itself. Not for other processors: their
// flags do not say so.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, vol. 1, 10.2.3 (MXCSR: bit 1 denormal operand, bit 4 underflow).
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace ag06::test {

class DenormalWatch {
 public:
#if defined(__SSE2__)
  static constexpr bool kAvailable = true;
  // Neither flag is raised when the processor flushes denormals by itself: then this would see nothing.
  [[nodiscard]] static bool flushes_by_itself() noexcept { return (_mm_getcsr() & kFlushModes) != 0; }
  void begin() noexcept { _mm_setcsr(_mm_getcsr() & ~kFlags); }
  [[nodiscard]] bool seen() const noexcept { return (_mm_getcsr() & (kDenormalOperand | kUnderflow)) != 0; }

 private:
  static constexpr unsigned kDenormalOperand = 0x0002, kUnderflow = 0x0010, kFlags = 0x003f, kFlushModes = 0x8040;
#else
  static constexpr bool kAvailable = false;
  [[nodiscard]] static bool flushes_by_itself() noexcept { return true; }
  void begin() noexcept {}
  [[nodiscard]] bool seen() const noexcept { return false; }
#endif
};

}  // namespace ag06::test
