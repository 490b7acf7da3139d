// A feed-forward compressor with soft knee, side-chain high-pass and parallel mix, driven by the louder channel. Not a limiter: nothing holds peaks.
// Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital Dynamic Range Compressor Design", JAES 60(6), 2012, eq. 4 (gain computer) and eq. 17
// (smooth decoupled peak detector after the gain computer, which makes attack and release times exact in decibels).
#pragma once

#include "base/simd.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct CompressorParams {
  float threshold_dbfs = -18.0f;  // [-80, 0]
  float ratio = 2.0f;             // [1, 100]
  float knee_db = 6.0f;           // [0, 40]
  float attack_ms = 10.0f;        // [0.02, 1000]; 63 % of a step of the reduction
  float release_ms = 150.0f;      // [1, 10000]; as attack
  float makeup_db = 0.0f;         // [-24, 36]
  float sidechain_hp_hz = 60.0f;  // [10, 1000]; second-order Butterworth before the detector
  float mix_ratio = 1.0f;         // [0, 1]; share of the compressed signal, makeup included
};

// Guarantee: with nothing reduced and no makeup the output is the input bit for bit. Both channels get the same gain.
class Compressor {
 public:
  using Params = CompressorParams;
  [[nodiscard]] Status prepare(const StreamSpec& spec) noexcept;
  void reset() noexcept;
  void set_params(const CompressorParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }
  // Largest reduction by the detector, 0 or positive, before makeup and mix, during the latest process() call.
  [[nodiscard]] float gain_reduction_db() const noexcept { return reported_reduction_db_; }

 private:
  static constexpr int kChunkFrames = 16;

  [[nodiscard]] bool settled() const noexcept;
  void move_curve() noexcept;
  void process_chunk(AudioBlock io, int at, int frames) noexcept;
  void detect(AudioBlock io, int at, int frames, float* levels_lin) noexcept;
  void smooth(const float* wanted_db, int frames, float* reductions_db) noexcept;

  double sample_rate_hz_ = 48000.0;
  // The curve and the mix move smoothly; all stand in decibels but slope (1 - 1/ratio) and mix.
  SmoothedValue threshold_db_, slope_, knee_db_, makeup_db_, mix_;
  // Their values now, as the sample loop needs them.
  float knee_bottom_db_ = 0.0f, knee_now_db_ = 0.0f, half_slope_per_knee_ = 0.0f, slope_now_ = 0.0f, makeup_now_db_ = 0.0f, mix_now_ = 1.0f;
  double attack_coefficient_ = 1.0;
  double release_coefficient_ = 1.0;
  // Side-chain filter: how the two states and the input make the next states, and the high-pass output.
  double low_to_low_ = 1.0, band_to_low_ = 0.0, in_to_low_ = 0.0;
  double low_to_band_ = 0.0, band_to_band_ = 1.0, in_to_band_ = 0.0;
  double band_to_high_ = 0.0, norm_ = 1.0;
  f64x2 low_{}, band_{};
  double released_db_ = 0.0;  // the reduction after release, before attack smoothing
  double reduction_db_ = 0.0;
  float reported_reduction_db_ = 0.0f;
};

}  // namespace ag06::dsp
