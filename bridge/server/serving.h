// What every connection of a server shares, and the doors into the files that know Beast. Internal to the server room.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>

#include "server/hub.h"
#include "server/limits.h"
#include "server/router.h"

namespace boost::asio::ssl {
class context;
}

namespace ag06::bridge::server {

// A connection that can be ended from outside. One thread.
struct Ender {
  std::function<void()> end;                                              // closes the socket
  std::function<void(std::chrono::steady_clock::time_point)> look;        // ends it if its writing has stalled
  std::function<void()> leave;                                            // ends it if nothing is being done for it
};

struct Serving {
  boost::asio::io_context& io;
  boost::asio::thread_pool& disk;   // reads files; work for the live side has a thread of its own
  Router& router;
  Hub& hub;
  Metrics& metrics;
  Log& log;
  const Timeouts& timeouts;
  std::list<Ender> connections{};
  bool is_ending = false;

  [[nodiscard]] std::list<Ender>::iterator add(Ender ender) { return connections.insert(connections.end(), std::move(ender)); }
};

struct Peer {
  std::string address;
  std::string local_address;
};

// Serve one accepted socket until it ends; return at once. serving outlives them.
void serve_plain(Serving& serving, boost::asio::ip::tcp::socket socket, Peer peer);
void serve_tls(Serving& serving, boost::asio::ip::tcp::socket socket, Peer peer, boost::asio::ssl::context& tls);

}  // namespace ag06::bridge::server
