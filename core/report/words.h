// The words for what analysis counts in enums: keys of JSON, and sentences for people.
#pragma once

#include <string>

#include "analysis/song_analysis.h"
#include "assist/song_report.h"

namespace ag06::report {

[[nodiscard]] const char* word(analysis::DefectKind kind) noexcept;
[[nodiscard]] const char* word(analysis::SectionKind kind) noexcept;
[[nodiscard]] const char* word(assist::SuggestionType type) noexcept;
// "unknown" is nullptr, hence null in JSON.
[[nodiscard]] const char* word(analysis::Mode mode) noexcept;
[[nodiscard]] const char* word(analysis::CompressionStyle style) noexcept;
[[nodiscard]] const char* word(analysis::EqCharacter character) noexcept;
[[nodiscard]] const char* word(analysis::ReverbStyle style) noexcept;
[[nodiscard]] const char* pitch_class_name(int pitch_class) noexcept;  // C, C#, .. B; nullptr outside 0..11

// "Am", "F#"; "N" where there is none.
[[nodiscard]] std::string chord_name(const analysis::Chord& chord);
// "4/4"; empty when unknown.
[[nodiscard]] std::string time_signature(const analysis::RhythmReport& rhythm);
// One sentence: what is wrong, how much.
[[nodiscard]] std::string detail(const analysis::Defect& defect);
// One sentence: what to do about it.
[[nodiscard]] std::string advice(const analysis::SpectrumProblem& problem);

}  // namespace ag06::report
