// `ag06 analyze`: what a file is and what it measures.
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

#include "analysis/song_profile.h"
#include "analysis/stream_meter.h"
#include "audio_reader.h"
#include "base/stream_spec.h"
#include "batch.h"
#include "command.h"
#include "report_json.h"

namespace ag06::cli {
namespace {
struct AnalyzeOptions {
  std::vector<std::string> inputs;
  bool json = false;
  bool quiet = false;
};

struct Measured {
  analysis::StreamReport report{};
  std::optional<std::array<double, analysis::kOctaveBands>> octave_level_db;  // mono and stereo only
};

template <class Meter>
[[nodiscard]] auto measured_by(AudioReader& reader, Progress& progress) {
  Meter meter;
  const Status status = meter.prepare({static_cast<double>(reader.format().sample_rate_hz), reader.format().channels, kBlockFrames});
  if (status != Status::ok) throw Failure(ExitStatus::work, reader.path(), describe(status));
  for (AudioBlock block = reader.next(); block.frames > 0; block = reader.next()) {
    meter.process(block);
    progress.advance(reader.position_ratio());
  }
  return meter.finish();
}

[[nodiscard]] Measured measure(AudioReader& reader, Progress& progress) {
  progress.begin_stage("measuring");
  if (reader.format().channels > kMaxStripChannels) return {measured_by<analysis::StreamMeter>(reader, progress), std::nullopt};
  const analysis::Profile profile = measured_by<analysis::SongProfile>(reader, progress);
  Measured measured{profile.report, std::array<double, analysis::kOctaveBands>{}};
  for (std::size_t b = 0; b < measured.octave_level_db->size(); ++b) (*measured.octave_level_db)[b] = profile.octave_level_db[b];
  return measured;
}

[[nodiscard]] Json analysis_json(const AudioReader& reader, const Measured& measured) {
  Json json = {{"file", reader.path()}, {"format", format_json(reader)}, {"loudness", loudness_json(measured.report)}, {"dynamics", dynamics_json(measured.report)}};
  if (measured.octave_level_db) {
    Json octaves = Json::array();
    for (std::size_t b = 0; b < measured.octave_level_db->size(); ++b)
      octaves.push_back({{"centre_hz", analysis::kOctaveBandHz[b]}, {"level_dbfs", json_number((*measured.octave_level_db)[b])}});
    json["spectrum"] = {{"octaves", std::move(octaves)}};
  }
  json["notes"] = reader.notes();
  return json;
}

void print_analysis(const AudioReader& reader, const Measured& measured) {
  const AudioFormat& format = reader.format();
  const analysis::StreamReport& report = measured.report;
  const int seconds = static_cast<int>(reader.duration_s());
  std::printf("%s\n", reader.path().c_str());
  std::printf("  format      %s, %d Hz, %d channel%s, %s, %d:%02d\n", format.codec.c_str(), format.sample_rate_hz, format.channels, format.channels == 1 ? "" : "s",
              format.bit_depth ? (std::to_string(*format.bit_depth) + " bits").c_str() : "lossy", seconds / 60, seconds % 60);
  std::printf("  loudness    %s LUFS integrated, %s LUFS loudest 3 s, %s LUFS loudest 400 ms, range %s LU\n", decimal(report.integrated_lufs, 2).c_str(),
              decimal(report.short_term_max_lufs, 2).c_str(), decimal(report.momentary_max_lufs, 2).c_str(), decimal(report.range_lu, 1).c_str());
  std::printf("  peaks       %s dBTP true peak, %s dBFS sample peak, peak to loudness %s dB\n", decimal(report.true_peak_dbtp, 2).c_str(),
              decimal(report.sample_peak_dbfs, 2).c_str(), decimal(report.plr_db, 1).c_str());
  std::printf("  dynamics    rms %s dBFS, crest factor %s dB, dynamic range %s dB, noise floor %s LUFS\n", decimal(report.rms_dbfs, 2).c_str(),
              decimal(report.crest_factor_db, 1).c_str(), decimal(report.dynamic_range_db, 1).c_str(), decimal(report.noise_floor_lufs, 1).c_str());
  if (measured.octave_level_db) {
    std::string levels;
    for (std::size_t b = 0; b < measured.octave_level_db->size(); ++b)
      levels += (b ? ", " : "") + decimal(analysis::kOctaveBandHz[b], 0) + " Hz " + decimal((*measured.octave_level_db)[b], 1);
    std::printf("  octaves     dBFS at %s\n", levels.c_str());
  }
  for (const std::string& note : reader.notes()) std::printf("  note: %s\n", note.c_str());
}

[[nodiscard]] ExitStatus run_analyze(const AnalyzeOptions& options) {
  Progress progress(options.quiet, static_cast<int>(options.inputs.size()));
  Json results = Json::array();
  const ExitStatus status = run_batch(
      options.inputs, progress,
      [&](std::size_t i) {
        AudioReader reader(options.inputs[i]);
        const Measured measured = measure(reader, progress);
        progress.end_file();
        options.json ? results.push_back(analysis_json(reader, measured)) : print_analysis(reader, measured);
        std::fflush(stdout);
      },
      [&](std::size_t i, const Failure& failure) { results.push_back({{"file", options.inputs[i]}, {"error", failure.what()}}); });
  const bool single = options.inputs.size() == 1;
  if (options.json && (!single || status == ExitStatus::done)) std::printf("%s\n", dumped(single ? results[0] : results).c_str());
  return status;
}
}  // namespace

Command make_analyze_command(CLI::App& app) {
  CLI::App* parser = app.add_subcommand("analyze", "Measure files: format, loudness, dynamics, octave levels");
  auto options = std::make_shared<AnalyzeOptions>();
  parser->add_option("FILE", options->inputs, "Audio files")->required();
  parser->add_flag("--json", options->json, "Print as JSON; several files give an array");
  parser->add_flag("-q,--quiet", options->quiet, "No progress");
  return {parser, [options] { return run_analyze(*options); }};
}

}  // namespace ag06::cli
