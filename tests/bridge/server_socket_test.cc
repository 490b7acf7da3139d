// The server whole, through real loopback sockets: limits, time-outs, half-open and slow peers, downloads, upgrades, TLS, the end. The live side is one in memory.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <nlohmann/json.hpp>

#include "bridge/support/fake_live.h"
#include "bridge/support/wire.h"
#include "protocol/frames.h"
#include "server/access.h"
#include "server/server.h"

namespace ag06::bridge::server {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::Wire;
using Json = nlohmann::json;

const std::string kToken(64, 'a');

class ServerSockets : public testing::Test {
 protected:
  ServerSockets() {
    std::string name = testing::TempDir() + "ag06-sockets-XXXXXX";
    folder = ::mkdtemp(name.data());
    std::filesystem::create_directory(folder + "/assets");
    std::ofstream(folder + "/index.html") << "<!doctype html>";
    live.emplace(folder);
    options.addresses = {"127.0.0.1"};
    options.port = 0;
    options.token = kToken;
    options.web_folder = folder;
  }
  ~ServerSockets() override {
    end();
    std::filesystem::remove_all(folder);
  }
  void start() {
    server.emplace(*live, log, options);
    live->on_change = [this] { server->tell_change(); };
    runner = std::thread([this] { server->run(); });
  }
  void end() {
    if (!server) return;
    server->stop();
    runner.join();
    live->on_change = [] {};
    server.reset();
  }
  [[nodiscard]] std::uint16_t port() const { return server->port(); }
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port()); }
  [[nodiscard]] std::string head(const std::string& first_line, const std::string& more = {}) const {
    return first_line + " HTTP/1.1\r\nHost: " + host() + "\r\nAuthorization: Bearer " + kToken + "\r\n" + more + "\r\n";
  }
  Answer ask(const std::string& first_line, const std::string& more = {}) {
    Wire wire(port());
    wire.send(head(first_line, more));
    return wire.answer(first_line.rfind("HEAD", 0) != 0);
  }
  // With the token; "" as greeting: only upgraded.
  void upgrade(Wire& wire, const std::string& greeting = R"({"type":"hello","protocol":1})") {
    wire.send(head("GET /ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ag06.v1\r\n"));
    const Answer answer = wire.answer();
    ASSERT_EQ(answer.status, 101);
    // RFC 6455, 1.3: the answer to this very key.
    EXPECT_EQ(answer.fields.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(answer.fields.at("sec-websocket-protocol"), "ag06.v1");
    EXPECT_EQ(answer.fields.count("sec-websocket-extensions"), 0u);
    if (greeting.empty()) return;
    wire.send_text(greeting);
    for (const char* type : {"hello", "state", "ok"}) {
      const std::string text = wire.text();
      ASSERT_EQ(Json::parse(text)["type"], type) << text;
    }
  }
  double metric(const std::string& name) {
    const std::string text = ask("GET /metrics").body;
    const std::size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? 0.0 : std::stod(text.substr(at + name.size() + 2));
  }
  bool becomes_true(const std::function<bool()>& condition) {
    for (const auto end = std::chrono::steady_clock::now() + test::kPatience; std::chrono::steady_clock::now() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }

  std::string folder;
  std::optional<test::FakeLive> live;
  Log log{LogLevel::off};
  ServerOptions options;
  std::optional<Server> server;
  std::thread runner;
};

TEST_F(ServerSockets, OneConnectionServesManyRequestsAlsoInOneBreath) {
  start();
  Wire wire(port());
  for (int i = 0; i < 3; ++i) {
    wire.send(head("GET /"));
    const Answer answer = wire.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "<!doctype html>");
    EXPECT_EQ(answer.fields.at("connection"), "keep-alive");
  }
  wire.send(head("GET /healthz") + head("HEAD /") + head("GET /api/v1/takes") + head("GET /missing"));
  EXPECT_EQ(wire.answer().body, "{\"status\":\"ok\"}\n");
  const Answer without_body = wire.answer(false);
  EXPECT_EQ(without_body.fields.at("content-length"), "15");
  EXPECT_EQ(Json::parse(wire.answer().body), (Json{{"takes", Json::array()}}));
  EXPECT_EQ(wire.answer().status, 404);
  wire.send(head("GET /", "Connection: close\r\n"));
  EXPECT_EQ(wire.answer().fields.at("connection"), "close");
  EXPECT_TRUE(wire.ends());
}

TEST_F(ServerSockets, OldHttpIsServedOnce) {
  start();
  Wire wire(port());
  wire.send("GET /healthz HTTP/1.0\r\nHost: " + host() + "\r\n\r\n");
  EXPECT_EQ(wire.answer().status, 200);
  EXPECT_TRUE(wire.ends());
}

TEST_F(ServerSockets, WhatIsTooLargeOrNoHttpIsRefusedAndCounted) {
  start();
  EXPECT_EQ(ask("GET /", "X-Long: " + std::string(7000, 'x') + "\r\n").status, 200);
  EXPECT_EQ(ask("GET /", "X-Long: " + std::string(9000, 'x') + "\r\n").status, 431);
  EXPECT_EQ(ask("GET /healthz", "Content-Length: 65537\r\n").status, 413);
  {
    Wire wire(port());
    wire.send(head("GET /healthz", "Transfer-Encoding: chunked\r\n"));
    const std::string chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
    for (int i = 0; i < 5; ++i) wire.send(chunk);
    EXPECT_EQ(wire.answer().status, 413);
    EXPECT_TRUE(wire.ends());
  }
  for (const char* nonsense : {"\r\n\r\n\r\nnonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc"}) {
    Wire wire(port());
    wire.send(nonsense);
    const int status = wire.answer().status;
    EXPECT_TRUE(status == 400 || status == 505) << nonsense << status;
    EXPECT_TRUE(wire.ends());
  }
  EXPECT_EQ(metric("ag06_refusals_total{reason=\"header_too_large\"}"), 1.0);
  EXPECT_EQ(metric("ag06_refusals_total{reason=\"too_large\"}"), 2.0);
  EXPECT_EQ(metric("ag06_refusals_total{reason=\"bad_request\"}"), 5.0);
  EXPECT_EQ(live->call_count(), 0u);
}

TEST_F(ServerSockets, ABodyIsReadAndAnAnswerComesBeforeALongOneEnds) {
  start();
  Wire wire(port());
  wire.send(head("GET /healthz", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(wire.answer().status, 100);
  wire.send("hello");
  EXPECT_EQ(wire.answer().status, 200);
  Wire upload(port());
  upload.send(head("POST /api/v1/analyze/audio", "Content-Length: 10000000\r\nContent-Type: multipart/form-data; boundary=x\r\n") + std::string(100000, 'x'));
  EXPECT_EQ(upload.answer().status, 501);
  EXPECT_TRUE(upload.ends());
}

TEST_F(ServerSockets, AForeignHostIsRefusedOverTheWireToo) {
  start();
  Wire wire(port());
  wire.send("GET / HTTP/1.1\r\nHost: evil.example:" + std::to_string(port()) + "\r\n\r\n");
  EXPECT_EQ(wire.answer().status, 403);
  Wire without(port());
  without.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(without.answer().status, 400);
  EXPECT_EQ(metric("ag06_refusals_total{reason=\"foreign_host\"}"), 1.0);
}

TEST_F(ServerSockets, PeersThatNeverFinishTheirRequestAreCutOff) {
  options.timeouts.header = 1000ms;
  options.timeouts.keep_alive = 1000ms;
  start();
  Wire silent(port()), half(port()), idle(port()), drip(port());
  half.send("GET / HTTP/1.1\r\nHos");
  idle.send(head("GET /"));
  EXPECT_EQ(idle.answer().status, 200);
  std::thread dripping([&] {
    for (const char letter : std::string("GET / HTTP/1.1\r\nX: ")) {
      if (!drip.send({&letter, 1})) break;
      std::this_thread::sleep_for(50ms);
    }
  });
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(half.ends());
  EXPECT_TRUE(idle.ends());
  EXPECT_TRUE(drip.ends());
  dripping.join();
  EXPECT_GE(metric("ag06_refusals_total{reason=\"timeout\"}"), 3.0);
}

TEST_F(ServerSockets, ALargeTakeArrivesWholeAndInParts) {
  start();
  std::string content(3'000'000, ' ');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7919 >> 8);
  live->add_take("2026-11-21T16-40-12Z-input", content);
  const std::string target = "GET /api/v1/takes/2026-11-21T16-40-12Z-input";
  const Answer whole = ask(target);
  EXPECT_EQ(whole.body.size(), content.size());
  EXPECT_TRUE(whole.body == content);
  const Answer part = ask(target, "Range: bytes=1000000-2000000\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.fields.at("content-range"), "bytes 1000000-2000000/3000000");
  EXPECT_TRUE(part.body == content.substr(1000000, 1000001));
  EXPECT_EQ(ask("HEAD /api/v1/takes/2026-11-21T16-40-12Z-input").fields.at("content-length"), "3000000");
  EXPECT_EQ(ask("DELETE /api/v1/takes/2026-11-21T16-40-12Z-input").status, 204);
  EXPECT_EQ(ask(target).status, 404);
}

TEST_F(ServerSockets, EventsComeTenTimesASecond) {
  start();
  live->plug_in();
  Wire wire(port());
  wire.send(head("GET /api/v1/stream"));
  const Answer answer = wire.answer(false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.fields.at("content-type"), "text/event-stream");
  EXPECT_EQ(answer.fields.count("content-length"), 0u);
  int states = 0, meters = 0;
  std::atomic<bool> over{false};
  std::thread measuring([&] {
    while (!over) {
      live->measure({});
      std::this_thread::sleep_for(10ms);
    }
  });
  for (std::string text; meters < 3 || states < 1;) {
    ASSERT_TRUE(wire.more());
    text += wire.take(wire.buffer().size());
    for (std::size_t end; (end = text.find("\n\n")) != std::string::npos; text.erase(0, end + 2)) {
      states += text.rfind("event: state\n", 0) == 0;
      meters += text.rfind("event: meters\n", 0) == 0;
    }
  }
  over = true;
  measuring.join();
}

TEST_F(ServerSockets, APairedBrowserUpgradesWithItsCookieFromItsOwnOriginOnly) {
  start();
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  Wire pairing(port());
  pairing.send("GET /?pair=" + make_pair_code(kToken, now) + " HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
  const Answer paired = pairing.answer();
  ASSERT_EQ(paired.status, 303);
  const std::string set_cookie = paired.fields.at("set-cookie"), cookie = set_cookie.substr(0, set_cookie.find(';'));
  const auto try_with = [&](const std::string& more) {
    Wire wire(port());
    wire.send("GET /ws HTTP/1.1\r\nHost: " + host() +
              "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ag06.v1\r\nCookie: " + cookie +
              "\r\n" + more + "\r\n");
    const Answer answer = wire.answer();
    if (answer.status != 101) return std::to_string(answer.status);
    wire.send_text(R"({"type":"hello","protocol":1})");
    return Json::parse(wire.text()).value("type", "");
  };
  EXPECT_EQ(try_with("Origin: http://" + host() + "\r\n"), "hello");
  EXPECT_EQ(try_with("Origin: http://127.0.0.1:1\r\n"), "403");
  EXPECT_EQ(try_with("Origin: null\r\n"), "403");
  EXPECT_EQ(try_with(""), "error");   // no Origin: the cookie alone does not do
}

TEST_F(ServerSockets, AWebSocketThatSaysNothingIsSentAway) {
  options.timeouts.hello = 200ms;
  start();
  Wire wire(port());
  wire.send("GET /ws HTTP/1.1\r\nHost: " + host() +
            "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ag06.v1\r\n\r\n");
  ASSERT_EQ(wire.answer().status, 101);
  EXPECT_EQ(Json::parse(wire.text())["code"], "unauthorized");
  EXPECT_EQ(wire.text(), "close 1008");
  wire.send_frame(8, "\x03\xf0");
  EXPECT_TRUE(wire.ends());
  wire.close();
  EXPECT_TRUE(becomes_true([&] { return metric("ag06_ws_clients") == 0.0; }));
}

TEST_F(ServerSockets, RequestsAndDeltasCrossTheWire) {
  start();
  Wire one(port()), two(port());
  upgrade(one);
  upgrade(two);
  one.send_text(R"({"type":"set_params","id":"a","values":{"comp.ratio":3}})");
  EXPECT_EQ(one.text_with("\"ok\""), R"({"type":"ok","id":"a"})");
  EXPECT_EQ(Json::parse(two.text())["changes"]["params"]["comp.ratio"], 3.0);
  one.send_frame(1, R"({"type":"pi)", false);   // in pieces, a ping between them
  one.send_frame(9, "are you there");
  one.send_frame(0, R"(ng","id":"b"})");
  bool is_ponged = false, is_answered = false;
  while (!is_ponged || !is_answered) {
    const auto next = one.frame();
    ASSERT_TRUE(next);
    is_ponged = is_ponged || (next->opcode == 10 && next->payload == "are you there");
    is_answered = is_answered || next->payload == R"({"type":"ok","id":"b"})";
  }
}

TEST_F(ServerSockets, AMessageBeyondTheLimitClosesWith1009) {
  start();
  Wire wire(port());
  upgrade(wire);
  wire.send_text("{\"type\":\"ping\",\"id\":\"" + std::string(70000, 'x') + "\"}");
  EXPECT_EQ(Json::parse(wire.text())["code"], "too_large");   // text has a limit of its own, which closes nothing
  const std::string huge(kMaxMessageBytes + 1, 'x');
  wire.send_frame(2, huge);
  EXPECT_EQ(wire.text(), "close 1009");
  EXPECT_GE(metric("ag06_refusals_total{reason=\"too_large\"}"), 2.0);
}

TEST_F(ServerSockets, AHalfOpenPeerIsNoticedByItsSilence) {
  options.timeouts.idle = 2000ms;
  start();
  Wire dead(port()), alive(port());
  upgrade(dead);
  upgrade(alive);
  EXPECT_TRUE(becomes_true([&] { return metric("ag06_ws_clients") == 2.0; }));
  std::atomic<bool> over{false};
  std::thread answering([&] {   // pings are answered while it waits for a text
    while (!over) {
      alive.send_text(R"({"type":"ping"})");
      if (alive.text().empty()) break;
      std::this_thread::sleep_for(20ms);
    }
  });
  EXPECT_TRUE(becomes_true([&] { return metric("ag06_ws_clients") == 1.0; }));
  over = true;
  answering.join();
  EXPECT_GE(metric("ag06_refusals_total{reason=\"timeout\"}"), 1.0);
  EXPECT_TRUE(dead.ends());
}

TEST_F(ServerSockets, AStalledReaderIsCutOffAndDelaysNobody) {
  options.timeouts.write = 1500ms;
  start();
  live->plug_in();
  Wire stalled(port(), 4096), quick(port());
  upgrade(stalled);
  upgrade(quick);
  for (Wire* wire : {&stalled, &quick}) {
    wire->send_text(R"({"type":"subscribe","streams":["audio_output"]})");
    EXPECT_EQ(wire->text(), R"({"type":"ok","id":null})");
  }
  std::atomic<bool> over{false};
  std::thread device([&] {
    const std::vector<float> block(2 * 512, 0.25f);
    while (!over) {
      live->run(block);
      std::this_thread::sleep_for(5ms);   // twice as fast as life, to fill the stalled one's buffers soon
    }
  });
  std::uint32_t next = 0;
  bool in_order = true;
  std::thread reading([&] {
    while (auto frame = quick.frame()) {
      if (frame->opcode == 8) break;
      if (frame->opcode != 2) {
        in_order = in_order && frame->payload.find("lagging") == std::string::npos;
        continue;
      }
      std::uint32_t sequence = 0;
      std::memcpy(&sequence, frame->payload.data() + 4, 4);
      in_order = in_order && sequence == next++;
    }
  });
  EXPECT_TRUE(becomes_true([&] { return metric("ag06_refusals_total{reason=\"stalled\"}") == 1.0; }));
  EXPECT_TRUE(becomes_true([&] { return metric("ag06_ws_clients") == 1.0; }));
  EXPECT_GT(metric("ag06_stream_dropped_total{stream=\"audio_output\"}"), 0.0);
  over = true;
  device.join();
  end();
  reading.join();
  EXPECT_TRUE(in_order);
  EXPECT_GT(next, 100u);
}

TEST_F(ServerSockets, ASongStopsWhenItsSocketDies) {
  start();
  live->plug_in();
  {
    Wire wire(port());
    upgrade(wire);
    wire.send_text(R"({"type":"transport","action":"start","sample_rate_hz":48000,"id":1})");
    const std::uint32_t stream_id = Json::parse(wire.text_with("\"ok\""))["result"]["stream_id"];
    EXPECT_EQ(Json::parse(wire.text_with("credit"))["frames"], 72000);
    std::vector<std::byte> piece;
    protocol::encode({protocol::FrameKind::song_audio, false, stream_id, 0, 48000, 2, 1000}, std::vector<float>(2000, 0.5f), piece);
    wire.send_frame(2, {reinterpret_cast<const char*>(piece.data()), piece.size()});
    EXPECT_TRUE(becomes_true([&] { return live->song_waiting() == 1000; }));
    EXPECT_FALSE(live->was_called("stop_song"));
  }
  EXPECT_TRUE(becomes_true([&] { return live->was_called("stop_song"); }));
}

TEST_F(ServerSockets, OneClientTooManyIsToldSoAndMadeRoomForLater) {
  start();
  std::vector<std::unique_ptr<Wire>> crowd;
  for (std::size_t i = 0; i < kMaxConnections; ++i) {
    crowd.push_back(std::make_unique<Wire>(port()));
    crowd.back()->send(head("GET /healthz"));
    ASSERT_EQ(crowd.back()->answer().status, 200) << i;
  }
  Wire extra(port());
  EXPECT_EQ(extra.answer().status, 503);
  EXPECT_TRUE(extra.ends());
  crowd.pop_back();
  EXPECT_TRUE(becomes_true([&] {
    Wire again(port());
    again.send(head("GET /healthz"));
    return again.answer().status == 200;
  }));
}

TEST_F(ServerSockets, TheEndIsToldToWebSocketsAndListenersGoAway) {
  start();
  Wire wire(port()), idle(port()), events(port());
  upgrade(wire);
  idle.send(head("GET /healthz"));
  EXPECT_EQ(idle.answer().status, 200);
  events.send(head("GET /api/v1/stream"));
  EXPECT_EQ(events.answer(false).status, 200);
  const std::uint16_t old_port = port();
  std::string said;
  std::thread reading([&] {
    said = wire.text_with("nothing");
    wire.send_frame(8, "\x03\xe9");
    wire.ends();
    wire.close();
  });
  end();
  reading.join();
  EXPECT_EQ(said, "close 1001");
  EXPECT_TRUE(idle.ends());
  EXPECT_TRUE(events.ends());
  EXPECT_THROW(Wire{old_port}, std::runtime_error);
}

TEST_F(ServerSockets, ThePortOfAnotherIsNamedInOneSentence) {
  start();
  ServerOptions same = options;
  same.port = port();
  try {
    const Server second(*live, log, same);
    FAIL() << "took a port that is in use";
  } catch (const ServerError& error) {
    EXPECT_NE(std::string(error.what()).find("127.0.0.1:" + std::to_string(port())), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("in use"), std::string::npos);
  }
}

// A certificate for 127.0.0.1 of our own, PEM files in the folder.
void make_certificate(const std::string& certificate_file, const std::string& key_file) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

TEST_F(ServerSockets, TlsServesTheSameAndPlainTextGetsNothing) {
  options.tls_certificate = folder + "/cert.pem";
  options.tls_key = folder + "/key.pem";
  make_certificate(options.tls_certificate, options.tls_key);
  start();
  EXPECT_EQ(server->url(), "https://" + host());
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  BIO* const bio = BIO_new_ssl_connect(context);
  BIO_set_conn_hostname(bio, host().c_str());
  ASSERT_EQ(BIO_do_connect(bio), 1);
  const auto talk = [&](const std::string& bytes, std::string_view until) {
    EXPECT_EQ(BIO_write(bio, bytes.data(), static_cast<int>(bytes.size())), static_cast<int>(bytes.size()));
    std::string got;
    char buffer[4096];
    while (got.find(until) == std::string::npos) {
      const int count = BIO_read(bio, buffer, sizeof buffer);
      if (count <= 0) break;
      got.append(buffer, static_cast<std::size_t>(count));
    }
    return got;
  };
  const std::string page = talk(head("GET /"), "<!doctype html>");
  EXPECT_EQ(page.rfind("HTTP/1.1 200 ", 0), 0u);
  EXPECT_NE(page.find(" wss://" + host()), std::string::npos);
  const std::string upgraded =
      talk(head("GET /ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ag06.v1\r\n"), "\r\n\r\n");
  EXPECT_EQ(upgraded.rfind("HTTP/1.1 101 ", 0), 0u);
  const std::string hello = R"({"type":"hello","protocol":1})";
  std::string frame = "\x81";
  frame.push_back(static_cast<char>(0x80 | hello.size()));
  frame += std::string(4, '\0') + hello;
  EXPECT_NE(talk(frame, "\"table_hash\"").find("\"protocol\":1"), std::string::npos);
  BIO_free_all(bio);
  SSL_CTX_free(context);
  Wire plain(port());
  plain.send(head("GET /"));
  EXPECT_EQ(plain.buffer().find("HTTP"), std::string::npos);
  EXPECT_TRUE(plain.ends());

  ServerOptions wrong = options;
  wrong.tls_key = folder + "/missing.pem";
  EXPECT_THROW(Server(*live, log, wrong), ServerError);
}

}  // namespace
}  // namespace ag06::bridge::server
