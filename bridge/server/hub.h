// Where the live side and its listeners meet: state becomes numbered deltas, taps and meters become streams, for every client at its own pace.
// Not for sockets. One thread: everything here is called on it unless it says otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "live/live_door.h"
#include "protocol/frames.h"
#include "server/access.h"
#include "server/client.h"
#include "server/http.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/output_analyser.h"
#include "server/song_desk.h"

namespace ag06::bridge::server {

// Runs work on a thread that may wait for disks and devices, one after the other, then after() on the hub's thread.
using RunSlowly = std::function<void(std::function<void()> work, std::function<void()> after)>;

struct HubOptions {
  std::string program_version = "0.1.0";
  double default_sample_rate_hz = 48000.0;   // for requests that name a device but no rate
  int default_block_frames = 128;
  std::chrono::milliseconds hello_timeout{2000};
  std::function<std::chrono::steady_clock::time_point()> now;   // empty: the steady clock
};

class Hub {
 public:
  using Time = std::chrono::steady_clock::time_point;
  Hub(LiveDoor& door, Access& access, Metrics& metrics, Log& log, RunSlowly run_slowly, HubOptions options);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  [[nodiscard]] std::shared_ptr<Client> connect(std::string address, bool is_authorised, std::function<void()> wake);
  void disconnect(const std::shared_ptr<Client>& client);
  // Every client is told to go away (1001), after what it still has to hear.
  void close_all(const std::string& reason);

  // The live side's state may have changed. Clients hear of it within kDeltaInterval.
  void state_may_have_changed();
  // Streams, grants and times-out: to be called every kTick while there are listeners, else every kIdleTick.
  void tick();
  static constexpr std::chrono::milliseconds kTick{5}, kIdleTick{50}, kDeltaInterval{8};
  [[nodiscard]] bool has_listeners() const noexcept { return !clients_.empty() || feeds_ > 0; }

  // Events "state" (the whole state, first and when it changed) and "meters" (by name, merged since the last).
  [[nodiscard]] EventFeed make_feed();
  [[nodiscard]] std::string status_text() const;
  [[nodiscard]] const StudioState& state() const noexcept { return state_; }
  [[nodiscard]] const MeterFrame& latest_meters() const noexcept { return latest_meters_; }

  // For clients.
  [[nodiscard]] LiveDoor& door() noexcept { return door_; }
  [[nodiscard]] Access& access() noexcept { return access_; }
  [[nodiscard]] Metrics& metrics() noexcept { return metrics_; }
  [[nodiscard]] Log& log() noexcept { return log_; }
  [[nodiscard]] SongDesk& song() noexcept { return song_; }
  [[nodiscard]] const RunSlowly& run_slowly() const noexcept { return run_slowly_; }
  [[nodiscard]] const HubOptions& options() const noexcept { return options_; }
  [[nodiscard]] Time now() const { return options_.now(); }
  [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }
  [[nodiscard]] std::uint32_t device_rate_hz() const noexcept { return static_cast<std::uint32_t>(state_.device.sample_rate_hz + 0.5); }
  // Brings state() up to date and tells everyone.
  void refresh();
  // Encoded with the newest output; nullptr: nothing new since the last picture of this kind.
  [[nodiscard]] std::shared_ptr<const std::vector<std::byte>> picture(protocol::Stream stream);
  // Any thread: the list of takes has changed otherwise than by the recorder's state.
  void takes_have_changed() noexcept { takes_changed_.store(true, std::memory_order_release); }

 private:
  struct Feed {
    std::optional<MeterFrame> meters;
    bool state_changed = true;
  };
  // A picture is made once for all clients that draw it at about the same time.
  struct Picture {
    Time made_at{};
    std::uint64_t end = 0;   // sample time of its newest frame
    std::shared_ptr<const std::vector<std::byte>> frame;
  };
  void read_meters();
  void read_audio(Tap tap, protocol::Stream stream, TapCursor& cursor, bool& was_read);
  void announce_moves();
  void announce_takes();
  void announce_devices();
  void announce_later(std::function<std::string()> write);

  LiveDoor& door_;
  Access& access_;
  Metrics& metrics_;
  Log& log_;
  RunSlowly run_slowly_;
  HubOptions options_;
  SongDesk song_;
  OutputAnalyser analyser_;
  std::vector<std::shared_ptr<Client>> clients_;
  std::vector<std::weak_ptr<Feed>> feed_list_;
  int feeds_ = 0;
  StudioState state_;
  std::uint64_t sequence_ = 0;
  bool change_waits_ = false;
  std::uint64_t devices_revision_ = 0;
  std::atomic<bool> takes_changed_{false};
  Time refreshed_at_{}, looked_at_{};
  MeterFrame latest_meters_;
  TapCursor input_cursor_, output_cursor_;
  bool reads_input_ = false, reads_output_ = false;
  std::array<Picture, protocol::kStreamCount> pictures_;
};

}  // namespace ag06::bridge::server
