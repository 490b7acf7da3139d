// What the server counts, and its Prometheus text. Label values come from fixed sets, so that nobody outside can grow it. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "live/live_door.h"

namespace ag06::bridge::server {

// Prometheus text exposition format 0.0.4.
class Metrics {
 public:
  void count_request(std::string_view method, int status);
  void count_refusal(std::string_view reason) { ++refusals_[std::string(reason)]; }
  void count_message_in(std::size_t bytes) noexcept { ++messages_in_, bytes_in_ += bytes; }
  void count_message_out(std::size_t bytes) noexcept { ++messages_out_, bytes_out_ += bytes; }
  void count_dropped(std::string_view stream, std::uint64_t frames_or_messages) { dropped_[std::string(stream)] += frames_or_messages; }
  void count_song_frames(std::uint64_t frames) noexcept { song_frames_ += frames; }
  void client_came() noexcept { ++ws_clients_, ++ws_clients_total_; }
  void client_went() noexcept { --ws_clients_; }
  void connection_opened() noexcept { ++connections_; }
  void connection_closed() noexcept { --connections_; }

  [[nodiscard]] std::uint64_t refusals(std::string_view reason) const;
  [[nodiscard]] int connections() const noexcept { return connections_; }
  [[nodiscard]] int ws_clients() const noexcept { return ws_clients_; }
  // meters: the latest; callbacks: since start.
  [[nodiscard]] std::string text(const StudioState& state, const MeterFrame& meters, const LiveDoor::Histogram& callbacks) const;

 private:
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, std::uint64_t> refusals_, dropped_;
  std::uint64_t messages_in_ = 0, messages_out_ = 0, bytes_in_ = 0, bytes_out_ = 0, song_frames_ = 0, ws_clients_total_ = 0;
  int ws_clients_ = 0, connections_ = 0;
};

// Resident memory of this process in bytes; 0 where it cannot be read.
[[nodiscard]] std::uint64_t resident_bytes();

}  // namespace ag06::bridge::server
