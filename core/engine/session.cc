#include "engine/session.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "params/curves.h"

namespace ag06::engine {
namespace {
namespace p = ag06::params;

// +80 dBFS: what lies beyond is a fault, not a signal, and would hold the dynamics down for seconds.
constexpr float kLargestInput = 1e4f;

// Live, the gate and the compressor do not look ahead and the limiter does so for less.
constexpr float kStudioLookaheadMs = 5.0f;
constexpr float kStudioLimiterMs = 2.0f;
constexpr float kLiveLimiterMs = 1.4f;

// The EQ's parameters stand in the table band by band, six to a band in this order.
enum EqField { kEnabled, kType, kFreq, kGain, kQ, kSlope, kEqFields };
static_assert(p::kEq1TypeIndex == p::kEq1EnabledIndex + kType && p::kEq1FreqHzIndex == p::kEq1EnabledIndex + kFreq);
static_assert(p::kEq1GainDbIndex == p::kEq1EnabledIndex + kGain && p::kEq1QIndex == p::kEq1EnabledIndex + kQ);
static_assert(p::kEq8SlopeIndex == p::kEq1EnabledIndex + dsp::kEqBands * kEqFields - 1);

// Beats of the choices of delay.sync; the first is free.
constexpr double kSyncBeats[] = {0.0, 4.0, 3.0, 2.0, 4.0 / 3.0, 1.5, 1.0, 2.0 / 3.0, 0.75, 0.5, 1.0 / 3.0, 0.375, 0.25, 1.0 / 6.0, 0.125};
constexpr double kLongestDelayMs = 4000.0;

[[nodiscard]] float peak_of(AudioBlock io) noexcept {
  float peak = 0.0f;
  for (int c = 0; c < io.channel_count; ++c) {
    const float* samples = io.channel(c);
    for (int i = 0; i < io.frames; ++i) peak = std::max(peak, std::fabs(samples[i]));
  }
  return peak;
}
}  // namespace

Status Session::prepare(const StreamSpec& spec, LatencyMode mode) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  spec_ = spec;
  const bool live = mode == LatencyMode::live;
  const float lookahead_ms = live ? 0.0f : kStudioLookaheadMs;
  for (const Status status : {input_gain_.prepare(spec), gate_.prepare(spec, lookahead_ms), compressor_.prepare(spec, lookahead_ms), eq_.prepare(spec),
                              delay_.prepare(spec), chorus_.prepare(spec), reverb_.prepare(spec), imager_.prepare(spec), exciter_.prepare(spec),
                              output_gain_.prepare(spec), limiter_.prepare(spec, live ? kLiveLimiterMs : kStudioLimiterMs)})
    if (status != Status::ok) return status;
  latency_frames_ = 0;
  each_unit([this](auto& unit) { latency_frames_ += unit.latency_frames(); });
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = p::kTable[i].default_value;
  changed_groups_ = kEveryGroup;
  fault_count_ = 0.0;
  reset();
  return Status::ok;
}

void Session::reset() noexcept {
  bind_changed_units();
  each_unit([](auto& unit) { unit.reset(); });
  dynamics_ = {};
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
  struct Range {
    int first_id;
    Group group;
  };
  constexpr Range kRanges[] = {{p::kInputGainDb, kInput},    {p::kTempoBpm, kDelay},         {p::kGateEnabled, kGate},     {p::kCompEnabled, kCompressor},
                               {p::kEqEnabled, kEq},         {p::kOutputGainDb, kOutput},    {p::kLimiterEnabled, kLimiter}, {p::kDelayEnabled, kDelay},
                               {p::kChorusEnabled, kChorus}, {p::kReverbEnabled, kReverb},   {p::kImagerEnabled, kImager}, {p::kExciterEnabled, kExciter}};
  Group group = kInput;
  for (const Range& range : kRanges)
    if (param_id >= range.first_id) group = range.group;
  return group;
}

void Session::bind_changed_units() noexcept {
  const unsigned changed = changed_groups_;
  changed_groups_ = 0;
  if (changed & kInput) input_gain_.set_params({value(p::kInputGainDbIndex)});
  bind_dynamics(changed);
  if (changed & kEq) {
    eq_.set_enabled(is_on(p::kEqEnabledIndex));
    eq_.unit().set_params(eq_params());
  }
  bind_effects(changed);
  if (changed & kOutput) output_gain_.set_params({value(p::kOutputGainDbIndex)});
}

void Session::bind_dynamics(unsigned changed) noexcept {
  if (changed & kGate) {
    gate_.set_enabled(is_on(p::kGateEnabledIndex));
    gate_.unit().set_params({.threshold_dbfs = value(p::kGateThresholdDbfsIndex),
                             .hysteresis_db = value(p::kGateHysteresisDbIndex),
                             .range_db = value(p::kGateRangeDbIndex),
                             .attack_ms = value(p::kGateAttackMsIndex),
                             .hold_ms = value(p::kGateHoldMsIndex),
                             .release_ms = value(p::kGateReleaseMsIndex),
                             .lookahead_ms = value(p::kGateLookaheadMsIndex),
                             .ratio = value(p::kGateRatioIndex),
                             .sidechain_low_hz = value(p::kGateSidechainLowHzIndex),
                             .sidechain_high_hz = value(p::kGateSidechainHighHzIndex)});
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
                                   .mix_ratio = value(p::kCompMixRatioIndex),
                                   .style = static_cast<dsp::CompressorStyle>(choice(p::kCompStyleIndex)),
                                   .lookahead_ms = value(p::kCompLookaheadMsIndex),
                                   .auto_makeup = is_on(p::kCompAutoMakeupIndex),
                                   .link_ratio = value(p::kCompLinkRatioIndex)});
  }
  if (changed & kLimiter) {
    limiter_.set_enabled(is_on(p::kLimiterEnabledIndex));
    limiter_.unit().set_params({.ceiling_dbtp = value(p::kLimiterCeilingDbtpIndex),
                                .release_ms = value(p::kLimiterReleaseMsIndex),
                                .auto_release = is_on(p::kLimiterAutoReleaseIndex)});
  }
}

void Session::bind_effects(unsigned changed) noexcept {
  if (changed & kDelay) {
    delay_.set_enabled(is_on(p::kDelayEnabledIndex));
    delay_.unit().set_params({.time_ms = delay_time_ms(),
                              .feedback_ratio = value(p::kDelayFeedbackRatioIndex),
                              .low_cut_hz = value(p::kDelayLowCutHzIndex),
                              .high_cut_hz = value(p::kDelayHighCutHzIndex),
                              .ping_pong_ratio = value(p::kDelayPingPongRatioIndex),
                              .duck_db = value(p::kDelayDuckDbIndex),
                              .level_lin = value(p::kDelaySendRatioIndex)});
  }
  if (changed & kChorus) {
    chorus_.set_enabled(is_on(p::kChorusEnabledIndex));
    chorus_.unit().set_params({.rate_hz = value(p::kChorusRateHzIndex),
                               .depth_ms = value(p::kChorusDepthMsIndex),
                               .delay_ms = value(p::kChorusDelayMsIndex),
                               .voices = choice(p::kChorusVoicesIndex) + 1,
                               .shape = static_cast<dsp::ChorusShape>(choice(p::kChorusShapeIndex)),
                               .spread_ratio = value(p::kChorusSpreadRatioIndex),
                               .level_lin = value(p::kChorusSendRatioIndex)});
  }
  if (changed & kReverb) {
    reverb_.set_enabled(is_on(p::kReverbEnabledIndex));
    reverb_.unit().set_params({.type = static_cast<dsp::ReverbType>(choice(p::kReverbTypeIndex)),
                               .level_lin = value(p::kReverbSendRatioIndex),
                               .predelay_ms = value(p::kReverbPredelayMsIndex),
                               .decay_s = value(p::kReverbDecaySIndex),
                               .low_decay_ratio = value(p::kReverbLowDecayRatioIndex),
                               .high_decay_ratio = value(p::kReverbHighDecayRatioIndex),
                               .size_ratio = value(p::kReverbSizeRatioIndex),
                               .width_ratio = value(p::kReverbWidthRatioIndex),
                               .low_cut_hz = value(p::kReverbLowCutHzIndex),
                               .high_cut_hz = value(p::kReverbHighCutHzIndex),
                               .modulation_ratio = value(p::kReverbModulationRatioIndex)});
  }
  if (changed & kImager) {
    imager_.set_enabled(is_on(p::kImagerEnabledIndex));
    imager_.unit().set_params({.width_ratio = value(p::kImagerWidthRatioIndex),
                               .low_width_ratio = value(p::kImagerLowWidthRatioIndex),
                               .mid_width_ratio = value(p::kImagerMidWidthRatioIndex),
                               .high_width_ratio = value(p::kImagerHighWidthRatioIndex),
                               .low_split_hz = value(p::kImagerLowSplitHzIndex),
                               .high_split_hz = value(p::kImagerHighSplitHzIndex),
                               .mono_below_hz = value(p::kImagerMonoBelowHzIndex),
                               .balance_ratio = value(p::kImagerBalanceRatioIndex)});
  }
  if (changed & kExciter) {
    exciter_.set_enabled(is_on(p::kExciterEnabledIndex));
    exciter_.unit().set_params({.type = static_cast<dsp::ExciterType>(choice(p::kExciterTypeIndex)),
                                .freq_hz = value(p::kExciterFreqHzIndex),
                                .drive_db = value(p::kExciterDriveDbIndex),
                                .amount_lin = value(p::kExciterAmountRatioIndex),
                                .tone_hz = value(p::kExciterToneHzIndex)});
  }
}

float Session::delay_time_ms() const noexcept {
  const double beats = kSyncBeats[choice(p::kDelaySyncIndex)];
  if (beats == 0.0) return value(p::kDelayTimeMsIndex);
  return static_cast<float>(std::min(kLongestDelayMs, beats * 60000.0 / values_[p::kTempoBpmIndex]));
}

dsp::ParametricEqParams Session::eq_params() const noexcept {
  dsp::ParametricEqParams eq;
  for (int b = 0; b < dsp::kEqBands; ++b) {
    const int first = p::kEq1EnabledIndex + b * kEqFields;
    eq.bands[static_cast<std::size_t>(b)] = {.enabled = is_on(first + kEnabled),
                                             .type = static_cast<dsp::EqType>(choice(first + kType)),
                                             .freq_hz = value(first + kFreq),
                                             .gain_db = value(first + kGain),
                                             .q = value(first + kQ),
                                             .slope = static_cast<dsp::EqSlope>(choice(first + kSlope))};
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
  process_mix(io);
  process_output(io);
}

void Session::process_mix(AudioBlock io) noexcept {
  bind_changed_units();
  dynamics_ = {};
  each_slice(io, [this](AudioBlock slice) { mix_slice(slice); });
}

void Session::process_output(AudioBlock io) noexcept {
  bind_changed_units();
  each_slice(io, [this](AudioBlock slice) {
    output_gain_.process(slice);
    limiter_.process(slice);
    dynamics_.include({.limiter_reduction_db = limiter_.gain_reduction_db()});
  });
}

void Session::mix_slice(AudioBlock io) noexcept {
  silence_faults(io);
  input_gain_.process(io);
  const float gate_input_lin = peak_of(io);
  gate_.process(io);
  const float compressor_input_lin = peak_of(io);
  compressor_.process(io);
  eq_.process(io);
  delay_.process(io);
  chorus_.process(io);
  reverb_.process(io);
  imager_.process(io);
  exciter_.process(io);
  dynamics_.include({.gate_reduction_db = gate_.gain_reduction_db(),
                     .compressor_reduction_db = compressor_.gain_reduction_db(),
                     .gate_input_lin = gate_input_lin,
                     .compressor_input_lin = compressor_input_lin});
}

}  // namespace ag06::engine
