// Discrete Fourier transform of real signals in single precision (relative error about 1e-6).
// Not for the audio thread's first call: prepare() allocates.
// Source: pffft, J. Pommier, 2013, after P. Swarztrauber's FFTPACK; the same bits on every platform (see pffft_math.h).
#pragma once

#include <memory>

#include "base/status.h"

struct PFFFT_Setup;

namespace ag06::analysis {

class RealFft {
 public:
  static constexpr int kMinSize = 32;
  static constexpr int kMaxSize = 1 << 21;

  // size: a power of two. Errors: out_of_range, out_of_memory.
  [[nodiscard]] Status prepare(int size);
  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] int bins() const noexcept { return size_ / 2 + 1; }

  // size() samples, to be filled before forward(), which leaves them as they are.
  [[nodiscard]] float* input() noexcept { return time_.get(); }
  // X[k] = sum x[n] exp(-2 pi i k n / size), k = 0..size/2, as bins() pairs (re, im); valid until the next call.
  [[nodiscard]] const float* forward() noexcept;

 private:
  struct FreeSetup {
    void operator()(PFFFT_Setup* setup) const noexcept;
  };
  struct FreeFloats {
    void operator()(float* floats) const noexcept;
  };
  using Floats = std::unique_ptr<float, FreeFloats>;
  [[nodiscard]] static Floats make_floats(int count);

  int size_ = 0;
  std::unique_ptr<PFFFT_Setup, FreeSetup> setup_;
  Floats time_, spectrum_, work_;
};

}  // namespace ag06::analysis
