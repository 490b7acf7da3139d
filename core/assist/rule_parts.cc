#include "assist/rule_parts.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

// Bass alone leaks into the 16 Hz octave 12 dB weaker than into the 31 Hz octave, the skirt of the measuring filter; more than this is rumble of its own.
constexpr double kSubsonicAgainstBassDb = -6.0;
constexpr double kSubsonicShareDb = -40.0;  // and only when it is this strong against the loudest octave
constexpr double kDcOffsetRatio = 0.0005;
constexpr double kGateMarginDb = 8.0;
constexpr double kGateNoiseFloorDbfs = -80.0;  // below this no one hears the pause
constexpr double kSharpCrestDb = 15.0;
// A sharp song's compressor waits longer before it takes hold and lets go sooner.
constexpr double kSharpAttackFactor = 2.0;
constexpr double kSharpReleaseFactor = 0.64;

static_assert(p::kEq6GainDb == p::kEq1GainDb + 50 && p::kEq6Q == p::kEq1Q + 50);
}  // namespace

bool has_loudness(const analysis::Profile& song, MoveList& moves) {
  if (is_finite(song.report.integrated_lufs)) return true;
  moves.note(Reason().add("The song has no measurable loudness (silence, or shorter than 400 ms): nothing is changed."));
  return false;
}

void set_working_level(const RuleTask& task, const Evidence& evidence) {
  const auto& [song, style, amount_01, session, moves] = task;
  const double loudness = song.report.integrated_lufs;
  moves.add(session, p::kInputGainDb, kWorkingLevelLufs - loudness,
            Reason().add("The song measures ").add(loudness, 1).add(" LUFS; this brings it to the working level of ").add(kWorkingLevelLufs, 0).add(
                " LUFS, where the thresholds that follow mean the same for every song."), evidence, 0.99);
}

void set_gate(const RuleTask& task) {
  const auto& [song, style, amount_01, session, moves] = task;
  const double noise_dbfs = song.pause_noise_dbfs;
  const double range_db = task.wants(profile::kGateRangeDb) * amount_01;
  if (!is_finite(noise_dbfs) || noise_dbfs < kGateNoiseFloorDbfs || range_db == 0.0) return;
  const Evidence evidence = Evidence().add("Pauses at ").add(noise_dbfs, 1).add(" dBFS rms, steady; programme peaks at ").add(song.playing_peak_median_dbfs, 1).add(" dBFS");
  const double threshold_dbfs = noise_dbfs + kGateMarginDb + session.param(p::kInputGainDb);
  moves.add(session, p::kGateEnabled, 1.0, Reason().add("There is steady noise in the pauses, well below the music: the gate turns it down."), evidence, 0.7);
  moves.add(session, p::kGateThresholdDbfs, threshold_dbfs,
            Reason().add("Opens ").add(kGateMarginDb, 0).add(" dB above the noise in the pauses, after the input gain."), evidence, 0.7);
  moves.add(session, p::kGateRangeDb, range_db,
            Reason().add("A gentle range keeps the pauses natural instead of cutting them to silence."), evidence, 0.7);
  moves.add(session, p::kGateReleaseMs, 300.0, Reason().add("A slow close lets notes and reverb ring out."), evidence, 0.6);
}

void set_low_cut(const RuleTask& task) {
  const auto& [song, style, amount_01, session, moves] = task;
  double loudest_db = -1e9;
  for (const double level_db : song.octave_level_db)
    if (is_finite(level_db)) loudest_db = std::max(loudest_db, level_db);
  const double subsonic_db = song.octave_level_db[0] - loudest_db;
  const double against_bass_db = song.octave_level_db[0] - song.octave_level_db[1];
  const bool subsonic = subsonic_db > kSubsonicShareDb && against_bass_db > kSubsonicAgainstBassDb;
  const bool offset = song.report.dc_offset_ratio > kDcOffsetRatio;
  if (!subsonic && !offset) return;
  const Evidence evidence = Evidence().add("16 Hz octave ").add(subsonic_db, 1).add(" dB against the loudest octave, ").add_signed(against_bass_db, 1).add(" dB against the 31 Hz octave; DC offset ").add(100.0 * song.report.dc_offset_ratio, 3).add(" %");
  const Reason reason = subsonic ? Reason().add("Rumble below hearing takes headroom from the music: a high-pass removes it.")
                                 : Reason().add("A DC offset takes headroom: a high-pass removes it.");
  enable_band(1, reason, evidence, 0.85, session, moves);
  moves.add(session, p::kEq1FreqHz, 24.0, Reason().add("Below the lowest note of a bass guitar, so that nothing audible changes."), evidence, 0.85);
}

void set_compressor_character(const RuleTask& task, const Evidence& evidence) {
  const auto& [song, style, amount_01, session, moves] = task;
  const bool sharp = song.report.crest_factor_db > kSharpCrestDb;
  const double attack_ms = task.wants(profile::kDynamicsAttackMs);
  const double release_ms = task.beats_ms(task.wants(profile::kDynamicsReleaseBeats));
  moves.add(session, p::kCompStyle, task.wants(profile::kDynamicsStyle), Reason().add("The compressor's character that ").add(style.label).add(" asks for."), evidence, 0.5);
  moves.add(session, p::kCompAttackMs, sharp ? kSharpAttackFactor * attack_ms : attack_ms,
            sharp ? Reason().add("Sharp transients: a slower attack lets drums and plucks through.") : Reason().add("Soft transients: a medium attack holds the level without dulling."),
            evidence, 0.65);
  moves.add(session, p::kCompReleaseMs, sharp ? kSharpReleaseFactor * release_ms : release_ms, Reason().add("Slow enough not to pump, fast enough to be back for the next phrase."), evidence, 0.6);
}

void enable_band(int band, const Reason& reason, const Evidence& evidence, double confidence_01, engine::Session& session, MoveList& moves) {
  moves.add(session, p::kEqEnabled, 1.0, Reason().add("Turns the EQ on for the bands that follow."), evidence, confidence_01);
  moves.add(session, eq_id(band, p::kEq1Enabled), 1.0, reason, evidence, confidence_01);
}

}  // namespace ag06::assist
