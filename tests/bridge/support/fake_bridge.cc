// A whole server over a live side in memory, to be tried by hand or by clients in other languages: prints its URL and token. Not the bridge.
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <thread>

#include "bridge/support/fake_live.h"
#include "server/secrets.h"
#include "server/server.h"

int main(int argc, char** argv) {
  using namespace ag06::bridge;
  std::string folder = "/tmp/ag06-fake-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  test::FakeLive live(folder);
  live.add_take("2026-11-21T16-40-12Z-input", std::string(1000, 'x'));
  server::Log log(server::LogLevel::info);
  server::ServerOptions options;
  options.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  options.token = server::random_token();
  options.web_folder = argc > 2 ? argv[2] : folder;
  if (argc > 4) options.tls_certificate = argv[3], options.tls_key = argv[4];
  server::Server bridge(live, log, options);
  live.on_change = [&] { bridge.tell_change(); };
  live.plug_in();
  std::printf("%s %s\n", bridge.url().c_str(), options.token.c_str());
  std::fflush(stdout);
  std::atomic<bool> ends{false};
  std::thread device([&] {
    std::vector<float> block(2 * 480);
    double phase = 0.0;
    MeterFrame meters;
    auto next = std::chrono::steady_clock::now();
    while (!ends) {
      for (std::size_t i = 0; i < 480; ++i, phase += 2.0 * std::numbers::pi * 1000.0 / 48000.0) block[2 * i] = block[2 * i + 1] = static_cast<float>(0.5 * std::sin(phase));
      live.run(block);
      live.play_song(480);
      if (live.song_is_last && live.song_waiting() == 0 && live.state().transport.is_playing) live.end_song();
      meters.sample_time += 480;
      live.measure(meters);
      next += std::chrono::milliseconds(10);
      std::this_thread::sleep_until(next);
    }
  });
  bridge.run(true);
  ends = true;
  device.join();
}
