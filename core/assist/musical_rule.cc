#include "assist/musical_rule.h"

#include <algorithm>

#include "assist/profiles.gen.h"
#include "assist/rule_parts.h"
#include "base/math.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

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

constexpr double kDensePlrDb = 9.5;
constexpr double kExciterDriveDb = 9.0;
// A new effect no louder than this (-40 dB) would not be heard.
constexpr double kLeastSendRatio = 0.01;

void set_compressor(const RuleTask& task) {
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
  moves.add(session, p::kCompEnabled, 1.0,
            Reason().add("Loud and quiet passages lie ").add(spread_db, 1).add(" dB apart, ").add(excess_db, 1).add(" dB more than in a mix that sits well."), evidence, 0.75);
  moves.add(session, p::kCompThresholdDbfs, threshold_dbfs,
            Reason().add("At the typical peak level after the input gain, so that only the louder half is held."), evidence, 0.75);
  moves.add(session, p::kCompRatio, ratio, Reason().add("As much as the excess spread asks for, and gentle."), evidence, 0.7);
  set_compressor_character(task, evidence);
  moves.add(session, p::kCompSidechainHpHz, 90.0, Reason().add("Bass and kick do not drive the compressor, so that they do not pump the mix."), evidence, 0.7);
}

void set_tone(const RuleTask& task) {
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

void set_space(const RuleTask& task) {
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

void set_picture(const RuleTask& task) {
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
  if (!has_loudness(song, moves)) return;
  const RuleTask task{song, style, amount_01, session, moves};
  set_working_level(task, Evidence().add("Integrated loudness ").add(song.report.integrated_lufs, 2).add(" LUFS"));
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
