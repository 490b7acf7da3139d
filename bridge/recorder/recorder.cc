#include "recorder/recorder.h"

#include <chrono>
#include <utility>

#include "recorder/take_file.h"

namespace ag06::bridge {
namespace {
using namespace std::chrono_literals;

constexpr auto kInterval = 50ms;
constexpr int kPieceFrames = 8192;
constexpr double kSyncEvery_s = 0.8;         // with the interval above and a slow disk: below a second
constexpr double kLeastFree_s = 30.0;        // of audio, or recording is refused
constexpr double kBytesPerFrame = 8.0;
}  // namespace

struct Recorder::Running {
  struct One {
    TakeSource source;
    std::string id;
    std::unique_ptr<TakeFile> file;
    std::uint64_t lost_frames = 0;
  };
  std::string format;
  double sample_rate_hz = 0.0;
  std::vector<One> takes;
  std::vector<float> piece = std::vector<float>(static_cast<std::size_t>(kPieceFrames) * kTakeChannels);
  std::vector<float> silence = std::vector<float>(static_cast<std::size_t>(kPieceFrames) * kTakeChannels);
};

Recorder::Recorder(const std::string& folder, std::function<void()> on_change) : folder_(folder), on_change_(std::move(on_change)) {}

Recorder::~Recorder() { stop(); }

void Recorder::start(const std::string& format, double sample_rate_hz, std::vector<TakeSource> sources) {
  const std::lock_guard control(control_);
  if (facts().is_recording) throw TakeError("a take is being recorded already");
  if (thread_.joinable()) thread_.join();
  if (take_suffix(format).empty()) throw TakeError("there is no take format \"" + format + "\"; wav24, wav32f and flac24 are");
  if (folder_.free_bytes() < kLeastFree_s * sample_rate_hz * kBytesPerFrame * static_cast<double>(sources.size()))
    throw TakeError("the disk has not room for half a minute of audio");
  auto running = std::make_unique<Running>();
  running->format = format;
  running->sample_rate_hz = sample_rate_hz;
  for (TakeSource& source : sources) {
    std::string id = folder_.new_id(source.name, format);
    auto file = std::make_unique<TakeFile>(folder_.unfinished_path(id, format), format, static_cast<int>(sample_rate_hz + 0.5));
    running->takes.push_back({std::move(source), std::move(id), std::move(file)});
  }
  {
    const std::lock_guard lock(mutex_);
    stop_asked_ = false;
    stop_reason_.clear();
    facts_ = {true, running->takes.front().id, "", 0.0, 0};
  }
  thread_ = std::thread([this, work = std::move(running)] { write_on(*work); });
  on_change_();
}

bool Recorder::stop(const std::string& why) {
  const std::lock_guard control(control_);
  bool was_recording = false;
  {
    const std::lock_guard lock(mutex_);
    was_recording = facts_.is_recording;
    stop_asked_ = true;
    stop_reason_ = why;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  return was_recording;
}

RecorderFacts Recorder::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

void Recorder::write_on(Running& running) {
  std::string failure;
  auto last_sync = std::chrono::steady_clock::now();
  try {
    for (bool last_round = false;;) {
      std::uint64_t lost = 0;
      for (Running::One& take : running.takes) {
        for (;;) {
          std::uint64_t missed = 0;
          const int frames = take.source.read(running.piece, missed);
          take.lost_frames += missed;
          for (; missed > 0; missed -= std::min<std::uint64_t>(missed, kPieceFrames))
            take.file->write({running.silence.data(), static_cast<std::size_t>(std::min<std::uint64_t>(missed, kPieceFrames)) * kTakeChannels});
          if (frames > 0) take.file->write({running.piece.data(), static_cast<std::size_t>(frames) * kTakeChannels});
          if (frames < kPieceFrames) break;
        }
        lost = std::max(lost, take.lost_frames);
      }
      const auto now = std::chrono::steady_clock::now();
      if (std::chrono::duration<double>(now - last_sync).count() >= kSyncEvery_s) {
        for (Running::One& take : running.takes) take.file->sync();
        last_sync = now;
      }
      std::unique_lock lock(mutex_);
      facts_.recorded_s = static_cast<double>(running.takes.front().file->frames()) / running.sample_rate_hz;
      facts_.lost_frames = lost;
      if (last_round) break;
      last_round = wake_.wait_for(lock, kInterval, [this] { return stop_asked_; });
    }
  } catch (const TakeError& error) {
    failure = std::string("Recording stopped: ") + error.what();
  }
  finish(running, failure);
}

void Recorder::finish(Running& running, const std::string& why) {
  std::string message = why;
  for (Running::One& take : running.takes) {
    try {
      take.file->finish();
      folder_.complete(take.id, running.format);
    } catch (const TakeError& error) {
      if (message.empty()) message = std::string("The take may be cut short: ") + error.what();
    }
    if (take.lost_frames > 0 && message.empty())
      message = std::to_string(take.lost_frames) + " frames came too fast for the disk and are silent in the take";
  }
  {
    const std::lock_guard lock(mutex_);
    facts_.is_recording = false;
    facts_.message = message.empty() ? stop_reason_ : message;
  }
  on_change_();
}

}  // namespace ag06::bridge
