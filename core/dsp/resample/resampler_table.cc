#include "dsp/resample/resampler_table.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "dsp/primitives/kaiser_window.h"

namespace ag06::dsp {
namespace {

// In frames and Nyquist frequencies of the lower rate. Found by a search over lengths and betas: -147 dB from 1.0 on, 0.00001 dB at 0.907,
// -0.01 dB at 0.918; 192 taps would lose 0.002 dB at 0.907, 224 gain nothing that is asked for.
constexpr double kHalfWidthFrames = 104.0;
constexpr double kKaiserBeta = 15.5;
constexpr double kCutoff = 0.9525;
// Smaller taps are nothing at 32 bits, and their products with quiet samples would be denormal.
constexpr double kSmallestTap = 1e-14;

}  // namespace

void ResamplerTable::design(std::int64_t up, std::int64_t down) {
  const double stretch = up >= down ? 1.0 : static_cast<double>(down) / static_cast<double>(up);
  const double half_width = kHalfWidthFrames * stretch;
  const int multiple = kTapsMultiple / 2;
  half_taps = (static_cast<int>(std::ceil(half_width)) + multiple - 1) / multiple * multiple;
  exact = std::max(up, down) <= kMaxExactSteps;
  phases = exact ? up : static_cast<std::int64_t>(std::ceil(kInterpolatedPhases / stretch));
  const std::int64_t first = exact ? 0 : -1, rows = exact ? phases : phases + 3;
  const auto count = static_cast<std::size_t>(2 * half_taps);
  taps.assign(static_cast<std::size_t>(rows) * count / kLanes, Lanes{});

  const KaiserWindow window(kKaiserBeta);
  std::vector<double> h(count);
  for (std::int64_t r = 0; r < rows; ++r) {
    const double position = static_cast<double>(first + r) / static_cast<double>(phases);
    double sum = 0.0;
    for (int k = 0; k < 2 * half_taps; ++k) {
      const double t = k - half_taps + 1 - position;
      const double angle = kPi * kCutoff / stretch * t;
      const double sinc = std::fabs(angle) < 1e-9 ? 1.0 : sin_exact(angle) / angle;
      sum += h[static_cast<std::size_t>(k)] = window(t / half_width) * sinc;
    }
    // Every row passes a constant exactly; without this the rows would differ by the stop band's -147 dB.
    Lanes* to = taps.data() + static_cast<std::size_t>(r) * count / kLanes;
    for (std::size_t k = 0; k < count; ++k) {
      const double tap = h[k] / sum;
      to[k / kLanes].v[k % kLanes] = std::fabs(tap) < kSmallestTap ? 0.0f : static_cast<float>(tap);
    }
  }
}

}  // namespace ag06::dsp
