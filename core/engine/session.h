// The chain: input gain, gate, compressor, EQ, output level, true-peak limiter, bound to the parameter table.
// Not for file I/O, metering or A/B, which wrap it.
#pragma once

#include <array>

#include "base/audio_block.h"
#include "base/stream_spec.h"
#include "dsp/dynamics/compressor.h"
#include "dsp/dynamics/gain.h"
#include "dsp/dynamics/gate.h"
#include "dsp/eq/parametric_eq.h"
#include "dsp/limiter/true_peak_limiter.h"
#include "engine/bypass.h"
#include "params/params.gen.h"

namespace ag06::engine {

struct Reductions {
  float gate_db = 0.0f;  // 0 or positive
  float compressor_db = 0.0f;
  float limiter_db = 0.0f;
};

// Guarantee: with every unit off and both gains at 0 dB the output is the input delayed by latency_frames(), bit for bit;
// an input sample that is not finite or lies beyond +80 dBFS is replaced by silence and counted, and the output is always finite.
class Session {
 public:
  // Control thread; allocates. Errors: those of validate(). Parameters take their table defaults.
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  // Clears all state and lands smoothed values and crossfades on their targets. Parameters stay.
  void reset() noexcept;
  // Audio thread, between blocks. Errors: unknown_parameter, not_finite, out_of_range; nothing changes then.
  [[nodiscard]] Status set_param(int param_id, double value) noexcept;
  // NaN for an unknown id.
  [[nodiscard]] double param(int param_id) const noexcept;
  // In place; any frame count; result independent of block cuts.
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept;
  // Largest reductions during the latest process() call.
  [[nodiscard]] const Reductions& reductions() const noexcept { return reductions_; }
  [[nodiscard]] double fault_count() const noexcept { return fault_count_; }

 private:
  enum Group : unsigned { kInput = 1, kGate = 2, kCompressor = 4, kEq = 8, kOutput = 16, kLimiter = 32, kEveryGroup = 63 };

  [[nodiscard]] static Group group_of(int param_id) noexcept;
  [[nodiscard]] float value(int index) const noexcept { return static_cast<float>(values_[static_cast<std::size_t>(index)]); }
  [[nodiscard]] bool is_on(int index) const noexcept { return values_[static_cast<std::size_t>(index)] >= 0.5; }
  void bind_changed_units() noexcept;
  [[nodiscard]] dsp::ParametricEqParams eq_params() const noexcept;
  void silence_faults(AudioBlock io) noexcept;
  void process_slice(AudioBlock io) noexcept;

  std::array<double, params::kCount> values_{};
  StreamSpec spec_;
  unsigned changed_groups_ = 0;
  dsp::Gain input_gain_;
  Bypass<dsp::Gate> gate_;
  Bypass<dsp::Compressor> compressor_;
  Bypass<dsp::ParametricEq> eq_;
  dsp::Gain output_gain_;
  Bypass<dsp::TruePeakLimiter> limiter_;
  Reductions reductions_;
  double fault_count_ = 0.0;
};

}  // namespace ag06::engine
