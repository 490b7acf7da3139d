// The eight signals that limiters are measured on (stereo, the second channel unlike the first), each far above the ceiling. Not for listening.
#pragma once

#include <string>
#include <vector>

#include "support/music.h"

namespace ag06::measure {

struct LimiterSignal {
  std::string name;
  test::Planes planes;
};

// seconds of each and a tail of silence.
[[nodiscard]] std::vector<LimiterSignal> limiter_signals(double sample_rate_hz, double seconds);

// The sinc-sign of them 800 samples long in place of 32: at 48 kHz four times what a look-ahead of 2 ms can see of it.
[[nodiscard]] LimiterSignal long_sinc_sign(double sample_rate_hz, double seconds);

}  // namespace ag06::measure
