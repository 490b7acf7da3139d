// Who may speak to the bridge: the Host and Origin of a request, the token, the cookie that a pairing code buys. Not for sockets.
// One thread. A stale cookie counts as none and not as an attempt: a browser sends it with everything, and it would lock its own person out.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/attempt_limiter.h"
#include "server/http.h"

namespace ag06::bridge::server {

inline constexpr std::chrono::hours kCookieLife{24 * 30};
inline constexpr std::chrono::minutes kPairCodeLife{10};

enum class Refusal { none, bad_host, foreign_host, foreign_origin, unauthorized, wrong_token, too_many_attempts };
[[nodiscard]] std::string_view name_of(Refusal refusal) noexcept;
[[nodiscard]] Response response_to(Refusal refusal);

struct AccessOptions {
  std::string token;
  std::uint16_t port = 0;
  bool is_tls = false;
  std::vector<std::string> hosts = {"127.0.0.1", "localhost", "[::1]"};   // names that are ours, without port
  bool accepts_local_address = false;   // LAN: also the address that the peer reached us on
  std::vector<std::string> allowed_origins;   // besides our own
  std::function<std::chrono::milliseconds()> wall_time;                        // since 1970; empty: the system's clock
  std::function<std::chrono::steady_clock::time_point()> steady_time;
};

// A code for one launch URL: works once, for kPairCodeLife, with a server started before it was made. Whoever can read the token can make one.
[[nodiscard]] std::string make_pair_code(std::string_view token, std::chrono::milliseconds wall_time);

class Access {
 public:
  explicit Access(AccessOptions options);

  // Every request first: bad_host, foreign_host, foreign_origin, none.
  [[nodiscard]] Refusal check_sender(const Request& request) const;
  // The Host field of a request that passed; empty otherwise.
  [[nodiscard]] std::string host_of(const Request& request) const;
  // A request that reveals or changes: none, unauthorized, wrong_token, too_many_attempts.
  // A cookie alone needs an Origin, or a method that changes nothing and no word from the browser that another site asks.
  [[nodiscard]] Refusal authorise(const Request& request);
  // An upgrade: none: may go on at once; unauthorized: the first message must bring the token. Never unauthorized for want of an Origin alone.
  [[nodiscard]] Refusal authorise_upgrade(const Request& request);
  // A token from a first message: none, wrong_token, too_many_attempts.
  [[nodiscard]] Refusal check_token(std::string_view token, const std::string& address);
  // none, wrong_token, too_many_attempts.
  [[nodiscard]] Refusal redeem(std::string_view pair_code, const std::string& address);
  // The value of a Set-Cookie field.
  [[nodiscard]] std::string set_cookie() const;
  // An allowed Origin other than our own, to be named in CORS fields; empty otherwise.
  [[nodiscard]] std::string foreign_origin_of(const Request& request) const;
  [[nodiscard]] bool is_tls() const noexcept { return options_.is_tls; }

 private:
  [[nodiscard]] bool is_our_host(std::string_view host, const Request& request) const;
  [[nodiscard]] bool is_our_origin(std::string_view origin, const Request& request) const;
  [[nodiscard]] bool has_valid_cookie(const Request& request) const;
  [[nodiscard]] Refusal check_bearer(const Request& request, bool& was_sent);

  AccessOptions options_;
  std::string cookie_name_;
  std::chrono::milliseconds started_;
  AttemptLimiter limiter_;
  std::unordered_map<std::string, std::chrono::milliseconds> used_codes_;   // and when they would have ended
};

}  // namespace ag06::bridge::server
