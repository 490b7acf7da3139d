#include "assist/model_rule.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "assist/model_context.h"
#include "assist/rule_parts.h"
#include "base/math.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

// Less is not heard.
constexpr double kLeastRatio = 1.05;
constexpr double kLeastModelSendRatio = 0.02;
constexpr double kLeastWidthRatio = 0.03;
constexpr double kNoWish_01 = 0.005;  // from neutral

constexpr std::size_t at(Setting setting) noexcept { return static_cast<std::size_t>(setting); }
const char* label(Setting setting) noexcept { return kSettings[at(setting)].label; }

// What the models want of one setting, and what is known of it.
struct Wish {
  Setting setting;
  double value;  // in the parameter's unit, after the amount; neutral when the models cannot tell
  double confidence_01;
  Evidence evidence;
};

Evidence opinion_of(const Opinion& opinion, Setting setting, double amount_01) {
  const std::size_t k = at(setting);
  Evidence evidence = Evidence().add("Models: ").add(opinion.setting_01[k], 3).add(" of 0 to 1, where ").add(kSettings[k].neutral_01, 1).add(" changes nothing; spread ")
                          .add(opinion.spread_01[k], 3).add(", excerpts differ by ").add(opinion.disagreement_01[k], 3);
  if (amount_01 < 1.0) evidence.add("; amount ").add(100.0 * amount_01, 0).add(" %");
  return evidence;
}

double way_from_neutral(const Opinion& opinion, std::size_t k) noexcept { return std::fabs(opinion.setting_01[k] - kSettings[k].neutral_01); }
bool is_heard(const Opinion& opinion, std::size_t k) noexcept { return way_from_neutral(opinion, k) >= kLeastMoveInSpreads * opinion.spread_01[k]; }

Wish wish_for(const Opinion& opinion, Setting setting, double amount_01) {
  const std::size_t k = at(setting);
  const double neutral_01 = kSettings[k].neutral_01;
  const double position_01 = is_heard(opinion, k) ? neutral_01 + amount_01 * (opinion.setting_01[k] - neutral_01) : neutral_01;
  return {setting, setting_value(static_cast<int>(setting), position_01), opinion.confidence_01[k], opinion_of(opinion, setting, amount_01)};
}

// The rig's own values among the parameters of a unit that is used: those with ids from first_id to last_id.
void set_rig(const RuleTask& task, int first_id, int last_id, const Wish& wish) {
  for (const RigValue& fixed : kModelRig) {
    // One that already stands there is not snapped to a step beside it.
    if (fixed.param_id < first_id || fixed.param_id > last_id || task.session.param(fixed.param_id) == fixed.value) continue;
    task.moves.add(task.session, fixed.param_id, fixed.value, Reason().add("Where it stood while the models learned what their setting ").add(label(wish.setting)).add(" does."),
                   wish.evidence, wish.confidence_01);
  }
}

// Each of these says whether its unit is used.
bool set_compression(const RuleTask& task, const Wish& wish) {
  if (wish.value < kLeastRatio) return false;
  task.moves.add(task.session, p::kCompEnabled, 1.0, Reason().add("The level moves more than in finished music: the compressor holds it together."), wish.evidence, wish.confidence_01);
  set_rig(task, p::kCompEnabled, p::kCompLinkRatio, wish);
  task.moves.add(task.session, p::kCompRatio, wish.value, Reason().add("What the models hear missing in cohesion: ").add(wish.value, 2).add(" decibels above the threshold become one."),
                 wish.evidence, wish.confidence_01);
  return true;
}

struct Band {
  Setting setting;
  int band;  // of the EQ, 1-based
  const char* region;
};
constexpr Band kBands[] = {{Setting::low, 2, "bass below 120 Hz"},
                            {Setting::mid, 4, "middle around 800 Hz"},
                            {Setting::high, 5, "presence around 3.5 kHz"},
                            {Setting::air, 6, "air above 10 kHz"}};

bool set_band(const RuleTask& task, const Band& band, const Wish& wish) {
  if (std::fabs(wish.value) < kLeastMoveDb) return false;
  const bool lifted = wish.value > 0.0;
  enable_band(band.band, Reason().add("The ").add(band.region).add(lifted ? " lies behind" : " stands out").add(" against finished music."), wish.evidence,
              wish.confidence_01, task.session, task.moves);
  set_rig(task, eq_id(band.band, p::kEq1Enabled), eq_id(band.band, p::kEq1Slope), wish);
  task.moves.add(task.session, eq_id(band.band, p::kEq1GainDb), wish.value,
                 Reason().add("The models hear the ").add(band.region).add(lifted ? " held back: " : " too strong: ").add_signed(wish.value, 1).add(
                     " dB puts it where such music has it."), wish.evidence, wish.confidence_01);
  return true;
}

bool set_echo(const RuleTask& task, const Wish& wish) {
  if (wish.value < kLeastModelSendRatio) return false;
  task.moves.add(task.session, p::kDelayEnabled, 1.0, Reason().add("The song sounds barer between its notes than finished music: echoes fill in."), wish.evidence, wish.confidence_01);
  set_rig(task, p::kDelayEnabled, p::kDelayDuckDb, wish);
  task.moves.add(task.session, p::kDelaySendRatio, wish.value, Reason().add("As much echo as the models hear missing."), wish.evidence, wish.confidence_01);
  return true;
}

bool set_room(const RuleTask& task, const Wish& wish) {
  if (wish.value < kLeastModelSendRatio) return false;
  task.moves.add(task.session, p::kReverbEnabled, 1.0, Reason().add("The song sounds drier than finished music: a room goes around it."), wish.evidence, wish.confidence_01);
  set_rig(task, p::kReverbEnabled, p::kReverbModulationRatio, wish);
  task.moves.add(task.session, p::kReverbSendRatio, wish.value, Reason().add("As much room as the models hear missing."), wish.evidence, wish.confidence_01);
  return true;
}

bool set_width(const RuleTask& task, const Wish& wish) {
  if (std::fabs(wish.value - 1.0) < kLeastWidthRatio) return false;
  const bool wider = wish.value > 1.0;
  task.moves.add(task.session, p::kImagerEnabled, 1.0, Reason().add("The stereo picture is ").add(wider ? "narrower" : "wider").add(" than in finished music."), wish.evidence,
                 wish.confidence_01);
  set_rig(task, p::kImagerEnabled, p::kImagerBalanceRatio, wish);
  task.moves.add(task.session, p::kImagerWidthRatio, wish.value,
                 Reason().add(wider ? "Opens" : "Closes").add(" the picture to what the models hear as finished; in mono nothing changes."), wish.evidence, wish.confidence_01);
  return true;
}

// Input and output level are metered and always known.
void note_what_stays(const Opinion& opinion, bool anything_used, MoveList& moves) {
  Reason labels;
  std::size_t unheard = 0;
  constexpr std::size_t first = at(Setting::compression), last = at(Setting::width);
  for (std::size_t k = first; k <= last; ++k)
    if (!is_heard(opinion, k) && way_from_neutral(opinion, k) > kNoWish_01) labels.add(unheard++ == 0 ? "" : ", ").add(kSettings[k].label);
  if (unheard > 0) moves.note(Reason().add("The models cannot tell these well enough from this song, so they stay neutral: ").add(labels.c_str()).add("."));
  if (!anything_used && unheard <= last - first) moves.note(Reason().add("In what the models can tell of this song, nothing but its level wants changing."));
}
}  // namespace

void apply_model_rule(const analysis::Profile& song, const Opinion& opinion, const MusicalContext& context, const MixProfile& style, double amount_01,
                      engine::Session& session, MoveList& moves) {
  if (!has_loudness(song, moves)) return;
  const RuleTask task{song, style, amount_01, session, moves};
  const auto wish = [&](Setting setting) { return wish_for(opinion, setting, amount_01); };
  const double input_gain_db = setting_value(static_cast<int>(Setting::input_gain), opinion.setting_01[at(Setting::input_gain)]);
  set_working_level(task, Evidence().add("Integrated loudness ").add(song.report.integrated_lufs, 2)
                              .add(" LUFS, metered; the models would say ").add_signed(input_gain_db, 1).add(" dB"));
  set_gate(task);
  bool used = set_compression(task, wish(Setting::compression));
  set_low_cut(task);
  for (const Band& band : kBands) used = set_band(task, band, wish(band.setting)) || used;
  used = set_echo(task, wish(Setting::delay)) || used;
  used = set_room(task, wish(Setting::reverb)) || used;
  used = set_width(task, wish(Setting::width)) || used;
  if (amount_01 > 0.0) note_what_stays(opinion, used, moves);
  apply_musical_context(task, context);
}

}  // namespace ag06::assist
