#include "engine/session.h"

#include <algorithm>

#include "base/math.h"
#include "params/curves.h"

namespace ag06::engine {
namespace {
namespace p = ag06::params;

// +80 dBFS: what lies beyond is a fault, not a signal, and would hold the dynamics down for seconds.
constexpr float kLargestInput = 1e4f;

// The EQ's parameters stand in the table band by band, five to a band in this order.
enum EqField { kEnabled, kType, kFreq, kGain, kQ, kEqFields };
static_assert(p::kEq1TypeIndex == p::kEq1EnabledIndex + kType && p::kEq1FreqHzIndex == p::kEq1EnabledIndex + kFreq);
static_assert(p::kEq1GainDbIndex == p::kEq1EnabledIndex + kGain && p::kEq1QIndex == p::kEq1EnabledIndex + kQ);
constexpr int kEqBandsInTable = (p::kEq6QIndex + 1 - p::kEq1EnabledIndex) / kEqFields;
static_assert(p::kEq6QIndex == p::kEq1EnabledIndex + kEqBandsInTable * kEqFields - 1 && kEqBandsInTable <= dsp::kEqBands);
}  // namespace

Status Session::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  spec_ = spec;
  for (const Status status : {input_gain_.prepare(spec), gate_.prepare(spec), compressor_.prepare(spec, 0.0f), eq_.prepare(spec), output_gain_.prepare(spec),
                              limiter_.prepare(spec)})
    if (status != Status::ok) return status;
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = p::kTable[i].default_value;
  changed_groups_ = kEveryGroup;
  fault_count_ = 0.0;
  reset();
  return Status::ok;
}

void Session::reset() noexcept {
  bind_changed_units();
  input_gain_.reset();
  gate_.reset();
  compressor_.reset();
  eq_.reset();
  output_gain_.reset();
  limiter_.reset();
  reductions_ = {};
}

Status Session::set_param(int param_id, double value) noexcept {
  const int index = p::index_of_id(param_id);
  if (index < 0) return Status::unknown_parameter;
  if (const Status status = p::check(p::kTable[index], value); status != Status::ok) return status;
  double& held = values_[static_cast<std::size_t>(index)];
  if (held != value) {
    held = value;
    changed_groups_ |= group_of(param_id);
  }
  return Status::ok;
}

double Session::param(int param_id) const noexcept {
  const int index = p::index_of_id(param_id);
  return index < 0 ? __builtin_nan("") : values_[static_cast<std::size_t>(index)];
}

Session::Group Session::group_of(int param_id) noexcept {
  if (param_id < p::kGateEnabled) return kInput;
  if (param_id < p::kCompEnabled) return kGate;
  if (param_id < p::kEqEnabled) return kCompressor;
  if (param_id < p::kOutputGainDb) return kEq;
  return param_id < p::kLimiterEnabled ? kOutput : kLimiter;
}

void Session::bind_changed_units() noexcept {
  const unsigned changed = changed_groups_;
  changed_groups_ = 0;
  if (changed & kInput) input_gain_.set_params({value(p::kInputGainDbIndex)});
  if (changed & kGate) {
    gate_.set_enabled(is_on(p::kGateEnabledIndex));
    gate_.unit().set_params({.threshold_dbfs = value(p::kGateThresholdDbfsIndex),
                             .hysteresis_db = value(p::kGateHysteresisDbIndex),
                             .range_db = value(p::kGateRangeDbIndex),
                             .attack_ms = value(p::kGateAttackMsIndex),
                             .hold_ms = value(p::kGateHoldMsIndex),
                             .release_ms = value(p::kGateReleaseMsIndex),
                             .lookahead_ms = value(p::kGateLookaheadMsIndex)});
  }
  if (changed & kCompressor) {
    compressor_.set_enabled(is_on(p::kCompEnabledIndex));
    compressor_.unit().set_params({.threshold_dbfs = value(p::kCompThresholdDbfsIndex),
                                   .ratio = value(p::kCompRatioIndex),
                                   .knee_db = value(p::kCompKneeDbIndex),
                                   .attack_ms = value(p::kCompAttackMsIndex),
                                   .release_ms = value(p::kCompReleaseMsIndex),
                                   .makeup_db = value(p::kCompMakeupDbIndex),
                                   .sidechain_hp_hz = value(p::kCompSidechainHpHzIndex),
                                   .mix_ratio = value(p::kCompMixRatioIndex)});
  }
  if (changed & kEq) {
    eq_.set_enabled(is_on(p::kEqEnabledIndex));
    eq_.unit().set_params(eq_params());
  }
  if (changed & kOutput) output_gain_.set_params({value(p::kOutputGainDbIndex)});
  if (changed & kLimiter) {
    limiter_.set_enabled(is_on(p::kLimiterEnabledIndex));
    limiter_.unit().set_params({.ceiling_dbtp = value(p::kLimiterCeilingDbtpIndex), .release_ms = value(p::kLimiterReleaseMsIndex)});
  }
}

dsp::ParametricEqParams Session::eq_params() const noexcept {
  dsp::ParametricEqParams eq;
  for (int b = 0; b < kEqBandsInTable; ++b) {
    const int first = p::kEq1EnabledIndex + b * kEqFields;
    eq.bands[static_cast<std::size_t>(b)] = {.enabled = is_on(first + kEnabled),
                                             .type = static_cast<dsp::EqType>(static_cast<int>(value(first + kType) + 0.5f)),
                                             .freq_hz = value(first + kFreq),
                                             .gain_db = value(first + kGain),
                                             .q = value(first + kQ)};
  }
  return eq;
}

void Session::silence_faults(AudioBlock io) noexcept {
  for (int c = 0; c < io.channel_count; ++c) {
    float* samples = io.channel(c);
    for (int i = 0; i < io.frames; ++i) {
      if (samples[i] <= kLargestInput && samples[i] >= -kLargestInput) continue;
      samples[i] = 0.0f;
      fault_count_ += 1.0;
    }
  }
}

void Session::process(AudioBlock io) noexcept {
  bind_changed_units();
  reductions_ = {};
  for (int at = 0; at < io.frames; at += spec_.max_block_frames) {
    float* planes[kMaxStripChannels];
    for (int c = 0; c < io.channel_count; ++c) planes[c] = io.channel(c) + at;
    process_slice({planes, io.channel_count, std::min(spec_.max_block_frames, io.frames - at)});
  }
}

void Session::process_slice(AudioBlock io) noexcept {
  silence_faults(io);
  input_gain_.process(io);
  gate_.process(io);
  compressor_.process(io);
  eq_.process(io);
  output_gain_.process(io);
  limiter_.process(io);
  reductions_.gate_db = std::max(reductions_.gate_db, gate_.gain_reduction_db());
  reductions_.compressor_db = std::max(reductions_.compressor_db, compressor_.gain_reduction_db());
  reductions_.limiter_db = std::max(reductions_.limiter_db, limiter_.gain_reduction_db());
}

int Session::latency_frames() const noexcept {
  return gate_.latency_frames() + compressor_.latency_frames() + eq_.latency_frames() + limiter_.latency_frames();
}

}  // namespace ag06::engine
