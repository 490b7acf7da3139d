// Runs a whole stream through the chain with its delay taken out: output frame 0 is input frame 0, and as many frames come
// out as went in. Not for listening, where the delay is real (engine/monitor.h).
#pragma once

#include <vector>

#include "engine/session.h"

namespace ag06::engine {

// Guarantee: the output does not depend on how the stream is cut into blocks.
class OfflineRender {
 public:
  // Allocates. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  // For its parameters, before begin().
  [[nodiscard]] Session& session() noexcept { return session_; }
  // Starts a stream with the parameters as they stand.
  void begin() noexcept;
  // Processes io in place, any frame count. Returns the part of it that is output, valid while io's planes and until the next call;
  // it holds latency_frames() fewer frames in all than went in.
  [[nodiscard]] ConstAudioBlock push(AudioBlock io) noexcept;
  // push() in two steps, for who keeps the mix to try other output levels on it: io becomes the mix; of a mix, whether made now or kept, the output.
  void mix(AudioBlock io) noexcept { session_.process_mix(io); }
  [[nodiscard]] ConstAudioBlock push_mix(AudioBlock io) noexcept;
  // After the last push: the rest, piece by piece, valid until the next call; no frames once everything has been handed out.
  [[nodiscard]] ConstAudioBlock pull_rest() noexcept;
  // pull_rest()'s silence, for mix(): no frames once as many as the chain delays have been handed out.
  [[nodiscard]] AudioBlock next_silence() noexcept;

 private:
  Session session_;
  int skip_frames_ = 0;  // what the chain's delay still puts before the output
  StreamSpec spec_;
  std::vector<float> silence_[kMaxStripChannels];
  float* silent_[kMaxStripChannels] = {};
  const float* kept_[kMaxStripChannels] = {};
  int rest_frames_ = 0;
};

}  // namespace ag06::engine
