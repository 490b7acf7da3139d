// `ag06 analyze`: what a file is, what it measures, what is heard in it.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>

#include "analysis/stream_meter.h"
#include "assist/song_listener.h"
#include "audio_reader.h"
#include "base/stream_spec.h"
#include "batch.h"
#include "command.h"
#include "report/song_json.h"
#include "report_json.h"
#include "song_text.h"

namespace ag06::cli {
namespace {
struct AnalyzeOptions {
  std::vector<std::string> inputs;
  std::string tempo_range;  // as typed; empty: the finder's own
  bool json = false;
  bool quiet = false;
};

constexpr double kLongestS = 6.0 * 3600.0;
constexpr double kSpareS = 60.0;  // headers may promise too little

[[nodiscard]] analysis::TempoRange tempo_range(const std::string& text) {
  analysis::TempoRange range;
  const char* const end = text.data() + text.size();
  const auto [low_end, low_error] = std::from_chars(text.data(), end, range.min_bpm);
  const bool has_low = low_error == std::errc() && low_end != end && *low_end == '-';
  const auto [high_end, high_error] = std::from_chars(has_low ? low_end + 1 : end, end, range.max_bpm);
  if (!has_low || high_error != std::errc() || high_end != end)
    throw Failure(ExitStatus::usage, "--tempo-range", "'" + text + "' is not two tempi in bpm such as 70-140");
  if (!range.usable())
    throw Failure(ExitStatus::usage, "--tempo-range",
                  "'" + text + "' must rise, and lie within " + decimal(range.kLowestBpm, 0) + "-" + decimal(range.kHighestBpm, 0));
  return range;
}

template <class Listener, class... Limits>
void let_hear(Listener& listener, AudioReader& reader, Progress& progress, Limits... limits) {
  const Status status = listener.prepare({static_cast<double>(reader.format().sample_rate_hz), reader.format().channels, kBlockFrames}, limits...);
  if (status != Status::ok) throw Failure(ExitStatus::work, reader.path(), describe(status));
  for (AudioBlock block = reader.next(); block.frames > 0; block = reader.next()) {
    listener.process(block);
    progress.advance(reader.position_ratio());
  }
}

// Surround files are measured for loudness and peaks only.
struct Heard {
  analysis::StreamReport stream{};
  std::optional<assist::SongReport> song;
};

[[nodiscard]] Heard hear(AudioReader& reader, Progress& progress, const analysis::SongOptions& options) {
  progress.begin_stage("listening");
  if (reader.format().channels > kMaxStripChannels) {
    analysis::StreamMeter meter;
    let_hear(meter, reader, progress);
    return {meter.finish(), std::nullopt};
  }
  assist::SongListener listener;
  let_hear(listener, reader, progress, std::min(kLongestS, 1.02 * reader.duration_s() + kSpareS));
  assist::SongReport song = listener.finish(options);
  return {song.heard.stream, std::move(song)};
}

[[nodiscard]] Json analysis_json(const AudioReader& reader, const Heard& heard) {
  Json json = {{"file", reader.path()}, {"format", format_json(reader)}};
  if (heard.song) json.update(report::song_json(*heard.song));
  else json.update({{"loudness", report::loudness_json(heard.stream)}, {"dynamics", report::dynamics_json(heard.stream)}});
  json["notes"] = reader.notes();
  return json;
}

void print_analysis(const AudioReader& reader, const Heard& heard) {
  const AudioFormat& format = reader.format();
  const analysis::StreamReport& report = heard.stream;
  const int seconds = static_cast<int>(reader.duration_s());
  std::printf("%s\n", reader.path().c_str());
  std::printf("  format      %s, %d Hz, %d channel%s, %s, %d:%02d\n", format.codec.c_str(), format.sample_rate_hz, format.channels,
              format.channels == 1 ? "" : "s", format.bit_depth ? (std::to_string(*format.bit_depth) + " bits").c_str() : "lossy", seconds / 60,
              seconds % 60);
  std::printf("  loudness    %s LUFS integrated, %s LUFS loudest 3 s, %s LUFS loudest 400 ms, range %s LU\n",
              decimal(report.integrated_lufs, 2).c_str(), decimal(report.short_term_max_lufs, 2).c_str(),
              decimal(report.momentary_max_lufs, 2).c_str(), decimal(report.range_lu, 1).c_str());
  std::printf("  peaks       %s dBTP true peak, %s dBFS sample peak, peak to loudness %s dB\n", decimal(report.true_peak_dbtp, 2).c_str(),
              decimal(report.sample_peak_dbfs, 2).c_str(), decimal(report.plr_db, 1).c_str());
  std::printf("  dynamics    rms %s dBFS, crest factor %s dB, dynamic range %s dB, noise floor %s LUFS\n", decimal(report.rms_dbfs, 2).c_str(),
              decimal(report.crest_factor_db, 1).c_str(), decimal(report.dynamic_range_db, 1).c_str(), decimal(report.noise_floor_lufs, 1).c_str());
  if (heard.song) print_song(*heard.song);
  for (const std::string& note : reader.notes()) std::printf("  note: %s\n", note.c_str());
}

[[nodiscard]] ExitStatus run_analyze(const AnalyzeOptions& options) {
  analysis::SongOptions known;
  if (!options.tempo_range.empty()) known.rhythm.tempo = tempo_range(options.tempo_range);
  Progress progress(options.quiet, static_cast<int>(options.inputs.size()));
  Json results = Json::array();
  const ExitStatus status = run_batch(
      options.inputs, progress,
      [&](std::size_t i) {
        AudioReader reader(options.inputs[i]);
        const Heard heard = hear(reader, progress, known);
        progress.end_file();
        options.json ? results.push_back(analysis_json(reader, heard)) : print_analysis(reader, heard);
        std::fflush(stdout);
      },
      [&](std::size_t i, const Failure& failure) { results.push_back({{"file", options.inputs[i]}, {"error", failure.what()}}); });
  const bool single = options.inputs.size() == 1;
  if (options.json && (!single || status == ExitStatus::done)) std::printf("%s\n", dumped(single ? results[0] : results).c_str());
  return status;
}
}  // namespace

Command make_analyze_command(CLI::App& app) {
  CLI::App* parser = app.add_subcommand("analyze", "Measure and describe files: loudness, tone, rhythm, key, genre, defects");
  auto options = std::make_shared<AnalyzeOptions>();
  parser->add_option("FILE", options->inputs, "Audio files")->required();
  const auto not_empty = [](const std::string& text) { return text.empty() ? std::string("must not be empty") : std::string(); };
  parser->add_option("--tempo-range", options->tempo_range,
                     "LOW-HIGH in bpm, within 30-300: where the tempo is looked for, such as 70-140 (default: 55-215); an octave settles half or "
                     "double")
      ->check(not_empty);
  parser->add_flag("--json", options->json, "Print as JSON; several files give an array");
  parser->add_flag("-q,--quiet", options->quiet, "No progress");
  return {parser, [options] { return run_analyze(*options); }};
}

}  // namespace ag06::cli
