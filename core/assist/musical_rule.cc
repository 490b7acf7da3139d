#include "assist/musical_rule.h"

#include <algorithm>

#include "assist/profiles.gen.h"
#include "base/math.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

constexpr double kLeastMoveDb = 0.5;  // less is not heard
// One EQ band answers for a region of one or two octaves.
struct ToneRegion {
  int eq_band;       // 1-based
  int octaves[2];    // indices into kOctaveBandHz
  double freq_hz[2]; // where the EQ band is set when that octave deviates most
  const char* name;
  bool plural;
};
constexpr ToneRegion kToneRegions[] = {
    {2, {2, 3}, {80.0, 120.0}, "bass", false}, {3, {4, 5}, {250.0, 500.0}, "low mids", true}, {4, {6, 6}, {1000.0, 1000.0}, "mids", true},
    {5, {7, 8}, {2000.0, 4000.0}, "upper mids", true}, {6, {9, 9}, {8000.0, 8000.0}, "highs", true}};

// Bass alone leaks into the 16 Hz octave 12 dB weaker than into the 31 Hz octave, the skirt of the measuring filter; more than this is rumble of its own.
constexpr double kSubsonicAgainstBassDb = -6.0;
constexpr double kSubsonicShareDb = -40.0;  // and only when it is this strong against the loudest octave
constexpr double kDcOffsetRatio = 0.0005;
constexpr double kGateMarginDb = 8.0;
constexpr double kGateNoiseFloorDbfs = -80.0;  // below this no one hears the pause
constexpr double kDensePlrDb = 9.5;
constexpr double kSharpCrestDb = 15.0;
// A sharp song's compressor waits longer before it takes hold and lets go sooner.
constexpr double kSharpAttackFactor = 2.0;
constexpr double kSharpReleaseFactor = 0.64;
constexpr double kExciterDriveDb = 9.0;
// A new effect no louder than this (-40 dB) would not be heard.
constexpr double kLeastSendRatio = 0.01;

using Text = FixedText<120>;

// What the rule works with: the song, the style, and how much of both is wanted.
struct Task {
  const analysis::Profile& song;
  const MixProfile& style;
  double amount_01;
  engine::Session& session;
  MoveList& moves;

  [[nodiscard]] double wants(profile::Index index) const noexcept { return style.values[static_cast<std::size_t>(index)]; }
  [[nodiscard]] double beats_ms(double beats) const noexcept { return beats * 60000.0 / session.param(p::kTempoBpm); }
  [[nodiscard]] Text reference_name() const noexcept { return Text().add("the tone of the profile ").add(style.label); }
};

int eq_id(int band, int first_band_id) noexcept { return first_band_id + 10 * (band - 1); }
static_assert(p::kEq6GainDb == p::kEq1GainDb + 50 && p::kEq6Q == p::kEq1Q + 50);

void set_level(const Task& task) {
  const auto& [song, style, amount_01, session, moves] = task;
  const double loudness = song.report.integrated_lufs;
  moves.add(session, p::kInputGainDb, kWorkingLevelLufs - loudness,
            Reason().add("The song measures ").add(loudness, 1).add(" LUFS; this brings it to the working level of ").add(kWorkingLevelLufs, 0).add(
                " LUFS, where the thresholds that follow mean the same for every song."),
            Evidence().add("Integrated loudness ").add(loudness, 2).add(" LUFS"), 0.99);
}

void set_gate(const Task& task) {
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

void set_compressor(const Task& task) {
  const auto& [song, style, amount_01, session, moves] = task;
  const double spread_db = song.playing_rms_spread_db;
  const double plr_db = song.report.plr_db;
  const double excess_db = spread_db - task.wants(profile::kDynamicsSpreadDb);
  if (!is_finite(spread_db) || !is_finite(plr_db)) return;
  const Evidence evidence = Evidence().add("Level spread ").add(spread_db, 1).add(" dB (20th to 95th percentile of 50 ms levels), peak to loudness ").add(plr_db, 1)
                                .add(" dB, crest factor ").add(song.report.crest_factor_db, 1).add(" dB");
  if (plr_db < kDensePlrDb) {
    moves.note(Reason().add("The song is already dense (peak to loudness ").add(plr_db, 1).add(" dB): no further compression."));
    return;
  }
  if (excess_db <= 0.0) {
    moves.note(Reason().add("The levels already sit together (spread ").add(spread_db, 1).add(" dB): no compression needed."));
    return;
  }
  const double ratio = 1.0 + amount_01 * clamp_to(0.3 + excess_db / 8.0, 0.0, task.wants(profile::kDynamicsMaxRatio) - 1.0);
  const double threshold_dbfs = song.playing_peak_median_dbfs + session.param(p::kInputGainDb);
  const bool sharp = song.report.crest_factor_db > kSharpCrestDb;
  moves.add(session, p::kCompEnabled, 1.0,
            Reason().add("Loud and quiet passages lie ").add(spread_db, 1).add(" dB apart, ").add(excess_db, 1).add(" dB more than in a mix that sits well."), evidence, 0.75);
  moves.add(session, p::kCompThresholdDbfs, threshold_dbfs,
            Reason().add("At the typical peak level after the input gain, so that only the louder half is held."), evidence, 0.75);
  moves.add(session, p::kCompRatio, ratio, Reason().add("As much as the excess spread asks for, and gentle."), evidence, 0.7);
  const double attack_ms = task.wants(profile::kDynamicsAttackMs);
  const double release_ms = task.beats_ms(task.wants(profile::kDynamicsReleaseBeats));
  moves.add(session, p::kCompStyle, task.wants(profile::kDynamicsStyle), Reason().add("The compressor's character that ").add(style.label).add(" asks for."), evidence, 0.5);
  moves.add(session, p::kCompAttackMs, sharp ? kSharpAttackFactor * attack_ms : attack_ms,
            sharp ? Reason().add("Sharp transients: a slower attack lets drums and plucks through.") : Reason().add("Soft transients: a medium attack holds the level without dulling."),
            evidence, 0.65);
  moves.add(session, p::kCompReleaseMs, sharp ? kSharpReleaseFactor * release_ms : release_ms, Reason().add("Slow enough not to pump, fast enough to be back for the next phrase."), evidence, 0.6);
  moves.add(session, p::kCompSidechainHpHz, 90.0, Reason().add("Bass and kick do not drive the compressor, so that they do not pump the mix."), evidence, 0.7);
}

// The EQ goes on with its first band, so that every list of moves reads from the whole to the detail.
void enable_band(int band, const Reason& reason, const Evidence& evidence, double confidence_01, engine::Session& session, MoveList& moves) {
  moves.add(session, p::kEqEnabled, 1.0, Reason().add("Turns the EQ on for the bands that follow."), evidence, confidence_01);
  moves.add(session, eq_id(band, p::kEq1Enabled), 1.0, reason, evidence, confidence_01);
}

void set_low_cut(const Task& task) {
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

void set_tone(const Task& task) {
  const auto& [song, style, amount_01, session, moves] = task;
  const auto reference_db = [&task](int octave) { return task.style.values[static_cast<std::size_t>(profile::kToneOctavesDb + octave)]; };
  const double tolerance_db = task.wants(profile::kToneToleranceDb);
  const double share = task.wants(profile::kToneShareRatio);
  const double limit_db = task.wants(profile::kToneLimitDb);
  // The reference is laid through the song's own level by the mean over 63 Hz to 8 kHz.
  double offset_db = 0.0;
  int counted = 0;
  for (int b = 2; b <= 9; ++b) {
    if (!is_finite(song.octave_level_db[b])) continue;
    offset_db += song.octave_level_db[b] - reference_db(b);
    ++counted;
  }
  if (counted < 4) return;
  offset_db /= counted;
  for (const ToneRegion& region : kToneRegions) {
    double sum_db = 0.0;
    double worst_db = 0.0;
    double freq_hz = region.freq_hz[0];
    bool known = true;
    for (int k = 0; k < 2; ++k) {
      const double deviation_db = song.octave_level_db[region.octaves[k]] - reference_db(region.octaves[k]) - offset_db;
      known = known && is_finite(deviation_db);
      sum_db += 0.5 * deviation_db;
      if (std::max(deviation_db, -deviation_db) > worst_db) {
        worst_db = std::max(deviation_db, -deviation_db);
        freq_hz = region.freq_hz[k];
      }
    }
    const double beyond_db = sum_db > 0.0 ? sum_db - tolerance_db : sum_db + tolerance_db;
    if (!known || sum_db * beyond_db <= 0.0) continue;
    const double gain_db = amount_01 * clamp_to(-share * beyond_db, -limit_db, limit_db);
    if (gain_db < kLeastMoveDb && gain_db > -kLeastMoveDb) continue;
    const Evidence evidence = Evidence().add("Octave levels against ").add(task.reference_name().c_str()).add(": ").add_signed(sum_db, 1).add(" dB in the ").add(region.name);
    const double distance_db = sum_db > 0.0 ? sum_db : -sum_db;
    enable_band(region.eq_band, Reason().add("The ").add(region.name).add(sum_db > 0.0 ? " stand" : " lie").add(region.plural ? " " : "s ").add(distance_db, 1)
                    .add(sum_db > 0.0 ? " dB above " : " dB below ").add(task.reference_name().c_str()).add("."), evidence, 0.55, session, moves);
    moves.add(session, eq_id(region.eq_band, p::kEq1FreqHz), freq_hz, Reason().add("Where the ").add(region.name).add(region.plural ? " deviate most." : " deviates most."), evidence, 0.55);
    moves.add(session, eq_id(region.eq_band, p::kEq1GainDb), gain_db,
              Reason().add(100.0 * share, 0).add(" % of what lies beyond the tolerance of ").add(tolerance_db, 1).add(" dB, so that the song keeps its character."), evidence, 0.55);
  }
}

void set_space(const Task& task) {
  const auto& [song, style, amount_01, session, moves] = task;
  const Evidence evidence = Evidence().add("The profile ").add(style.label).add(", tempo ").add(session.param(p::kTempoBpm), 1).add(" BPM");
  const double delay_send = amount_01 * task.wants(profile::kDelaySendRatio);
  if (delay_send >= kLeastSendRatio) {
    moves.add(session, p::kDelayEnabled, 1.0, Reason().add(style.label).add(" asks for echoes in time, under the song."), evidence, 0.5);
    moves.add(session, p::kDelaySync, task.wants(profile::kDelayNote), Reason().add("A note value keeps the echoes on the beat."), evidence, 0.5);
    moves.add(session, p::kDelaySendRatio, delay_send, Reason().add("Felt more than heard."), evidence, 0.5);
    moves.add(session, p::kDelayFeedbackRatio, task.wants(profile::kDelayFeedbackRatio), Reason().add("As many repeats as the profile asks for."), evidence, 0.5);
  }
  const double reverb_send = amount_01 * task.wants(profile::kReverbSendRatio);
  if (reverb_send >= kLeastSendRatio) {
    moves.add(session, p::kReverbEnabled, 1.0, Reason().add(style.label).add(" asks for a room around the song."), evidence, 0.5);
    moves.add(session, p::kReverbType, task.wants(profile::kReverbType), Reason().add("The room of the profile."), evidence, 0.5);
    moves.add(session, p::kReverbSendRatio, reverb_send, Reason().add("A glue, not an effect."), evidence, 0.5);
    moves.add(session, p::kReverbDecayS, task.wants(profile::kReverbDecayS), Reason().add("The decay of the profile."), evidence, 0.5);
    moves.add(session, p::kReverbPredelayMs, task.beats_ms(task.wants(profile::kReverbPredelayBeats)),
              Reason().add("A moment in time with the song, so that attacks stay clear."), evidence, 0.5);
  }
}

void set_picture(const Task& task) {
  const auto& [song, style, amount_01, session, moves] = task;
  const Evidence evidence = Evidence().add("The profile ").add(style.label);
  const double width = 1.0 + amount_01 * (task.wants(profile::kStereoWidthRatio) - 1.0);
  const double mono_below_hz = task.wants(profile::kStereoMonoBelowHz);
  if (width != 1.0 || (mono_below_hz > 0.0 && amount_01 > 0.0)) {
    moves.add(session, p::kImagerEnabled, 1.0, Reason().add("Sets the stereo picture of ").add(style.label).add("."), evidence, 0.5);
    moves.add(session, p::kImagerWidthRatio, width, Reason().add(width > 1.0 ? "A little wider; in mono nothing changes." : "A little narrower; in mono nothing changes."), evidence, 0.5);
    moves.add(session, p::kImagerMonoBelowHz, mono_below_hz, Reason().add("Bass in the middle: firm on every system."), evidence, 0.6);
  }
  const double harmonics = amount_01 * task.wants(profile::kHarmonicsAmountRatio);
  if (harmonics < kLeastSendRatio) return;
  moves.add(session, p::kExciterEnabled, 1.0, Reason().add("Adds harmonics for the colour of ").add(style.label).add("."), evidence, 0.45);
  moves.add(session, p::kExciterType, task.wants(profile::kHarmonicsCharacter), Reason().add("The character of the profile."), evidence, 0.45);
  moves.add(session, p::kExciterDriveDb, kExciterDriveDb, Reason().add("Driven for a song at the working level."), evidence, 0.45);
  moves.add(session, p::kExciterAmountRatio, harmonics, Reason().add("Below what would be heard as an effect."), evidence, 0.45);
}
}  // namespace

void apply_musical_rule(const analysis::Profile& song, const MixProfile& style, double amount_01, engine::Session& session, MoveList& moves) {
  if (!is_finite(song.report.integrated_lufs)) {
    moves.note(Reason().add("The song has no measurable loudness (silence, or shorter than 400 ms): nothing is changed."));
    return;
  }
  const Task task{song, style, amount_01, session, moves};
  set_level(task);
  set_gate(task);
  set_compressor(task);
  const std::size_t before_tone = moves.moves().size();
  set_low_cut(task);
  set_tone(task);
  if (moves.moves().size() == before_tone)
    moves.note(Reason().add("The tone lies within ").add(task.wants(profile::kToneToleranceDb), 1).add(" dB of ").add(task.reference_name().c_str()).add(": no EQ."));
  set_space(task);
  set_picture(task);
}

}  // namespace ag06::assist
