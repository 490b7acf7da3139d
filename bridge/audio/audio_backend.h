// The bridge's view of sound hardware: what devices there are, one full-duplex stream, and word of what happens to them.
// Not for processing (live/live_engine.h) and not for deciding which device to open (live/device_keeper.h).
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ag06::bridge {

// The engine is stereo: the first two channels of a device are used; a mono input feeds both sides.
inline constexpr int kStreamChannels = 2;

struct DeviceInfo {
  std::string id;       // names the device to open(), unique over all backends, e.g. "jack:AG06/AG03 Analog Stereo"
  std::string name;     // for people
  std::string backend;  // "jack", "portaudio", "simulated"
  int input_channels = 0;
  int output_channels = 0;
  double default_sample_rate_hz = 0.0;
  bool rate_is_fixed = false;   // another program owns the clock (a JACK server): requests for another rate or block are answered with what there is
  friend bool operator==(const DeviceInfo&, const DeviceInfo&) = default;
};

struct StreamRequest {
  std::string device_id;
  double sample_rate_hz = 48000.0;
  int block_frames = 128;
};

// What was opened.
struct StreamFormat {
  double sample_rate_hz = 0.0;
  int block_frames = 0;            // the longest block the callback will be given
  int input_latency_frames = 0;    // as declared by the device or its driver
  int output_latency_frames = 0;
  int buffer_latency_frames = 0;   // what the stream's own buffering adds to a round trip: one block for JACK
  bool is_realtime = false;        // the callback's thread runs under a real-time scheduler
  bool clock_is_virtual = false;   // simulated: callbacks may stay away for any time without anything being wrong
  std::string remark;              // what a person should know, e.g. why it is not real-time; empty: nothing
};

// Whose audio it is. prepare() is called on the thread that calls open(), before the first process() of every stream.
class AudioUser {
 public:
  virtual ~AudioUser() = default;
  // May allocate and throw; the stream is then not started.
  virtual void prepare(const StreamFormat& format) = 0;
  // Audio thread. Planes of kStreamChannels channels; frames in [1, block_frames]; inputs and outputs do not overlap. Whatever outputs hold is
  // replaced.
  virtual void process(const float* const* inputs, float* const* outputs, int frames) noexcept = 0;
  // Audio or driver thread: the driver says that it lost audio.
  virtual void note_xrun() noexcept = 0;
};

// Called from a backend's own threads, never from the audio thread; must return soon and must not call back into the backend.
class DeviceEvents {
 public:
  virtual ~DeviceEvents() = default;
  virtual void devices_changed() = 0;
  // The open stream gives no audio any more (unplugged, server gone, rate changed); it still has to be closed.
  virtual void stream_lost(const std::string& why) = 0;
};

// what() is a clause for people: it names the device or backend and the reason.
class AudioError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One thread at a time calls these.
class AudioBackend {
 public:
  virtual ~AudioBackend() = default;
  [[nodiscard]] virtual const char* name() const noexcept = 0;
  // Looks anew; empty when the backend's system is not there (no JACK server). Never throws for want of devices.
  [[nodiscard]] virtual std::vector<DeviceInfo> devices() = 0;
  // Throws AudioError. At most one stream per backend; user must outlive it.
  virtual StreamFormat open(const StreamRequest& request, AudioUser& user) = 0;
  // The callback has returned for the last time when this returns. Harmless without a stream.
  virtual void close() noexcept = 0;
};

// nullptr where the backend was not built in. events must outlive the backend.
[[nodiscard]] std::unique_ptr<AudioBackend> make_jack_backend(DeviceEvents& events);
[[nodiscard]] std::unique_ptr<AudioBackend> make_portaudio_backend(DeviceEvents& events);

}  // namespace ag06::bridge
