#include "assist/suggestions.h"

#include <algorithm>

#include "base/math.h"
#include "base/text.h"
#include "dsp/eq/band_design.h"
#include "params/params.gen.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;
using analysis::Defect;
using analysis::DefectKind;
using analysis::ProblemKind;
using analysis::SpectrumProblem;
using Text = FixedText<240>;

// How much of an excess a cut takes back, and its limit: half to two thirds sounds like repair, all of it like a hole. Chosen by the house.
constexpr double kToneShareRatio = 0.6;
constexpr double kToneLimitDb = 6.0;
constexpr double kResonanceShareRatio = 0.8;
constexpr double kResonanceLimitDb = 12.0;
// Mono loss and side level in the bass beyond which a club or a phone loses notes.
constexpr double kMonoLossDb = 2.0;
constexpr double kWideBassCorrelation = 0.3;
constexpr double kLowestEqHz = 20.0;
constexpr double kQuietLufs = -30.0;
constexpr double kWorkingLoudnessLufs = -18.0;

int eq_id(int band, int first_band_id) noexcept { return first_band_id + 10 * (band - 1); }
double choice(dsp::EqType type) noexcept { return static_cast<double>(static_cast<int>(type)); }

void set_band(Suggestion& suggestion, int band, dsp::EqType type, double freq_hz, double gain_db, double q) {
  suggestion.settings.insert(suggestion.settings.end(), {{p::kEqEnabled, 1.0},
                                                         {eq_id(band, p::kEq1Enabled), 1.0},
                                                         {eq_id(band, p::kEq1Type), choice(type)},
                                                         {eq_id(band, p::kEq1FreqHz), clamp_to(freq_hz, kLowestEqHz, 20000.0)},
                                                         {eq_id(band, p::kEq1GainDb), gain_db},
                                                         {eq_id(band, p::kEq1Q), clamp_to(q, 0.1, 18.0)}});
}

struct Place {
  int eq_band;
  const char* title;
};
// Bands 7 and 8 are for what is narrow: resonances and hum.
Place place_of(ProblemKind kind) noexcept {
  switch (kind) {
    case ProblemKind::rumble: return {1, "Cut the rumble"};
    case ProblemKind::mud: return {3, "Clear the mud"};
    case ProblemKind::boxiness: return {4, "Open the box"};
    case ProblemKind::harshness: return {5, "Soften the harshness"};
    case ProblemKind::sibilance: return {6, "Calm the s sounds"};
    case ProblemKind::hum: return {7, "Notch out the hum"};
    case ProblemKind::resonance: return {7, "Damp the resonance"};
  }
  return {7, ""};
}

Text place_text(double frequency_hz) noexcept {
  return frequency_hz >= 1000.0 ? Text().add(frequency_hz / 1000.0, 1).add(" kHz") : Text().add(frequency_hz, 0).add(" Hz");
}

void answer_problem(const SpectrumProblem& problem, const char* target_id, int& narrow_bands, std::vector<Suggestion>& list) {
  const Place place = place_of(problem.kind);
  Suggestion made;
  made.type = SuggestionType::eq;
  made.cause = analysis::name_of(problem.kind);
  made.title = place.title;
  made.confidence = clamp_to(0.4 + problem.excess_db / 20.0, 0.0, 0.9);
  made.priority = problem.excess_db > 6.0 ? 1 : 2;
  const Text where = place_text(problem.frequency_hz);
  switch (problem.kind) {
    case ProblemKind::rumble:
      set_band(made, place.eq_band, dsp::EqType::high_pass, problem.frequency_hz, 0.0, 0.707);
      made.description = Text().add("High-pass at ").add(place_text(std::max(problem.frequency_hz, kLowestEqHz)).c_str()).c_str();
      break;
    case ProblemKind::hum:
      set_band(made, 7, dsp::EqType::notch, problem.frequency_hz, 0.0, 18.0);
      set_band(made, 8, dsp::EqType::notch, 2.0 * problem.frequency_hz, 0.0, 18.0);
      made.description = Text().add("Notches at ").add(where.c_str()).add(" and its octave").c_str();
      narrow_bands = 2;
      break;
    case ProblemKind::resonance: {
      if (narrow_bands == 2) return;  // no band is left; the worst come first
      const double cut_db = -std::min(kResonanceShareRatio * problem.excess_db, kResonanceLimitDb);
      set_band(made, 7 + narrow_bands, dsp::EqType::bell, problem.frequency_hz, cut_db, problem.q);
      made.description = Text().add("A narrow cut of ").add(-cut_db, 1).add(" dB at ").add(where.c_str()).c_str();
      ++narrow_bands;
      break;
    }
    case ProblemKind::mud:
    case ProblemKind::boxiness:
    case ProblemKind::harshness:
    case ProblemKind::sibilance: {
      const double cut_db = -std::min(kToneShareRatio * problem.excess_db, kToneLimitDb);
      set_band(made, place.eq_band, dsp::EqType::bell, problem.frequency_hz, cut_db, problem.q);
      made.description = Text().add("A cut of ").add(-cut_db, 1).add(" dB around ").add(where.c_str()).c_str();
      break;
    }
  }
  made.reasoning = problem.kind == ProblemKind::hum || problem.kind == ProblemKind::resonance
                       ? Text().add(problem.excess_db, 1).add(" dB over its surroundings at ").add(where.c_str()).c_str()
                       : Text().add(problem.excess_db, 1).add(" dB over the tone of ").add(target_id).add(" at ").add(where.c_str()).c_str();
  list.push_back(std::move(made));
}

void answer_defect(const Defect& defect, std::vector<Suggestion>& list) {
  Suggestion made;
  made.type = SuggestionType::note;
  made.priority = defect.severity > 0.5 ? 1 : 2;
  made.confidence = 0.5 + 0.4 * defect.severity;
  switch (defect.kind) {
    case DefectKind::dc_offset:
      made.type = SuggestionType::cleanup;
      made.cause = "dc_offset";
      made.title = "Remove the DC offset";
      made.description = "High-pass at 20 Hz";
      made.reasoning = Text().add("An offset of ").add(100.0 * defect.value, 2).add(" % of full scale costs headroom and clicks at cuts").c_str();
      set_band(made, 1, dsp::EqType::high_pass, 20.0, 0.0, 0.707);
      break;
    case DefectKind::imbalance: {
      // The imager attenuates the louder side: 1 - |balance| is its gain.
      const double louder_db = defect.value < 0.0 ? -defect.value : defect.value;
      const double balance = (1.0 - db_to_lin(-louder_db)) * (defect.value > 0.0 ? -1.0 : 1.0);
      made.type = SuggestionType::stereo;
      made.cause = "imbalance";
      made.title = "Centre the picture";
      made.description =
          Text().add(defect.value > 0.0 ? "The right channel down by " : "The left channel down by ").add(louder_db, 1).add(" dB").c_str();
      made.reasoning = Text().add("One side is louder by ").add(louder_db, 1).add(" dB over the whole song").c_str();
      made.settings = {{p::kImagerEnabled, 1.0}, {p::kImagerBalanceRatio, balance}};
      break;
    }
    case DefectKind::polarity:
      made.cause = "polarity";
      made.title = "Turn one channel's polarity";
      made.description = "Invert one channel at the source and load the song again: summed to mono it vanishes";
      made.reasoning = Text().add("Left and right correlate at ").add(defect.value, 2).c_str();
      break;
    case DefectKind::clipping:
      made.cause = "clipping";
      made.title = "Find an unclipped source";
      made.description = "Clipped peaks cannot be brought back by the chain; a version from before the clipping sounds better";
      made.reasoning = Text().add(defect.value, 0).add(" samples lie flat at ").add(defect.level_db, 1).add(" dBFS").c_str();
      break;
    case DefectKind::lossy_source:
      made.cause = "lossy_source";
      made.title = "Use the original instead of a lossy copy";
      made.description = "What the encoder took away does not come back; further lossy exports add to the damage";
      made.reasoning = Text().add("The spectrum ends at ").add(defect.value / 1000.0, 1).add(" kHz as an encoder cuts it").c_str();
      break;
    case DefectKind::hum:
    case DefectKind::mono:
    case DefectKind::clicks:
    case DefectKind::silence: return;  // hum is answered as a problem of the spectrum; the others need no move
  }
  list.push_back(std::move(made));
}

void suggest_compressor(const analysis::SongAnalysis& song, std::vector<Suggestion>& list) {
  const analysis::CompressorAdvice& advice = song.dynamics.compressor;
  if (!advice.advised) return;
  Suggestion made;
  made.type = SuggestionType::dynamics;
  made.cause = "dynamics";
  made.title = "Even out the level";
  made.description = Text().add("Compressor ").add(advice.ratio, 1).add(":1 from ").add(advice.threshold_dbfs, 0).add(" dBFS, attack ")
                         .add(advice.attack_ms, 0).add(" ms, release ").add(advice.release_ms, 0).add(" ms").c_str();
  made.reasoning = Text().add("The level moves by ").add(song.dynamics.macro_dynamics_lu, 1).add(" LU, peaks stand ")
                       .add(song.dynamics.micro_dynamics_db, 1).add(" dB over it").c_str();
  made.priority = 2;
  made.confidence = 0.6;
  made.settings = {{p::kCompEnabled, 1.0},           {p::kCompThresholdDbfs, advice.threshold_dbfs}, {p::kCompRatio, advice.ratio},
                   {p::kCompAttackMs, advice.attack_ms}, {p::kCompReleaseMs, advice.release_ms}};
  list.push_back(std::move(made));
}

void suggest_stereo(const analysis::StereoReport& stereo, std::vector<Suggestion>& list) {
  const double bass = stereo.band_correlation[1];
  const bool wide_bass = is_finite(bass) && bass < kWideBassCorrelation;
  if (!wide_bass && !(stereo.mono_loss_db > kMonoLossDb)) return;
  Suggestion made;
  made.type = SuggestionType::stereo;
  made.cause = wide_bass ? "wide_bass" : "mono_loss";
  made.title = wide_bass ? "Gather the bass" : "Make it hold in mono";
  made.description = wide_bass ? "Mono below 120 Hz" : "Width down to 80 %, mono below 120 Hz";
  made.reasoning = wide_bass ? Text().add("Bass correlates at only ").add(bass, 2).add(": it weakens in mono and on vinyl").c_str()
                             : Text().add("Summed to mono the song loses ").add(stereo.mono_loss_db, 1).add(" dB").c_str();
  made.priority = 2;
  made.confidence = 0.6;
  made.settings = {{p::kImagerEnabled, 1.0}, {p::kImagerMonoBelowHz, 120.0}};
  if (!wide_bass) made.settings.push_back({p::kImagerWidthRatio, 0.8});
  list.push_back(std::move(made));
}

void suggest_level(const analysis::StreamReport& stream, std::vector<Suggestion>& list) {
  if (!(stream.integrated_lufs < kQuietLufs)) return;
  Suggestion made;
  made.type = SuggestionType::level;
  made.cause = "quiet";
  made.title = "Bring it to working level";
  const double gain_db = std::min(kWorkingLoudnessLufs - stream.integrated_lufs, 24.0);
  made.description = Text().add("Input gain ").add_signed(gain_db, 1).add(" dB").c_str();
  made.reasoning = Text().add("The song measures ").add(stream.integrated_lufs, 1).add(" LUFS: thresholds work best near ")
                       .add(kWorkingLoudnessLufs, 0).c_str();
  made.priority = 1;
  made.confidence = 0.9;
  made.settings = {{p::kInputGainDb, gain_db}};
  list.push_back(std::move(made));
}
}  // namespace

std::vector<Suggestion> suggest(const SongReport& report) {
  std::vector<Suggestion> list;
  int narrow_bands = 0;
  for (const SpectrumProblem& problem : report.problems)
    if (problem.kind == ProblemKind::hum) answer_problem(problem, report.target_id, narrow_bands, list);
  for (const SpectrumProblem& problem : report.problems)
    if (problem.kind != ProblemKind::hum) answer_problem(problem, report.target_id, narrow_bands, list);
  for (const Defect& defect : report.heard.defects) answer_defect(defect, list);
  suggest_compressor(report.heard, list);
  suggest_stereo(report.heard.stereo, list);
  suggest_level(report.heard.stream, list);
  std::stable_sort(list.begin(), list.end(), [](const Suggestion& a, const Suggestion& b) {
    return a.priority != b.priority ? a.priority < b.priority : a.confidence > b.confidence;
  });
  return list;
}

}  // namespace ag06::assist
