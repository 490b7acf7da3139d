// Sound hardware on a virtual clock: a test or a tool says when time passes, what the input hears, when the plug is pulled. Not for real devices.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "audio/audio_backend.h"

namespace ag06::bridge {

struct SimulatedDevice {
  std::string name = "Simulated AG06";   // id: "simulated:" and the name
  int input_channels = 2;
  int output_channels = 2;
  double sample_rate_hz = 48000.0;       // of its clock when rate_is_fixed, else what it is asked for
  int block_frames = 128;
  bool rate_is_fixed = false;
  int input_latency_frames = 0;
  int output_latency_frames = 0;
};

// The hardware itself: outlives the backends that look at it. Any thread; calls are serialised.
class SimulatedHardware {
 public:
  // Starts with these devices plugged in.
  explicit SimulatedHardware(std::vector<SimulatedDevice> devices = {SimulatedDevice{}});
  SimulatedHardware(const SimulatedHardware&) = delete;
  SimulatedHardware& operator=(const SimulatedHardware&) = delete;

  // also changes one that is there; an open stream of it is lost when its rate or block becomes another
  void plug(const SimulatedDevice& device);
  void unplug(const std::string& name);
  void fail_next_open(const std::string& why, int times = 1);
  // LOOPBACK switch: what is played comes back to the input after this many frames, at least the longest block, times gain. 0 frames: off.
  void set_loopback(int frames, float gain_lin = 1.0f);
  void report_xrun();

  // Lets in.size() / 2 frames pass: the open stream hears `in` and what it plays goes to `out`, both interleaved stereo of one size. Blocks are as
  // long as the pattern says, again and again, at most the stream's block; an empty pattern means full blocks. False, and nothing passes, without an
  // open stream.
  bool run(std::span<const float> in, std::span<float> out, std::span<const int> block_pattern = {});
  // Silence in, output dropped.
  bool run_silence(int frames);

  [[nodiscard]] bool has_stream() const;
  [[nodiscard]] std::optional<StreamFormat> format() const;   // of the open stream
  [[nodiscard]] int opens() const;                            // streams opened so far

 private:
  friend class SimulatedBackend;
  struct Stream {
    AudioUser* user = nullptr;
    std::string device;
    StreamFormat format;
    std::size_t inputs = 2;         // 1: the left of `in` feeds both sides
    std::size_t outputs = 2;
    std::vector<float> planes[4];   // in, in, out, out
  };

  [[nodiscard]] std::vector<SimulatedDevice> devices() const;
  StreamFormat open(const StreamRequest& request, AudioUser& user);
  void close();
  void attach(DeviceEvents* events);
  void tell_change(const std::string& lost_why);
  void run_block(const float* in, float* out, int frames);

  mutable std::mutex mutex_;
  std::mutex events_mutex_;   // never taken together with mutex_: the listener may look at the hardware from another thread
  DeviceEvents* events_ = nullptr;
  std::vector<SimulatedDevice> devices_;
  std::optional<Stream> stream_;
  std::string failure_;
  int failures_left_ = 0;
  int opens_ = 0;
  int loopback_frames_ = 0;
  float loopback_gain_lin_ = 1.0f;
  std::vector<float> loop_;         // what was played, interleaved, as a ring
  std::uint64_t loop_frames_ = 0;
};

// One backend at a time may look at the hardware.
[[nodiscard]] std::unique_ptr<AudioBackend> make_simulated_backend(DeviceEvents& events, std::shared_ptr<SimulatedHardware> hardware);

// Passes time on the hardware at the pace of the machine's clock, on a thread of its own, so that the bridge can be tried without a sound card: the
// input hears `input` (interleaved stereo at the stream's rate, repeated; empty: silence) and the output is dropped.
class SimulatedPace {
 public:
  explicit SimulatedPace(std::shared_ptr<SimulatedHardware> hardware, std::vector<float> input = {});
  ~SimulatedPace();
  SimulatedPace(const SimulatedPace&) = delete;
  SimulatedPace& operator=(const SimulatedPace&) = delete;

 private:
  void keep_pace();

  std::shared_ptr<SimulatedHardware> hardware_;
  std::vector<float> input_;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

}  // namespace ag06::bridge
