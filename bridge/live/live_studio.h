// The whole live side of the bridge behind one door: devices, engine, recorder, transport. Any thread but the audio thread may call it; calls are short unless they say otherwise.
// Not for sockets and messages (server/), which only call this.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "audio/audio_backend.h"
#include "live/tap_history.h"
#include "protocol/studio_state.h"
#include "recorder/take.h"

namespace ag06::bridge {

struct LiveOptions {
  std::string device;                   // substring of a name or a whole id; empty: AG06, AG03, AG06MK2 first, else the default
  double sample_rate_hz = 48000.0;      // 44100..192000
  int block_frames = 128;               // 32..1024
  bool opens_device = true;             // false: waits for open_device()
  std::string takes_folder;
};

// A request that cannot be met. code is a protocol error code ("no_device", "out_of_range", "busy", "not_recording", ...); what() a sentence for people.
class LiveError : public std::runtime_error {
 public:
  LiveError(std::string error_code, const std::string& what) : std::runtime_error(what), code(std::move(error_code)) {}
  std::string code;
};

enum class Tap { input, output };

class LiveStudio {
 public:
  // backends in order of preference. on_change is called from any thread, without locks held, when state() may have changed; it must return soon.
  using MakeBackends = std::function<std::vector<std::unique_ptr<AudioBackend>>(DeviceEvents&)>;
  LiveStudio(LiveOptions options, const MakeBackends& make_backends, std::function<void()> on_change);
  ~LiveStudio();   // fades out, closes takes and device

  [[nodiscard]] StudioState state() const;
  [[nodiscard]] std::vector<DeviceInfo> devices();                       // may take a second
  void open_device(std::optional<StreamRequest> request);               // returns at once; the outcome is a change of state. nullopt: as configured
  void close_device();

  // Values in real units by table index. All or nothing: throws LiveError unknown_parameter, not_finite, out_of_range.
  void set_params(std::span<const std::pair<int, double>> values);
  void set_mode(Mode mode);
  void set_wet(double wet_ratio);                                       // out_of_range
  void reset_meters();
  void calibrate();                                                     // measures the round trip; a second of quiet clicks; no_device, busy. The outcome is a change of state

  void set_source(Source source);
  // Starts (or restarts elsewhere) a stream of file audio from song frame first_frame; returns its stream id.
  std::uint32_t start_song(double sample_rate_hz, std::uint64_t first_frame);
  void pause_song(bool paused);
  void stop_song();
  // Interleaved stereo at the song's rate; returns how many frames were taken (fewer when full or of an older stream). One thread at a time.
  std::size_t push_song(std::uint32_t stream_id, std::span<const float> interleaved, bool is_last);
  // Frames push_song would take now, at the song's rate.
  [[nodiscard]] std::size_t song_room_frames() const;

  // One reader: merges everything since the last call into one frame. False: no device is running, or nothing new.
  bool read_meters(MeterFrame& into);
  // Interleaved stereo, as many frames as fit and are there. Any number of readers, one thread at a time each.
  TapRead read_tap(Tap tap, TapCursor& cursor, std::span<float> into);
  [[nodiscard]] TapCursor tap_now(Tap tap) const;

  void start_recording(const RecordRequest& request);                   // no_device, busy, disk errors
  void stop_recording();                                                // returns when the files are whole; not_recording
  [[nodiscard]] std::vector<Take> takes();
  [[nodiscard]] std::string take_path(const std::string& take_id);      // unknown_take
  void remove_take(const std::string& take_id);

  // Callback durations since start, for /metrics: counts per upper bound in microseconds.
  struct Histogram {
    std::vector<std::pair<double, std::uint64_t>> buckets_us;
    double sum_us = 0.0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] Histogram callback_times() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ag06::bridge
