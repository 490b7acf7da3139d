// Which request gets which answer, on plain data: what is open, what needs a token, what is not there yet, and that a refusal changes nothing and is counted.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "bridge/support/hub_rig.h"
#include "bridge/support/responses.h"
#include "params/params.gen.h"
#include "server/router.h"

namespace ag06::bridge::server {
namespace {

using test::content;
using test::field;
using test::HubRig;
using test::Json;

const std::string kToken(64, 'a');
const std::string kTakeId = "2026-11-21T16-40-12Z-input";

class ServerRouter : public testing::Test {
 protected:
  ServerRouter() : folder(make_folder()), rig(folder), router(rig.hub, rig.access, rig.metrics, rig.log, StaticFiles(folder)) {
    std::ofstream(folder + "/index.html") << "<!doctype html>";
    rig.live.add_take(kTakeId, "0123456789");
    rig.live.add_take("running", "", false);
  }
  ~ServerRouter() override { std::filesystem::remove_all(folder); }
  static std::string make_folder() {
    std::string name = testing::TempDir() + "ag06-router-XXXXXX";
    return ::mkdtemp(name.data());
  }
  static Request request_for(const std::string& method, const std::string& target, Fields fields = {}, bool with_token = true) {
    Request request;
    request.method = method;
    request.target = target;
    request.address = "127.0.0.1";
    request.fields = std::move(fields);
    request.fields.emplace_back("Host", "127.0.0.1:5001");
    if (with_token) request.fields.emplace_back("Authorization", "Bearer " + kToken);
    return request;
  }
  Response answer(const Request& request) {
    Response response;
    if (auto refusal = router.screen(request)) {
      response = std::move(*refusal);
    } else {
      Reply reply = router.route(request);
      auto* const slow = std::get_if<std::function<Response()>>(&reply);
      response = slow != nullptr ? (*slow)() : std::move(std::get<Response>(reply));
    }
    router.finish(request, response);
    return response;
  }
  Response get(const std::string& target, Fields fields = {}, bool with_token = true) { return answer(request_for("GET", target, std::move(fields), with_token)); }
  std::string folder;
  HubRig rig;
  Router router;
};

TEST_F(ServerRouter, HealthAndReadinessAreOpenAndSayWhy) {
  EXPECT_EQ(get("/healthz", {}, false).status, 200);
  Response ready = get("/readyz", {}, false);
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(Json::parse(ready.body)["ready"], false);
  EXPECT_FALSE(Json::parse(ready.body)["reason"].get<std::string>().empty());
  EXPECT_EQ(get("/", {}, false).status, 200);   // the page is served all the same
  rig.live.plug_in();
  rig.pass(std::chrono::milliseconds(20));
  ready = get("/readyz", {}, false);
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(Json::parse(ready.body), (Json{{"ready", true}}));
  rig.live.unplug("the device was unplugged");
  rig.pass(std::chrono::milliseconds(20));
  EXPECT_EQ(Json::parse(get("/readyz", {}, false).body)["reason"], "the device was unplugged");
  router.begin_shutdown();
  EXPECT_EQ(get("/readyz", {}, false).status, 503);
}

TEST_F(ServerRouter, WhatRevealsOrChangesNeedsTheToken) {
  const std::pair<const char*, const char*> closed[] = {
      {"GET", "/metrics"}, {"GET", "/api/v1/status"}, {"GET", "/api/v1/stream"}, {"GET", "/api/v1/parameters"}, {"GET", "/api/v1/takes"}, {"GET", "/api/v1/takes/x"},
      {"DELETE", "/api/v1/takes/x"}, {"POST", "/api/v1/mix"}, {"PUT", "/api/v1/tracks/1"}};
  for (const auto& [method, target] : closed) {
    const Response response = answer(request_for(method, target, {}, false));
    EXPECT_EQ(response.status, 401) << target;
    EXPECT_EQ(field(response, "Content-Type"), "application/problem+json");
    EXPECT_EQ(field(response, "WWW-Authenticate").rfind("Bearer", 0), 0u);
  }
  EXPECT_EQ(rig.metrics.refusals("unauthorized"), std::size(closed));
  EXPECT_EQ(rig.live.call_count(), 0u);
  EXPECT_EQ(answer(request_for("GET", "/api/v1/status", {{"Authorization", "Bearer " + kToken}}, false)).status, 200);
}

TEST_F(ServerRouter, ForeignHostsAndOriginsGetNothingNotEvenThePage) {
  for (const char* target : {"/", "/healthz", "/api/v1/status", "/missing"}) {
    Request request = request_for("GET", target);
    request.fields[0].second = "evil.example:5001";
    EXPECT_EQ(answer(request).status, 403) << target;
    EXPECT_EQ(get(target, {{"Origin", "https://evil.example"}}).status, 403) << target;
    EXPECT_EQ(get(target, {{"Origin", "null"}}).status, 403) << target;
  }
  EXPECT_EQ(rig.metrics.refusals("foreign_host"), 4u);
  EXPECT_EQ(rig.metrics.refusals("foreign_origin"), 8u);
  EXPECT_EQ(field(get("/", {{"Origin", "https://evil.example"}}), "Access-Control-Allow-Origin"), "");
}

TEST_F(ServerRouter, PartsThatComeLaterSayNotImplemented) {
  const std::pair<const char*, const char*> later[] = {
      {"POST", "/api/v1/analyze/audio"}, {"POST", "/api/v1/analyze/project"}, {"POST", "/api/v1/mix"}, {"POST", "/api/v1/generate/midi"}, {"POST", "/api/v1/generate/bassline"},
      {"POST", "/api/v1/generate/melody"}, {"POST", "/api/v1/mixing/suggest"}, {"POST", "/api/v1/mixing/auto_level"}, {"GET", "/api/v1/tracks/7"}, {"PUT", "/api/v1/tracks/7"},
      {"POST", "/api/v1/tracks/compare"}, {"POST", "/api/v1/feedback"}, {"GET", "/api/v1/cache/stats"}};
  for (const auto& [method, target] : later) {
    const Response response = answer(request_for(method, target));
    EXPECT_EQ(response.status, 501) << target;
    const Json problem = Json::parse(response.body);
    EXPECT_EQ(problem["status"], 501);
    EXPECT_EQ(problem["title"], "Not Implemented");
    EXPECT_EQ(problem["type"], "about:blank");
  }
}

TEST_F(ServerRouter, WrongMethodsAreToldTheRightOnes) {
  const Response response = answer(request_for("POST", "/api/v1/status"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(field(response, "Allow"), "GET, HEAD");
  EXPECT_EQ(answer(request_for("DELETE", "/")).status, 405);
  EXPECT_EQ(field(answer(request_for("PATCH", "/api/v1/takes/x")), "Allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(answer(request_for("OPTIONS", "/api/v1/takes/x")).status, 405);
  EXPECT_EQ(get("/ws").status, 426);
  EXPECT_EQ(field(get("/ws"), "Upgrade"), "websocket");
  for (const char* target : {"/nothing", "/api/v1/nothing", "/api/v1/takes/a/b", "/api/v1/takes/", "/API/v1/status"}) EXPECT_EQ(get(target).status, 404) << target;
  for (const char* target : {"*", "http://127.0.0.1:5001/", "", "status"}) EXPECT_EQ(get(target).status, 400) << target;
}

TEST_F(ServerRouter, StatusAndParametersAreTheProtocolsOwn) {
  rig.live.plug_in();
  rig.pass(std::chrono::milliseconds(20));
  const Json status = Json::parse(get("/api/v1/status").body);
  EXPECT_EQ(status["state"], protocol::state_json(rig.live.state()));
  EXPECT_EQ(status["clients"], 0);
  const Json parameters = Json::parse(get("/api/v1/parameters").body);
  EXPECT_EQ(parameters["table_hash"], params::kTableHashHex);
  EXPECT_EQ(parameters["parameters"].size(), static_cast<std::size_t>(params::kCount));
}

TEST_F(ServerRouter, TakesAreListedDownloadedInPartsAndRemoved) {
  EXPECT_EQ(Json::parse(get("/api/v1/takes").body)["takes"][0]["id"], kTakeId);
  const Response whole = get("/api/v1/takes/" + kTakeId);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(content(whole), "0123456789");
  EXPECT_EQ(field(whole, "Content-Type"), "audio/wav");
  EXPECT_EQ(field(whole, "Content-Disposition"), "attachment; filename=\"" + kTakeId + ".wav\"");
  const Response part = get("/api/v1/takes/" + kTakeId, {{"Range", "bytes=-3"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(content(part), "789");
  EXPECT_EQ(get("/api/v1/takes/running").status, 409);
  for (const char* id : {"missing", "..%2f..%2fetc%2fpasswd", "%00", "%zz"}) EXPECT_EQ(get(std::string("/api/v1/takes/") + id).status, 404) << id;
  EXPECT_EQ(answer(request_for("DELETE", "/api/v1/takes/missing")).status, 404);
  EXPECT_EQ(answer(request_for("DELETE", "/api/v1/takes/" + kTakeId)).status, 204);
  EXPECT_EQ(get("/api/v1/takes/" + kTakeId).status, 404);
}

TEST_F(ServerRouter, ALaunchLinkPairsTheBrowserOnce) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const std::string target = "/?pair=" + make_pair_code(kToken, now);
  const Response paired = get(target, {}, false);
  EXPECT_EQ(paired.status, 303);
  EXPECT_EQ(field(paired, "Location"), "/");
  EXPECT_EQ(field(paired, "Cache-Control"), "no-store");
  const std::string set_cookie = field(paired, "Set-Cookie"), cookie = set_cookie.substr(0, set_cookie.find(';'));
  EXPECT_EQ(get("/api/v1/status", {{"Cookie", cookie}}, false).status, 200);
  const Response again = get(target, {}, false);
  EXPECT_EQ(again.status, 403);
  EXPECT_EQ(field(again, "Set-Cookie"), "");
  EXPECT_NE(again.body.find("--pair"), std::string::npos);
  EXPECT_EQ(get(target, {{"Cookie", cookie}}, false).status, 303);   // who is paired already just gets the page
  EXPECT_EQ(rig.metrics.refusals("pair_code"), 1u);
  EXPECT_EQ(get("/?pair=" + make_pair_code(std::string(64, 'b'), now), {}, false).status, 403);
  EXPECT_EQ(get(target, {{"Origin", "https://evil.example"}}, false).status, 403);
}

TEST_F(ServerRouter, AnUpgradeNeedsTheSubprotocolAKeyAndAnOwnOrigin) {
  const Fields good = {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}, {"Sec-WebSocket-Protocol", "other, ag06.v1"}};
  const auto with = [&](const std::string& name, const std::string& value, bool with_token = true) {
    Fields fields = good;
    std::erase_if(fields, [&](const auto& row) { return row.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
    const Request request = request_for("GET", "/ws", fields, with_token);
    EXPECT_TRUE(Router::is_upgrade(request));
    return router.upgrade(request);
  };
  EXPECT_FALSE(with("", "").refusal);
  EXPECT_TRUE(with("", "").is_authorised);
  EXPECT_FALSE(with("", "", false).refusal);   // hello may still bring the token
  EXPECT_FALSE(with("", "", false).is_authorised);
  EXPECT_EQ(with("Sec-WebSocket-Protocol", "").refusal->status, 400);
  EXPECT_EQ(with("Sec-WebSocket-Protocol", "ag06.v2").refusal->status, 400);
  EXPECT_EQ(with("Sec-WebSocket-Key", "").refusal->status, 400);
  EXPECT_EQ(with("Sec-WebSocket-Key", "short").refusal->status, 400);
  EXPECT_EQ(with("Origin", "https://evil.example").refusal->status, 403);
  EXPECT_EQ(with("Origin", "null").refusal->status, 403);
  EXPECT_EQ(with("Authorization", "Bearer wrong", false).refusal->status, 401);
  EXPECT_FALSE(Router::is_upgrade(request_for("GET", "/other", good)));
  EXPECT_FALSE(Router::is_upgrade(request_for("GET", "/ws")));
}

TEST_F(ServerRouter, PagesOfAllowedOriginsAreAnsweredByName) {
  AccessOptions options = HubRig::access_options();
  options.allowed_origins = {"https://studio.example"};
  Access access(options);
  Router open_router(rig.hub, access, rig.metrics, rig.log, StaticFiles(folder));
  Request preflight = request_for("OPTIONS", "/api/v1/takes/x", {{"Origin", "https://studio.example"}, {"Access-Control-Request-Method", "DELETE"}}, false);
  auto response = open_router.screen(preflight);
  ASSERT_TRUE(response);
  open_router.finish(preflight, *response);
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(field(*response, "Access-Control-Allow-Origin"), "https://studio.example");
  EXPECT_EQ(field(*response, "Access-Control-Allow-Methods"), "GET, HEAD, DELETE");
  EXPECT_EQ(field(*response, "Access-Control-Allow-Credentials"), "");
  const Request ask = request_for("GET", "/api/v1/status", {{"Origin", "https://studio.example"}}, false);
  EXPECT_EQ(open_router.screen(ask)->status, 401);   // allowed to ask, not to know
}

TEST_F(ServerRouter, RefusalsAreLoggedSparinglyAndWithoutSecrets) {
  std::string written;
  Log log(LogLevel::debug, LogFormat::json, [&](const std::string& line) { written += line; });
  Router logging(rig.hub, rig.access, rig.metrics, log, StaticFiles(folder));
  const std::string secret = "6e6f7420666f72206c6f6773";
  for (int i = 0; i < 1000; ++i) {
    (void)logging.screen(request_for("GET", "/api/v1/status?token=" + secret, {{"Authorization", "Bearer " + secret}, {"Cookie", "ag06_5001=" + secret}}, false));
  }
  const Request pairing = request_for("GET", "/?pair=" + secret, {}, false);
  ASSERT_FALSE(logging.screen(pairing));
  (void)logging.route(pairing);
  EXPECT_EQ(written.find(secret), std::string::npos);
  EXPECT_NE(written.find("\"path\":\"/api/v1/status\""), std::string::npos);
  EXPECT_LE(std::count(written.begin(), written.end(), '\n'), 10);
  rig.now += std::chrono::seconds(2);
  (void)logging.screen(request_for("GET", "/api/v1/status", {}, false));
  EXPECT_NE(written.find("\"count\":"), std::string::npos);
}

TEST_F(ServerRouter, EveryAnswerCarriesTheSecurityFieldsAndIsCounted) {
  for (const Response& response : {get("/"), get("/missing"), get("/api/v1/status"), get("/", {{"Origin", "null"}}), answer(request_for("POST", "/api/v1/mix"))}) {
    EXPECT_EQ(field(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(field(response, "Cross-Origin-Embedder-Policy"), "require-corp");
    EXPECT_EQ(field(response, "Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_FALSE(field(response, "Content-Security-Policy").empty());
  }
  const std::string metrics = get("/metrics").body;
  EXPECT_NE(metrics.find("ag06_http_requests_total{method=\"GET\",code=\"200\"} 2\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("ag06_http_requests_total{method=\"POST\",code=\"501\"} 1\n"), std::string::npos);
  EXPECT_NE(metrics.find("ag06_refusals_total{reason=\"foreign_origin\"} 1\n"), std::string::npos);
  EXPECT_EQ(metrics.find(kToken), std::string::npos);
}

}  // namespace
}  // namespace ag06::bridge::server
