// What the bridge is told when it starts: flags, environment, configuration file, in this order of weight. Not for what changes while it runs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "server/log.h"

namespace ag06::bridge::server {

enum class BackendChoice { automatic, jack, portaudio, simulated };

struct Options {
  std::uint16_t port = 5001;               // 0: any free one
  std::string bind = "127.0.0.1";
  bool lan = false;
  std::vector<std::string> hosts;          // names that others know this machine by
  std::string device;
  double sample_rate_hz = 48000.0;
  int block_frames = 128;
  BackendChoice backend = BackendChoice::automatic;
  bool has_audio = true;
  std::string models_folder;               // empty: beside the program
  bool has_models = true;                  // mode auto asks the trained models where they are
  std::string web_folder, takes_folder, token_file;
  std::vector<std::string> allowed_origins;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
  std::string tls_certificate, tls_key;
  bool only_pairs = false;                 // --pair

  // Addresses to listen on: both loopbacks for either of them or "localhost".
  [[nodiscard]] std::vector<std::string> addresses() const;
};

// The program ends at once: with help or version on stdout (status 0), or an error of one line on stderr (status 2).
struct EarlyEnd {
  int status = 0;
  std::string text;
};

// Where the program and the person are.
struct Surroundings {
  std::function<const char*(const char*)> environment;   // as std::getenv
  std::string program_folder;                            // empty: unknown
};

// arguments: without the program's name.
[[nodiscard]] std::variant<Options, EarlyEnd> parse_options(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace ag06::bridge::server
