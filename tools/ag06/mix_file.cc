#include "mix_file.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "analysis/stream_meter.h"
#include "audio_writer.h"
#include "base/stream_spec.h"
#include "engine/offline_render.h"
#include "failure.h"
#include "song_reader.h"

namespace ag06::cli {
namespace {
void require(Status status, const std::string& what) {
  if (status != Status::ok) throw Failure(ExitStatus::work, what, describe(status));
}

// Writes what the chain makes of the file, and measures both.
class Rendering {
 public:
  Rendering(SongReader& song, AudioWriter& writer, const MixPlan& plan) : song_(song), writer_(writer), meters_input_(!plan.input), plan_faults_(plan.rendered_faults) {
    const StreamSpec spec{static_cast<double>(song.sample_rate_hz()), song.channels(), kBlockFrames};
    require(render_.prepare(spec), song.path());
    for (int i = 0; i < params::kCount; ++i) require(render_.session().set_param(params::kTable[i].id, plan.values[static_cast<std::size_t>(i)]), params::kTable[i].key);
    if (meters_input_) require(input_meter_.prepare(spec), song.path());
    require(output_meter_.prepare(spec), song.path());
  }

  // kept: what the plan makes of the song, where it is whole.
  void run(KeptRender& kept, Progress& progress) {
    if (kept.is_whole()) {
      faults_ = plan_faults_;
      kept.stream(kBlockFrames, [this](ConstAudioBlock block) { put(block); }, [&](double ratio) { progress.advance(ratio); });
      return;
    }
    song_.rewind();
    render_.begin();
    for (AudioBlock block = song_.next(); block.frames > 0; block = song_.next()) {
      if (meters_input_) input_meter_.process(block);
      put(render_.push(block));
      progress.advance(song_.position_ratio());
    }
    for (ConstAudioBlock rest = render_.pull_rest(); rest.frames > 0; rest = render_.pull_rest()) put(rest);
    faults_ = render_.session().fault_count();
  }

  void report(MixResult& result) {
    result.input = meters_input_ ? input_meter_.finish() : *result.plan.input;
    result.output = output_meter_.finish();
    result.latency_frames = render_.session().latency_frames();
    const double faults = faults_ + song_.fault_count();
    if (faults > 0.0) result.notes.push_back(counted(faults) + " samples of the input were not finite or beyond +80 dBFS and were replaced by silence.");
    const auto clipped = static_cast<double>(writer_.clipped_samples());
    if (clipped > 0.0) result.notes.push_back(counted(clipped) + " samples were beyond full scale and were clipped to it.");
  }

 private:
  [[nodiscard]] static std::string counted(double count) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.0f", count);
    return text;
  }
  void put(ConstAudioBlock block) {
    if (block.frames > 0) output_meter_.process(writer_.write(block));
  }

  SongReader& song_;
  AudioWriter& writer_;
  bool meters_input_;
  double plan_faults_;
  double faults_ = 0.0;
  engine::OfflineRender render_;
  analysis::StreamMeter input_meter_;
  analysis::StreamMeter output_meter_;
};
}  // namespace

MixResult mix_file(const MixJob& job, const MixSettings& settings, Progress& progress) {
  const auto started = std::chrono::steady_clock::now();
  AudioReader reader(job.input_path);
  const AudioFormat& format = reader.format();
  if (format.channels > kMaxStripChannels)
    throw Failure(ExitStatus::input, job.input_path, std::to_string(format.channels) + " channels: only mono and stereo can be mixed");
  SongReader song(reader, settings.rate_hz);
  // Opened before the long work, so that a folder that is not there is known at once.
  AudioWriter writer(job.output_path, *job.format, song.sample_rate_hz(), format.channels, song.declared_frames());
  MixResult result;
  result.input_rate_hz = format.sample_rate_hz;
  result.output_rate_hz = song.sample_rate_hz();
  KeptRender kept(format.channels, song.declared_frames());
  result.plan = plan_mix(song, settings, progress, kept);
  progress.begin_stage("writing");
  Rendering rendering(song, writer, result.plan);
  rendering.run(kept, progress);
  writer.finish();
  result.notes = reader.notes();
  result.notes.insert(result.notes.end(), result.plan.notes.begin(), result.plan.notes.end());
  rendering.report(result);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
  result.realtime_factor = reader.duration_s() / taken.count();
  return result;
}

}  // namespace ag06::cli
