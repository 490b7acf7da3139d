#include "assist/model_context.h"

#include "params/curves.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

// A room's decay follows the tempo, within these bounds, and the energy by as much: at 120 BPM and energy 0.5 it is the profile's.
constexpr double kMiddleTempoBpm = 120.0;
constexpr double kShortestFactor = 0.75;
constexpr double kLongestFactor = 1.25;
constexpr double kEnergyReach = 0.3;

bool is_on(const engine::Session& session, int enabled_id) noexcept { return session.param(enabled_id) >= 0.5; }

bool mix_has_tempo(const engine::Session& session) noexcept { return session.param(p::kTempoBpm) != p::kTable[p::kTempoBpmIndex].default_value; }

bool song_has_tempo(const MusicalContext& context) noexcept {
  const p::Parameter& tempo = p::kTable[p::kTempoBpmIndex];
  return context.tempo_confidence_01 >= kSureOfTempo && context.tempo_bpm >= tempo.min && context.tempo_bpm <= tempo.max;
}

Evidence heard(const RuleTask& task, const MusicalContext& context, bool tempo_known) {
  Evidence evidence = Evidence().add("Profile ").add(task.style.label);
  if (context.genre[0] != '\0') evidence.add("; genre ").add(context.genre);
  if (tempo_known) evidence.add("; tempo ").add(task.session.param(p::kTempoBpm), 1).add(" BPM");
  else evidence.add("; tempo not known");
  if (is_finite(context.energy_01)) evidence.add("; energy ").add(context.energy_01, 2);
  return evidence;
}

void set_decay(const RuleTask& task, const MusicalContext& context, bool tempo_known, const Evidence& evidence) {
  const double tempo_factor = tempo_known ? clamp_to(kMiddleTempoBpm / task.session.param(p::kTempoBpm), kShortestFactor, kLongestFactor) : 1.0;
  const double energy_factor = is_finite(context.energy_01) ? 1.0 + kEnergyReach * (0.5 - context.energy_01) : 1.0;
  const double factor = tempo_factor * energy_factor;
  Reason reason = Reason().add("The decay of ").add(task.style.label);
  if (factor < 0.97) reason.add(", shorter for a song this fast or energetic, so that it stays clear.");
  else if (factor > 1.03) reason.add(", longer for a song this slow or calm, which leaves it room.");
  else reason.add(", as it is: neither tempo nor energy ask for another.");
  task.moves.add(task.session, p::kReverbDecayS, factor * task.wants(profile::kReverbDecayS), reason, evidence, 0.5);
}
}  // namespace

void apply_musical_context(const RuleTask& task, const MusicalContext& context) {
  engine::Session& session = task.session;
  const bool compressor = is_on(session, p::kCompEnabled), delay = is_on(session, p::kDelayEnabled), reverb = is_on(session, p::kReverbEnabled);
  if (!compressor && !delay && !reverb) return;
  const bool given = mix_has_tempo(session);
  const bool tempo_known = given || song_has_tempo(context);
  if (!given && tempo_known)
    task.moves.add(session, p::kTempoBpm, context.tempo_bpm, Reason().add("The song's own tempo, which the times that follow go by."),
                   Evidence().add("Tempo heard: ").add(context.tempo_bpm, 2).add(" BPM, sure to ").add(100.0 * context.tempo_confidence_01, 0).add(" %"), context.tempo_confidence_01);
  const Evidence evidence = heard(task, context, tempo_known);
  if (compressor) set_compressor_character(task, Evidence(evidence).add("; crest factor ").add(task.song.report.crest_factor_db, 1).add(" dB"));
  if (delay && tempo_known)
    task.moves.add(session, p::kDelaySync, task.wants(profile::kDelayNote), Reason().add("A note value keeps the echoes on the beat."), evidence,
                   given ? 0.9 : context.tempo_confidence_01);
  if (!reverb) return;
  task.moves.add(session, p::kReverbType, task.wants(profile::kReverbType), Reason().add("The kind of room that ").add(task.style.label).add(" asks for."), evidence, 0.5);
  set_decay(task, context, tempo_known, evidence);
  task.moves.add(session, p::kReverbPredelayMs, task.beats_ms(task.wants(profile::kReverbPredelayBeats)),
                 Reason().add("A moment in time with the song, so that attacks stay clear."), evidence, 0.5);
}

}  // namespace ag06::assist
