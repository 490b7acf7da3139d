// Processor time: of this thread, and what a peer takes for a second of sound. Not for wall-clock time, which other work on the machine moves.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "measure/peers.h"

namespace ag06::measure {

// Processor time of the calling thread so far.
[[nodiscard]] double processor_s();

// Seconds of processor per second of music: a long file less a short one, so that starting up does not count, less the same for a host that does
// nothing, so that reading and writing files do not either (programs that are hosts of their own keep it). Least of three.
class PeerClock {
 public:
  PeerClock(int channels, double sample_rate_hz, bool quick);
  // Nothing when it cannot run; why_not then says so.
  [[nodiscard]] std::optional<double> load(const Peer& peer, std::string& why_not);

 private:
  [[nodiscard]] std::optional<double> raw_load(const Peer& peer, std::string& why_not);

  double sample_rate_hz_;
  Planes short_, long_;
  std::map<Host, double> idle_;
};

}  // namespace ag06::measure
