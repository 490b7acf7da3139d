// What the parts of a song are called, by rules on loudness, repetition and place. Not a reading of lyrics: a chorus here is the loudest part that
// comes again.
#pragma once

#include <vector>

#include "analysis/structure/structure_report.h"

namespace ag06::analysis {

// Fills kind and scales confidence by how well the name is founded. Reads times, group, loudness and confidence.
void name_sections(std::vector<Section>& sections);

}  // namespace ag06::analysis
