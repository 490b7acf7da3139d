// One WebSocket client as the protocol sees it: what it says becomes calls of the live side, what it shall hear waits in its outbox. Not for sockets.
// One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/requests.h"
#include "server/outbox.h"

namespace ag06::bridge::server {

class Hub;

struct CloseReason {
  std::uint16_t code = 1000;   // RFC 6455, 7.4.1
  std::string text;            // at most 123 bytes
  bool at_once = false;        // what waits is not sent any more
};

class Client : public std::enable_shared_from_this<Client> {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // wake: called when something waits to be sent or the client shall be closed; must not call back.
  Client(Hub& hub, std::string address, bool is_authorised, std::function<void()> wake);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void receive_text(std::string_view text);
  void receive_binary(std::span<const std::byte> bytes);
  // False while so many answers wait that no more shall be asked.
  [[nodiscard]] bool may_read() const noexcept { return outbox_.control_messages() < kPauseReadingMessages; }
  [[nodiscard]] const std::optional<CloseReason>& closing() const noexcept { return closing_; }
  // Empty when nothing waits.
  [[nodiscard]] std::optional<OutMessage> take();

  // For the hub and its parts.
  void send(std::string text);
  void close(std::uint16_t code, std::string reason, bool at_once = false);
  void state_changed(std::string delta) { if (is_ready_) send(std::move(delta)); }
  void meters_read(const MeterFrame& meters);
  // Sends what is due at the client's rate.
  void tick(Time now);
  void audio_read(protocol::Stream stream, const std::vector<std::byte>& piece);
  void audio_lost(protocol::Stream stream, std::uint64_t pieces);
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }
  [[nodiscard]] bool wants(protocol::Stream stream) const noexcept { return is_ready_ && subscribed_.has(stream); }
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

 private:
  struct Handler;
  void say_hello(const protocol::Hello& hello, const protocol::RequestId& id);
  void handle(const protocol::ClientMessage& message);
  void refuse(const protocol::ProtocolError& error);
  [[nodiscard]] bool spend_message(Time now);
  // Runs work where it may take its time, then answers with what it returned.
  void run_slowly(const protocol::RequestId& id, std::function<std::string()> work);
  void subscribe(const protocol::Subscribe& request);

  Hub& hub_;
  std::string address_;
  bool is_authorised_;
  std::function<void()> wake_;
  Outbox outbox_;
  bool is_ready_ = false;   // hello was said and answered
  std::optional<CloseReason> closing_;
  protocol::Subscribe subscribed_;
  std::optional<MeterFrame> meters_;
  std::array<std::shared_ptr<const std::vector<std::byte>>, protocol::kStreamCount> drawn_;   // the pictures sent last
  Time hello_by_, next_due_;
  double message_allowance_ = kControlBurst;
  Time allowance_at_;
  int slow_requests_ = 0;
};

}  // namespace ag06::bridge::server
