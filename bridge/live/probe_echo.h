// Finds a probe in what came back: how much later, how loud, or not at all. Off the audio thread.
#pragma once

#include <optional>
#include <span>

namespace ag06::bridge {

struct ProbeEcho {
  int lag_frames = 0;          // from a burst's sample going out to its coming in; exact for a path that delays by whole frames
  double gain_db = 0.0;        // of the way out and back, on the channel that returns more
  double above_noise_db = 0.0; // the correlation's peak over its rms elsewhere
};

// burst: chips of plus and minus one, played at level_dbfs. heard: interleaved stereo from the frame at which the burst began to go out, at least as long as the burst and max_lag_frames behind it
// (what is missing counts as silence). nullopt: nothing louder than -60 dB of it that stands out by 18 dB came back within max_lag_frames.
[[nodiscard]] std::optional<ProbeEcho> find_probe_echo(std::span<const float> burst, double level_dbfs, std::span<const float> heard, int max_lag_frames);

}  // namespace ag06::bridge
