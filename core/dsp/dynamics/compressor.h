// A compressor with soft knee, side-chain high-pass, look-ahead, stereo link and parallel mix, in a modern style and a vintage one after
// opto-electrical levellers. Not a limiter: nothing holds peaks.
// Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital Dynamic Range Compressor Design", JAES 60(6), 2012 (feed-forward, gain computer before
// the smoothing, which makes attack and release times exact in decibels), and "Parameter Automation in a Dynamic Range Compressor", JAES 61(10),
// 2013 (static make-up estimate: half of the reduction at full scale). Curves, smoothing in time and colour: the three headers included first.
#pragma once

#include <vector>

#include "dsp/dynamics/compression_curves.h"
#include "dsp/dynamics/harmonic_colour.h"
#include "dsp/dynamics/reduction_smoothers.h"
#include "dsp/primitives/butterworth_pair.h"
#include "dsp/primitives/delay_line.h"
#include "dsp/primitives/quadrature_pair.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/unit.h"

namespace ag06::dsp {

// vintage: a detector that hears a tone's envelope and not its wave, as a photocell does (QuadraturePair), the curve of OptoCurve, the times of
// OptoCell, and harmonics that come with the reduction (HarmonicColour times r / (r + 6 dB)).
enum class CompressorStyle : int { modern, vintage };

struct CompressorParams {
  float threshold_dbfs = -18.0f;  // [-80, 0]
  float ratio = 2.0f;             // [1, 100]
  float knee_db = 6.0f;           // [0, 40]
  float attack_ms = 10.0f;        // [0.02, 1000]; 63 % of a step of the reduction; vintage: shorter the steeper the curve, see OptoCell
  float release_ms = 150.0f;      // [1, 10000]; as attack; vintage: half of a long reduction goes in 0.4 of it, the rest over 10 of it
  float makeup_db = 0.0f;         // [-24, 36]
  float sidechain_hp_hz = 60.0f;  // [10, 1000]; second-order Butterworth before the detector
  float mix_ratio = 1.0f;         // [0, 1]; share of the compressed signal, makeup included
  CompressorStyle style = CompressorStyle::modern;
  float lookahead_ms = 0.0f;      // [0, the prepared maximum]; how far the detector leads
  bool auto_makeup = false;       // adds half of the reduction that the curve gives a signal at 0 dBFS
  float link_ratio = 1.0f;        // [0, 1]; 1: both channels get the larger wanted reduction, 0: each its own, between: that share of the way
};

// Guarantee: with nothing reduced and no makeup the output is the input bit for bit, delayed by latency_frames(), which no parameter changes. Linked,
// both channels get the same gain.
class Compressor {
 public:
  using Params = CompressorParams;
  // Control thread; allocates. Errors: those of validate(); out_of_range for a look-ahead outside [0, 50] ms.
  [[nodiscard]] Status prepare(const StreamSpec& spec, float max_lookahead_ms = 5.0f);
  void reset() noexcept;
  void set_params(const CompressorParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return latency_frames_; }
  // Largest reduction by the detector, 0 or positive, before makeup and mix, during the latest process() call.
  [[nodiscard]] float gain_reduction_db() const noexcept { return reported_reduction_db_; }

 private:
  static constexpr int kChunkFrames = 64;
  // One row per channel.
  struct alignas(16) Rows {
    float row[kMaxStripChannels][kChunkFrames];
  };

  template <class F>
  void each_smoothed(F f) noexcept {
    for (SmoothedValue* value : {&threshold_db_, &slope_, &knee_db_, &makeup_db_, &mix_, &link_, &vintage_}) f(*value);
  }
  [[nodiscard]] bool settled() const noexcept;
  void move_curve() noexcept;
  void process_chunk(AudioBlock io, int at, int frames) noexcept;
  void detect(AudioBlock io, int at, int frames, Rows& levels_lin) noexcept;
  void detect_peaks(AudioBlock io, int at, int frames, Rows& levels_lin) noexcept;
  void detect_envelopes(AudioBlock io, int at, int frames, Rows& levels_lin) noexcept;
  void delay_levels(Rows& levels_lin, int frames) noexcept;
  void link(Rows& values, int frames) const noexcept;
  void reduce_modern(const Rows& levels_lin, int frames, Rows& reductions_db) noexcept;
  void reduce_vintage(const Rows& levels_lin, int frames, Rows& reductions_db) noexcept;
  void apply(AudioBlock io, int at, int frames, const Rows& reductions_db) noexcept;
  void colour(AudioBlock io, int at, int frames, const Rows& reductions_db, const Rows& wet_gains, Rows& added) noexcept;

  double sample_rate_hz_ = 48000.0;
  int channels_ = 1;
  int latency_frames_ = 0;
  DelayLine audio_[kMaxStripChannels];
  std::vector<float> level_rings_[kMaxStripChannels];  // a chunk longer than the latency
  int write_at_ = 0;
  int detector_delay_frames_ = 0;
  ButterworthPair sidechain_;
  QuadraturePair quadrature_;
  bool hears_envelopes_ = false;
  // The curve and the mix move smoothly; all stand in decibels but slope (1 - 1/ratio) and the shares mix, link and vintage.
  SmoothedValue threshold_db_, slope_, knee_db_, makeup_db_, mix_, link_, vintage_;
  // Their values now, as the sample loop needs them.
  KneeCurve knee_curve_;
  OptoCurve opto_curve_;
  float makeup_now_db_ = 0.0f, makeup_now_lin_ = 1.0f, mix_now_ = 1.0f, link_now_ = 1.0f, vintage_now_ = 0.0f;
  DecoupledSmoother::Times modern_times_;
  OptoCell::Times vintage_times_;
  DecoupledSmoother modern_[kMaxStripChannels];
  OptoCell cells_[kMaxStripChannels];
  HarmonicColour colour_;
  // Channels whose gains may differ: 1 until the link is first loosened, so that linked channels cost one detector; from then on 2 until reset().
  int detectors_ = 1;
  float reported_reduction_db_ = 0.0f;
};

}  // namespace ag06::dsp
