#include "server/http_connection.h"

namespace ag06::bridge::server {
namespace {

asio::awaitable<void> serve(Serving& serving, asio::ip::tcp::socket socket, Peer peer) {
  serving.metrics.connection_opened();
  try {
    auto connection = std::make_shared<HttpConnection<beast::tcp_stream>>(serving, beast::tcp_stream(std::move(socket)), std::move(peer));
    co_await connection->run();
  } catch (const std::exception& error) {
    serving.log.error("connection_failed", {{"why", error.what()}});
  }
  serving.metrics.connection_closed();
}

}  // namespace

void serve_plain(Serving& serving, asio::ip::tcp::socket socket, Peer peer) {
  asio::co_spawn(serving.io, serve(serving, std::move(socket), std::move(peer)), asio::detached);
}

}  // namespace ag06::bridge::server
