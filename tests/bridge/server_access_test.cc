// Who is let in: Host, Origin, token, cookie, pairing codes, and how often one may be wrong. The rules are those of bridge/PROTOCOL.md and OWASP's on DNS rebinding.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "server/access.h"
#include "server/secrets.h"

namespace ag06::bridge::server {
namespace {

using namespace std::chrono_literals;

const std::string kToken(64, 'a');

struct Clock {
  std::chrono::milliseconds wall{1'700'000'000'000};
  std::chrono::steady_clock::time_point steady{};
};

AccessOptions options_with(Clock& clock) {
  AccessOptions options;
  options.token = kToken;
  options.port = 5001;
  options.wall_time = [&clock] { return clock.wall; };
  options.steady_time = [&clock] { return clock.steady; };
  return options;
}

Request request_to(const std::string& host, Fields more = {}) {
  Request request;
  request.method = "GET";
  request.target = "/api/v1/status";
  request.address = "127.0.0.1";
  if (!host.empty()) request.fields.emplace_back("Host", host);
  request.fields.insert(request.fields.end(), more.begin(), more.end());
  return request;
}

TEST(ServerAccess, OnlyOurOwnHostsAreServed) {
  Clock clock;
  const Access access(options_with(clock));
  for (const char* host : {"127.0.0.1:5001", "localhost:5001", "[::1]:5001", "LOCALHOST:5001"}) {
    EXPECT_EQ(access.check_sender(request_to(host)), Refusal::none) << host;
    EXPECT_EQ(access.host_of(request_to(host)), host);
  }
  for (const char* host : {"evil.example:5001", "127.0.0.1", "127.0.0.1:5002", "127.0.0.1.evil.example:5001", "evil.example", "localhost:5001.evil.example", "[::2]:5001",
                           "127.0.0.1:05001", "localhost.:5001", "user@127.0.0.1:5001", "0.0.0.0:5001"}) {
    EXPECT_EQ(access.check_sender(request_to(host)), Refusal::foreign_host) << host;
  }
  EXPECT_EQ(access.check_sender(request_to("")), Refusal::bad_host);
  EXPECT_EQ(access.check_sender(request_to("127.0.0.1:5001", {{"host", "evil.example"}})), Refusal::bad_host);
}

TEST(ServerAccess, OnTheDefaultPortOfTheSchemeTheHostStandsAlone) {
  Clock clock;
  AccessOptions options = options_with(clock);
  options.port = 80;
  const Access access(options);
  EXPECT_EQ(access.check_sender(request_to("localhost")), Refusal::none);
  EXPECT_EQ(access.check_sender(request_to("localhost:5001")), Refusal::foreign_host);
}

TEST(ServerAccess, InTheLanTheAddressThatWasReachedAndNamedHostsAreOurs) {
  Clock clock;
  AccessOptions options = options_with(clock);
  options.is_tls = true;
  options.accepts_local_address = true;
  options.hosts.push_back("studio.lan");
  const Access access(options);
  Request request = request_to("192.168.1.5:5001", {{"Origin", "https://192.168.1.5:5001"}});
  request.local_address = "192.168.1.5";
  EXPECT_EQ(access.check_sender(request), Refusal::none);
  request.local_address = "192.168.1.6";
  EXPECT_EQ(access.check_sender(request), Refusal::foreign_host);
  Request six = request_to("[fd00::5]:5001");
  six.local_address = "fd00::5";
  EXPECT_EQ(access.check_sender(six), Refusal::none);
  EXPECT_EQ(access.check_sender(request_to("studio.lan:5001", {{"Origin", "https://studio.lan:5001"}})), Refusal::none);
  EXPECT_EQ(access.check_sender(request_to("studio.lan:5001", {{"Origin", "http://studio.lan:5001"}})), Refusal::foreign_origin);
}

TEST(ServerAccess, OnlyOurOwnAndAllowedOriginsAreServed) {
  Clock clock;
  AccessOptions options = options_with(clock);
  options.allowed_origins = {"https://studio.example"};
  const Access access(options);
  for (const char* origin : {"http://127.0.0.1:5001", "http://localhost:5001", "http://[::1]:5001", "https://studio.example"}) {
    EXPECT_EQ(access.check_sender(request_to("127.0.0.1:5001", {{"Origin", origin}})), Refusal::none) << origin;
  }
  for (const char* origin : {"null", "", "https://evil.example", "http://127.0.0.1:5002", "https://127.0.0.1:5001", "http://127.0.0.1", "http://evil.example:5001",
                             "https://studio.example:8443", "http://studio.example", "https://studio.example.evil.example", "file://"}) {
    EXPECT_EQ(access.check_sender(request_to("127.0.0.1:5001", {{"Origin", origin}})), Refusal::foreign_origin) << origin;
  }
  EXPECT_EQ(access.check_sender(request_to("127.0.0.1:5001", {{"Origin", "http://127.0.0.1:5001"}, {"Origin", "https://evil.example"}})), Refusal::foreign_origin);
}

TEST(ServerAccess, TheTokenOpensAndNothingElseDoes) {
  Clock clock;
  Access access(options_with(clock));
  const auto with = [&](const std::string& authorization) { return access.authorise(request_to("localhost:5001", {{"Authorization", authorization}})); };
  EXPECT_EQ(access.authorise(request_to("localhost:5001")), Refusal::unauthorized);
  EXPECT_EQ(with("Bearer " + kToken), Refusal::none);
  EXPECT_EQ(with("bearer " + kToken), Refusal::none);
  for (const std::string& wrong : {"Bearer " + std::string(64, 'b'), "Bearer " + kToken + "a", std::string("Bearer "), kToken, "Basic " + kToken, std::string("")}) {
    EXPECT_EQ(with(wrong), Refusal::wrong_token) << wrong;
  }
}

TEST(ServerAccess, WrongTokensAreSlowedDownPerAddressAndRightOnesToo) {
  Clock clock;
  Access access(options_with(clock));
  for (int i = 0; i < kFailedAttemptsBurst; ++i) EXPECT_EQ(access.check_token("wrong", "10.0.0.1"), Refusal::wrong_token) << i;
  EXPECT_EQ(access.check_token("wrong", "10.0.0.1"), Refusal::too_many_attempts);
  EXPECT_EQ(access.check_token(kToken, "10.0.0.1"), Refusal::too_many_attempts);   // else guessing would go on unhindered
  EXPECT_EQ(access.check_token(kToken, "10.0.0.2"), Refusal::none);
  clock.steady += kFailedAttemptsInterval;
  EXPECT_EQ(access.check_token("wrong", "10.0.0.1"), Refusal::wrong_token);
  EXPECT_EQ(access.check_token("wrong", "10.0.0.1"), Refusal::too_many_attempts);
  clock.steady += kFailedAttemptsInterval * kFailedAttemptsBurst;
  EXPECT_EQ(access.check_token(kToken, "10.0.0.1"), Refusal::none);
}

TEST(ServerAccess, OneIpv6NetworkCountsAsOneAddress) {
  Clock clock;
  Access access(options_with(clock));
  for (int i = 0; i < kFailedAttemptsBurst; ++i) (void)access.check_token("wrong", "fd00::" + std::to_string(i + 1));
  EXPECT_EQ(access.check_token("wrong", "fd00::ffff"), Refusal::too_many_attempts);
  EXPECT_EQ(access.check_token("wrong", "fd00:0:0:1::1"), Refusal::wrong_token);
}

TEST(ServerAccess, ManyAddressesCostBoundedMemory) {
  AttemptLimiter limiter;
  const auto now = std::chrono::steady_clock::time_point{};
  for (int i = 0; i < kFailedAttemptsBurst; ++i) limiter.note_failure("first", now);
  EXPECT_FALSE(limiter.may_try("first", now));
  for (std::size_t i = 0; i < kMaxTrackedAddresses; ++i) limiter.note_failure("a" + std::to_string(i), now);
  EXPECT_TRUE(limiter.may_try("first", now));   // forgotten: the oldest made room
}

std::string cookie_of(const Access& access) {
  const std::string field = access.set_cookie();
  return field.substr(0, field.find(';'));
}

TEST(ServerAccess, ThePairingCookieOpensForAMonth) {
  Clock clock;
  Access access(options_with(clock));
  const std::string field = access.set_cookie();
  EXPECT_NE(field.find("; HttpOnly"), std::string::npos);
  EXPECT_NE(field.find("; SameSite=Strict"), std::string::npos);
  EXPECT_NE(field.find("; Path=/"), std::string::npos);
  EXPECT_EQ(field.find("Secure"), std::string::npos);
  EXPECT_EQ(field.find(kToken), std::string::npos);
  const std::string cookie = cookie_of(access);
  const auto with = [&](const std::string& value) { return access.authorise(request_to("localhost:5001", {{"Cookie", value}})); };
  EXPECT_EQ(with(cookie), Refusal::none);
  EXPECT_EQ(with("other=1; " + cookie + "; third=x"), Refusal::none);
  EXPECT_EQ(with(cookie + "0"), Refusal::unauthorized);
  std::string longer = cookie;   // a later end, with the digest of the earlier
  ++longer[longer.find('=') + 1];
  EXPECT_EQ(with(longer), Refusal::unauthorized);
  EXPECT_EQ(with("ag06_5001=.;ag06_5001=1;ag06_5001="), Refusal::unauthorized);
  clock.wall += kCookieLife - 1h;
  EXPECT_EQ(with(cookie), Refusal::none);
  clock.wall += 2h;
  EXPECT_EQ(with(cookie), Refusal::unauthorized);
}

TEST(ServerAccess, TheCookieOutlivesARestartButNotANewToken) {
  Clock clock;
  Access first(options_with(clock)), again(options_with(clock));
  const Request request = request_to("localhost:5001", {{"Cookie", cookie_of(first)}});
  EXPECT_EQ(again.authorise(request), Refusal::none);
  AccessOptions renewed = options_with(clock);
  renewed.token = std::string(64, 'c');
  Access other(renewed);
  EXPECT_EQ(other.authorise(request), Refusal::unauthorized);
}

TEST(ServerAccess, ManyStaleCookiesDoNotLockAnyoneOut) {
  Clock clock;
  Access access(options_with(clock));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(access.authorise(request_to("localhost:5001", {{"Cookie", "ag06_5001=9999999999.0"}})), Refusal::unauthorized);
  EXPECT_EQ(access.redeem(make_pair_code(kToken, clock.wall), "127.0.0.1"), Refusal::none);
}

TEST(ServerAccess, ACookieAloneChangesNothingForAnotherSite) {
  Clock clock;
  Access access(options_with(clock));
  const std::string cookie = cookie_of(access);
  const auto of = [&](const std::string& method, Fields more) {
    more.emplace_back("Cookie", cookie);
    Request request = request_to("localhost:5001", more);
    request.method = method;
    return access.authorise(request);
  };
  EXPECT_EQ(of("GET", {{"Sec-Fetch-Site", "same-origin"}}), Refusal::none);
  EXPECT_EQ(of("GET", {{"Sec-Fetch-Site", "none"}}), Refusal::none);
  EXPECT_EQ(of("GET", {{"Sec-Fetch-Site", "same-site"}}), Refusal::unauthorized);   // a page of another port of this machine
  EXPECT_EQ(of("GET", {{"Sec-Fetch-Site", "cross-site"}}), Refusal::unauthorized);
  EXPECT_EQ(of("DELETE", {}), Refusal::unauthorized);
  EXPECT_EQ(of("DELETE", {{"Origin", "http://localhost:5001"}}), Refusal::none);
}

TEST(ServerAccess, AnUpgradeNeedsAnOriginOrATokenToBeKnown) {
  Clock clock;
  Access access(options_with(clock));
  const std::string cookie = cookie_of(access);
  EXPECT_EQ(access.authorise_upgrade(request_to("localhost:5001", {{"Cookie", cookie}})), Refusal::unauthorized);
  EXPECT_EQ(access.authorise_upgrade(request_to("localhost:5001", {{"Cookie", cookie}, {"Origin", "http://localhost:5001"}})), Refusal::none);
  EXPECT_EQ(access.authorise_upgrade(request_to("localhost:5001", {{"Authorization", "Bearer " + kToken}})), Refusal::none);
  EXPECT_EQ(access.authorise_upgrade(request_to("localhost:5001", {{"Authorization", "Bearer no"}})), Refusal::wrong_token);
}

TEST(ServerAccess, APairingCodeWorksOnceAndForTenMinutes) {
  Clock clock;
  Access access(options_with(clock));
  const std::string code = make_pair_code(kToken, clock.wall);
  EXPECT_EQ(code.find(kToken), std::string::npos);
  EXPECT_EQ(access.redeem(code, "127.0.0.1"), Refusal::none);
  EXPECT_EQ(access.redeem(code, "127.0.0.1"), Refusal::wrong_token);
  const std::string late = make_pair_code(kToken, clock.wall);
  clock.wall += kPairCodeLife;
  EXPECT_EQ(access.redeem(late, "127.0.0.1"), Refusal::wrong_token);
  EXPECT_EQ(access.redeem(make_pair_code(kToken, clock.wall + 1min), "127.0.0.1"), Refusal::wrong_token);
  EXPECT_EQ(access.redeem(make_pair_code(kToken, clock.wall), "127.0.0.1"), Refusal::none);
}

TEST(ServerAccess, APairingCodeOfBeforeTheStartIsVoid) {
  Clock clock;
  const std::string code = make_pair_code(kToken, clock.wall);
  clock.wall += 1ms;
  Access access(options_with(clock));   // it cannot know whether the code was used before
  EXPECT_EQ(access.redeem(code, "127.0.0.1"), Refusal::wrong_token);
}

TEST(ServerAccess, ForgedPairingCodesCountAsAttempts) {
  Clock clock;
  Access access(options_with(clock));
  const std::string real = make_pair_code(kToken, clock.wall);
  std::string other_time = real;
  ++other_time[0];
  for (const std::string& forged : {make_pair_code(std::string(64, 'b'), clock.wall), other_time, real + "0", real.substr(0, real.size() - 1), std::string("-"), std::string(), std::string("1-2-3")}) {
    EXPECT_EQ(access.redeem(forged, "10.0.0.1"), Refusal::wrong_token) << forged;
  }
  for (int i = 0; i < kFailedAttemptsBurst; ++i) (void)access.redeem("x", "10.0.0.1");
  EXPECT_EQ(access.redeem(real, "10.0.0.1"), Refusal::too_many_attempts);
  EXPECT_EQ(access.redeem(real, "10.0.0.2"), Refusal::none);
}

// RFC 4231, test case 2.
TEST(ServerSecrets, TheKeyedDigestIsHmacSha256) {
  EXPECT_EQ(keyed_digest("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(ServerSecrets, TokensAre256BitsAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random_token();
    EXPECT_EQ(token.size(), 64u);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_TRUE(seen.insert(token).second);
  }
}

class TokenFile : public testing::Test {
 protected:
  TokenFile() {
    std::string name = testing::TempDir() + "ag06-token-XXXXXX";
    folder = ::mkdtemp(name.data());
    path = folder + "/deep/er/bridge.token";
  }
  ~TokenFile() override { std::filesystem::remove_all(folder); }
  void write(const std::string& text, mode_t mode) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
  }
  std::string folder, path;
};

TEST_F(TokenFile, IsMadeForItsOwnerOnlyAndThenKept) {
  const std::string token = load_or_make_token(path);
  EXPECT_EQ(token.size(), 64u);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_EQ(load_or_make_token(path), token);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(std::filesystem::path(path).parent_path()), {}), 1);   // nothing half-made stays
}

TEST_F(TokenFile, IsRefusedWhenOthersMayReadItOrItHoldsNoToken) {
  write(std::string(64, 'x') + "\n", 0600);
  EXPECT_EQ(load_or_make_token(path), std::string(64, 'x'));
  ::chmod(path.c_str(), 0640);
  EXPECT_THROW((void)load_or_make_token(path), std::runtime_error);
  write("short", 0600);
  EXPECT_THROW((void)load_or_make_token(path), std::runtime_error);
  write(std::string(40, ' '), 0600);
  EXPECT_THROW((void)load_or_make_token(path), std::runtime_error);
  write(std::string(300, 'x'), 0600);
  EXPECT_THROW((void)load_or_make_token(path), std::runtime_error);
}

}  // namespace
}  // namespace ag06::bridge::server
