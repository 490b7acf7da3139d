// The picture of what is heard that clients draw: spectrum, waves and features of the newest output. Not for measuring, which the core does.
// Window and smoothing are those of a browser's analyser node (Web Audio API, W3C Recommendation 2021, 1.8.6: Blackman, smoothing over time), so that
// the page draws the same for either engine.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/spectral/real_fft.h"
#include "live/live_door.h"
#include "protocol/frames.h"

namespace ag06::bridge::server {

// Share of the last picture that stays, per kSmoothingPeriodS; as web/src/engine/player/scope.ts has it for 60 pictures a second.
inline constexpr double kSpectrumSmoothing = 0.72;
inline constexpr double kSmoothingPeriodS = 1.0 / 60.0;
inline constexpr int kFeatureFrames = 4096;

// One thread. A sine of full scale centred on a bin reads 0 dB in both channels, -6 dB in one.
class OutputAnalyser {
 public:
  OutputAnalyser();   // allocates; throws std::bad_alloc

  // Takes the newest output. False: nothing new since the last call, everything stays as it is.
  bool look(LiveDoor& door);
  // Frame behind the newest one looked at.
  [[nodiscard]] std::uint64_t sample_time() const noexcept { return end_; }

  // elapsed_s: since the last call.
  [[nodiscard]] const std::array<float, protocol::kSpectrumBins>& spectrum(double elapsed_s);
  // Interleaved.
  [[nodiscard]] std::array<float, 2 * protocol::kScopeFrames> waves() const;
  [[nodiscard]] protocol::FeatureFrame features(double sample_rate_hz);

 private:
  static constexpr int kWindowFrames = 2 * protocol::kSpectrumBins;

  [[nodiscard]] std::vector<double> channel_power(int channel);

  analysis::RealFft wide_, narrow_;
  std::vector<float> blackman_, hann_;
  std::vector<float> newest_;   // interleaved, kWindowFrames
  std::vector<float> smooth_;
  std::array<float, protocol::kSpectrumBins> magnitudes_db_{};
  std::uint64_t end_ = 0;
};

}  // namespace ag06::bridge::server
