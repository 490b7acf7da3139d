#include "assist/planner.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/loudness.h"
#include "analysis/stream_meter.h"
#include "assist/model_rule.h"
#include "assist/move_list.h"
#include "assist/musical_rule.h"
#include "base/math.h"
#include "dsp/limiter/ceiling_meters.h"
#include "engine/offline_render.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

constexpr double kLoudnessToleranceLu = 0.02;
constexpr double kOutputGainLimitDb = 36.0;
// Peaks shaved by more than this are heard as flatness.
constexpr double kHeavyLimitingDb = 5.0;
// The limiter aims this far below the ceiling, which spares a pass for most songs; the passes hold the ceiling itself.
constexpr double kCeilingMarginDb = 0.05;
constexpr double kNan = __builtin_nan("");
// Of a song this long, the pilot hears a window out of every period.
constexpr double kPilotFromS = 60.0;
constexpr double kPilotPeriodS = 24.0;
constexpr double kPilotWindowS = 4.0;
constexpr double kPilotToleranceLu = 0.2;  // off by more, a second one follows

[[nodiscard]] bool is_valid(const PlannerOptions& options) noexcept {
  const bool target_ok = !is_finite(options.target_lufs) || (options.target_lufs >= -40.0 && options.target_lufs <= -5.0);
  const bool ceiling_ok = options.ceiling_dbtp >= -24.0 && options.ceiling_dbtp <= 0.0;
  return target_ok && ceiling_ok && options.amount_01 >= 0.0 && options.amount_01 <= 1.0;
}

[[nodiscard]] Status check(const PlannerOptions& options) noexcept {
  if (!is_valid(options)) return Status::out_of_range;
  if (const Status status = check(options.style); status != Status::ok) return status;
  if (const Status status = check(options.opinion); status != Status::ok) return status;
  return check(options.context);
}
}  // namespace

struct Planner::State {
  enum class Phase { listen, pilot, render, done };

  StreamSpec spec;
  PlannerOptions options;
  analysis::SongProfile listener;
  engine::OfflineRender chain;
  engine::Session& session = chain.session();
  analysis::StreamMeter output_meter;
  dsp::CeilingMeters ceiling_meters;
  analysis::LoudnessMeter pilot_input;
  analysis::LoudnessMeter pilot_output;
  RenderedSink* sink = nullptr;
  RenderedSink* mix_sink = nullptr;
  RenderedMeasurer* measurer = nullptr;
  std::vector<float> work[kMaxStripChannels];
  MoveList moves;
  analysis::Profile heard{};
  const analysis::StreamReport& input = heard.report;
  analysis::StreamReport output{};
  Phase phase = Phase::listen;
  int passes = 0;
  int renders = 0;
  bool pass_begun = false;
  bool from_mix = false;  // the pass is fed with the mix
  std::int64_t at_frame = 0;  // of the pass
  double faults_before = 0.0;
  double first_gain_db = 0.0;
  bool first_limiter_on = false;
  double first_ceiling_dbtp = 0.0;
  double slope = 1.0;  // LU per dB of gain; below 1 where the limiter works
  double pilot_gain_db = 0.0;
  double pilot_lufs = kNan;  // of the whole song at pilot_gain_db, as the latest pilot tells it
  // The last two renders, for the secant step.
  double gain_db = 0.0;
  double previous_gain_db = kNan;
  double previous_lufs = kNan;
  double ceiling_dbtp = 0.0;
  double over_db = 0.0;  // of the latest render

  [[nodiscard]] bool has_target() const noexcept { return is_finite(options.target_lufs); }
  // Not only the level: the rules bring the song to the working level, and the limiter belongs to the version.
  [[nodiscard]] bool decides() const noexcept { return options.kind != PlannerOptions::Kind::fit_only; }
  // The second pilot, and the second and later renders.
  [[nodiscard]] bool takes_mix() const noexcept { return (phase == Phase::pilot && is_finite(pilot_lufs)) || (phase == Phase::render && renders > 0); }
  [[nodiscard]] bool limiter_on() const noexcept { return session.param(p::kLimiterEnabled) >= 0.5; }

  void set(int param_id, double value) noexcept {
    const p::Parameter& parameter = p::kTable[p::index_of_id(param_id)];
    if (session.set_param(param_id, p::snap_to_step(parameter, value)) != Status::ok) moves.note(Reason().add("A fitted value left its range."));
  }

  void begin_pass(bool with_mix) noexcept {
    at_frame = 0;
    pass_begun = true;
    from_mix = with_mix;
    if (phase == Phase::listen) {
      listener.reset();
      return;
    }
    chain.begin();
    if (!from_mix) {
      faults_before = session.fault_count();
      pilot_input.reset();
      if (mix_sink != nullptr) mix_sink->begin();
    }
    pilot_output.reset();
    output_meter.reset();
    ceiling_meters.reset();
    if (phase == Phase::render && sink != nullptr) sink->begin();
  }

  void render(ConstAudioBlock block) noexcept {
    float* planes[kMaxStripChannels] = {work[0].data(), work[1].data()};
    for (int c = 0; c < spec.channels; ++c) std::copy_n(block.channel(c), block.frames, planes[c]);
    render_in_place({planes, spec.channels, block.frames});
  }

  void render_in_place(AudioBlock io) noexcept {
    if (!from_mix) {
      chain.mix(io);
      if (mix_sink != nullptr) mix_sink->take(io);
    }
    take(chain.push_mix(io));
  }

  // The mix ends with what the chain makes of this silence.
  void render_rest() noexcept {
    if (!from_mix)
      for (AudioBlock silence = chain.next_silence(); silence.frames > 0; silence = chain.next_silence()) render_in_place(silence);
    if (measurer != nullptr) measurer->wait();
  }

  void take(ConstAudioBlock rendered) noexcept {
    if (measurer != nullptr) measurer->take(rendered);
    else measure(rendered);
    if (phase == Phase::render && sink != nullptr) sink->take(rendered);
  }

  void measure(ConstAudioBlock rendered) noexcept {
    if (phase == Phase::pilot) {
      pilot_output.process(rendered);
      return;
    }
    output_meter.process(rendered);
    ceiling_meters.process(rendered);
  }

  // The same frames of the song, however it is cut into blocks.
  void pilot(ConstAudioBlock block) noexcept {
    const auto period = static_cast<std::int64_t>(kPilotPeriodS * spec.sample_rate_hz);
    const auto window = static_cast<std::int64_t>(kPilotWindowS * spec.sample_rate_hz);
    for (std::int64_t frame = at_frame, end = at_frame + block.frames; frame < end;) {
      const std::int64_t in_period = frame % period, opens = (period - window) / 2, closes = opens + window;
      const bool open = in_period >= opens && in_period < closes;
      const std::int64_t until = std::min(end, frame - in_period + (open ? closes : in_period < opens ? opens : period + opens));
      if (open) {
        const float* planes[kMaxStripChannels] = {};
        for (int c = 0; c < spec.channels; ++c) planes[c] = block.channel(c) + (frame - at_frame);
        const ConstAudioBlock piece{planes, spec.channels, static_cast<int>(until - frame)};
        pilot_input.process(piece);
        render(piece);
      }
      frame = until;
    }
  }

  // A gain's loudness is known beforehand.
  [[nodiscard]] bool wants_pilot() const noexcept {
    if (!has_target() || input.frames < kPilotFromS * spec.sample_rate_hz) return false;
    const std::span<const Move> made = moves.moves();
    return !decides() || std::any_of(made.begin(), made.end(), [](const Move& move) { return move.param_id != p::kInputGainDb; });
  }

  // A second pilot, at the level that the first asked for, says how much a decibel of gain is worth where the limiter works.
  void after_pilot() noexcept {
    render_rest();
    phase = Phase::render;
    const double lufs = input.integrated_lufs + pilot_output.integrated_lufs() - pilot_input.integrated_lufs();
    if (!is_finite(lufs)) return;
    const double error_lu = options.target_lufs - lufs;
    const bool is_second = is_finite(pilot_lufs);
    if (is_second && gain_db != pilot_gain_db) slope = slope_between(pilot_gain_db, pilot_lufs, gain_db, lufs);
    if (!is_second && std::fabs(error_lu) > kPilotToleranceLu) phase = Phase::pilot;
    pilot_gain_db = gain_db;
    pilot_lufs = lufs;
    gain_db += clamp_to(error_lu / slope, -12.0, 12.0);
    apply_fit();
  }

  void decide(const analysis::Profile& song) {
    heard = song;
    output = heard.report;
    if (options.kind == PlannerOptions::Kind::musical) apply_musical_rule(heard, options.style, options.amount_01, session, moves);
    if (options.kind == PlannerOptions::Kind::models) apply_model_rule(heard, options.opinion, options.context, options.style, options.amount_01, session, moves);
    first_gain_db = session.param(p::kOutputGainDb);
    first_limiter_on = limiter_on();
    first_ceiling_dbtp = session.param(p::kLimiterCeilingDbtp);
    if (!is_finite(input.integrated_lufs)) {
      if (!decides()) moves.note(Reason().add("The song has no measurable loudness: nothing is fitted."));
      phase = Phase::done;
      return;
    }
    ceiling_dbtp = std::max(options.ceiling_dbtp - kCeilingMarginDb, p::kTable[p::kLimiterCeilingDbtpIndex].min);
    gain_db = first_gain_db;
    if (has_target()) {
      // A first guess; the passes correct it.
      gain_db = decides() ? options.target_lufs - (input.integrated_lufs + session.param(p::kInputGainDb)) : options.target_lufs - input.integrated_lufs;
    }
    const double expected_peak_dbtp = input.true_peak_dbtp + gain_db;
    if (decides() || expected_peak_dbtp > options.ceiling_dbtp) set(p::kLimiterEnabled, 1.0);
    apply_fit();
    phase = wants_pilot() ? Phase::pilot : Phase::render;
  }

  void apply_fit() noexcept {
    gain_db = clamp_to(gain_db, -kOutputGainLimitDb, kOutputGainLimitDb);
    set(p::kOutputGainDb, gain_db);
    gain_db = session.param(p::kOutputGainDb);
    if (limiter_on()) set(p::kLimiterCeilingDbtp, ceiling_dbtp);
  }

  void after_rendering() {
    ++renders;
    output = output_meter.finish();
    // True-peak meters disagree by up to 0.4 dB next to the Nyquist frequency; the ceiling holds on all of them. (Digital silence reads NaN: not over.)
    const double highest_dbtp = ceiling_meters.finish().highest_dbtp();
    const double error_lu = has_target() ? options.target_lufs - output.integrated_lufs : 0.0;
    // Between steps of the ceiling parameter (0.01 dB) nothing can be gained.
    over_db = std::max(output.true_peak_dbtp, highest_dbtp) - options.ceiling_dbtp;
    const bool peak_over = over_db > 0.0 && (limiter_on() || has_target());
    const bool stuck = is_finite(previous_gain_db) && gain_db == previous_gain_db;
    const bool loud_enough = !(std::fabs(error_lu) > kLoudnessToleranceLu) || (stuck && !peak_over);
    if ((loud_enough && !peak_over) || passes >= kPlannerMaxPasses || !is_finite(output.integrated_lufs)) {
      finish(error_lu);
      return;
    }
    if (peak_over) {
      if (!limiter_on()) set(p::kLimiterEnabled, 1.0);
      else ceiling_dbtp -= over_db + 0.005;
    }
    if (has_target() && !(std::fabs(error_lu) <= kLoudnessToleranceLu)) step_gain(error_lu);
    apply_fit();
  }

  [[nodiscard]] static double slope_between(double gain_a_db, double lufs_a, double gain_b_db, double lufs_b) noexcept {
    return clamp_to((lufs_b - lufs_a) / (gain_b_db - gain_a_db), 0.25, 1.5);
  }

  void step_gain(double error_lu) noexcept {
    if (is_finite(previous_lufs) && gain_db != previous_gain_db) slope = slope_between(previous_gain_db, previous_lufs, gain_db, output.integrated_lufs);
    previous_gain_db = gain_db;
    previous_lufs = output.integrated_lufs;
    gain_db += clamp_to(error_lu / slope, -12.0, 12.0);
  }

  // The fitted values become moves from where they stood before the fit.
  void finish(double error_lu) {
    phase = Phase::done;
    const double fitted_gain_db = session.param(p::kOutputGainDb);
    const double fitted_ceiling_dbtp = session.param(p::kLimiterCeilingDbtp);
    const bool fitted_limiter_on = limiter_on();
    set(p::kOutputGainDb, first_gain_db);
    set(p::kLimiterEnabled, first_limiter_on ? 1.0 : 0.0);
    set(p::kLimiterCeilingDbtp, first_ceiling_dbtp);
    const Evidence result = Evidence().add("Rendered and measured: ").add(output.integrated_lufs, 2).add(" LUFS, ").add(output.true_peak_dbtp, 2).add(" dBTP");
    Evidence level = result;
    if (options.kind == PlannerOptions::Kind::models) {
      constexpr int kOutput = static_cast<int>(Setting::output);
      level.add("; the models would say ").add_signed(setting_value(kOutput, options.opinion.setting_01[kOutput]), 1).add(" dB");
    }
    if (has_target()) {
      moves.add(session, p::kOutputGainDb, fitted_gain_db,
                Reason().add("Brings the finished mix to the target of ").add(options.target_lufs, 1).add(" LUFS; found by rendering ").add(renders, 0).add(
                    renders == 1 ? " time and measuring." : " times and measuring."), level, 0.99);
    } else {
      set(p::kOutputGainDb, fitted_gain_db);
    }
    if (fitted_limiter_on) {
      moves.add(session, p::kLimiterEnabled, 1.0, Reason().add("Keeps the true peak at or below ").add(options.ceiling_dbtp, 1).add(" dBTP, so that no player or codec clips."), result, 0.99);
      moves.add(session, p::kLimiterCeilingDbtp, fitted_ceiling_dbtp,
                Reason().add("Set so that the rendered true peak measures at most ").add(options.ceiling_dbtp, 1).add(" dBTP on four meters."), result, 0.99);
    }
    if (fitted_limiter_on && over_db > 0.0)
      moves.note(Reason().add("The true peak still lies ").add(over_db, 3).add(" dB above the ceiling on one of four meters."));
    if (std::fabs(error_lu) > 0.1)
      moves.note(Reason().add("The target was missed by ").add(error_lu, 2).add(" LU: the limiter or the range of the output level allows no more."));
    const double shaved_db = input.plr_db - output.plr_db;
    if (fitted_limiter_on && shaved_db > kHeavyLimitingDb)
      moves.note(Reason().add("The target takes ").add(shaved_db, 1).add(" dB off the peaks; a lower target would sound more open."));
  }
};

Planner::Planner() = default;
Planner::~Planner() = default;

Status Planner::prepare(const StreamSpec& spec, const PlannerOptions& options) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  if (const Status status = check(options); status != Status::ok) return status;
  auto state = std::make_unique<State>();
  state->spec = spec;
  state->options = options;
  if (const Status status = state->listener.prepare(spec); status != Status::ok) return status;
  if (const Status status = state->chain.prepare(spec); status != Status::ok) return status;
  if (const Status status = state->output_meter.prepare(spec); status != Status::ok) return status;
  if (const Status status = state->ceiling_meters.prepare(spec); status != Status::ok) return status;
  if (const Status status = state->pilot_input.prepare(spec); status != Status::ok) return status;
  if (const Status status = state->pilot_output.prepare(spec); status != Status::ok) return status;
  for (int c = 0; c < spec.channels; ++c) state->work[c].assign(static_cast<std::size_t>(spec.max_block_frames), 0.0f);
  state_ = std::move(state);
  return Status::ok;
}

Status Planner::set_options(const PlannerOptions& options) noexcept {
  if (const Status status = check(options); status != Status::ok) return status;
  state_->options = options;
  return Status::ok;
}

void Planner::set_measurer(RenderedMeasurer* measurer) noexcept { state_->measurer = measurer; }
void Planner::measure(ConstAudioBlock rendered) noexcept { state_->measure(rendered); }
void Planner::set_rendered_sink(RenderedSink* sink) noexcept { state_->sink = sink; }
void Planner::set_mix_sink(RenderedSink* sink) noexcept { state_->mix_sink = sink; }

Status Planner::set_param(int param_id, double value) noexcept { return state_->session.set_param(param_id, value); }
bool Planner::wants_pass() const noexcept { return state_->phase != State::Phase::done; }
bool Planner::takes_mix() const noexcept { return state_->takes_mix(); }

void Planner::feed(ConstAudioBlock block) noexcept {
  State& s = *state_;
  if (!s.pass_begun) s.begin_pass(false);
  if (s.phase == State::Phase::listen) {
    s.listener.process(block);
  } else if (s.phase == State::Phase::pilot) {
    s.pilot(block);
  } else if (s.phase == State::Phase::render) {
    s.render(block);
  }
  s.at_frame += block.frames;
}

void Planner::feed_mix(ConstAudioBlock mix) noexcept {
  State& s = *state_;
  if (!s.pass_begun) s.begin_pass(true);
  s.render(mix);
}

void Planner::end_pass() {
  State& s = *state_;
  if (!s.pass_begun) s.begin_pass(false);
  s.pass_begun = false;
  ++s.passes;
  if (s.phase == State::Phase::listen) {
    s.decide(s.listener.finish());
  } else if (s.phase == State::Phase::pilot) {
    s.after_pilot();
  } else if (s.phase == State::Phase::render) {
    s.render_rest();
    s.after_rendering();
  }
}

void Planner::know(const analysis::Profile& song) {
  ++state_->passes;
  state_->decide(song);
}

const analysis::Profile& Planner::heard() const noexcept { return state_->heard; }
double Planner::param(int param_id) const noexcept { return state_->session.param(param_id); }
double Planner::fault_count() const noexcept { return state_->session.fault_count() - state_->faults_before; }
std::span<const Move> Planner::moves() const noexcept { return state_->moves.moves(); }
std::span<const char* const> Planner::notes() const noexcept { return state_->moves.notes(); }
const analysis::StreamReport& Planner::input_report() const noexcept { return state_->input; }
const analysis::StreamReport& Planner::output_report() const noexcept { return state_->output; }

}  // namespace ag06::assist
