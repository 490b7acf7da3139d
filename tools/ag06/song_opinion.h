// Hears a whole song for a mix by trained models: their opinion of it, and what else the mix goes by. Not for planning (mix_plan.h).
#pragma once

#include <optional>
#include <string>

#include "assist/musical_context.h"
#include "assist/opinion.h"
#include "assist/planner.h"
#include "native/song_models.h"
#include "progress.h"
#include "song_reader.h"

namespace ag06::cli {

struct SongOpinion {
  std::optional<assist::Opinion> opinion;  // empty: the song is too short to be asked about
  assist::MusicalContext context;          // its text is static
  std::string profile;                     // the mixing profile of its genre where that is told for sure, else "balanced"
};

// Reads the whole song once and feeds it to the planner, whose pass stays open; the models and the analysis run beside the reading. Throws Failure, Interrupted.
[[nodiscard]] SongOpinion hear_song(SongReader& song, const inference::SongModels& models, assist::Planner& planner, Progress& progress);

}  // namespace ag06::cli
