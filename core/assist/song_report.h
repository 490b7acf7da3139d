// Everything the studio has to say of a song: what was heard, what it was held against, what to do about it.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "analysis/song_analysis.h"

namespace ag06::assist {

enum class SuggestionType { eq, dynamics, stereo, cleanup, level, note };

// One thing that could be done, with settings to do it; a note has none.
struct Suggestion {
  SuggestionType type = SuggestionType::note;
  const char* cause = "";  // kind of the problem or defect it answers
  std::string title;
  std::string description;  // what it changes
  std::string reasoning;    // the measured figures behind it
  std::vector<std::pair<int, double>> settings;  // parameter id, value
  int priority = 3;         // 1 first
  double confidence = 0.5;  // 0..1
};

struct SongReport {
  analysis::SongAnalysis heard;
  const char* target_id = "";  // the mixing profile whose tone the song was held against
  std::array<double, analysis::kCurvePoints> target_db{};  // that tone, in level with the song; NaN when silent
  std::vector<analysis::SpectrumProblem> problems;
  std::vector<Suggestion> suggestions;  // by priority
};

}  // namespace ag06::assist
