// Keeps the wanted audio device open through everything that happens to hardware: a thread that owns the backends, opens, notices losses, waits and
// opens again. Not for processing (AudioUser).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "audio/audio_backend.h"
#include "protocol/studio_state.h"

namespace ag06::bridge {

struct KeeperOptions {
  // substring of a name, or a whole id; empty: AG06, AG03, AG06MK2, else any with inputs and outputs
  std::string device;
  double sample_rate_hz = 48000.0;
  int block_frames = 128;
  bool opens_device = true;                         // false: waits for open()
  bool locks_memory = true;
  std::chrono::milliseconds look_every{500};        // while the device is away
  // a running device that calls back no more for this long is lost (suspend, a server that hangs); 0: never
  std::chrono::milliseconds silent_at_most{1500};
  // Called on the keeper's thread before it closes a stream that still runs: the place for a fade-out; may take 100 ms.
  std::function<void()> before_close;
};

class DeviceKeeper final : private DeviceEvents {
 public:
  using MakeBackends = std::function<std::vector<std::unique_ptr<AudioBackend>>(DeviceEvents&)>;

  // Does nothing yet. make_backends runs on the keeper's thread; the backends in order of preference. user must outlive the keeper; its prepare()
  // runs on the keeper's thread.
  // on_change: called on the keeper's thread, without locks held, when status() or the list of devices has changed.
  DeviceKeeper(KeeperOptions options, MakeBackends make_backends, AudioUser& user, std::function<void()> on_change);
  // Once: the thread starts, and with it on_change.
  void start();
  ~DeviceKeeper();   // closes the stream; no callback of any kind runs afterwards
  DeviceKeeper(const DeviceKeeper&) = delete;
  DeviceKeeper& operator=(const DeviceKeeper&) = delete;

  // Any thread. What concerns the engine (its latency, the measured round trip) is left at its default.
  [[nodiscard]] DeviceStatus status() const;
  // Any thread: looks anew; may take a second. Empty before start(), and after 3 s without an answer from the device systems.
  [[nodiscard]] std::vector<DeviceInfo> devices();
  // Counts up when devices() may have changed; on_change is called then too. Any thread.
  [[nodiscard]] std::uint64_t list_revision() const noexcept { return list_revision_.load(std::memory_order_relaxed); }
  // Return at once; what comes of it is a change of status. nullopt: as the options say. An empty device_id in a request: the best there is.
  void open(std::optional<StreamRequest> request);
  void close();
  // Callbacks of the audio thread so far, over all streams.
  [[nodiscard]] std::uint64_t callbacks() const noexcept { return counted_.calls.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;

  // Between backend and user: counts callbacks, so that their absence is noticed.
  struct CountedUser final : AudioUser {
    explicit CountedUser(AudioUser& to) : user(to) {}
    void prepare(const StreamFormat& format) override { user.prepare(format); }
    void process(const float* const* inputs, float* const* outputs, int frames) noexcept override {
      calls.store(calls.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      user.process(inputs, outputs, frames);
    }
    void note_xrun() noexcept override { user.note_xrun(); }
    AudioUser& user;
    std::atomic<std::uint64_t> calls{0};
  };

  void devices_changed() override;
  void stream_lost(const std::string& why) override;

  void run();
  void post(std::function<void()> task);
  void step();
  std::vector<DeviceInfo> look();
  void try_to_open();
  void open_one(const DeviceInfo& device);
  void close_stream(bool is_alive);
  void lose(const std::string& why);
  void check_pulse();
  void consider_better();
  void publish(const DeviceStatus& status);
  [[nodiscard]] DeviceStatus blank(DevicePhase phase, const DeviceInfo& device, const std::string& message) const;
  [[nodiscard]] Clock::duration pause() const;

  const KeeperOptions options_;
  const MakeBackends make_backends_;
  CountedUser counted_;
  const std::function<void()> on_change_;

  std::atomic<std::uint64_t> list_revision_{0};
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::function<void()>> tasks_;
  bool is_ending_ = false;
  std::thread::id keeper_;             // while the thread runs
  bool is_list_changed_ = false;
  std::optional<std::string> loss_;
  DeviceStatus status_;

  // The keeper's thread only.
  std::vector<std::unique_ptr<AudioBackend>> backends_;
  bool is_memory_locked_ = false;
  bool is_wanted_ = false;
  StreamRequest request_;              // device_id: what is wanted, in the sense of choose_devices()
  AudioBackend* open_in_ = nullptr;
  DeviceInfo held_;                    // the open device, or the one that was open last; empty id: none
  bool is_clock_virtual_ = false;
  std::uint64_t pulse_ = 0;
  Clock::time_point pulse_since_{};
  Clock::time_point next_look_{};
  std::thread thread_;
};

}  // namespace ag06::bridge
