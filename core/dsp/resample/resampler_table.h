// The low-pass of a sample-rate converter, tabulated for every position an output frame can have between two input frames. Not a filter that runs.
// Source: J. O. Smith, "Digital Audio Resampling Home Page", 2002 (windowed sinc at arbitrary instants); R. E. Crochiere, L. R. Rabiner,
// "Multirate Digital Signal Processing", 1983, ch. 4 (polyphase form).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/simd.h"

namespace ag06::dsp {

// Rows of taps: row r weighs the input frames -half_taps + 1 .. half_taps around an output at r / phases of a frame after frame 0.
// Guarantee, tests/core/dsp/resample: flat within 0.0002 dB to 0.907 of the lower rate's Nyquist frequency, from that frequency on <= -146 dB.
struct ResamplerTable {
  struct Lanes {
    f32x4 v;
  };
  static constexpr int kLanes = 4;
  static constexpr int kTapsMultiple = 16;  // rows are summed two vectors at a time from either end

  // Largest exact table: 3.5 MB of taps.
  static constexpr std::int64_t kMaxExactSteps = 4096;
  // Between rows 1/256 of a lower-rate frame apart, cubic interpolation errs by (pi / 256)^4 * 3 / 128 = 5e-10 (-186 dB) at most.
  static constexpr int kInterpolatedPhases = 256;

  // Control thread; allocates. out_rate / in_rate = up / down in lowest terms.
  void design(std::int64_t up, std::int64_t down);

  [[nodiscard]] const Lanes* row(std::int64_t index) const noexcept { return taps.data() + static_cast<std::ptrdiff_t>(index * (2 * half_taps / kLanes)); }
  [[nodiscard]] std::size_t bytes() const noexcept { return taps.size() * sizeof(Lanes); }

  bool exact = true;      // phases == up, no interpolation; otherwise row r holds position (r - 1) / phases, for r = 0 .. phases + 2
  std::int64_t phases = 1;
  int half_taps = 0;
  std::vector<Lanes> taps;
};

}  // namespace ag06::dsp
