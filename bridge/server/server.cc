#include "server/server.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/serving.h"
#include "server/tls.h"

namespace ag06::bridge::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// How long clients have to take their leave.
constexpr std::chrono::milliseconds kFarewell{2000};
constexpr std::chrono::milliseconds kLookPeriod{500};

// One after the other on a thread of its own: looks at devices and disks.
class SlowThread {
 public:
  SlowThread() : thread_([this] { run(); }) {}
  ~SlowThread() { finish(); }
  void add(std::function<void()> work) {
    const std::lock_guard guard(mutex_);
    if (is_over_) return;
    waiting_.push_back(std::move(work));
    changed_.notify_one();
  }
  // What has begun is ended, what waits is dropped.
  void finish() {
    {
      const std::lock_guard guard(mutex_);
      is_over_ = true;
      waiting_.clear();
      changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    for (;;) {
      std::function<void()> work;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
        if (is_over_) return;
        work = std::move(waiting_.front());
        waiting_.pop_front();
      }
      work();
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool is_over_ = false;
  std::thread thread_;
};

[[nodiscard]] std::string plain_address(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  if (address.is_v6()) {
    asio::ip::address_v6 without_zone = address.to_v6();
    without_zone.scope_id(0);
    return without_zone.to_string();
  }
  return address.to_string();
}

[[nodiscard]] std::string host_of(const std::string& address) { return address.find(':') == std::string::npos ? address : "[" + address + "]"; }

}  // namespace

struct Server::Parts {
  Parts(LiveDoor& live_door, Log& the_log, ServerOptions the_options) : options(std::move(the_options)), door(live_door), log(the_log) {
    if (!options.tls_certificate.empty()) tls = make_tls_context(options.tls_certificate, options.tls_key);
    listen();
    AccessOptions access_options;
    access_options.token = options.token;
    access_options.port = port;
    access_options.is_tls = tls != nullptr;
    access_options.hosts.insert(access_options.hosts.end(), options.extra_hosts.begin(), options.extra_hosts.end());
    access_options.accepts_local_address = options.accepts_local_address;
    access_options.allowed_origins = options.allowed_origins;
    access.emplace(std::move(access_options));
    HubOptions hub_options = options.hub;
    hub_options.hello_timeout = options.timeouts.hello;
    const auto run_slowly = [this](std::function<void()> work, std::function<void()> after) {
      slow->add([this, work = std::move(work), after = std::move(after)] {
        work();
        asio::post(io, after);
      });
    };
    hub.emplace(door, *access, metrics, log, run_slowly, std::move(hub_options));
    router.emplace(*hub, *access, metrics, log, StaticFiles(options.web_folder));
    serving.emplace(Serving{io, disk, *router, *hub, metrics, log, options.timeouts});
  }

  void listen() {
    for (std::size_t i = 0; i < options.addresses.size(); ++i) {
      const std::string& text = options.addresses[i];
      try {
        const tcp::endpoint endpoint(asio::ip::make_address(text), i == 0 ? options.port : port);
        tcp::acceptor acceptor(io, endpoint.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true));
        acceptor.bind(endpoint);
        acceptor.listen();
        if (i == 0) port = acceptor.local_endpoint().port();
        acceptors.push_back(std::move(acceptor));
      } catch (const boost::system::system_error& error) {
        const std::string where = host_of(text) + ":" + std::to_string(i == 0 ? options.port : port);
        const bool in_use = error.code() == asio::error::address_in_use;
        const std::string why = in_use ? std::string("the port is in use: another bridge may be running; choose one with --port N") : error.code().message();
        if (i == 0) throw ServerError(where + ": " + why);
        log.warning("address_left_out", {{"address", where}, {"why", why}});
      }
    }
  }

  asio::awaitable<void> accept(tcp::acceptor& acceptor) {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(kTuple);
      if (!acceptor.is_open()) co_return;
      if (error) {
        // Out of descriptors, or the peer has gone already: the next may do better, but not at once.
        log.warning("accept_failed", {{"why", error.message()}});
        asio::steady_timer pause(io, std::chrono::milliseconds(100));
        co_await pause.async_wait(kTuple);
        continue;
      }
      ErrorCode ignored;
      const tcp::endpoint remote = socket.remote_endpoint(ignored), local = socket.local_endpoint(ignored);
      const Peer peer{plain_address(remote.address()), plain_address(local.address())};
      if (metrics.connections() >= static_cast<int>(kMaxConnections)) {
        turn_away(socket, peer);
        continue;
      }
      socket.set_option(tcp::no_delay(true), ignored);
      // What the kernel holds for a client is what it lags behind at least.
      socket.set_option(asio::socket_base::send_buffer_size(kSendBufferBytes), ignored);
      if (tls) {
        serve_tls(*serving, std::move(socket), peer, *tls);
      } else {
        serve_plain(*serving, std::move(socket), peer);
      }
    }
  }

  void turn_away(tcp::socket& socket, const Peer& peer) {
    Request nobody;
    nobody.address = peer.address;
    Response response = router->refuse(503, "too_many_clients", "the bridge serves as many clients as it can; try again later");
    router->finish(nobody, response);
    const std::string text = header_block(response, response.body.size(), false) + response.body;
    ErrorCode ignored;
    socket.non_blocking(true, ignored);
    if (!tls) socket.send(asio::buffer(text), 0, ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  asio::awaitable<void> tick() {
    asio::steady_timer timer(io);
    auto looked_at = std::chrono::steady_clock::now();
    for (;;) {
      timer.expires_after(hub->has_listeners() ? Hub::kTick : Hub::kIdleTick);
      co_await timer.async_wait(kTuple);
      hub->tick();
      const auto now = std::chrono::steady_clock::now();
      if (now - looked_at >= kLookPeriod) {
        looked_at = now;
        for (Ender& connection : serving->connections) connection.look(now);
      }
      if (ends_by && (now >= *ends_by || serving->connections.empty())) {
        io.stop();
        co_return;
      }
    }
  }

  void begin_end(std::string_view why) {
    if (ends_by) return;
    log.info("stopping", {{"why", why}});
    ends_by = std::chrono::steady_clock::now() + kFarewell;
    serving->is_ending = true;
    router->begin_shutdown();
    ErrorCode ignored;
    for (auto& acceptor : acceptors) acceptor.close(ignored);
    hub->close_all("the bridge is shutting down");
    for (Ender& connection : serving->connections) connection.leave();
  }

  static constexpr int kSendBufferBytes = 256 * 1024;

  ServerOptions options;
  LiveDoor& door;
  Log& log;
  Metrics metrics;
  std::shared_ptr<asio::ssl::context> tls;
  std::optional<Access> access;
  std::optional<Hub> hub;
  std::optional<Router> router;
  asio::io_context io{1};
  asio::thread_pool disk{1};
  std::optional<Serving> serving;
  std::vector<tcp::acceptor> acceptors;
  std::optional<SlowThread> slow{std::in_place};
  std::atomic<bool> change_is_posted{false};
  std::uint16_t port = 0;
  std::optional<std::chrono::steady_clock::time_point> ends_by;
};

Server::Server(LiveDoor& door, Log& log, ServerOptions options) : parts_(std::make_unique<Parts>(door, log, std::move(options))) {}

Server::~Server() {
  parts_->slow.reset();
  parts_->disk.stop();
  parts_->disk.join();
}

std::uint16_t Server::port() const noexcept { return parts_->port; }

std::string Server::url() const {
  std::string host = host_of(parts_->options.addresses.front());
  if (host == "0.0.0.0" || host == "[::]") host = "localhost";
  return std::string(parts_->tls ? "https://" : "http://") + host + ":" + std::to_string(parts_->port);
}

void Server::run(bool handles_signals) {
  Parts& parts = *parts_;
  asio::signal_set signals(parts.io);
  if (handles_signals) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    signals.async_wait([&parts](const ErrorCode& error, int signal) {
      if (!error) parts.begin_end(signal == SIGINT ? "SIGINT" : "SIGTERM");
    });
  }
  for (tcp::acceptor& acceptor : parts.acceptors) asio::co_spawn(parts.io, parts.accept(acceptor), asio::detached);
  asio::co_spawn(parts.io, parts.tick(), asio::detached);
  parts.io.run();
  // Who has not gone by now is cut off; their coroutines end with their sockets.
  for (Ender& connection : parts.serving->connections) connection.end();
  parts.io.restart();
  while (parts.io.poll() > 0) continue;
  parts.slow->finish();
}

void Server::stop() {
  asio::post(parts_->io, [this] { parts_->begin_end("asked to"); });
}

void Server::tell_change() noexcept {
  if (parts_->change_is_posted.exchange(true, std::memory_order_acq_rel)) return;
  try {
    asio::post(parts_->io, [this] {
      parts_->change_is_posted.store(false, std::memory_order_release);
      parts_->hub->state_may_have_changed();
    });
  } catch (...) {
    parts_->change_is_posted.store(false, std::memory_order_release);   // no memory: the next change tells
  }
}

}  // namespace ag06::bridge::server
