// The decay that follows the notes of a song. NaN stands for "cannot be told": nothing ends, or nothing dies away alike twice.
#pragma once

#include <limits>

namespace ag06::analysis {

struct RoomReport {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  double decay_s = kUnknown;     // T60 between 500 Hz and 2 kHz
  double low_ratio = kUnknown;   // decay of 125 to 350 Hz over decay_s
  double high_ratio = kUnknown;  // decay of 4 to 8 kHz over decay_s
  double confidence = 0.0;       // 0..1
};

}  // namespace ag06::analysis
