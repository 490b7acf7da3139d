// How a song comes across and how it was produced, from all that was heard in it. Not a judgement of quality, and no trained model.
// The definition of each feature stands at its function in music_features.cc; what each quantity means, in the report it is taken from.
#pragma once

#include "analysis/music/room_report.h"
#include "analysis/song_analysis.h"
#include "analysis/structure/texture_summary.h"

namespace ag06::analysis {

// Reads every part of the analysis but music and genre. Guarantee: each feature lies in 0..1, or is NaN where its quantities are unknown; all are NaN
// for silence and for less than two seconds of sound. All but loudness stay the same when the song is played louder or softer.
[[nodiscard]] MusicReport derive_music(const SongAnalysis& heard, const RoomReport& room, const TextureSummary& texture);

}  // namespace ag06::analysis
