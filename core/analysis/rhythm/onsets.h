// When notes and strokes begin. Not for the beat.
// Source: S. Boeck, F. Krebs and M. Schedl, "Evaluating the Online Capabilities of Onset Detection Methods", Proc. ISMIR 2012
// (peak picking by local maximum and local mean).
#pragma once

#include <vector>

#include "analysis/rhythm/onset_curve.h"

namespace ag06::analysis {

// Seconds, ascending, at least 30 ms apart. Guarantee: isolated attacks are found within 10 ms.
[[nodiscard]] std::vector<double> find_onsets_s(const OnsetCurve& curve);

}  // namespace ag06::analysis
