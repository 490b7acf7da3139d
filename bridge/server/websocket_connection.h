// A WebSocket on any stream: what comes goes to its client, what the client has waiting goes out, one message at a time. Internal; included by the two files that serve sockets.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include "server/serving.h"

namespace ag06::bridge::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

inline constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

template <class Stream>
class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection<Stream>> {
 public:
  WebSocketConnection(Serving& serving, Stream&& stream, Peer peer)
      : serving_(serving), socket_(std::move(stream)), peer_(std::move(peer)), wake_(serving.io), gate_(serving.io) {}

  // Until the socket has ended. request: the handshake, which the router accepted.
  asio::awaitable<void> run(http::request<http::string_body> request, bool is_authorised) {
    beast::get_lowest_layer(socket_).expires_never();
    websocket::stream_base::timeout timeout;
    timeout.handshake_timeout = serving_.timeouts.handshake;
    timeout.idle_timeout = serving_.timeouts.idle;
    timeout.keep_alive_pings = true;
    socket_.set_option(timeout);
    // Compressing float audio saves 3 % and costs 20 times the processor time.
    websocket::permessage_deflate no_deflate;
    no_deflate.server_enable = false;
    socket_.set_option(no_deflate);
    socket_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) { response.set(http::field::sec_websocket_protocol, protocol::kSubprotocol); }));
    // Beast would answer them with the same; RFC 6455, 7.4.2 has no such codes.
    socket_.control_callback([this](websocket::frame_type kind, beast::string_view) {
      if (kind == websocket::frame_type::close && socket_.reason().code > kLastCloseCode) end();
    });
    socket_.read_message_max(kMaxMessageBytes);
    socket_.auto_fragment(false);
    const auto [error] = co_await socket_.async_accept(request, kTuple);
    if (error) {
      serving_.metrics.count_refusal("handshake");
      co_return;
    }
    client_ = serving_.hub.connect(peer_.address, is_authorised, [this] { wake_.cancel(); });
    const auto self = this->shared_from_this();
    const auto place = serving_.add({[this] { end(); }, [this](auto now) { look(now); }, [] {}});
    asio::co_spawn(serving_.io, write(self), asio::detached);
    co_await read();
    is_over_ = true;
    wake_.cancel();
    serving_.hub.disconnect(client_);
    serving_.connections.erase(place);
    end();
  }

 private:
  asio::awaitable<void> read() {
    beast::flat_buffer buffer;
    for (;;) {
      while (!client_->may_read() && !is_over_) {
        gate_.expires_after(std::chrono::seconds(1));
        co_await gate_.async_wait(kTuple);
      }
      const auto [error, bytes] = co_await socket_.async_read(buffer, kTuple);
      if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) serving_.metrics.count_refusal("too_large");
      if (error == beast::error::timeout) serving_.metrics.count_refusal("timeout");
      if (error) co_return;
      const auto data = buffer.cdata();
      if (socket_.got_text()) {
        client_->receive_text({static_cast<const char*>(data.data()), data.size()});
      } else {
        client_->receive_binary({static_cast<const std::byte*>(data.data()), data.size()});
      }
      buffer.consume(buffer.size());
      if (buffer.capacity() > kMaxKeptBufferBytes) buffer.shrink_to_fit();
      // The answer goes out before the next message is looked at, which may be one that ends the connection.
      co_await asio::post(serving_.io, asio::use_awaitable);
    }
  }

  // alive: keeps this until the writing has ended.
  asio::awaitable<void> write([[maybe_unused]] std::shared_ptr<WebSocketConnection> alive) {
    for (;;) {
      while (auto message = client_->take()) {
        socket_.binary(!message->is_text);
        stalls_at_ = std::chrono::steady_clock::now() + serving_.timeouts.write;
        const auto [error, bytes] = co_await socket_.async_write(asio::buffer(message->bytes), kTuple);
        stalls_at_ = kNever;
        if (error || is_over_) co_return;
        if (client_->may_read()) gate_.cancel();
      }
      if (is_over_) co_return;
      if (const auto& closing = client_->closing()) {
        // The peer may never answer it: the socket's own time limit for closing ends the reading too.
        co_await socket_.async_close(websocket::close_reason(static_cast<websocket::close_code>(closing->code), closing->text), kTuple);
        co_return;
      }
      wake_.expires_at(std::chrono::steady_clock::time_point::max());
      co_await wake_.async_wait(kTuple);
    }
  }

  void look(std::chrono::steady_clock::time_point now) {
    const bool must_end = client_->closing() && client_->closing()->at_once && stalls_at_ != kNever;
    if (now < stalls_at_ && !must_end) return;
    if (!must_end) serving_.metrics.count_refusal("stalled");
    end();
  }

  void end() {
    beast::error_code ignored;
    beast::get_lowest_layer(socket_).socket().close(ignored);
  }

  static constexpr std::uint16_t kLastCloseCode = 4999;
  static constexpr std::size_t kMaxKeptBufferBytes = 128 * 1024;
  static constexpr auto kNever = std::chrono::steady_clock::time_point::max();

  Serving& serving_;
  websocket::stream<Stream> socket_;
  Peer peer_;
  std::shared_ptr<Client> client_;
  asio::steady_timer wake_, gate_;
  std::chrono::steady_clock::time_point stalls_at_ = kNever;
  bool is_over_ = false;
};

}  // namespace ag06::bridge::server
