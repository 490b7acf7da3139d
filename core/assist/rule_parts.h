// What the rules share: what a rule works with, and the moves that follow from measurement alone, whoever decides the rest. Not a rule by itself.
#pragma once

#include "analysis/song_profile.h"
#include "assist/mix_profile.h"
#include "assist/move_list.h"
#include "assist/profiles.gen.h"
#include "engine/session.h"

namespace ag06::assist {

// Level all thresholds are set for; the input gain brings the song there.
inline constexpr double kWorkingLevelLufs = -18.0;
inline constexpr double kLeastMoveDb = 0.5;  // less is not heard

// The song, the style, and how much of both is wanted.
struct RuleTask {
  const analysis::Profile& song;
  const MixProfile& style;
  double amount_01;
  engine::Session& session;
  MoveList& moves;

  [[nodiscard]] double wants(profile::Index index) const noexcept { return style.values[static_cast<std::size_t>(index)]; }
  [[nodiscard]] double beats_ms(double beats) const noexcept { return beats * 60000.0 / session.param(params::kTempoBpm); }
  [[nodiscard]] FixedText<120> reference_name() const noexcept { return FixedText<120>().add("the tone of the profile ").add(style.label); }
};

// The id in a band (1-based) of the parameter that has first_band_id in band 1.
[[nodiscard]] constexpr int eq_id(int band, int first_band_id) noexcept { return first_band_id + 10 * (band - 1); }

// False, and a note says so, when nothing can be decided: silence, or too short.
[[nodiscard]] bool has_loudness(const analysis::Profile& song, MoveList& moves);
// Input gain to kWorkingLevelLufs.
void set_working_level(const RuleTask& task, const Evidence& evidence);
// When there is steady noise in the pauses.
void set_gate(const RuleTask& task);
// When there is rumble or an offset.
void set_low_cut(const RuleTask& task);
// Style, attack and release, by the profile and how sharp the song is.
void set_compressor_character(const RuleTask& task, const Evidence& evidence);
// The EQ goes on with its first band, so that every list of moves reads from the whole to the detail.
void enable_band(int band, const Reason& reason, const Evidence& evidence, double confidence_01, engine::Session& session, MoveList& moves);

}  // namespace ag06::assist
