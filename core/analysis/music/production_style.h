// How a song was compressed, equalised and put into a room, and which patterns it has: stated rules on what was measured. Not a trained model.
#pragma once

#include "analysis/music/room_report.h"
#include "analysis/song_analysis.h"
#include "analysis/structure/texture_summary.h"

namespace ag06::analysis {

// Tone of a song beside a reference slope. NaN when too little of the curve is known.
struct ToneShape {
  double tilt_db_per_octave = std::numeric_limits<double>::quiet_NaN();  // of power per sixth octave, 100 Hz to 8 kHz, straight-line fit
  double lows_db = std::numeric_limits<double>::quiet_NaN();             // 80 to 400 Hz over the reference, both aligned from 100 Hz to 8 kHz
  double mids_db = std::numeric_limits<double>::quiet_NaN();             // 400 Hz to 2 kHz
  double highs_db = std::numeric_limits<double>::quiet_NaN();            // 3 to 10 kHz
};
[[nodiscard]] ToneShape tone_shape(const SpectrumReport& spectrum) noexcept;

[[nodiscard]] CompressionStyle compression_style(const StreamReport& stream, const DynamicsReport& dynamics) noexcept;
[[nodiscard]] EqCharacter eq_character(const ToneShape& tone) noexcept;
[[nodiscard]] ReverbStyle reverb_style(const RoomReport& room) noexcept;

// Fills compression, eq, reverb and decay_s.
void describe_production(const SongAnalysis& heard, const RoomReport& room, MusicReport& report) noexcept;
// Fills rhythmic, tonal and percussive; reads the features.
void find_patterns(const SongAnalysis& heard, const TextureSummary& texture, MusicReport& report) noexcept;

}  // namespace ag06::analysis
