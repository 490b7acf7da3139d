// Records what passes through the engine: a thread of its own takes audio from the taps and writes takes. Not for the audio thread, which only feeds the taps.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "recorder/take.h"
#include "recorder/take_folder.h"

namespace ag06::bridge {

// One signal to record. read: interleaved stereo, as many frames as fit and are there; returns frames and adds what it could not get any more to lost_frames.
struct TakeSource {
  std::string name;   // in the take's id: "input", "processed"
  std::function<int(std::span<float> into, std::uint64_t& lost_frames)> read;
};

struct RecorderFacts {
  bool is_recording = false;
  std::string take_id;          // of the running or the latest take, the first where there are two
  std::string message;          // a sentence for people; empty: nothing to say
  double recorded_s = 0.0;
  std::uint64_t lost_frames = 0;
};

// Guarantee: a crash loses at most the last second; frames that could not be had are replaced by as many frames of silence, so that time is kept, and counted.
class Recorder {
 public:
  // on_change: from any thread, without locks held, when facts() other than recorded_s and lost_frames changed.
  Recorder(const std::string& folder, std::function<void()> on_change);
  // Ends a running take.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Errors: TakeError (one is running, no space, unknown format).
  void start(const std::string& format, double sample_rate_hz, std::vector<TakeSource> sources);
  // Returns when the files are whole. why: a sentence for facts().message. False: nothing was being recorded.
  bool stop(const std::string& why = "");
  [[nodiscard]] RecorderFacts facts() const;
  [[nodiscard]] TakeFolder& folder() noexcept { return folder_; }

 private:
  struct Running;
  void write_on(Running& running);
  void finish(Running& running, const std::string& why);

  TakeFolder folder_;
  std::function<void()> on_change_;
  mutable std::mutex mutex_;              // of what follows
  std::condition_variable wake_;
  bool stop_asked_ = false;
  std::string stop_reason_;
  RecorderFacts facts_;
  std::mutex control_;                    // start() and stop() one at a time
  std::thread thread_;
};

}  // namespace ag06::bridge
