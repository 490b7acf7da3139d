#include "song_opinion.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <vector>

#include "assist/ear.h"
#include "assist/song_listener.h"
#include "beside.h"
#include "failure.h"
#include "native/model_error.h"
#include "report/song_json.h"

namespace ag06::cli {
namespace {
using inference::SongModels;

constexpr double kSpareS = 60.0;  // headers may promise too little

void require(Status status, const std::string& what) {
  if (status != Status::ok) throw Failure(ExitStatus::work, what, describe(status));
}

// Cuts the excerpts out of the stream; one is heard and the models are asked about it while the reading goes on.
class Excerpts {
 public:
  Excerpts(const SongModels& models, const SongReader& song, const StreamSpec& spec)
      : models_(models), frames_(song.declared_frames()), rate_hz_(spec.sample_rate_hz), count_(assist::excerpt_count(frames_, rate_hz_)), length_(assist::excerpt_frames(rate_hz_)) {
    require(ear_.prepare(spec), song.path());
  }

  void process(ConstAudioBlock block) {
    const std::int64_t block_end = at_frame_ + block.frames;
    while (index_ < count_) {
      const std::int64_t start = assist::excerpt_start(frames_, rate_hz_, index_);
      const std::int64_t from = std::max(at_frame_, start);
      const std::int64_t to = std::min(block_end, start + length_);
      if (from < to) {
        const float* planes[kMaxStripChannels] = {};
        for (int c = 0; c < block.channel_count; ++c) planes[c] = block.channel(c) + (from - at_frame_);
        collect();
        ear_.process({planes, block.channel_count, static_cast<int>(to - from)});
        heard_frames_ += to - from;
      }
      if (block_end < start + length_) break;
      ask();
    }
    at_frame_ = block_end;
  }

  // What there was of an excerpt that the song ended in counts; silence is put for the rest.
  [[nodiscard]] std::optional<assist::Opinion> finish() {
    if (heard_frames_ > 0) ask();
    collect();
    if (answers_.excerpts == 0) return std::nullopt;
    return models_.opinion_of(answers_);
  }

 private:
  // In a thread of its own; whoever touches the ear again collects first.
  void ask() {
    pending_ = std::async(std::launch::async, [this] {
      std::vector<float> mel(models_.features().mel_numbers()), heard(models_.features().heard_numbers());
      ear_.finish(mel.data(), heard.data());
      ear_.reset();
      return models_.ask(mel, heard, 1);
    });
    heard_frames_ = 0;
    ++index_;
  }
  void collect() {
    if (pending_.valid()) SongModels::append(answers_, pending_.get());
  }

  const SongModels& models_;
  std::int64_t frames_;
  double rate_hz_;
  int count_;
  std::int64_t length_;
  assist::Ear ear_;  // of the pending task, while there is one
  int index_ = 0;
  std::int64_t at_frame_ = 0;
  std::int64_t heard_frames_ = 0;  // of the excerpt that is under way
  SongModels::Answers answers_;
  std::future<SongModels::Answers> pending_;
};

// Static storage, as the context wants it.
[[nodiscard]] const char* genre_of(const analysis::GenreReport& genre) { return genre.label < 0 ? "" : analysis::kGenreNames[static_cast<std::size_t>(genre.label)]; }

[[nodiscard]] double figure(const report::Json& value) { return value.is_number() ? value.get<double>() : std::nan(""); }
}  // namespace

SongOpinion hear_song(SongReader& song, const SongModels& models, assist::Planner& planner, Progress& progress) {
  const StreamSpec spec{static_cast<double>(song.sample_rate_hz()), song.channels(), kBlockFrames};
  const double duration_s = static_cast<double>(song.declared_frames()) / spec.sample_rate_hz;
  song.rewind();
  SongOpinion result;
  assist::SongListener listener;
  require(listener.prepare(spec, 1.02 * duration_s + kSpareS), song.path());
  Beside listening(spec, [&](ConstAudioBlock block) { listener.process(block); });
  try {
    Excerpts excerpts(models, song, spec);
    for (AudioBlock block = song.next(); block.frames > 0; block = song.next()) {
      listening.take(block);
      excerpts.process(block);
      planner.feed(block);
      progress.advance(song.position_ratio());
    }
    listening.wait();
    const assist::SongReport report = listener.finish();
    result.opinion = excerpts.finish();
    result.profile = report.target_id;
    // Rounded as in the JSON that the page reads: both plan from the same figures.
    const report::Json told = report::song_json(report);
    result.context.tempo_bpm = figure(told["rhythm"]["tempo_bpm"]);
    result.context.tempo_confidence_01 = figure(told["rhythm"]["tempo_confidence"]);
    result.context.energy_01 = figure(told["music"]["energy"]);
    result.context.genre = genre_of(report.heard.genre);
  } catch (const inference::ModelError& error) {
    throw Failure(ExitStatus::work, error.file, error.why);
  }
  return result;
}

}  // namespace ag06::cli
