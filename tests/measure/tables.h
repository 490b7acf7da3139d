// The tables of docs/measurements.md, one function and one file per block of the chain. Not for deciding what gets printed where: main.cc does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "measure/peers.h"
#include "measure/report.h"

namespace ag06::measure {

struct Run {
  Report& report;
  bool with_peers = false;
  bool quick = false;  // short signals: the same figures, less of the same sound

  // The peer's output for a signal, or nothing and the reason ("not installed", "failed: ..."); listed: among the settings printed.
  struct Heard {
    std::optional<Planes> out;
    double sample_rate_hz = 0.0;
    std::string why_not;
  };
  [[nodiscard]] Heard hear(const Peer& peer, const Planes& in, double sample_rate_hz, bool listed = true);

  // Every listed peer asked so far, in that order, once.
  std::vector<Peer> asked = {};
};

void eq_table(Run& run);
void compressor_table(Run& run);
void gate_table(Run& run);
void limiter_table(Run& run);
void delay_table(Run& run);
void chorus_table(Run& run);
void reverb_table(Run& run);
void exciter_table(Run& run);
void imager_table(Run& run);
void resampler_table(Run& run);
void dither_table(Run& run);
void click_table(Run& run);
void speed_table(Run& run);
// A part of it.
void resampler_speed(Run& run);

// The peers asked, their packages' versions and their settings.
void peers_table(Run& run);

}  // namespace ag06::measure
