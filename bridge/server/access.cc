#include "server/access.h"

#include <algorithm>
#include <charconv>

#include "server/secrets.h"

namespace ag06::bridge::server {
namespace {

using std::chrono::milliseconds;

// Another program's clock reading may be a little ahead of ours.
constexpr milliseconds kClockSlack{5000};
constexpr std::size_t kNonceLetters = 32;

[[nodiscard]] bool parse_decimal(std::string_view text, std::int64_t& into) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() && into >= 0;
}

[[nodiscard]] std::string pair_digest(std::string_view token, std::string_view issued_and_nonce) {
  return keyed_digest(token, "pair|" + std::string(issued_and_nonce)).substr(0, kNonceLetters);
}

[[nodiscard]] std::string cookie_digest(std::string_view token, std::string_view expiry_s) { return keyed_digest(token, "cookie|" + std::string(expiry_s)); }

[[nodiscard]] std::string with_port(std::string_view host, std::uint16_t port, bool is_tls) {
  const bool is_default = port == (is_tls ? 443 : 80);
  return std::string(host) + (is_default ? "" : ":" + std::to_string(port));
}

[[nodiscard]] std::string in_brackets(const std::string& address) { return address.find(':') == std::string::npos ? address : "[" + address + "]"; }

}  // namespace

std::string_view name_of(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::none: return "none";
    case Refusal::bad_host: return "bad_host";
    case Refusal::foreign_host: return "foreign_host";
    case Refusal::foreign_origin: return "foreign_origin";
    case Refusal::unauthorized: return "unauthorized";
    case Refusal::wrong_token: return "wrong_token";
    case Refusal::too_many_attempts: return "too_many_attempts";
  }
  return "none";
}

Response response_to(Refusal refusal) {
  switch (refusal) {
    case Refusal::bad_host: return problem(400, "bad_host", "a request needs exactly one Host");
    case Refusal::foreign_host: return problem(403, "foreign_host", "this address is not one of the bridge's own; open it by the address that it printed");
    case Refusal::foreign_origin: return problem(403, "foreign_origin", "pages of this origin may not speak to the bridge; allow it with --allow-origin");
    case Refusal::wrong_token: {
      Response response = problem(401, "unauthorized", "the token is not the bridge's");
      return response.with("WWW-Authenticate", "Bearer realm=\"ag06-bridge\", error=\"invalid_token\"");
    }
    case Refusal::too_many_attempts: {
      Response response = problem(429, "too_many_attempts", "too many wrong tokens from this address; wait a moment");
      return response.with("Retry-After", std::to_string(std::chrono::duration_cast<std::chrono::seconds>(kFailedAttemptsInterval).count()));
    }
    case Refusal::none:
    case Refusal::unauthorized: break;
  }
  Response response = problem(401, "unauthorized", "this needs a paired browser or the token; run ag06-bridge --pair for a link that pairs");
  return response.with("WWW-Authenticate", "Bearer realm=\"ag06-bridge\"");
}

std::string make_pair_code(std::string_view token, milliseconds wall_time) {
  const std::string head = std::to_string(wall_time.count()) + "-" + random_token().substr(0, kNonceLetters);
  return head + "-" + pair_digest(token, head);
}

Access::Access(AccessOptions options) : options_(std::move(options)), cookie_name_("ag06_" + std::to_string(options_.port)) {
  if (!options_.wall_time) {
    options_.wall_time = [] { return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()); };
  }
  if (!options_.steady_time) options_.steady_time = [] { return std::chrono::steady_clock::now(); };
  started_ = options_.wall_time();
}

bool Access::is_our_host(std::string_view host, const Request& request) const {
  const auto matches = [&](std::string_view ours) { return equal_ignoring_case(host, with_port(ours, options_.port, options_.is_tls)); };
  if (std::any_of(options_.hosts.begin(), options_.hosts.end(), matches)) return true;
  return options_.accepts_local_address && !request.local_address.empty() && matches(in_brackets(request.local_address));
}

bool Access::is_our_origin(std::string_view origin, const Request& request) const {
  const std::string_view scheme = options_.is_tls ? "https://" : "http://";
  return origin.size() > scheme.size() && equal_ignoring_case(origin.substr(0, scheme.size()), scheme) && is_our_host(origin.substr(scheme.size()), request);
}

Refusal Access::check_sender(const Request& request) const {
  const auto host = request.field("Host");
  if (!host || host->empty()) return Refusal::bad_host;
  if (!is_our_host(*host, request)) return Refusal::foreign_host;
  if (request.count("Origin") == 0) return Refusal::none;
  const auto origin = request.field("Origin");
  const bool is_allowed = origin && (is_our_origin(*origin, request) || !foreign_origin_of(request).empty());
  return is_allowed ? Refusal::none : Refusal::foreign_origin;
}

std::string Access::host_of(const Request& request) const {
  const auto host = request.field("Host");
  return host && is_our_host(*host, request) ? std::string(*host) : std::string();
}

std::string Access::foreign_origin_of(const Request& request) const {
  const auto origin = request.field("Origin");
  if (!origin || *origin == "null") return {};
  for (const std::string& allowed : options_.allowed_origins) {
    if (equal_ignoring_case(*origin, allowed)) return allowed;
  }
  return {};
}

bool Access::has_valid_cookie(const Request& request) const {
  for (const auto& [name, value] : request.fields) {
    if (!equal_ignoring_case(name, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      const std::string_view pair = trimmed(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != cookie_name_) continue;
      const std::string_view ours = pair.substr(equals + 1);
      const std::size_t dot = ours.find('.');
      if (dot == std::string_view::npos) continue;
      std::int64_t expiry_s = 0;
      const std::string_view expiry = ours.substr(0, dot);
      if (!parse_decimal(expiry, expiry_s)) continue;
      if (equal_secrets(ours.substr(dot + 1), cookie_digest(options_.token, expiry)) && expiry_s > options_.wall_time().count() / 1000) return true;
    }
  }
  return false;
}

Refusal Access::check_token(std::string_view token, const std::string& address) {
  if (!limiter_.may_try(address, options_.steady_time())) return Refusal::too_many_attempts;
  // Digests, so that not even the length of the token can be timed.
  if (equal_secrets(keyed_digest(options_.token, token), keyed_digest(options_.token, options_.token))) return Refusal::none;
  limiter_.note_failure(address, options_.steady_time());
  return Refusal::wrong_token;
}

Refusal Access::check_bearer(const Request& request, bool& was_sent) {
  was_sent = request.count("Authorization") > 0;
  if (!was_sent) return Refusal::unauthorized;
  const auto field = request.field("Authorization");
  constexpr std::string_view kScheme = "Bearer ";
  const bool is_bearer = field && field->size() > kScheme.size() && equal_ignoring_case(field->substr(0, kScheme.size()), kScheme);
  return check_token(is_bearer ? trimmed(field->substr(kScheme.size())) : std::string_view(), request.address);
}

Refusal Access::authorise(const Request& request) {
  bool was_sent = false;
  const Refusal by_bearer = check_bearer(request, was_sent);
  if (was_sent) return by_bearer;
  if (!has_valid_cookie(request)) return Refusal::unauthorized;
  if (request.count("Origin") > 0) return Refusal::none;
  const bool changes = request.method != "GET" && request.method != "HEAD";
  const auto site = request.field("Sec-Fetch-Site");
  const bool another_site_asks = request.count("Sec-Fetch-Site") > 0 && (!site || (*site != "same-origin" && *site != "none"));
  return changes || another_site_asks ? Refusal::unauthorized : Refusal::none;
}

Refusal Access::authorise_upgrade(const Request& request) {
  bool was_sent = false;
  const Refusal by_bearer = check_bearer(request, was_sent);
  if (was_sent) return by_bearer;
  return request.count("Origin") > 0 && has_valid_cookie(request) ? Refusal::none : Refusal::unauthorized;
}

Refusal Access::redeem(std::string_view pair_code, const std::string& address) {
  if (!limiter_.may_try(address, options_.steady_time())) return Refusal::too_many_attempts;
  const milliseconds now = options_.wall_time();
  std::erase_if(used_codes_, [&](const auto& used) { return used.second < now; });
  const std::size_t last_dash = pair_code.rfind('-');
  std::int64_t issued_ms = 0;
  const bool is_ours = last_dash != std::string_view::npos && parse_decimal(pair_code.substr(0, pair_code.find('-')), issued_ms) &&
                       equal_secrets(pair_code.substr(last_dash + 1), pair_digest(options_.token, pair_code.substr(0, last_dash)));
  const milliseconds issued{issued_ms};
  const bool is_current = is_ours && issued >= started_ && issued <= now + kClockSlack && issued + kPairCodeLife > now;
  if (is_current && used_codes_.emplace(std::string(pair_code), issued + kPairCodeLife).second) return Refusal::none;
  // A link that was opened twice is no attack.
  if (!is_ours) limiter_.note_failure(address, options_.steady_time());
  return Refusal::wrong_token;
}

std::string Access::set_cookie() const {
  const auto life_s = std::chrono::duration_cast<std::chrono::seconds>(kCookieLife).count();
  const std::string expiry = std::to_string(options_.wall_time().count() / 1000 + life_s);
  return cookie_name_ + "=" + expiry + "." + cookie_digest(options_.token, expiry) + "; Path=/; Max-Age=" + std::to_string(life_s) + "; HttpOnly; SameSite=Strict" +
         (options_.is_tls ? "; Secure" : "");
}

}  // namespace ag06::bridge::server
