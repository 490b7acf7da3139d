// The parts of a song. Empty when it is too short or never changes.
#pragma once

#include <vector>

namespace ag06::analysis {

enum class SectionKind { section, intro, verse, chorus, bridge, breakdown, outro };

struct Section {
  double start_s = 0.0;
  double end_s = 0.0;
  int group = 0;  // sections of one group sound alike; 0 = A, 1 = B ..
  SectionKind kind = SectionKind::section;
  double confidence = 0.0;    // 0..1
  double loudness_lufs = 0.0; // of the section, NaN when silent
};

struct StructureReport {
  std::vector<Section> sections;
  double repetition = 0.0;  // 0..1: share of the song that comes again
};

}  // namespace ag06::analysis
