// The certificate and key of a server that is reached over a network. Not for loopback, which needs none.
#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace ag06::bridge::server {

// TLS 1.2 and newer. Throws ServerError naming the file and why.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> make_tls_context(const std::string& certificate_file, const std::string& key_file);

}  // namespace ag06::bridge::server
