#include "measure/stopwatch.h"

#include <algorithm>
#include <ctime>

#include "support/signals.h"

namespace ag06::measure {

double processor_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

PeerClock::PeerClock(int channels, double sample_rate_hz, bool quick)
    : sample_rate_hz_(sample_rate_hz),
      short_(test::music(channels, static_cast<int>(5.0 * sample_rate_hz), sample_rate_hz, 1.0, 17)),
      long_(test::music(channels, static_cast<int>((quick ? 20.0 : 65.0) * sample_rate_hz), sample_rate_hz, 1.0, 17)) {}

std::optional<double> PeerClock::load(const Peer& peer, std::string& why_not) {
  const std::optional<double> whole = raw_load(peer, why_not);
  if (!whole) return std::nullopt;
  if (!idle_.contains(peer.host)) {
    // libsox's effects chain and ffmpeg's filter graph with nothing in them.
    const Peer idle =
        peer.host == Host::sox ? Peer{"sox, nothing", "sox", Host::sox, "", {}} : Peer{"ffmpeg, nothing", "ffmpeg", Host::ffmpeg, "", {"anull"}};
    const std::optional<double> load = peer.host == Host::program ? 0.0 : raw_load(idle, why_not);
    if (!load) return std::nullopt;
    idle_[peer.host] = *load;
  }
  return std::max(1e-6, *whole - idle_[peer.host]);
}

std::optional<double> PeerClock::raw_load(const Peer& peer, std::string& why_not) {
  if (!installed(peer)) {
    why_not = "not installed";
    return std::nullopt;
  }
  double least_short_s = 1e9, least_long_s = 1e9;
  for (int repeat = 0; repeat < 3; ++repeat) {
    for (const bool is_long : {false, true}) {
      const PeerRun result = run_peer(peer, is_long ? long_ : short_, sample_rate_hz_);
      if (!result.out) {
        why_not = "failed: " + result.why;
        return std::nullopt;
      }
      double& least_s = is_long ? least_long_s : least_short_s;
      least_s = std::min(least_s, result.processor_s);
    }
  }
  return (least_long_s - least_short_s) * sample_rate_hz_ / (test::frame_count(long_) - test::frame_count(short_));
}

}  // namespace ag06::measure
