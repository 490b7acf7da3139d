// `ag06 mix`: files through the chain, with every decision printed.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

#include "assist/profiles.gen.h"
#include "assist/targets.h"
#include "base/stream_spec.h"
#include "batch.h"
#include "command.h"
#include "model_choice.h"
#include "output_paths.h"
#include "params/curves.h"
#include "report_json.h"

namespace ag06::cli {
namespace {
struct MixOptions {
  std::vector<std::string> inputs;
  std::string output;
  std::string version;  // empty: the default
  std::string models;
  std::string target;
  double ceiling_dbtp = assist::kTargetCeilingDbtp;
  bool ceiling_given = false;
  std::string params_path;
  std::string profile;  // empty: none was asked for
  double amount_01 = 1.0;
  bool amount_given = false;
  std::string format;
  std::optional<int> rate_hz;
  bool json = false;
  bool quiet = false;
};

[[nodiscard]] double target_lufs(const std::string& text) {
  if (const assist::LoudnessTarget* named = assist::find_target(text)) return named->target_lufs;
  double lufs = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lufs);
  if (error != std::errc() || end != text.data() + text.size()) {
    std::string names;
    for (const assist::LoudnessTarget& target : assist::kLoudnessTargets) names += std::string(target.id) + ", ";
    throw Failure(ExitStatus::usage, "--target", "'" + text + "' is none of " + names + "nor a number of LUFS");
  }
  if (!(lufs >= -40.0 && lufs <= -5.0)) throw Failure(ExitStatus::usage, "--target", text + " is outside -40 to -5 LUFS");
  return lufs;
}

[[nodiscard]] std::string profile_names() {
  std::string names;
  for (const assist::MixProfile& profile : assist::kBuiltInProfiles) names += (names.empty() ? "" : ", ") + std::string(profile.id);
  return names;
}

[[nodiscard]] MixSettings settings_of(const MixOptions& options) {
  MixSettings settings;
  const bool original = options.version == "original";
  settings.target_lufs = target_lufs(!options.target.empty() ? options.target : (original ? "none" : "spotify"));
  settings.ceiling_dbtp = options.ceiling_dbtp;
  if (!(options.ceiling_dbtp >= -24.0 && options.ceiling_dbtp <= 0.0))
    throw Failure(ExitStatus::usage, "--ceiling-dbtp", "must lie between -24 and 0");
  settings.style = profile_named(options.profile.empty() ? "balanced" : options.profile);
  settings.style_given = !options.profile.empty();
  settings.amount_01 = options.amount_01;
  if (!(options.amount_01 >= 0.0 && options.amount_01 <= 1.0)) throw Failure(ExitStatus::usage, "--amount", "must lie between 0 and 1");
  if (original && options.amount_given) throw Failure(ExitStatus::usage, "--amount", "has no meaning for the original, which nothing is done to");
  settings.hold_ceiling = !original || options.ceiling_given || std::isfinite(settings.target_lufs);
  settings.rate_hz = options.rate_hz;
  if (options.rate_hz && (*options.rate_hz < static_cast<int>(kMinSampleRateHz) || *options.rate_hz > static_cast<int>(kMaxSampleRateHz)))
    throw Failure(ExitStatus::usage, "--rate-hz", std::to_string(*options.rate_hz) + " is outside 8000 to 192000 Hz");
  if (!options.params_path.empty()) settings.overrides = read_params_file(options.params_path);
  return settings;
}

// By setting; null where no models were asked.
[[nodiscard]] Json of_models(const MixResult& result, assist::ModelSettings assist::Opinion::*what) {
  if (!result.plan.opinion) return nullptr;
  Json values = Json::object();
  for (std::size_t s = 0; s < assist::kSettings.size(); ++s) values[assist::kSettings[s].id] = ((*result.plan.opinion).*what)[s];
  return values;
}

// 1: every excerpt of the song led to the same setting; 0: they lie as far apart as numbers from 0 to 1 can.
[[nodiscard]] Json agreement_json(const MixResult& result) {
  Json values = of_models(result, &assist::Opinion::disagreement_01);
  for (auto& [id, deviation] : values.items()) deviation = std::max(0.0, 1.0 - 2.0 * deviation.get<double>());
  return values;
}

[[nodiscard]] std::string profile_shown(const MixOptions& options, const MixResult& result) { return options.profile.empty() ? result.plan.profile : options.profile; }

[[nodiscard]] Json result_json(const MixJob& job, const MixOptions& options, const MixResult& result) {
  Json values = Json::object();
  for (int i = 0; i < params::kCount; ++i) values[params::kTable[i].key] = result.plan.values[static_cast<std::size_t>(i)];
  Json moves = Json::array();
  for (const PlannedMove& move : result.plan.moves)
    moves.push_back({{"param", params::kTable[params::index_of_id(move.param_id)].key}, {"from", move.from}, {"to", move.to}, {"reason", move.reason},
                     {"evidence", move.evidence}, {"confidence", move.confidence_01}});
  return {{"file", job.input_path},        {"output_file", job.output_path},    {"format", job.format->name},
          {"input_rate_hz", result.input_rate_hz}, {"output_rate_hz", result.output_rate_hz},
          {"input", report::loudness_json(result.input)}, {"output", report::loudness_json(result.output)},
          {"version", result.plan.version_id}, {"profile", profile_shown(options, result)},
          {"model_params", of_models(result, &assist::Opinion::setting_01)}, {"model_confidence", of_models(result, &assist::Opinion::confidence_01)},
          {"model_agreement", agreement_json(result)}, {"params", std::move(values)},       {"moves", std::move(moves)},
          {"latency_frames", result.latency_frames}, {"realtime_factor", result.realtime_factor}, {"notes", result.notes}};
}

void print_opinion(const assist::Opinion& opinion) {
  std::string text;
  for (std::size_t s = 0; s < assist::kSettings.size(); ++s)
    text += (s == 0 ? "" : ", ") + std::string(assist::kSettings[s].id) + " " + decimal(opinion.setting_01[s], 2) + " (sure to " + decimal(100.0 * opinion.confidence_01[s], 0) + " %)";
  std::printf("  models  %s\n", text.c_str());
}

void print_result(const MixJob& job, const MixResult& result) {
  std::string rates;
  if (result.output_rate_hz != result.input_rate_hz)
    rates = ", " + std::to_string(result.input_rate_hz) + " to " + std::to_string(result.output_rate_hz) + " Hz";
  std::printf("%s -> %s (%s, %s%s)\n", job.input_path.c_str(), job.output_path.c_str(), result.plan.version_id.c_str(), job.format->name, rates.c_str());
  std::printf("  before  %s\n  after   %s\n", loudness_line(result.input).c_str(), loudness_line(result.output).c_str());
  if (result.plan.opinion) print_opinion(*result.plan.opinion);
  for (const PlannedMove& move : result.plan.moves) {
    const params::Parameter& parameter = params::kTable[params::index_of_id(move.param_id)];
    std::printf("  %-22s %s -> %s %s\n      %s\n      (%s)\n", parameter.key, decimal(move.from, parameter.decimals).c_str(),
                decimal(move.to, parameter.decimals).c_str(), parameter.unit, move.reason.c_str(), move.evidence.c_str());
  }
  for (const std::string& note : result.notes) std::printf("  note: %s\n", note.c_str());
  std::printf("  %.1f times faster than it plays\n", result.realtime_factor);
}

[[nodiscard]] ExitStatus run_mix(const MixOptions& options) {
  MixSettings settings = settings_of(options);
  const std::vector<MixJob> jobs = mix_jobs(options.inputs, options.output, options.format);
  VersionChoice choice = choose_version(options.version, options.models);
  settings.version = choice.version;
  settings.version_id = choice.id;
  settings.models = choice.models;
  if (!choice.note.empty() && !options.quiet) std::fprintf(stderr, "%s\n", on_one_line("ag06: " + choice.note).c_str());
  Progress progress(options.quiet, static_cast<int>(jobs.size()));
  Json results = Json::array();
  const ExitStatus status = run_batch(
      options.inputs, progress,
      [&](std::size_t i) {
        MixResult result = mix_file(jobs[i], settings, progress);
        if (!choice.note.empty()) result.notes.push_back(choice.note);
        progress.end_file();
        options.json ? results.push_back(result_json(jobs[i], options, result)) : print_result(jobs[i], result);
        std::fflush(stdout);
      },
      [&](std::size_t i, const Failure& failure) { results.push_back({{"file", jobs[i].input_path}, {"error", failure.what()}}); });
  const bool single = jobs.size() == 1;
  if (options.json && (!single || status == ExitStatus::done)) std::printf("%s\n", dumped(single ? results[0] : results).c_str());
  return status;
}
}  // namespace

Command make_mix_command(CLI::App& app) {
  CLI::App* parser = app.add_subcommand("mix", "Mix files: measure, set the chain, fit the loudness, write");
  auto options = std::make_shared<MixOptions>();
  // An unset variable of a script is no choice of the default.
  const auto not_empty = [](const std::string& text) { return text.empty() ? std::string("must not be empty") : std::string(); };
  parser->add_option("IN", options->inputs, "Audio files; several are a batch")->required();
  parser->add_option("-o,--output", options->output, "File to write, or a folder (needed for several inputs)")->required()->check(not_empty);
  parser->add_option("--version", options->version,
                     version_names() + " (default: ensemble, the trained models together; musical where they or ONNX Runtime are not there, see ag06 models)")
      ->check(not_empty);
  parser->add_option("--models", options->models, "Folder of the trained models (default: AG06_MODELS, or ../models from the program)")->check(not_empty);
  parser->add_option("--target", options->target,
                     "spotify, apple-music, youtube, ebu-r128, podcast, a number of LUFS from -40 to -5, or none (default: spotify; for "
                     "the original: none)")
      ->check(not_empty);
  CLI::Option* ceiling = parser->add_option("--ceiling-dbtp", options->ceiling_dbtp, "True peaks stay at or below this, -24 to 0 (default: -1)");
  parser->add_option("--params", options->params_path, "JSON file of parameter keys and values, set over the version's (see ag06 params)")
      ->check(not_empty);
  parser->add_option("--profile", options->profile, "Style the mix is made to: " + profile_names() + " or a JSON file (default: balanced; with models the song's genre where it is told for sure)")
      ->check(not_empty);
  CLI::Option* amount = parser->add_option("--amount", options->amount_01, "How far tone, dynamics and effects are changed, 0 to 1 (default: 1)");
  parser->add_option("--format", options->format,
                     "wav16, wav24 (default), wav32f, flac16, flac24 (default for a name ending in .flac); wav16-shaped and flac16-shaped put the "
                     "dither's noise where the ear hears least")
      ->check(not_empty);
  parser->add_option("--rate-hz", options->rate_hz,
                     "Sample rate of the output, 8000 to 192000; the song is brought to it before it is measured and mixed (default: its own)")
      ->check(not_empty);
  parser->add_flag("--json", options->json, "Print the result as JSON; several inputs give an array");
  parser->add_flag("-q,--quiet", options->quiet, "No progress");
  return {parser, [options, ceiling, amount] {
            options->ceiling_given = ceiling->count() > 0;
            options->amount_given = amount->count() > 0;
            return run_mix(*options);
          }};
}

}  // namespace ag06::cli
