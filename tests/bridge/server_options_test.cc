// What the bridge is told when it starts: weight of flag, environment, file and default; what is refused, and how.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "server/options.h"

namespace ag06::bridge::server {
namespace {

class ServerOptionsTest : public testing::Test {
 protected:
  ServerOptionsTest() {
    std::string name = testing::TempDir() + "ag06-options-XXXXXX";
    folder = ::mkdtemp(name.data());
    environment["HOME"] = "/home/someone";
  }
  ~ServerOptionsTest() override { std::filesystem::remove_all(folder); }
  std::variant<Options, EarlyEnd> parse(const std::vector<std::string>& arguments) {
    return parse_options(arguments, {[this](const char* name) -> const char* {
                                       const auto found = environment.find(name);
                                       return found == environment.end() ? nullptr : found->second.c_str();
                                     },
                                     "/opt/ag06/bin"});
  }
  Options good(const std::vector<std::string>& arguments) {
    auto parsed = parse(arguments);
    if (const auto* end = std::get_if<EarlyEnd>(&parsed)) {
      ADD_FAILURE() << end->text;
      return {};
    }
    return std::get<Options>(parsed);
  }
  std::string error(const std::vector<std::string>& arguments) {
    auto parsed = parse(arguments);
    const auto* end = std::get_if<EarlyEnd>(&parsed);
    if (end == nullptr) {
      ADD_FAILURE() << "was accepted";
      return {};
    }
    EXPECT_EQ(end->status, 2);
    EXPECT_EQ(std::count(end->text.begin(), end->text.end(), '\n'), 1) << end->text;
    EXPECT_EQ(end->text.rfind("ag06-bridge: ", 0), 0u) << end->text;
    return end->text;
  }
  std::string file(const std::string& text) {
    const std::string path = folder + "/bridge.toml";
    std::ofstream(path) << text;
    return path;
  }
  std::string folder;
  std::map<std::string, std::string> environment;
};

TEST_F(ServerOptionsTest, DefaultsAreThoseOfTheContract) {
  const Options options = good({});
  EXPECT_EQ(options.port, 5001);
  EXPECT_EQ(options.addresses(), (std::vector<std::string>{"127.0.0.1", "::1"}));
  EXPECT_EQ(options.sample_rate_hz, 48000.0);
  EXPECT_EQ(options.block_frames, 128);
  EXPECT_TRUE(options.has_audio);
  EXPECT_FALSE(options.lan);
  EXPECT_EQ(options.web_folder, "/opt/ag06/web");
  EXPECT_EQ(options.takes_folder, "/home/someone/.local/share/ag06-studio/takes");
  EXPECT_EQ(options.token_file, "/home/someone/.local/share/ag06-studio/bridge.token");
}

TEST_F(ServerOptionsTest, AFlagOutweighsTheEnvironmentThatOutweighsTheFile) {
  const std::string path = file("port = 7001\nblock-frames = 256\ndevice = \"From file\"\n");
  environment["AG06_PORT"] = "7002";
  environment["AG06_BLOCK_FRAMES"] = "512";
  const Options options = good({"--config", path, "--port=7003"});
  EXPECT_EQ(options.port, 7003);
  EXPECT_EQ(options.block_frames, 512);
  EXPECT_EQ(options.device, "From file");
  environment.clear();
  environment["HOME"] = "/h";
  environment["AG06_CONFIG"] = path;
  EXPECT_EQ(good({}).port, 7001);
  EXPECT_EQ(good({"--port", "0"}).port, 0);
}

TEST_F(ServerOptionsTest, EveryOptionCanBeSaidInEveryWay) {
  environment = {{"HOME", "/h"}, {"AG06_BIND", "::1"}, {"AG06_SAMPLE_RATE_HZ", "96000"}, {"AG06_BACKEND", "simulated"}, {"AG06_NO_AUDIO", "true"}, {"AG06_WEB", "/w"},
                 {"AG06_TAKES", "/t"}, {"AG06_TOKEN_FILE", "/k"}, {"AG06_ALLOW_ORIGIN", "https://a.example,https://b.example"}, {"AG06_LOG_LEVEL", "debug"},
                 {"AG06_LOG_FORMAT", "json"}, {"AG06_DEVICE", "AG03"}, {"AG06_HOST", "studio.lan"}};
  const Options options = good({});
  EXPECT_EQ(options.addresses(), (std::vector<std::string>{"::1"}));
  EXPECT_EQ(options.sample_rate_hz, 96000.0);
  EXPECT_EQ(options.backend, BackendChoice::simulated);
  EXPECT_FALSE(options.has_audio);
  EXPECT_EQ(options.web_folder, "/w");
  EXPECT_EQ(options.takes_folder, "/t");
  EXPECT_EQ(options.token_file, "/k");
  EXPECT_EQ(options.allowed_origins, (std::vector<std::string>{"https://a.example", "https://b.example"}));
  EXPECT_EQ(options.log_level, LogLevel::debug);
  EXPECT_EQ(options.log_format, LogFormat::json);
  EXPECT_EQ(options.device, "AG03");
  EXPECT_EQ(options.hosts, (std::vector<std::string>{"studio.lan"}));
}

TEST_F(ServerOptionsTest, WhatIsWrongIsNamedInOneLine) {
  EXPECT_NE(error({"--port", "70000"}).find("--port"), std::string::npos);
  EXPECT_NE(error({"--port", "x"}).find("--port"), std::string::npos);
  EXPECT_NE(error({"--block-frames", "16"}).find("--block-frames"), std::string::npos);
  EXPECT_NE(error({"--block-frames", "2048"}).find("--block-frames"), std::string::npos);
  EXPECT_NE(error({"--sample-rate-hz", "8000"}).find("--sample-rate-hz"), std::string::npos);
  EXPECT_NE(error({"--backend", "asio"}).find("--backend"), std::string::npos);
  EXPECT_NE(error({"--log-level", "loud"}).find("--log-level"), std::string::npos);
  EXPECT_NE(error({"--bind", "nowhere"}).find("--bind"), std::string::npos);
  EXPECT_NE(error({"--allow-origin", "studio.example"}).find("--allow-origin"), std::string::npos);
  EXPECT_NE(error({"--allow-origin", "https://studio.example/page"}).find("--allow-origin"), std::string::npos);
  EXPECT_NE(error({"--allow-origin", "*"}).find("--allow-origin"), std::string::npos);
  EXPECT_NE(error({"--nonsense"}).find("--nonsense"), std::string::npos);
  EXPECT_NE(error({"stray"}).find("stray"), std::string::npos);
  EXPECT_NE(error({"--config", folder + "/missing.toml"}).find("missing.toml"), std::string::npos);
  EXPECT_NE(error({"--config", file("nonsense = 1\n")}).find("nonsense"), std::string::npos);
  EXPECT_NE(error({"--config", file("port = 70000\n")}).find("port"), std::string::npos);
  environment["AG06_PORT"] = "70000";
  EXPECT_NE(error({}).find("AG06_PORT"), std::string::npos);
}

TEST_F(ServerOptionsTest, ANetworkIsServedOnlyWithIntentAndTls) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"--bind", "0.0.0.0"}, {"--bind", "192.168.1.5", "--lan"}, {"--bind", "::", "--tls-cert", "c", "--tls-key", "k"}, {"--bind", "0.0.0.0", "--lan", "--tls-cert", "c"}}) {
    const std::string text = error(arguments);
    EXPECT_NE(text.find("--tls-key"), std::string::npos) << text;
  }
  EXPECT_NE(error({"--tls-cert", "c"}).find("--tls-key"), std::string::npos);
  const Options options = good({"--bind", "0.0.0.0", "--lan", "--tls-cert", "c", "--tls-key", "k"});
  EXPECT_EQ(options.addresses(), (std::vector<std::string>{"0.0.0.0"}));
  EXPECT_EQ(good({"--bind", "127.0.0.2"}).addresses(), (std::vector<std::string>{"127.0.0.2"}));
}

TEST_F(ServerOptionsTest, AServiceKeepsItsThingsWhereSystemdSays) {
  environment = {{"STATE_DIRECTORY", "/var/lib/ag06-studio"}};
  EXPECT_EQ(good({}).takes_folder, "/var/lib/ag06-studio/takes");
  environment.clear();
  EXPECT_NE(error({}).find("--takes"), std::string::npos);
}

TEST_F(ServerOptionsTest, HelpNamesEveryOptionItsDefaultAndItsVariable) {
  const auto end = std::get<EarlyEnd>(parse({"--help"}));
  EXPECT_EQ(end.status, 0);
  for (const char* name : {"config", "port", "bind", "lan", "host", "device", "sample-rate-hz", "block-frames", "backend", "no-audio", "models", "no-models", "web", "takes", "token-file", "allow-origin", "log-level",
                           "log-format", "tls-cert", "tls-key"}) {
    EXPECT_NE(end.text.find("--" + std::string(name)), std::string::npos) << name;
    std::string variable = "AG06_" + std::string(name);
    std::transform(variable.begin(), variable.end(), variable.begin(), [](char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
    EXPECT_NE(end.text.find(variable), std::string::npos) << variable;
  }
  for (const char* text : {"--pair", "5001", "127.0.0.1", "48000", "128", "/opt/ag06/web", "auto", "info", "/home/someone/.local/share/ag06-studio/takes"}) {
    EXPECT_NE(end.text.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(std::get<EarlyEnd>(parse({"--version"})).status, 0);
}

TEST_F(ServerOptionsTest, PairingNeedsAPort) {
  EXPECT_TRUE(good({"--pair"}).only_pairs);
  EXPECT_NE(error({"--pair", "--port", "0"}).find("--port"), std::string::npos);
}

}  // namespace
}  // namespace ag06::bridge::server
