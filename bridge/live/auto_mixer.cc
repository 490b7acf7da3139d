#include "live/auto_mixer.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "analysis/song_profile.h"
#include "analysis/stream_meter.h"
#include "assist/model_rule.h"
#include "assist/move_list.h"
#include "assist/musical_rule.h"
#include "base/math.h"
#include "live/each_block.h"
#include "params/curves.h"

namespace ag06::bridge {
namespace {
namespace p = params;

constexpr double kLeastLevel_lufs = -60.0;     // below, there is nothing to mix
constexpr double kLoudnessTolerance_lu = 0.5;
constexpr double kCeiling_dbtp = -1.0;

[[nodiscard]] double step_towards(const p::Parameter& parameter, double from, double wanted, const AutoOptions& options) {
  if (parameter.curve == p::Curve::toggle || parameter.curve == p::Curve::choice) return wanted;
  const std::string_view unit = parameter.unit;
  const bool is_level = unit.starts_with("dB") || unit == "LUFS";
  if (is_level) return p::snap_to_step(parameter, from + std::clamp(wanted - from, -options.largest_step_db, options.largest_step_db));
  const double at = p::to_norm(parameter, from);
  const double way = p::to_norm(parameter, wanted) - at;
  if (std::fabs(way) <= options.largest_step_ratio) return wanted;
  return p::snap_to_step(parameter, p::from_norm(parameter, at + std::copysign(options.largest_step_ratio, way)));
}

class Steps {
 public:
  Steps(const ParamArray& current, const ParamSet& held, const AutoOptions& options) : current_(current), held_(held), options_(options) {}
  void add(int index, double wanted, double confidence_01, std::string reason, std::string evidence) {
    const double from = current_[static_cast<std::size_t>(index)];
    if (held_[static_cast<std::size_t>(index)] || wanted == from) return;
    const double to = step_towards(p::kTable[index], from, wanted, options_);
    if (to != from) moves_.push_back({index, from, to, confidence_01, std::move(reason), std::move(evidence)});
  }
  [[nodiscard]] std::vector<AutoMove> take() { return std::move(moves_); }

 private:
  const ParamArray& current_;
  const ParamSet& held_;
  const AutoOptions& options_;
  std::vector<AutoMove> moves_;
};
}  // namespace

AutoStep next_auto_step(std::span<const float> input, std::span<const float> output, double sample_rate_hz, const ParamArray& current, const ParamSet& held,
                        const AutoOptions& options) {
  const StreamSpec spec{sample_rate_hz, 2, kEachBlockFrames};
  analysis::SongProfile listener;
  analysis::StreamMeter output_meter;
  engine::Session session;
  if (listener.prepare(spec) != Status::ok || output_meter.prepare(spec) != Status::ok || session.prepare(spec, engine::LatencyMode::live) != Status::ok)
    return {{}, "Auto cannot listen at this sample rate."};
  if (static_cast<double>(input.size() / 2) < kAutoLeast_s * sample_rate_hz) return {{}, "Auto listens to the first seconds."};
  each_block(input, [&](ConstAudioBlock block) { listener.process(block); });
  each_block(output, [&](ConstAudioBlock block) { output_meter.process(block); });
  const analysis::Profile heard = listener.finish();
  if (!(heard.report.integrated_lufs > kLeastLevel_lufs)) return {{}, "Auto waits for something to hear."};

  for (int index = 0; index < p::kCount; ++index) (void)session.set_param(p::kTable[index].id, current[static_cast<std::size_t>(index)]);
  assist::MoveList wanted;
  if (const auto opinion = options.ask ? options.ask() : std::nullopt) assist::apply_model_rule(heard, *opinion, {}, options.style, 1.0, session, wanted);
  else assist::apply_musical_rule(heard, options.style, 1.0, session, wanted);
  Steps steps(current, held, options);
  for (const assist::Move& move : wanted.moves()) {
    const int index = p::index_of_id(move.param_id);
    if (index != p::kOutputGainDbIndex) steps.add(index, move.to, move.confidence_01, move.reason, move.evidence);
  }

  steps.add(p::kLimiterEnabledIndex, 1.0, 1.0, "The limiter keeps peaks below the ceiling whatever comes in.", "");
  steps.add(p::kLimiterCeilingDbtpIndex, std::min(current[p::kLimiterCeilingDbtpIndex], kCeiling_dbtp), 1.0, "A decibel is left for what lossy codecs add.", "");
  const double output_lufs = output_meter.finish().integrated_lufs;
  if (is_finite(output_lufs) && std::fabs(options.target_lufs - output_lufs) > kLoudnessTolerance_lu) {
    const p::Parameter& gain = p::kTable[p::kOutputGainDbIndex];
    const double from = current[p::kOutputGainDbIndex];
    const double to = p::snap_to_step(gain, std::clamp(from + options.target_lufs - output_lufs, gain.min, gain.max));
    steps.add(p::kOutputGainDbIndex, to, 1.0, std::string(assist::Reason().add("The output is brought to ").add(options.target_lufs, 1).add(" LUFS.").c_str()),
              std::string(assist::Evidence().add("The last seconds measured ").add(output_lufs, 1).add(" LUFS").c_str()));
  }
  return {steps.take(), ""};
}

}  // namespace ag06::bridge
