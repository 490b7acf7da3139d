// ag06-bridge: serves the studio and drives the audio device. Reads its options, builds the live side and the server, and runs until it is told to end.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "audio/audio_backend.h"
#include "audio/simulated_backend.h"
#include "live/live_studio.h"
#include "native/model_error.h"
#include "native/model_places.h"
#include "native/song_models.h"
#include "server/access.h"
#include "server/options.h"
#include "server/secrets.h"
#include "server/server.h"

namespace {

using namespace ag06::bridge;

enum ExitStatus : int { kDone = 0, kWrongUsage = 2, kCannotServe = 4, kFailed = 5 };

std::string program_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string() : program.parent_path().string();
}

int fail(int status, const std::string& why) {
  std::fprintf(stderr, "ag06-bridge: %s\n", why.c_str());
  return status;
}

std::string launch_url(const std::string& url, const std::string& token) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  return url + "/?pair=" + server::make_pair_code(token, now);
}

std::vector<std::unique_ptr<AudioBackend>> make_backends(server::BackendChoice choice, DeviceEvents& events, const std::shared_ptr<SimulatedHardware>& hardware) {
  std::vector<std::unique_ptr<AudioBackend>> backends;
  const auto add = [&](std::unique_ptr<AudioBackend> backend) {
    if (backend) backends.push_back(std::move(backend));
  };
  using server::BackendChoice;
  if (choice == BackendChoice::automatic || choice == BackendChoice::jack) add(make_jack_backend(events));
  if (choice == BackendChoice::automatic || choice == BackendChoice::portaudio) add(make_portaudio_backend(events));
  if (choice == BackendChoice::simulated) add(make_simulated_backend(events, hardware));
  return backends;
}

// Null where there are none that can be used: mode auto goes by the Musical rule then.
std::shared_ptr<const ag06::inference::SongModels> models_of(const server::Options& options, server::Log& log) {
  using namespace ag06::inference;
  if (!options.has_models) return nullptr;
  try {
    auto registry = read_registry(models_folder(options.models_folder));
    auto runtime = std::make_shared<const OnnxRuntime>(runtime_library());
    auto models = std::make_shared<const SongModels>(std::move(registry), std::move(runtime), kEnsembleId);
    log.info("mode auto asks the trained models", {{"version", models->version()}});
    return models;
  } catch (const ModelError& error) {
    log.info("mode auto goes by the Musical rule", {{"why", error.what()}});
    return nullptr;
  }
}

// Address that a person opens, for --pair: that of the running bridge, whose options are the same.
std::string url_of(const server::Options& options) {
  std::string host = options.addresses().front();
  if (host == "0.0.0.0" || host == "::") host = "localhost";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return (options.tls_certificate.empty() ? "http://" : "https://") + host + ":" + std::to_string(options.port);
}

int serve(const server::Options& options, const std::string& token) {
  server::Log log(options.log_level, options.log_format);
  // --device simulated means the same as --backend simulated.
  const bool is_simulated = options.backend == server::BackendChoice::simulated || (options.backend == server::BackendChoice::automatic && options.device == "simulated");
  const server::BackendChoice backend = is_simulated ? server::BackendChoice::simulated : options.backend;
  const auto hardware = std::make_shared<SimulatedHardware>();
  std::optional<SimulatedPace> pace;
  if (is_simulated) pace.emplace(hardware);

  LiveOptions live_options;
  if (options.device != "simulated") live_options.device = options.device;
  live_options.sample_rate_hz = options.sample_rate_hz;
  live_options.block_frames = options.block_frames;
  live_options.opens_device = false;   // not before the port is ours: a second bridge must not touch the first one's device
  live_options.takes_folder = options.takes_folder;
  live_options.models = models_of(options, log);

  // The live side may tell of changes before the server is there.
  std::mutex listener_lock;
  server::Server* listener = nullptr;
  LiveStudio live(
      live_options, [&](DeviceEvents& events) { return make_backends(backend, events, hardware); },
      [&] {
        const std::lock_guard lock(listener_lock);
        if (listener != nullptr) listener->tell_change();
      });
  const auto tell = [&](server::Server* there) {
    const std::lock_guard lock(listener_lock);
    listener = there;
  };

  server::ServerOptions server_options;
  server_options.addresses = options.addresses();
  server_options.port = options.port;
  server_options.token = token;
  server_options.extra_hosts = options.hosts;
  server_options.accepts_local_address = options.lan;
  server_options.allowed_origins = options.allowed_origins;
  server_options.web_folder = options.web_folder;
  server_options.tls_certificate = options.tls_certificate;
  server_options.tls_key = options.tls_key;
  server_options.hub.default_sample_rate_hz = options.sample_rate_hz;
  server_options.hub.default_block_frames = options.block_frames;
  server::Server bridge(live, log, server_options);
  tell(&bridge);
  if (options.has_audio) live.open_device(std::nullopt);
  bridge.tell_change();

  log.info("serving", {{"url", bridge.url()}, {"web", options.web_folder}, {"takes", options.takes_folder}});
  std::printf("AG06 Studio is on %s  (Ctrl-C ends it)\n%s\n", bridge.url().c_str(), launch_url(bridge.url(), token).c_str());
  std::fflush(stdout);
  bridge.run(true);
  tell(nullptr);
  log.info("ended");
  return kDone;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  auto parsed = server::parse_options(arguments, {[](const char* name) -> const char* { return std::getenv(name); }, program_folder()});
  if (const auto* end = std::get_if<server::EarlyEnd>(&parsed)) {
    std::fputs(end->text.c_str(), end->status == kDone ? stdout : stderr);
    return end->status;
  }
  const auto& options = std::get<server::Options>(parsed);
  std::string token;
  try {
    token = server::load_or_make_token(options.token_file);
  } catch (const std::exception& error) {
    return fail(kCannotServe, error.what());
  }
  if (options.only_pairs) {
    std::printf("%s\n", launch_url(url_of(options), token).c_str());
    return kDone;
  }
  std::signal(SIGPIPE, SIG_IGN);   // a terminal or log reader that goes away must not silence the music
  try {
    return serve(options, token);
  } catch (const server::ServerError& error) {
    return fail(kCannotServe, error.what());
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}
