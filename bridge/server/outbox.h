// What waits to be sent to one WebSocket client: bounded, so that a client that reads slowly costs neither memory nor anybody's time. Not for sockets. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/frames.h"
#include "protocol/requests.h"
#include "server/limits.h"
#include "server/metrics.h"

namespace ag06::bridge::server {

struct OutMessage {
  bool is_text = true;
  std::vector<std::byte> bytes;
  [[nodiscard]] std::string_view text() const noexcept { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

// Order of sending: control, audio, the rest. Of meters, spectrum, scope and features only the newest waits; peaks of meters are kept. Audio loses its
// oldest pieces and the client is told how many.
class Outbox {
 public:
  explicit Outbox(Metrics& metrics) : metrics_(metrics) {}

  // False: too much waits already, the client is lost.
  [[nodiscard]] bool put_control(std::string text);
  void put_meters(const MeterFrame& meters, std::uint32_t sample_rate_hz);
  // stream: spectrum, scope or features; frame: encoded with any sequence.
  void put_picture(protocol::Stream stream, std::shared_ptr<const std::vector<std::byte>> frame);
  // stream: audio_input or audio_output; frame: encoded with any sequence.
  void put_audio(protocol::Stream stream, const std::vector<std::byte>& frame);
  // Pieces that the client misses for another reason; they get numbers, so that the gap shows.
  void note_lost_audio(protocol::Stream stream, std::uint64_t pieces);
  // What is no longer subscribed is not sent.
  void forget(protocol::Stream stream);
  void clear();

  [[nodiscard]] bool is_empty() const noexcept;
  [[nodiscard]] std::size_t control_messages() const noexcept { return control_.size(); }
  [[nodiscard]] std::optional<OutMessage> take();

 private:
  struct Audio {
    std::deque<std::vector<std::byte>> pieces;
    std::uint32_t sequence = 0;
    std::uint64_t lost = 0;   // since the last notice
  };
  [[nodiscard]] Audio& audio_of(protocol::Stream stream) noexcept;
  [[nodiscard]] std::optional<OutMessage> take_audio(protocol::Stream stream);

  Metrics& metrics_;
  std::deque<std::string> control_;
  std::size_t control_bytes_ = 0;
  std::array<Audio, 2> audio_;
  bool output_first_ = false;   // the audio streams take turns
  std::optional<MeterFrame> meters_;
  std::uint32_t meters_rate_hz_ = 0;
  std::array<std::shared_ptr<const std::vector<std::byte>>, protocol::kStreamCount> pictures_;
  std::array<std::uint32_t, protocol::kStreamCount> sequences_{};
};

}  // namespace ag06::bridge::server
