// Decides a version of a song: listens to it, sets the chain from what it measured or from what the models say of it, then renders and re-measures
// until the loudness target is met; where the chain does more than a gain, a pass over a sixth of a long song says first about how loud it makes it.
// Pulls nothing: the caller streams the whole song through feed() once per pass.
// The same object runs in the CLI and in the page, so both reach the same settings.
#pragma once

#include <memory>
#include <span>

#include "analysis/song_profile.h"
#include "analysis/stream_report.h"
#include "assist/musical_context.h"
#include "assist/opinion.h"
#include "assist/profiles.gen.h"
#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::assist {

struct Move {
  int param_id;
  double from;
  double to;
  double confidence_01;
  const char* reason;    // a sentence for people
  const char* evidence;  // the measured figures behind it
};

struct PlannerOptions {
  enum class Kind { musical, fit_only, models };
  Kind kind = Kind::musical;    // fit_only: keep the given settings, fit only output level and limiter to the target; models: opinion and context decide
  double target_lufs = -14.0;   // NaN: leave the loudness as the chain makes it; [-40, -5]
  double ceiling_dbtp = -1.0;   // [-24, 0]
  double amount_01 = 1.0;       // scales the moves of tone, dynamics and effects
  MixProfile style = kBuiltInProfiles[0];  // its texts outlive the planner
  Opinion opinion{};            // of kind models
  MusicalContext context{};     // of kind models; its text outlives the planner
};

inline constexpr int kPlannerMaxPasses = 9;

class RenderedSink {
 public:
  // The next block is the first of a pass.
  virtual void begin() = 0;
  virtual void take(ConstAudioBlock block) = 0;

 protected:
  ~RenderedSink() = default;
};

// Whoever has a thread to spare measures there what the planner renders, without throwing; it must reach Planner::measure() whole and in order, from one thread at a time.
class RenderedMeasurer {
 public:
  virtual void take(ConstAudioBlock block) = 0;
  // Returns once every block taken has been measured.
  virtual void wait() = 0;

 protected:
  ~RenderedMeasurer() = default;
};

class Planner {
 public:
  Planner();
  ~Planner();
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;

  // Allocates. Errors: those of validate(), out_of_range for the options.
  [[nodiscard]] Status prepare(const StreamSpec& spec, const PlannerOptions& options);
  // Until the first pass has ended: other options, where they were not known before the listening. Errors as prepare().
  [[nodiscard]] Status set_options(const PlannerOptions& options) noexcept;
  // Before the first pass: where the moves start from. Errors as Session::set_param.
  [[nodiscard]] Status set_param(int param_id, double value) noexcept;
  [[nodiscard]] bool wants_pass() const noexcept;
  // Next frames of the song, from its start in every pass; at most max_block_frames.
  void feed(ConstAudioBlock block) noexcept;
  // Told of every block of a pass that renders the whole song, in order, and of the beginning of each such pass; when no pass is wanted any more, the
  // latest is what the final settings give. nullptr: nobody. Outlives the planner.
  void set_rendered_sink(RenderedSink* sink) noexcept;
  // Told likewise of the mix, which is what the chain makes before the output level, in every pass that makes it anew.
  void set_mix_sink(RenderedSink* sink) noexcept;
  // The pass that is wanted differs in output level and limiter only from the one of which the mix sink was told last: who has all of that mix feeds it instead of the song.
  [[nodiscard]] bool takes_mix() const noexcept;
  void feed_mix(ConstAudioBlock mix) noexcept;
  void end_pass();
  // nullptr: in feed() itself. Outlives the planner's passes.
  void set_measurer(RenderedMeasurer* measurer) noexcept;
  void measure(ConstAudioBlock rendered) noexcept;
  // Instead of the first pass: what another planner, at the same rate, heard of the same song.
  void know(const analysis::Profile& song);
  // Of the song; once the first pass has ended.
  [[nodiscard]] const analysis::Profile& heard() const noexcept;
  [[nodiscard]] double param(int param_id) const noexcept;
  // Samples of the latest pass through the chain that were not finite and were taken for silence.
  [[nodiscard]] double fault_count() const noexcept;
  [[nodiscard]] std::span<const Move> moves() const noexcept;
  [[nodiscard]] std::span<const char* const> notes() const noexcept;
  [[nodiscard]] const analysis::StreamReport& input_report() const noexcept;
  // Of the chain's output with the final settings; equals the input's report until a rendering pass has run.
  [[nodiscard]] const analysis::StreamReport& output_report() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ag06::assist
