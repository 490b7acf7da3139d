// HTTP/1.1 on any stream: reads requests with every limit held, asks the router, writes what it says. Internal; included by the two files that serve sockets.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/write.hpp>

#include "server/websocket_connection.h"

namespace ag06::bridge::server {

template <class Stream>
class HttpConnection : public std::enable_shared_from_this<HttpConnection<Stream>> {
 public:
  HttpConnection(Serving& serving, Stream&& stream, Peer peer) : serving_(serving), stream_(std::move(stream)), peer_(std::move(peer)) {}

  [[nodiscard]] Stream& stream() noexcept { return stream_; }

  // Until the connection has ended or has become a WebSocket, which is served here as well.
  asio::awaitable<void> run() {
    const auto self = this->shared_from_this();
    const auto place = serving_.add({[this] { end(); }, [](auto) {}, [this] { if (is_idle_) end(); }});
    const auto upgrade = co_await serve();
    serving_.connections.erase(place);
    if (upgrade) {
      auto socket = std::make_shared<WebSocketConnection<Stream>>(serving_, std::move(stream_), peer_);
      co_await socket->run(std::move(upgrade->request), upgrade->is_authorised);
      co_return;
    }
    beast::error_code ignored;
    lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  }

 private:
  struct Handshake {
    http::request<http::string_body> request;
    bool is_authorised = false;
  };
  using Parser = http::request_parser<http::string_body>;

  auto& lowest() { return beast::get_lowest_layer(stream_); }

  void end() {
    beast::error_code ignored;
    lowest().socket().close(ignored);
  }

  asio::awaitable<std::optional<Handshake>> serve() {
    auto wait = serving_.timeouts.header;
    for (bool goes_on = true; goes_on && !serving_.is_ending; wait = serving_.timeouts.keep_alive) {
      Parser parser;
      parser.header_limit(static_cast<std::uint32_t>(kMaxHeaderBytes));
      parser.body_limit(boost::none);   // asked for below: a refusal of the request itself says more
      lowest().expires_after(wait);
      is_idle_ = buffer_.size() == 0;
      const auto [error, bytes] = co_await http::async_read_header(stream_, buffer_, parser, kTuple);
      is_idle_ = false;
      if (error) {
        co_await refuse(error);
        co_return std::nullopt;
      }
      Request request = request_of(parser);
      if (Router::is_upgrade(request)) {
        Upgrade upgrade = serving_.router.upgrade(request);
        if (!upgrade.refusal && buffer_.size() > 0) upgrade.refusal = serving_.router.refuse(400, "handshake", "nothing may follow a WebSocket handshake before its answer");
        if (!upgrade.refusal) {
          serving_.router.count_upgrade(request);
          co_return Handshake{parser.release(), upgrade.is_authorised};
        }
        upgrade.refusal->closes = true;
        co_await answer(request, std::move(*upgrade.refusal), false);
        co_return std::nullopt;
      }
      goes_on = co_await serve_one(parser, request);
    }
    co_return std::nullopt;
  }

  // False: the connection ends.
  asio::awaitable<bool> serve_one(Parser& parser, Request& request) {
    bool keeps_alive = parser.keep_alive();
    std::optional<Response> refusal = serving_.router.screen(request);
    if (!refusal && parser.content_length().value_or(0) > kMaxBodyBytes) refusal = serving_.router.refuse(413, "too_large", too_large());
    if (refusal) {
      // What was not read would be taken for the next request.
      const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
      if (has_body) refusal->closes = true;
      co_return co_await answer(request, std::move(*refusal), keeps_alive);
    }
    parser.body_limit(kMaxBodyBytes);
    if (!parser.is_done()) {
      lowest().expires_after(serving_.timeouts.header);
      if (const auto expect = request.field("Expect"); expect && equal_ignoring_case(*expect, "100-continue")) {
        const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto [error, bytes] = co_await asio::async_write(stream_, asio::buffer(go_on), kTuple);
        if (error) co_return false;
      }
      const auto [error, bytes] = co_await http::async_read(stream_, buffer_, parser, kTuple);
      if (error) {
        co_await refuse(error);
        co_return false;
      }
      request.body = std::move(parser.get().body());
    }
    Reply reply = serving_.router.route(request);
    if (auto* const slow = std::get_if<std::function<Response()>>(&reply)) {
      const auto response = std::make_shared<Response>();
      lowest().expires_never();
      co_await done_elsewhere([&](std::function<void()> tell) { serving_.hub.run_slowly()([work = std::move(*slow), response] { *response = work(); }, std::move(tell)); });
      co_return co_await answer(request, std::move(*response), keeps_alive);
    }
    co_return co_await answer(request, std::move(std::get<Response>(reply)), keeps_alive);
  }

  // Waits until what begin started calls tell, later and on this thread.
  template <class Begin>
  asio::awaitable<void> done_elsewhere(Begin begin) {
    const auto timer = std::make_shared<asio::steady_timer>(serving_.io, asio::steady_timer::time_point::max());
    begin([weak = std::weak_ptr<asio::steady_timer>(timer)] {
      if (const auto waiting = weak.lock()) waiting->cancel();
    });
    co_await timer->async_wait(kTuple);
  }

  static std::string too_large() { return "a body may have at most " + std::to_string(kMaxBodyBytes) + " bytes"; }

  [[nodiscard]] Request request_of(const Parser& parser) const {
    Request request;
    const auto& message = parser.get();
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) request.fields.emplace_back(std::string(field.name_string()), std::string(field.value()));
    request.address = peer_.address;
    request.local_address = peer_.local_address;
    return request;
  }

  asio::awaitable<void> refuse(beast::error_code error) {
    int status = 0;
    std::string_view reason = "bad_request", detail = "this is no HTTP request";
    if (error == beast::error::timeout) {
      serving_.metrics.count_refusal("timeout");
      end();
      co_return;
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      status = 431, reason = "header_too_large", detail = "the header of a request may have at most 8 KiB";
    } else if (error == http::error::body_limit) {
      status = 413, reason = "too_large", detail = "a body may have at most 64 KiB";
    } else if (error == http::error::bad_version) {
      status = 505, detail = "the bridge speaks HTTP/1.1";
    } else if (error.category() == http::make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream && error != http::error::partial_message) {
      status = 400;
    }
    if (status == 0) co_return;   // the peer has gone
    Request nobody;
    nobody.address = peer_.address;
    co_await answer(nobody, serving_.router.refuse(status, reason, detail), false);
  }

  // True: the connection goes on.
  asio::awaitable<bool> answer(const Request& request, Response response, bool keeps_alive) {
    serving_.router.finish(request, response);
    keeps_alive = keeps_alive && !response.closes && !serving_.is_ending;
    const bool has_body = request.method != "HEAD" && response.status != 204 && response.status != 304;
    std::optional<std::uint64_t> length;
    if (response.file) length = response.file->bytes;
    else if (!response.events && response.status != 204 && response.status != 304) length = response.body.size();
    std::string head = header_block(response, length, keeps_alive);
    if (has_body && !response.file && !response.events) head += response.body;
    lowest().expires_after(serving_.timeouts.write);
    const auto [error, bytes] = co_await asio::async_write(stream_, asio::buffer(head), kTuple);
    if (error) co_return false;
    if (has_body && response.file) keeps_alive = co_await send_file(*response.file) && keeps_alive;
    if (has_body && response.events) co_await send_events(response.events);
    if (!keeps_alive) co_await linger();
    co_return keeps_alive;
  }

  asio::awaitable<bool> send_file(const FileBody& body) {
    constexpr std::uint64_t kPieceBytes = 256 * 1024;
    std::vector<char> piece(static_cast<std::size_t>(std::min(kPieceBytes, body.bytes)));
    for (std::uint64_t sent = 0; sent < body.bytes;) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), body.bytes - sent));
      const auto file = body.file;
      const std::uint64_t from = body.first_byte + sent;
      char* const into = piece.data();
      const auto read = std::make_shared<std::size_t>(0);
      co_await done_elsewhere([&](std::function<void()> tell) {
        asio::post(serving_.disk, [file, from, into, wanted, read, tell, &io = serving_.io] {
          *read = file->read(from, into, wanted);
          asio::post(io, tell);
        });
      });
      const std::size_t got = *read;
      if (got == 0) co_return false;   // it became shorter: the length was promised, so only the end of the connection can tell
      lowest().expires_after(serving_.timeouts.write);
      const auto [error, bytes] = co_await asio::async_write(stream_, asio::buffer(piece.data(), got), kTuple);
      if (error) co_return false;
      sent += got;
    }
    co_return true;
  }

  // A client that does not read gets fewer events, never a queue of them.
  asio::awaitable<void> send_events(const EventFeed& feed) {
    constexpr std::chrono::milliseconds kPeriod{100};
    constexpr int kQuietPeriods = 150;
    asio::steady_timer timer(serving_.io);
    for (int quiet = 0; !serving_.is_ending;) {
      std::string events = feed();
      if (events.empty() && ++quiet >= kQuietPeriods) events = ": still here\n\n";
      if (!events.empty()) {
        quiet = 0;
        lowest().expires_after(serving_.timeouts.write);
        const auto [error, bytes] = co_await asio::async_write(stream_, asio::buffer(events), kTuple);
        if (error) co_return;
      }
      lowest().expires_never();
      timer.expires_after(kPeriod);
      co_await timer.async_wait(kTuple);
      if (!lowest().socket().is_open()) co_return;
    }
  }

  // A socket closed with unread bytes resets the connection, and the answer with it: what the peer still sends is read for a moment.
  asio::awaitable<void> linger() {
    if (serving_.is_ending) co_return;
    if constexpr (std::is_same_v<Stream, beast::tcp_stream>) {
      beast::error_code ignored;
      stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    }
    std::array<char, 4096> waste;
    constexpr std::size_t kMostBytes = 1024 * 1024;
    lowest().expires_after(std::min<std::chrono::milliseconds>(std::chrono::seconds(2), serving_.timeouts.header));
    for (std::size_t total = 0; total < kMostBytes;) {
      const auto [error, bytes] = co_await stream_.async_read_some(asio::buffer(waste), kTuple);
      if (error) co_return;
      total += bytes;
    }
  }

  Serving& serving_;
  Stream stream_;
  Peer peer_;
  beast::flat_buffer buffer_;
  bool is_idle_ = false;   // between requests
};

}  // namespace ag06::bridge::server
