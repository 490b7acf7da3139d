#include <boost/asio/ssl.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "server/http_connection.h"
#include "server/server.h"
#include "server/tls.h"

namespace ag06::bridge::server {
namespace {

using TlsStream = beast::ssl_stream<beast::tcp_stream>;

asio::awaitable<void> serve(Serving& serving, asio::ip::tcp::socket socket, Peer peer, asio::ssl::context& tls) {
  serving.metrics.connection_opened();
  try {
    auto connection = std::make_shared<HttpConnection<TlsStream>>(serving, TlsStream(beast::tcp_stream(std::move(socket)), tls), std::move(peer));
    beast::get_lowest_layer(connection->stream()).expires_after(serving.timeouts.handshake);
    const auto [error] = co_await connection->stream().async_handshake(asio::ssl::stream_base::server, kTuple);
    if (error) {
      serving.metrics.count_refusal("tls");
    } else {
      co_await connection->run();
    }
  } catch (const std::exception& error) {
    serving.log.error("connection_failed", {{"why", error.what()}});
  }
  serving.metrics.connection_closed();
}

}  // namespace

void serve_tls(Serving& serving, asio::ip::tcp::socket socket, Peer peer, asio::ssl::context& tls) {
  asio::co_spawn(serving.io, serve(serving, std::move(socket), std::move(peer), tls), asio::detached);
}

std::shared_ptr<asio::ssl::context> make_tls_context(const std::string& certificate_file, const std::string& key_file) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  beast::error_code error;
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, error);
  tls->use_certificate_chain_file(certificate_file, error);
  if (error) throw ServerError("TLS certificate " + certificate_file + ": " + error.message());
  tls->use_private_key_file(key_file, asio::ssl::context::pem, error);
  if (error) throw ServerError("TLS key " + key_file + ": " + error.message());
  return tls;
}

}  // namespace ag06::bridge::server
