// A look-ahead limiter that holds a ceiling in true-peak terms, one gain for all channels. Not a clipper and not a loudness maximiser: it adds no gain.
// Source: P. Hamalainen, "Smoothing of the control signal without clipped output in digital peak limiters", DAFx-02 (minimum, then FIR
// smoothing); M. van Herk, "A fast algorithm for local minimum and maximum filters", Pattern Recognition Letters 13, 1992 (sliding minimum).
// Automatic release: D. Giannoulis, M. Massberg, J. D. Reiss, "Parameter Automation in a Dynamic Range Compressor", JAES 61(10), 2013: a release
// time of twice its bound over the squared crest factor, so that steady tones (crest factor squared 2) get the bound and isolated peaks little.
// Deviations: peaks between samples are detected; a second, slow release carries sustained reduction; the automatic time has a lower bound.
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/limiter/nyquist_allowance.h"
#include "dsp/primitives/delay_line.h"
#include "dsp/primitives/peak_interpolator.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct TruePeakLimiterParams {
  float ceiling_dbtp = -1.0f;  // [-60, 0]
  float release_ms = 120.0f;   // [1, 5000]; time constant after a short peak; sustained reduction recovers six times slower
  // The release follows the programme between release_ms, then its fast bound, and 500 ms (or release_ms, if that is longer): fast for isolated
  // peaks, slow for sustained bass, whose reduction is gone to a third after one second.
  bool auto_release = false;
};

// Guarantee, at 44.1 kHz and above and for 1.4 ms of latency or more, by an ideal 16x meter: true peaks hold the ceiling within 0.05 dB for content
// up to 20 kHz and within 0.15 dB for noise, signs and drums up to the Nyquist frequency, up to +40 dB. At lower rates the same time is fewer
// frames: within 0.05 dB up to 0.41 of the rate, within 0.4 dB for noise up to the Nyquist frequency. Not covered: a full-scale tone at the Nyquist
// frequency itself that turns its phase after reaching further than any look-ahead (64 samples a side are within 0.2 dB, 128 come to 1.1 dB).
// No sample leaves above the ceiling at any rate, whatever comes.
// Audio whose peaks lie under it comes out bit for bit, delayed (content next to the Nyquist frequency counts higher than it is).
// NaN and infinity count as silence, magnitudes above 1e5 (+100 dBFS) as 1e5.
class TruePeakLimiter {
 public:
  using Params = TruePeakLimiterParams;
  // Control thread; allocates. The latency is max_latency_ms in [0.5, 2], rounded down to a frame. Errors: those of validate(), out_of_range.
  [[nodiscard]] Status prepare(const StreamSpec& spec, float max_latency_ms = 2.0f);
  void reset() noexcept;
  void set_params(const TruePeakLimiterParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return latency_frames_; }
  // Largest reduction, 0 or positive, during the latest process() call.
  [[nodiscard]] float gain_reduction_db() const noexcept { return reduction_db_; }

 private:
  static constexpr int kChunkFrames = 64;

  void process_chunk(AudioBlock io, int at, int frames) noexcept;
  void follow_crest(const AudioBlock& in, int at, int frames) noexcept;
  void update_release() noexcept;
  [[nodiscard]] double coefficient_for(double time_ms) const noexcept;
  [[nodiscard]] float next_gain(double required) noexcept;
  [[nodiscard]] double sliding_minimum(double required) noexcept;
  [[nodiscard]] std::int64_t smooth(std::int64_t gain_q40) noexcept;
  [[nodiscard]] bool idle() const noexcept { return unlimited_frames_ >= minima_.size() && released_ == 1.0 && sustained_ == 1.0 && second_sum_ == unity_sum_; }

  double sample_rate_hz_ = 48000.0;
  int channels_ = 0;
  int latency_frames_ = 0;
  PeakInterpolator detector_[kMaxStripChannels];
  NyquistAllowance allowance_;
  DelayLine audio_[kMaxStripChannels];
  SmoothedValue ceiling_lin_;
  double release_coefficient_ = 1.0;
  double sustained_release_coefficient_ = 1.0;
  double sustained_attack_coefficient_ = 1.0;
  double release_ms_ = 120.0;
  bool auto_release_ = false;
  // Automatic release: running power and peak power of the louder channel, moved on once per grid period of frames since reset.
  double crest_keep_ = 0.0;
  double mean_power_ = 0.0, peak_power_ = 0.0;
  double grid_power_ = 0.0;
  float grid_peak_lin_ = 0.0f;
  int grid_at_ = 0;

  // Sliding minimum of the required gain: before minima_at_ the block's values, from there the earlier block's minima up to its end; then unity.
  std::vector<double> minima_;
  std::size_t minima_at_ = 0;
  double running_minimum_ = 1.0;       // of this block
  std::size_t unlimited_frames_ = 0;   // since a gain below unity was required
  double released_ = 1.0;   // after both releases, before smoothing
  double sustained_ = 1.0;  // what the fast release falls back to
  // Two running means in whole numbers: they cannot drift, and unity in is exactly unity out.
  std::vector<std::int64_t> first_ring_, second_ring_;
  std::size_t first_at_ = 0, second_at_ = 0;
  std::int64_t first_sum_ = 0, second_sum_ = 0, unity_sum_ = 1;
  double per_unity_sum_ = 1.0;
  float smallest_gain_lin_ = 1.0f;
  float reduction_db_ = 0.0f;
};

}  // namespace ag06::dsp
