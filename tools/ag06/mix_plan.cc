#include "mix_plan.h"

#include <algorithm>
#include <cmath>

#include "assist/planner.h"
#include "beside.h"
#include "failure.h"
#include "params/curves.h"
#include "song_opinion.h"

namespace ag06::cli {
namespace {
namespace p = ag06::params;
using assist::Planner;
using assist::PlannerOptions;

void use_style(PlannerOptions& options, const OwnedProfile& style) {
  options.style = style.profile;
  options.style.id = style.id.c_str();
  options.style.label = style.label.c_str();
}

// What a loudness fit decides; set by hand, there is nothing left to fit.
constexpr p::Id kFitted[] = {p::kOutputGainDb, p::kLimiterEnabled, p::kLimiterCeilingDbtp};

class MeasuredBeside final : public assist::RenderedMeasurer {
 public:
  MeasuredBeside(Planner& planner, const StreamSpec& spec) : beside_(spec, [&planner](ConstAudioBlock rendered) { planner.measure(rendered); }) {}
  void take(ConstAudioBlock block) override { beside_.take(block); }
  void wait() override { beside_.wait(); }

 private:
  Beside beside_;
};

[[nodiscard]] double& value_of(MixPlan& plan, int param_id) { return plan.values[static_cast<std::size_t>(p::index_of_id(param_id))]; }

void stream_pass(Planner& planner, SongReader& song, Progress& progress) {
  song.rewind();
  for (AudioBlock block = song.next(); block.frames > 0; block = song.next()) {
    planner.feed(block);
    progress.advance(song.position_ratio());
  }
  planner.end_pass();
}

void mix_pass(Planner& planner, KeptRender& mix, Progress& progress) {
  mix.stream(kBlockFrames, [&](ConstAudioBlock block) { planner.feed_mix(block); }, [&](double ratio) { progress.advance(ratio); });
  planner.end_pass();
}

// A later move of the same parameter replaces the earlier one and keeps its start.
void record(MixPlan& plan, const assist::Move& move) {
  PlannedMove made{move.param_id, move.from, move.to, move.confidence_01, move.reason, move.evidence};
  const auto earlier = std::find_if(plan.moves.begin(), plan.moves.end(), [&](const PlannedMove& m) { return m.param_id == move.param_id; });
  if (earlier == plan.moves.end()) {
    plan.moves.push_back(std::move(made));
    return;
  }
  made.from = earlier->from;
  *earlier = std::move(made);
}

// Hears the song while the planner listens to it, and tells the planner of it; a song that the models cannot be asked about stays musical.
void hear(Planner& planner, PlannerOptions& options, SongReader& song, const MixSettings& settings, Progress& progress, MixPlan& plan, OwnedProfile& style) {
  const SongOpinion heard = hear_song(song, *settings.models, planner, progress);
  if (!heard.opinion) {
    plan.version_id = "musical";
    plan.notes.emplace_back("The song is too short for the trained models (3 s at least): it was mixed as musical.");
  } else {
    plan.opinion = heard.opinion;
    options.kind = PlannerOptions::Kind::models;
    options.opinion = *heard.opinion;
    const assist::MusicalContext given = options.context;  // a tempo that was set counts
    options.context = heard.context;
    if (is_finite(given.tempo_bpm)) {
      options.context.tempo_bpm = given.tempo_bpm;
      options.context.tempo_confidence_01 = given.tempo_confidence_01;
    }
    if (!settings.style_given) style = profile_named(heard.profile);
    use_style(options, style);
  }
  if (const Status status = planner.set_options(options); status != Status::ok) throw Failure(ExitStatus::work, song.path(), describe(status));
  planner.end_pass();
}

// style: of Version::models, what the song's genre asks for where nothing was given.
void run_planner(PlannerOptions& options, SongReader& song, const MixSettings& settings, Progress& progress, KeptRender& rendered, MixPlan& plan, OwnedProfile& style) {
  Planner planner;
  const StreamSpec spec{static_cast<double>(song.sample_rate_hz()), song.channels(), kBlockFrames};
  if (const Status status = planner.prepare(spec, options); status != Status::ok) throw Failure(ExitStatus::work, song.path(), describe(status));
  for (int i = 0; i < p::kCount; ++i)
    if (const Status status = planner.set_param(p::kTable[i].id, plan.values[static_cast<std::size_t>(i)]); status != Status::ok)
      throw Failure(ExitStatus::work, p::kTable[i].key, describe(status));
  rendered.drop();
  planner.set_rendered_sink(&rendered);
  KeptRender mix(spec.channels, song.declared_frames() + song.sample_rate_hz());  // the mix is longer than the song by the chain's delay, less than a second
  planner.set_mix_sink(&mix);
  MeasuredBeside measured(planner, spec);
  planner.set_measurer(&measured);
  const bool asks = settings.version == Version::models && options.kind != PlannerOptions::Kind::fit_only;
  for (int pass = 0; planner.wants_pass(); ++pass) {
    progress.begin_stage(pass > 0 ? "fitting loudness, pass " + std::to_string(pass) : asks ? "hearing" : "measuring");
    if (planner.takes_mix() && mix.is_whole()) mix_pass(planner, mix, progress);
    else if (asks && pass == 0) hear(planner, options, song, settings, progress, plan, style);
    else stream_pass(planner, song, progress);
  }
  plan.rendered_faults = planner.fault_count();
  for (int i = 0; i < p::kCount; ++i) plan.values[static_cast<std::size_t>(i)] = planner.param(p::kTable[i].id);
  for (const assist::Move& move : planner.moves()) record(plan, move);
  for (const char* note : planner.notes())
    if (std::find(plan.notes.begin(), plan.notes.end(), note) == plan.notes.end()) plan.notes.emplace_back(note);
  if (!plan.input) plan.input = planner.input_report();
}

void apply_overrides(const MixSettings& settings, MixPlan& plan) {
  for (const ParamOverride& override_ : settings.overrides) {
    value_of(plan, override_.param_id) = override_.value;
    std::erase_if(plan.moves, [&](const PlannedMove& move) { return move.param_id == override_.param_id; });
  }
}

[[nodiscard]] bool loudness_is_set_by_hand(const MixSettings& settings) {
  return std::any_of(settings.overrides.begin(), settings.overrides.end(),
                     [](const ParamOverride& o) { return std::find(std::begin(kFitted), std::end(kFitted), o.param_id) != std::end(kFitted); });
}

}  // namespace

MixPlan plan_mix(SongReader& song, const MixSettings& settings, Progress& progress, KeptRender& rendered) {
  MixPlan plan;
  for (int i = 0; i < p::kCount; ++i) plan.values[static_cast<std::size_t>(i)] = p::kTable[i].default_value;
  PlannerOptions options{.kind = PlannerOptions::Kind::musical, .target_lufs = settings.target_lufs, .ceiling_dbtp = settings.ceiling_dbtp, .amount_01 = settings.amount_01};
  OwnedProfile style = settings.style;
  plan.version_id = settings.version_id;
  use_style(options, style);
  // The profile's times are beats: a tempo that is set counts from the start.
  for (const ParamOverride& override_ : settings.overrides) {
    if (override_.param_id != p::kTempoBpm) continue;
    value_of(plan, p::kTempoBpm) = override_.value;
    options.context.tempo_bpm = override_.value;
    options.context.tempo_confidence_01 = 1.0;
  }
  const bool musical = settings.version != Version::original;
  if (musical) run_planner(options, song, settings, progress, rendered, plan, style);
  plan.profile = style.id;
  apply_overrides(settings, plan);
  if (!settings.overrides.empty()) rendered.drop();
  if ((musical && settings.overrides.empty()) || !settings.hold_ceiling) return plan;
  if (loudness_is_set_by_hand(settings)) {
    plan.notes.emplace_back("--params sets the output level or the limiter: the loudness is left as that makes it.");
    return plan;
  }
  options.kind = PlannerOptions::Kind::fit_only;
  run_planner(options, song, settings, progress, rendered, plan, style);
  return plan;
}

}  // namespace ag06::cli
