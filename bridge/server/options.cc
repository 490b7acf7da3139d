#include "server/options.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <map>

#include <CLI/CLI.hpp>

namespace ag06::bridge::server {
namespace {

namespace fs = std::filesystem;

constexpr char kVersion[] = "ag06-bridge 0.1.0";
constexpr int kWrongUsage = 2;
constexpr double kLowestRateHz = 44100.0, kHighestRateHz = 192000.0;
constexpr int kFewestFrames = 32, kMostFrames = 1024;

[[nodiscard]] std::string text_of(const char* value) { return value == nullptr ? std::string() : std::string(value); }

// systemd's StateDirectory, else the person's data folder; empty when there is neither.
[[nodiscard]] std::string data_folder(const Surroundings& surroundings) {
  if (const std::string state = text_of(surroundings.environment("STATE_DIRECTORY")); !state.empty()) return state;
  if (const std::string data = text_of(surroundings.environment("XDG_DATA_HOME")); !data.empty()) return data + "/ag06-studio";
  if (const std::string home = text_of(surroundings.environment("HOME")); !home.empty()) return home + "/.local/share/ag06-studio";
  return {};
}

[[nodiscard]] std::string web_folder(const Surroundings& surroundings) {
  const fs::path program = surroundings.program_folder.empty() ? fs::path(".") : fs::path(surroundings.program_folder);
  const fs::path beside = (program / "../web").lexically_normal(), installed = (program / "../share/ag06-studio/web").lexically_normal();
  std::error_code error;
  return (!fs::exists(beside, error) && fs::exists(installed, error) ? installed : beside).string();
}

[[nodiscard]] bool is_loopback(const std::string& address) {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  return address == "::1" || address == "localhost";
}

[[nodiscard]] bool is_address(const std::string& text) {
  in_addr four{};
  in6_addr six{};
  return ::inet_pton(AF_INET, text.c_str(), &four) == 1 || ::inet_pton(AF_INET6, text.c_str(), &six) == 1 || text == "localhost";
}

// scheme://host[:port] and nothing more, as a browser writes it in Origin.
[[nodiscard]] bool is_origin(const std::string& text) {
  for (const std::string scheme : {"http://", "https://"}) {
    if (text.rfind(scheme, 0) != 0) continue;
    const std::string rest = text.substr(scheme.size());
    return !rest.empty() && rest.find_first_of("/?#@* \t") == std::string::npos;
  }
  return false;
}

[[nodiscard]] std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

[[nodiscard]] CLI::Validator within(double lowest, double highest) {
  return CLI::Validator(
      [lowest, highest](std::string& text) {
        double value = 0.0;
        const bool is_good = CLI::detail::lexical_cast(text, value) && value >= lowest && value <= highest;
        const auto plain = [](double number) { return std::to_string(static_cast<long>(number)); };
        return is_good ? std::string() : "'" + text + "' is no number from " + plain(lowest) + " to " + plain(highest);
      },
      "");
}

// Words for values: the word becomes the number that CLI11 makes an enumeration of.
template <class Value>
[[nodiscard]] CLI::Validator one_of(const std::map<std::string, Value>& words) {
  return CLI::Validator(
      [words](std::string& text) {
        std::string all;
        for (const auto& [word, value] : words) {
          if (CLI::detail::to_lower(text) == word) {
            text = std::to_string(static_cast<int>(value));
            return std::string();
          }
          all += (all.empty() ? "" : ", ") + word;
        }
        return "'" + text + "' is none of " + all;
      },
      "");
}

[[nodiscard]] EarlyEnd wrong(const std::string& why) { return {kWrongUsage, "ag06-bridge: " + one_line(why) + "\n"}; }

// What the flags say together. Empty: nothing is wrong.
[[nodiscard]] std::string wrong_together(const Options& options) {
  if (options.tls_certificate.empty() != options.tls_key.empty()) return "--tls-cert and --tls-key: one without the other is of no use";
  if (!is_loopback(options.bind)) {
    if (!options.lan || options.tls_certificate.empty()) {
      return "--bind " + options.bind + ": the bridge is reached over a network only with --lan, --tls-cert and --tls-key, so that nobody else listens or plays";
    }
  }
  if (options.takes_folder.empty()) return "--takes: there is no home folder to keep takes in; name a folder";
  if (options.token_file.empty()) return "--token-file: there is no home folder to keep the token in; name a file";
  if (options.only_pairs && options.port == 0) return "--pair: name the port of the running bridge with --port";
  return {};
}

}  // namespace

std::vector<std::string> Options::addresses() const {
  if (bind == "127.0.0.1" || bind == "localhost") return {"127.0.0.1", "::1"};
  return {bind};
}

std::variant<Options, EarlyEnd> parse_options(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
  Options options;
  const std::string data = data_folder(surroundings);
  options.web_folder = web_folder(surroundings);
  if (!data.empty()) {
    options.takes_folder = data + "/takes";
    options.token_file = data + "/bridge.token";
  }
  bool no_audio = false, no_models = false;

  CLI::App app("Serves AG06 Studio and drives an audio device with its engine.", "ag06-bridge");
  app.set_version_flag("--version", kVersion);
  app.get_formatter()->column_width(44);
  std::map<std::string, std::string> environment_names;   // of options, by their flag
  const auto with_environment = [&](CLI::Option* option, const std::string& flag) {
    std::string name = "AG06_" + flag;
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
    environment_names[flag] = name;
    return option->envname(name);
  };
  const auto add = [&](const std::string& flag, auto& into, const std::string& help) {
    return with_environment(app.add_option("--" + flag, into, help)->capture_default_str(), flag);
  };
  const auto add_flag = [&](const std::string& flag, bool& into, const std::string& help) { return with_environment(app.add_flag("--" + flag, into, help), flag); };

  CLI::Option* const config = app.set_config("--config", "", "TOML or INI file of options by their long names")->type_name("FILE");
  with_environment(config, "config");
  app.allow_config_extras(CLI::config_extras_mode::error);
  int port = options.port;
  add("port", port, "Port to serve on; 0: any free one")->check(within(0, 65535))->type_name("N");
  add("bind", options.bind, "Address to serve on; the default means both loopback addresses")
      ->check([](const std::string& text) { return is_address(text) ? std::string() : "'" + text + "' is no IP address"; })
      ->type_name("ADDRESS");
  add_flag("lan", options.lan, "Allows an address that is not loopback; needs --tls-cert and --tls-key");
  add("host", options.hosts, "Name that other machines know this one by; may stand several times")->delimiter(',')->type_name("NAME");
  add("device", options.device, "Name, part of a name or id of the audio device; default: an AG06 or AG03, else any")->type_name("NAME");
  add("sample-rate-hz", options.sample_rate_hz, "Rate to ask the device for, 44100 to 192000")->check(within(kLowestRateHz, kHighestRateHz))->type_name("HZ");
  add("block-frames", options.block_frames, "Frames per block to ask the device for, 32 to 1024")->check(within(kFewestFrames, kMostFrames))->type_name("N");
  const std::map<std::string, BackendChoice> backends = {
      {"auto", BackendChoice::automatic}, {"jack", BackendChoice::jack}, {"portaudio", BackendChoice::portaudio}, {"simulated", BackendChoice::simulated}};
  add("backend", options.backend, "Audio system: auto, jack, portaudio, or simulated (a device of air, to try things without hardware)")
      ->transform(one_of(backends))
      ->default_str("auto")
      ->type_name("NAME");
  add_flag("no-audio", no_audio, "Opens no device until the page asks for one");
  add("models", options.models_folder, "Folder of the trained models that mode auto asks; default: ../models from the program")->type_name("DIR");
  add_flag("no-models", no_models, "Mode auto goes by the Musical rule alone");
  add("web", options.web_folder, "Folder of the built page")->type_name("DIR");
  add("takes", options.takes_folder, "Folder that takes are recorded to")->type_name("DIR");
  add("token-file", options.token_file, "File of the secret that lets programs in; made when missing")->type_name("FILE");
  add("allow-origin", options.allowed_origins, "Origin of a page hosted elsewhere that may speak to the bridge; may stand several times")
      ->delimiter(',')
      ->type_name("URL")
      ->check([](const std::string& text) { return is_origin(text) ? std::string() : "'" + text + "' is no origin such as https://studio.example"; });
  const std::map<std::string, LogLevel> levels = {
      {"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warning", LogLevel::warning}, {"error", LogLevel::error}, {"off", LogLevel::off}};
  add("log-level", options.log_level, "debug, info, warning, error or off")
      ->transform(one_of(levels))
      ->default_str("info")
      ->type_name("NAME");
  const std::map<std::string, LogFormat> formats = {{"text", LogFormat::text}, {"json", LogFormat::json}};
  add("log-format", options.log_format, "text or json")->transform(one_of(formats))->default_str("text")->type_name("NAME");
  add("tls-cert", options.tls_certificate, "PEM file of the certificate and its chain")->type_name("FILE");
  add("tls-key", options.tls_key, "PEM file of the certificate's key")->type_name("FILE");
  app.add_flag("--pair", options.only_pairs, "Prints a new link that pairs a browser with the running bridge, once and within ten minutes, and ends")->configurable(false);
  for (CLI::Option* const option : {app.get_option("--host"), app.get_option("--allow-origin")}) option->default_str("");

  // CLI11 lets a file outweigh the environment; put behind the flags, the environment weighs as it should.
  std::vector<std::string> all = arguments;
  std::map<std::string, std::string> from_environment;
  for (const auto& [flag, name] : environment_names) {
    const char* const value = surroundings.environment(name.c_str());
    if (value == nullptr || *value == '\0') continue;
    const std::string long_name = "--" + flag;
    const bool is_given = std::any_of(arguments.begin(), arguments.end(), [&](const std::string& a) { return a == long_name || a.rfind(long_name + "=", 0) == 0; });
    if (is_given) continue;
    from_environment[long_name] = name;
    all.push_back(long_name + "=" + value);
  }
  std::reverse(all.begin(), all.end());   // as CLI11 wants a vector
  try {
    app.parse(all);
  } catch (const CLI::CallForHelp&) {
    return EarlyEnd{0, app.help()};
  } catch (const CLI::CallForVersion&) {
    return EarlyEnd{0, std::string(kVersion) + "\n"};
  } catch (const CLI::ParseError& error) {
    std::string what = error.what();
    for (const auto& [flag, name] : from_environment) {
      if (what.rfind(flag + ":", 0) == 0 || what.rfind(flag + " ", 0) == 0) what = name + what.substr(flag.size());
    }
    if (dynamic_cast<const CLI::FileError*>(&error) != nullptr) what = "--config: " + what;
    return wrong(what);
  }
  options.port = static_cast<std::uint16_t>(port);
  options.has_audio = !no_audio;
  options.has_models = !no_models;
  if (const std::string why = wrong_together(options); !why.empty()) return wrong(why);
  return options;
}

}  // namespace ag06::bridge::server
