#include "assist/song_listener.h"

#include <cstring>
#include <span>

#include "analysis/spectral/problems.h"
#include "assist/profiles.gen.h"
#include "analysis/octave_bands.h"
#include "assist/suggestions.h"

namespace ag06::assist {
namespace {
// Below this the genre is right less than three times in four (models/genre), and the song is held against the average of all records.
constexpr double kSureOfGenre = 0.75;

const MixProfile& style_of(const analysis::GenreReport& genre) noexcept {
  if (genre.label >= 0 && genre.confidence >= kSureOfGenre)
    for (const MixProfile& profile : kBuiltInProfiles)
      if (std::strcmp(profile.id, analysis::kGenreNames[static_cast<std::size_t>(genre.label)]) == 0) return profile;
  return kBuiltInProfiles[0];
}
}  // namespace

SongReport SongListener::finish(const analysis::SongOptions& options) {
  SongReport report;
  report.heard = analyser_.finish(options);
  const MixProfile& style = style_of(report.heard.genre);
  const std::span<const double> tone_db(style.values.data() + profile::kToneOctavesDb, analysis::kOctaveBands);
  report.target_id = style.id;
  report.target_db = analysis::aligned_target_db(report.heard.spectrum.curve_db, tone_db);
  report.problems = analysis::find_problems(analyser_.long_term_spectrum(), analyser_.spectral_shape(), tone_db);
  report.suggestions = suggest(report);
  return report;
}

}  // namespace ag06::assist
