// What the defect detector finds in whole recordings. Not for anything but tests.
#pragma once

#include <vector>

#include "analysis/defects/defect_detector.h"
#include "core/analysis/level/listening.h"

namespace ag06::test {

[[nodiscard]] inline std::vector<analysis::Defect> defects_of(Planes planes, double sample_rate_hz = 48000.0, int block_frames = 4410) {
  analysis::DefectDetector detector;
  EXPECT_EQ(detector.prepare(long_grid_of(planes, sample_rate_hz), kHourS), Status::ok);
  listen(detector, planes, sample_rate_hz, block_frames);
  return find_defects(detector);
}

// The first of a kind; null when there is none.
[[nodiscard]] inline const analysis::Defect* found(const std::vector<analysis::Defect>& defects, analysis::DefectKind kind) {
  for (const analysis::Defect& defect : defects)
    if (defect.kind == kind) return &defect;
  return nullptr;
}

}  // namespace ag06::test
