// The live side of the bridge as those see it who only ask: the server and its tests. Not the composition itself (live/live_studio.h).
// Any thread but the audio thread may call it; calls are short unless they say otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "audio/audio_backend.h"
#include "live/auto_move.h"
#include "live/tap_history.h"
#include "protocol/studio_state.h"
#include "recorder/take.h"

namespace ag06::bridge {

// A request that cannot be met. code is a protocol error code ("no_device", "out_of_range", "busy", "not_recording", ...); what() a sentence for people.
class LiveError : public std::runtime_error {
 public:
  LiveError(std::string error_code, const std::string& what) : std::runtime_error(what), code(std::move(error_code)) {}
  std::string code;
};

enum class Tap { input, output };

class LiveDoor {
 public:
  virtual ~LiveDoor() = default;

  [[nodiscard]] virtual StudioState state() const = 0;
  [[nodiscard]] virtual std::vector<DeviceInfo> devices() = 0;                // may take a second
  // Counts up when devices() may have changed; on_change is called then too.
  [[nodiscard]] virtual std::uint64_t devices_revision() const { return 0; }
  virtual void open_device(std::optional<StreamRequest> request) = 0;         // returns at once; the outcome is a change of state. nullopt: as configured
  virtual void close_device() = 0;

  // Values in real units by table index. All or nothing: throws LiveError unknown_parameter, not_finite, out_of_range.
  virtual void set_params(std::span<const std::pair<int, double>> values) = 0;
  virtual void set_mode(Mode mode) = 0;
  virtual void set_wet(double wet_ratio) = 0;                                 // out_of_range
  // What each version is turned down by for listening (match loudness), in [-60, 0]; dry and wet are then those of the processed one. out_of_range
  virtual void set_match_gains(double original_gain_db, double processed_gain_db) = 0;
  virtual void reset_meters() = 0;
  virtual void calibrate() = 0;   // measures the round trip; a second of quiet clicks; no_device, busy. The outcome is a change of state

  virtual void set_source(Source source) = 0;
  // Starts (or restarts elsewhere) a stream of file audio from song frame first_frame; returns its stream id.
  virtual std::uint32_t start_song(double sample_rate_hz, std::uint64_t first_frame) = 0;
  virtual void pause_song(bool paused) = 0;
  virtual void stop_song() = 0;
  // Interleaved stereo at the song's rate; returns how many frames were taken (fewer when full or of an older stream). One thread at a time.
  virtual std::size_t push_song(std::uint32_t stream_id, std::span<const float> interleaved, bool is_last) = 0;
  // Frames push_song would take now, at the song's rate.
  [[nodiscard]] virtual std::size_t song_room_frames() const = 0;

  // One reader: merges everything since the last call into one frame. False: no device is running, or nothing new.
  virtual bool read_meters(MeterFrame& into) = 0;
  // Interleaved stereo, as many frames as fit and are there. Any number of readers, one thread at a time each.
  virtual TapRead read_tap(Tap tap, TapCursor& cursor, std::span<float> into) = 0;
  [[nodiscard]] virtual TapCursor tap_now(Tap tap) const = 0;

  virtual void start_recording(const RecordRequest& request) = 0;             // no_device, busy, disk errors
  virtual void stop_recording() = 0;                                          // returns when the files are whole; not_recording
  [[nodiscard]] virtual std::vector<Take> takes() = 0;
  [[nodiscard]] virtual std::string take_path(const std::string& take_id) = 0;  // unknown_take
  virtual void remove_take(const std::string& take_id) = 0;

  // What the automatic mode did since the last call; one reader, who asks when the state has changed.
  [[nodiscard]] virtual std::vector<AutoMove> take_moves() { return {}; }

  // Callback durations since start, for /metrics: counts per upper bound in microseconds.
  struct Histogram {
    std::vector<std::pair<double, std::uint64_t>> buckets_us;
    double sum_us = 0.0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] virtual Histogram callback_times() const = 0;
};

}  // namespace ag06::bridge
