// The chain: input gain, gate, compressor, EQ, delay, chorus, reverb, imager, exciter, output level, true-peak limiter, bound to the parameter table.
// Not for file I/O, metering or A/B, which wrap it.
#pragma once

#include <algorithm>
#include <array>

#include "base/audio_block.h"
#include "base/stream_spec.h"
#include "dsp/dynamics/compressor.h"
#include "dsp/dynamics/gain.h"
#include "dsp/dynamics/gate.h"
#include "dsp/effects/chorus.h"
#include "dsp/effects/delay.h"
#include "dsp/effects/reverb.h"
#include "dsp/eq/parametric_eq.h"
#include "dsp/limiter/true_peak_limiter.h"
#include "dsp/saturation/exciter.h"
#include "dsp/stereo/imager.h"
#include "engine/bypass.h"
#include "params/params.gen.h"

namespace ag06::engine {

// How much the chain may delay the signal: for files it looks ahead freely, live it adds at most kLiveLatencyMs.
enum class LatencyMode : int { studio = 0, live = 1 };
inline constexpr double kLiveLatencyMs = 1.5;

// What the dynamics units heard and did; the largest of an interval.
struct Dynamics {
  float gate_reduction_db = 0.0f;  // 0 or positive
  float compressor_reduction_db = 0.0f;
  float limiter_reduction_db = 0.0f;
  float gate_input_lin = 0.0f;
  float compressor_input_lin = 0.0f;

  constexpr void include(const Dynamics& other) noexcept {
    gate_reduction_db = std::max(gate_reduction_db, other.gate_reduction_db);
    compressor_reduction_db = std::max(compressor_reduction_db, other.compressor_reduction_db);
    limiter_reduction_db = std::max(limiter_reduction_db, other.limiter_reduction_db);
    gate_input_lin = std::max(gate_input_lin, other.gate_input_lin);
    compressor_input_lin = std::max(compressor_input_lin, other.compressor_input_lin);
  }
};

// Guarantee: with every unit off and both gains at 0 dB the output is the input delayed by latency_frames(), bit for bit;
// an input sample that is not finite or lies beyond +80 dBFS is replaced by silence and counted, and the output is always finite.
class Session {
 public:
  // Control thread; allocates. Errors: those of validate(). Parameters take their table defaults.
  [[nodiscard]] Status prepare(const StreamSpec& spec, LatencyMode mode = LatencyMode::studio);
  // Clears all state and lands smoothed values and crossfades on their targets. Parameters stay.
  void reset() noexcept;
  // Audio thread, between blocks. Errors: unknown_parameter, not_finite, out_of_range; nothing changes then.
  [[nodiscard]] Status set_param(int param_id, double value) noexcept;
  // NaN for an unknown id.
  [[nodiscard]] double param(int param_id) const noexcept;
  // In place; any frame count; result independent of block cuts.
  void process(AudioBlock io) noexcept;
  // process() in its two halves, for who tries several output levels on one mix: the mix, everything before the output level; then output level and limiter.
  void process_mix(AudioBlock io) noexcept;
  void process_output(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return latency_frames_; }
  // During the latest process() or process_mix() call and what followed it.
  [[nodiscard]] const Dynamics& dynamics() const noexcept { return dynamics_; }
  [[nodiscard]] double fault_count() const noexcept { return fault_count_; }

 private:
  enum Group : unsigned {
    kInput = 1u << 0,
    kGate = 1u << 1,
    kCompressor = 1u << 2,
    kEq = 1u << 3,
    kDelay = 1u << 4,
    kChorus = 1u << 5,
    kReverb = 1u << 6,
    kImager = 1u << 7,
    kExciter = 1u << 8,
    kOutput = 1u << 9,
    kLimiter = 1u << 10,
    kEveryGroup = (1u << 11) - 1
  };

  [[nodiscard]] static Group group_of(int param_id) noexcept;
  [[nodiscard]] float value(int index) const noexcept { return static_cast<float>(values_[static_cast<std::size_t>(index)]); }
  [[nodiscard]] bool is_on(int index) const noexcept { return values_[static_cast<std::size_t>(index)] >= 0.5; }
  [[nodiscard]] int choice(int index) const noexcept { return static_cast<int>(values_[static_cast<std::size_t>(index)] + 0.5); }
  void bind_changed_units() noexcept;
  void bind_dynamics(unsigned changed) noexcept;
  void bind_effects(unsigned changed) noexcept;
  [[nodiscard]] dsp::ParametricEqParams eq_params() const noexcept;
  [[nodiscard]] float delay_time_ms() const noexcept;
  // f(unit) for every part of the chain, in its order.
  template <class F>
  void each_unit(F f) noexcept {
    f(input_gain_);
    f(gate_);
    f(compressor_);
    f(eq_);
    f(delay_);
    f(chorus_);
    f(reverb_);
    f(imager_);
    f(exciter_);
    f(output_gain_);
    f(limiter_);
  }
  void silence_faults(AudioBlock io) noexcept;
  void mix_slice(AudioBlock io) noexcept;
  // f(slice) for pieces of at most max_block_frames.
  template <class F>
  void each_slice(AudioBlock io, F f) noexcept {
    for (int at = 0; at < io.frames; at += spec_.max_block_frames) {
      float* planes[kMaxStripChannels];
      for (int c = 0; c < io.channel_count; ++c) planes[c] = io.channel(c) + at;
      f(AudioBlock{planes, io.channel_count, std::min(spec_.max_block_frames, io.frames - at)});
    }
  }

  std::array<double, params::kCount> values_{};
  StreamSpec spec_;
  unsigned changed_groups_ = 0;
  dsp::Gain input_gain_;
  Bypass<dsp::Gate> gate_;
  Bypass<dsp::Compressor> compressor_;
  Bypass<dsp::ParametricEq> eq_;
  Bypass<dsp::Delay> delay_;
  Bypass<dsp::Chorus> chorus_;
  Bypass<dsp::Reverb> reverb_;
  Bypass<dsp::Imager> imager_;
  Bypass<dsp::Exciter> exciter_;
  dsp::Gain output_gain_;
  Bypass<dsp::TruePeakLimiter> limiter_;
  Dynamics dynamics_;
  int latency_frames_ = 0;
  double fault_count_ = 0.0;
};

}  // namespace ag06::engine
