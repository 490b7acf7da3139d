// A plain socket client for tests of the server: HTTP and RFC 6455 by hand, so that nothing it says or expects comes from the library under test. One thread each.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ag06::bridge::test {

// Longer than any machine under load needs; what takes this long has failed.
inline constexpr std::chrono::seconds kPatience{60};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> fields;   // names in lower case
  std::string body;
};

struct WsFrame {
  int opcode = 0;
  bool is_final = true;
  std::string payload;
  [[nodiscard]] int close_code() const { return payload.size() < 2 ? 0 : (static_cast<unsigned char>(payload[0]) << 8) | static_cast<unsigned char>(payload[1]); }
};

class Wire {
 public:
  explicit Wire(std::uint16_t port, int receive_buffer_bytes = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("connect: " + std::string(std::strerror(errno)));
  }
  ~Wire() { close(); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  // False: the peer has ended.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Reads once more; false at the end of the stream. Throws after kPatience.
  bool more() {
    pollfd ready{socket_, POLLIN, 0};
    const int events = ::poll(&ready, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count()));
    if (events == 0) throw std::runtime_error("nothing came within " + std::to_string(kPatience.count()) + " s; so far: " + buffer_.substr(0, 200));
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  bool until(std::size_t bytes) {
    while (buffer_.size() < bytes) {
      if (!more()) return false;
    }
    return true;
  }
  // True once the peer has ended; whatever still comes is dropped.
  bool ends() {
    while (more()) buffer_.clear();
    return true;
  }
  std::string take(std::size_t bytes) {
    std::string taken = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return taken;
  }
  [[nodiscard]] const std::string& buffer() const noexcept { return buffer_; }

  // One response; status 0: the stream ended before one came.
  Answer answer(bool has_body = true) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return {};
    }
    Answer answer;
    const std::string head = take(end + 4);
    answer.status = std::stoi(head.substr(head.find(' ') + 1));
    for (std::size_t at = head.find("\r\n") + 2; at < head.size() - 2;) {
      const std::size_t line_end = head.find("\r\n", at), colon = head.find(':', at);
      std::string name = head.substr(at, colon - at);
      for (char& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
      answer.fields[name] = head.substr(colon + 2, line_end - colon - 2);
      at = line_end + 2;
    }
    if (has_body && answer.fields.count("content-length") != 0) {
      const std::size_t length = std::stoul(answer.fields["content-length"]);
      until(length);
      answer.body = take(length);
    }
    return answer;
  }

  // Client frames are masked (RFC 6455, 5.3).
  bool send_frame(int opcode, std::string_view payload, bool is_final = true) {
    std::string bytes;
    bytes.push_back(static_cast<char>((is_final ? 0x80 : 0) | opcode));
    if (payload.size() < 126) {
      bytes.push_back(static_cast<char>(0x80 | payload.size()));
    } else if (payload.size() < 65536) {
      bytes.push_back(static_cast<char>(0x80 | 126));
      bytes.push_back(static_cast<char>(payload.size() >> 8));
      bytes.push_back(static_cast<char>(payload.size() & 255));
    } else {
      bytes.push_back(static_cast<char>(0x80 | 127));
      for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(payload.size()) >> shift & 255));
    }
    const char mask[4] = {0x12, 0x34, 0x56, 0x78};
    bytes.append(mask, 4);
    for (std::size_t i = 0; i < payload.size(); ++i) bytes.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
    return send(bytes);
  }
  bool send_text(std::string_view text) { return send_frame(1, text); }
  // nullopt: the stream ended. Pings are passed over unless asked for.
  std::optional<WsFrame> frame(bool wants_pings = false) {
    for (;;) {
      if (!until(2)) return std::nullopt;
      const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(buffer_[at]); };
      std::size_t header = 2, length = byte(1) & 127u;
      if (length == 126) {
        header = 4;
        if (!until(header)) return std::nullopt;
        length = static_cast<std::size_t>(byte(2) << 8 | byte(3));
      } else if (length == 127) {
        header = 10;
        if (!until(header)) return std::nullopt;
        length = 0;
        for (std::size_t i = 2; i < 10; ++i) length = length << 8 | byte(i);
      }
      if (!until(header + length)) return std::nullopt;
      WsFrame frame;
      frame.opcode = byte(0) & 15;
      frame.is_final = (byte(0) & 0x80u) != 0;
      take(header);
      frame.payload = take(length);
      if (frame.opcode == 9 && !wants_pings) {
        send_frame(10, frame.payload);
        continue;
      }
      return frame;
    }
  }
  // The next text, or what the close frame said as "close CODE"; empty at the end of the stream.
  std::string text() {
    while (auto next = frame()) {
      if (next->opcode == 1) return next->payload;
      if (next->opcode == 8) return "close " + std::to_string(next->close_code());
    }
    return {};
  }
  // The first text that holds this; what the stream ended with, otherwise.
  std::string text_with(std::string_view part) {
    for (;;) {
      std::string next = text();
      if (next.empty() || next.rfind("close ", 0) == 0 || next.find(part) != std::string::npos) return next;
    }
  }

 private:
  int socket_;
  std::string buffer_;
};

}  // namespace ag06::bridge::test
