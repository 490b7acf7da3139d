// Audio that a client sends, on its way to the audio thread: taken at the song's own rate, converted to the device's, buffered, and played with fades
// where it is cut. Not for files (the client reads them) and not for the device's input.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <span>
#include <vector>

#include "dsp/resample/resampler.h"
#include "live/fade.h"
#include "live/latest_value.h"

namespace ag06::bridge {

enum class SongPhase : std::uint32_t {
  none,          // nothing was begun, or it was stopped
  buffering,     // too little is there yet, or ran out
  playing,
  paused,
  ended,         // the last frame was pulled
  interrupted    // the device's rate changed: the client has to begin anew at the position it last heard
};

struct SongStatus {
  std::uint32_t stream_id = 0;
  SongPhase phase = SongPhase::none;
  double sample_rate_hz = 0.0;       // of the song
  double position_frames = 0.0;      // song frame that leaves the chain next
  double buffered_ms = 0.0;          // converted and not yet pulled
  std::uint64_t underruns = 0;       // of this stream
};

// There is no clock but the device's: pull() takes what the device needs, and the client may send only what push() has room for. However much the
// client's clock and the device's differ, the difference shows in when the client is asked for more and never in the sound or the position.
class SongFeed {
 public:
  static constexpr double kCapacityMs = 2000.0;       // at least
  static constexpr double kStartMs = 200.0;           // buffered before the first frame and after an underrun
  static constexpr double kFadeMs = 5.0;

  // While no callback runs; allocates. latency_frames: of the chain behind pull(). Another rate than before interrupts the song; the same rate keeps
  // it.
  void prepare(double device_rate_hz, int latency_frames);

  // Server's side: any thread, one call at a time by the lock inside.

  // False when the rate cannot be converted, or no device was ever prepared.
  // Whatever played before fades out; the new stream starts by itself once enough is there. stream_id differs from the one before. A stream that
  // begins at frame 0 starts without a fade: its first transient is whole.
  [[nodiscard]] bool begin(std::uint32_t stream_id, double sample_rate_hz, std::uint64_t first_frame);
  // Interleaved stereo at the song's rate. Returns the frames taken; 0 for a stream_id other than the latest begun, or after its last piece. is_last
  // counts only if every frame was taken. What is not finite is silence.
  [[nodiscard]] std::size_t push(std::uint32_t stream_id, std::span<const float> interleaved, bool is_last);
  // Frames that push() would take now.
  [[nodiscard]] std::size_t room_frames() const;
  void set_paused(bool paused);
  void stop();
  [[nodiscard]] SongStatus status() const;

  // Audio thread. Replaces the planes by the next frames, or silence.
  void pull(float* const* planes, int frames) noexcept;

 private:
  static constexpr std::uint64_t kNotKnown = std::numeric_limits<std::uint64_t>::max();
  static constexpr int kPieceFrames = 1024;

  // What the server wants to be heard. Places are device frames since prepare(), never wrapping.
  struct Wanted {
    std::uint32_t stream_id = 0;
    bool is_on = false;
    bool is_paused = false;
    std::uint64_t start = 0;              // of this stream in the ring
    std::uint64_t end = kNotKnown;        // behind its last frame
    std::uint64_t first_frame = 0;
    double song_rate_hz = 0.0;
  };
  enum class Step { idle, buffering, playing, closing };

  // Server's side.
  void append(std::span<const float> interleaved);
  void finish();
  void write_converted(int frames) noexcept;
  [[nodiscard]] std::size_t room_device_frames() const noexcept;
  [[nodiscard]] std::size_t room_song_frames() const noexcept;

  // Audio thread.
  void follow_wishes() noexcept;
  [[nodiscard]] bool is_current() const noexcept {
    return wanted_.is_on && wanted_.stream_id == current_.stream_id && wanted_.start == current_.start;
  }
  [[nodiscard]] bool is_whole() const noexcept { return current_.end <= written_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t available() const noexcept;
  [[nodiscard]] bool is_short_of(int frames) const noexcept;
  void adopt() noexcept;
  void leave_closed() noexcept;
  void end_song() noexcept;
  int play(float* const* planes, int at, int frames) noexcept;
  int rest(float* const* planes, int at, int frames) noexcept;
  void count_through_chain(bool plays, int frames) noexcept;
  void report() noexcept;

  mutable std::mutex mutex_;          // of the server's side
  Wanted asked_;                      // as published last
  double device_rate_hz_ = 0.0;
  dsp::Resampler resampler_;
  double prepared_song_rate_hz_ = 0.0;
  double prepared_device_rate_hz_ = 0.0;
  std::size_t drain_frames_ = 0;      // room that push() keeps for what the converter still holds at the end
  std::vector<float> piece_[2];
  std::vector<float> converted_[2];
  bool is_interrupted_ = false;

  std::vector<float> ring_;           // interleaved
  std::uint64_t mask_ = 0;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};
  LatestValue<Wanted> wishes_;

  Wanted wanted_;                     // audio thread's copy
  Wanted current_;                    // what is being pulled; limit_ ends it where another stream begins
  std::uint64_t limit_ = kNotKnown;
  Step step_ = Step::idle;
  bool closes_for_more_ = false;      // an underrun: waits for kStartMs again
  bool has_ended_ = false;
  int start_frames_ = 0;
  Fade fade_;
  std::vector<std::uint8_t> in_chain_;   // which of the latest frames that went into the chain were the song's
  std::size_t in_chain_at_ = 0;
  std::uint64_t unheard_frames_ = 0;

  std::atomic<std::uint32_t> reported_stream_{0};
  std::atomic<SongPhase> reported_phase_{SongPhase::none};
  std::atomic<double> reported_position_{0.0};
  std::atomic<std::uint64_t> underruns_{0};
};

}  // namespace ag06::bridge
