// The small grammar around HTTP, files as bodies, log lines, metrics text. RFC 9110, RFC 3986, RFC 8259; the Prometheus text format.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

#include "bridge/support/responses.h"
#include "server/http.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/static_files.h"

namespace ag06::bridge::server {
namespace {

using test::content;
using test::field;

TEST(ServerHttp, PercentDecodingRefusesWhatIsBroken) {
  EXPECT_EQ(percent_decoded("/a%20b%2Fc"), "/a b/c");
  EXPECT_EQ(percent_decoded("%c3%A9"), "\xc3\xa9");
  for (const char* broken : {"%", "%2", "%zz", "a%00b", "%0a", "%7f", "a\nb"}) EXPECT_EQ(percent_decoded(broken), std::nullopt) << broken;
}

TEST(ServerHttp, QueriesAreReadByKey) {
  EXPECT_EQ(query_value("a=1&pair=x-y&b", "pair"), "x-y");
  EXPECT_EQ(query_value("pair", "pair"), "");
  EXPECT_EQ(query_value("xpair=1&pairs=2", "pair"), std::nullopt);
  EXPECT_EQ(query_value("pair=%zz", "pair"), std::nullopt);
}

// RFC 9110, 14.1.2, with its own examples for a representation of 10 000 bytes.
TEST(ServerHttp, RangesFollowTheRfc) {
  ByteRange range;
  const auto parsed = [&](const char* field, std::uint64_t size = 10000) {
    range = {};
    return parse_range(field, size, range);
  };
  EXPECT_EQ(parsed("bytes=0-499"), RangeKind::part);
  EXPECT_EQ(range.first, 0u);
  EXPECT_EQ(range.bytes, 500u);
  EXPECT_EQ(parsed("bytes=500-999"), RangeKind::part);
  EXPECT_EQ(range.first, 500u);
  EXPECT_EQ(range.bytes, 500u);
  EXPECT_EQ(parsed("bytes=-500"), RangeKind::part);
  EXPECT_EQ(range.first, 9500u);
  EXPECT_EQ(range.bytes, 500u);
  EXPECT_EQ(parsed("bytes=9500-"), RangeKind::part);
  EXPECT_EQ(range.first, 9500u);
  EXPECT_EQ(range.bytes, 500u);
  EXPECT_EQ(parsed("bytes=-20000"), RangeKind::part);
  EXPECT_EQ(range.first, 0u);
  EXPECT_EQ(range.bytes, 10000u);
  EXPECT_EQ(parsed("bytes=9999-20000"), RangeKind::part);
  EXPECT_EQ(range.bytes, 1u);
  for (const char* behind : {"bytes=10000-", "bytes=10000-10001", "bytes=-0"}) EXPECT_EQ(parsed(behind), RangeKind::unsatisfiable) << behind;
  EXPECT_EQ(parsed("bytes=0-", 0), RangeKind::unsatisfiable);
  EXPECT_EQ(parsed("bytes=-5", 0), RangeKind::unsatisfiable);
  for (const char* whole : {"bytes=0-0,5-6", "lines=0-5", "bytes=5-4", "bytes=a-b", "bytes=", "bytes=-", "bytes=99999999999999999999-", "bytes 0-5", ""}) {
    EXPECT_EQ(parsed(whole), RangeKind::whole) << whole;
  }
}

TEST(ServerHttp, AFieldThatStandsTwiceIsNotReadAndNamesIgnoreCase) {
  Request request;
  request.fields = {{"Host", " a "}, {"X", "1"}, {"x", "2"}};
  EXPECT_EQ(request.field("hOST"), "a");
  EXPECT_EQ(request.field("X"), std::nullopt);
  EXPECT_EQ(request.count("X"), 2);
}

TEST(ServerHttp, NoValueBeginsAFieldOfItsOwn) {
  Response response;
  response.with("X-Name", "a\r\nSet-Cookie: b");
  const std::string block = header_block(response, 0, true);
  EXPECT_EQ(block.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_EQ(block.substr(block.size() - 4), "\r\n\r\n");
}

TEST(ServerHttp, ProblemsAreJsonWhateverTheyQuote) {
  const Response response = problem(404, "code", "a \"b\"\\ \x01\xff\xc3\xa9\xed\xa0\x80\n");
  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(json["status"], 404);
  EXPECT_EQ(json["title"], "Not Found");
  EXPECT_EQ(json["detail"], "a \"b\"\\ \x01\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n");
  EXPECT_EQ(response.fields.front().second, "application/problem+json");
}

TEST(ServerLog, ALineStaysALine) {
  std::string written;
  Log json(LogLevel::info, LogFormat::json, [&](const std::string& line) { written += line; });
  json.debug("unseen");
  json.info("seen", {{"text", "a\nb \x1b[31m"}, {"count", 3}, {"ratio", 0.5}, {"none", std::nan("")}, {"yes", true}});
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 1);
  const auto line = nlohmann::json::parse(written);
  EXPECT_EQ(line["event"], "seen");
  EXPECT_EQ(line["text"], "a\nb \x1b[31m");
  EXPECT_EQ(line["count"], 3);
  EXPECT_TRUE(line["none"].is_null());
  written.clear();
  Log text(LogLevel::warning, LogFormat::text, [&](const std::string& more) { written += more; });
  text.info("unseen");
  text.error("bad", {{"why", "x\ny"}});
  EXPECT_NE(written.find(" error bad why=\"x\\u000ay\"\n"), std::string::npos) << written;
}

TEST(ServerMetrics, TheTextIsPrometheus) {
  Metrics metrics;
  metrics.count_request("GET", 200);
  metrics.count_request("FROBNICATE", 405);
  metrics.count_request("MAKES-MANY-LABELS", 405);
  metrics.count_refusal("foreign_host");
  metrics.count_dropped("audio_input", 3);
  StudioState state;
  state.device.phase = DevicePhase::running;
  MeterFrame meters;
  meters.xruns = 2.0f;
  const LiveDoor::Histogram callbacks{{{10.0, 3}, {20.0, 2}, {std::numeric_limits<double>::infinity(), 1}}, 75.0, 6};
  const std::string text = metrics.text(state, meters, callbacks);
  for (const char* line : {"ag06_http_requests_total{method=\"GET\",code=\"200\"} 1\n", "ag06_http_requests_total{method=\"other\",code=\"405\"} 2\n",
                           "ag06_refusals_total{reason=\"foreign_host\"} 1\n", "ag06_stream_dropped_total{stream=\"audio_input\"} 3\n", "ag06_xruns_total 2\n",
                           "ag06_device_phase{phase=\"running\"} 1\n", "ag06_device_phase{phase=\"lost\"} 0\n", "ag06_callback_duration_seconds_bucket{le=\"1e-05\"} 3\n",
                           "ag06_callback_duration_seconds_bucket{le=\"2e-05\"} 5\n", "ag06_callback_duration_seconds_bucket{le=\"+Inf\"} 6\n",
                           "ag06_callback_duration_seconds_count 6\n", "ag06_callback_duration_seconds_sum 7.5e-05\n", "# TYPE ag06_callback_duration_seconds histogram\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(text.find("MAKES"), std::string::npos);
  EXPECT_GT(resident_bytes(), 1000000u);
}

class ServerFiles : public testing::Test {
 protected:
  ServerFiles() {
    std::string name = testing::TempDir() + "ag06-web-XXXXXX";
    root = ::mkdtemp(name.data());
    folder = root + "/web";
    std::filesystem::create_directories(folder + "/assets");
    write("index.html", "<!doctype html>");
    write("assets/index-B8Yp4Gvf.js", "0123456789");
    write("assets/plain.js", "js");
    write("ag06.wasm", "wasm");
    write(".secret", "secret");
    write("../outside.txt", "outside");
    std::filesystem::create_symlink(root + "/outside.txt", folder + "/link.txt");
  }
  ~ServerFiles() override { std::filesystem::remove_all(root); }
  void write(const std::string& name, const std::string& content) { std::ofstream(folder + "/" + name, std::ios::binary) << content; }
  Response get(const std::string& target, Fields fields = {}, const std::string& method = "GET") {
    Request request;
    request.method = method;
    request.target = target;
    request.fields = std::move(fields);
    return StaticFiles(folder).serve(request);
  }
  std::string root, folder;
};

TEST_F(ServerFiles, HaveTheirTypesAndKeepingTimes) {
  Response page = get("/?x=1");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(content(page), "<!doctype html>");
  EXPECT_EQ(field(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(field(page, "Cache-Control"), "no-cache");
  EXPECT_EQ(field(get("/assets/index-B8Yp4Gvf.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(field(get("/assets/index-B8Yp4Gvf.js"), "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(field(get("/assets/plain.js"), "Cache-Control"), "no-cache");
  EXPECT_EQ(field(get("/ag06.wasm"), "Content-Type"), "application/wasm");
}

TEST_F(ServerFiles, NothingOutsideTheFolderIsReached) {
  for (const char* target : {"/../outside.txt", "/assets/../../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/%2e%2e%2foutside.txt", "/link.txt", "/.secret", "/./index.html",
                             "/assets", "/assets/", "/missing", "/..\\outside.txt", "/%00", "/index.html%00.js", "//etc/passwd", "/%2fetc/passwd", "/index.html/", "outside.txt"}) {
    const Response response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(content(response).find("outside"), std::string::npos) << target;
  }
}

TEST_F(ServerFiles, TagsSpareASecondTransfer) {
  const std::string tag = field(get("/"), "ETag");
  ASSERT_GT(tag.size(), 2u);
  EXPECT_EQ(get("/", {{"If-None-Match", tag}}).status, 304);
  EXPECT_EQ(get("/", {{"If-None-Match", "\"x\", W/" + tag}}).status, 304);
  EXPECT_EQ(get("/", {{"If-None-Match", "*"}}).status, 304);
  EXPECT_EQ(get("/", {{"If-None-Match", "\"x\""}}).status, 200);
  write("index.html", "<!doctype html>changed");
  EXPECT_NE(field(get("/"), "ETag"), tag);
}

TEST_F(ServerFiles, PartsAreServed) {
  const std::string target = "/assets/index-B8Yp4Gvf.js";
  const Response part = get(target, {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(content(part), "234");
  EXPECT_EQ(field(part, "Content-Range"), "bytes 2-4/10");
  const Response behind = get(target, {{"Range", "bytes=10-"}});
  EXPECT_EQ(behind.status, 416);
  EXPECT_EQ(field(behind, "Content-Range"), "bytes */10");
  EXPECT_EQ(content(get(target, {{"Range", "bytes=2-4"}, {"If-Range", "\"other\""}})), "0123456789");
  EXPECT_EQ(content(get(target, {{"Range", "bytes=2-4"}, {"If-Range", field(part, "ETag")}})), "234");
  EXPECT_EQ(get(target, {{"Range", "bytes=2-4"}}, "HEAD").status, 200);
}

TEST_F(ServerFiles, WithoutABundleThePageSaysHowToBuildIt) {
  std::filesystem::remove_all(folder);
  const Response response = get("/");
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(response.body.find("tools/build"), std::string::npos);
  EXPECT_EQ(get("/assets/x.js").status, 404);
}

TEST(ServerFilesHeaders, ThePageMaySpeakToThisServerOnly) {
  Response response;
  add_security_headers(response, "127.0.0.1:5001", false);
  std::string policy, embedder, opener;
  for (const auto& [name, value] : response.fields) {
    if (name == "Content-Security-Policy") policy = value;
    if (name == "Cross-Origin-Embedder-Policy") embedder = value;
    if (name == "Cross-Origin-Opener-Policy") opener = value;
  }
  EXPECT_NE(policy.find("connect-src 'self' blob: ws://127.0.0.1:5001;"), std::string::npos) << policy;
  EXPECT_NE(policy.find("default-src 'self'"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(embedder, "require-corp");
  EXPECT_EQ(opener, "same-origin");
}

}  // namespace
}  // namespace ag06::bridge::server
