#include "live/feedback_guard.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/stream_spec.h"
#include "live/correlation.h"

namespace ag06::bridge {
namespace {
constexpr double kLongestLoop_ms = 150.0;
constexpr double kWindow_ms = 250.0;
constexpr double kMemory = 0.75;              // of the running mean: about a second of windows
constexpr double kSuspiciousLikeness = 0.3;   // of input to earlier output, the mean over that second
constexpr double kSilence_dbfs = -70.0;
constexpr double kHowl_dbfs = -6.0;           // rms of the output
constexpr double kFirstPatience_s = 10.0;
constexpr double kLongestPatience_s = 120.0;
constexpr int kRepeatsUnderSound = 4;

[[nodiscard]] double rms_dbfs(double mean_square) { return mean_square > 0.0 ? 10.0 * std::log10(mean_square) : -300.0; }
}  // namespace

FeedbackGuard::FeedbackGuard(const TapHistory& input, const TapHistory& output, Probe& probe, std::function<void(double)> set_output_gain_db, const GuardLimits& limits)
    : input_(input), output_(output), probe_(probe), set_output_gain_db_(std::move(set_output_gain_db)), limits_(limits) {}

void FeedbackGuard::begin(double sample_rate_hz) {
  end();
  sample_rate_hz_ = sample_rate_hz;
  likeness_.assign(static_cast<std::size_t>(frames_for_ms(kLongestLoop_ms, sample_rate_hz)) + 1, 0.0);
  patience_s_ = kFirstPatience_s;
  phase_ = GuardPhase::checking;
  start_probe({.level_dbfs = limits_.probe_dbfs, .listen_ms = kLongestLoop_ms});
}

void FeedbackGuard::end() {
  phase_ = GuardPhase::idle;
  probing_ = false;
  clear_in_a_row_ = 0;
  echo_.reset();
  set_output_gain_db_(0.0);
}

void FeedbackGuard::start_probe(const ProbeForm& form) { probing_ = probe_.start(form); }

void FeedbackGuard::step() {
  if (phase_ == GuardPhase::idle) return;
  if (probing_) {
    // Both histories grow in one callback: what is behind the probe in one is behind it in the other.
    if (probe_.is_over()) judge_probe();
    return;
  }
  const std::uint64_t now = output_.now().next_frame;
  if (phase_ == GuardPhase::checking) {   // another probe was under way when this stream began
    start_probe({.level_dbfs = limits_.probe_dbfs, .listen_ms = kLongestLoop_ms});
  } else if (phase_ == GuardPhase::loopback) {
    if (now >= next_probe_frame_) start_probe({.level_dbfs = limits_.probe_dbfs, .listen_ms = kLongestLoop_ms, .repeats = kRepeatsUnderSound, .mutes = false});
  } else if (is_suspicious() && now >= next_probe_frame_) {
    start_probe({.level_dbfs = limits_.probe_dbfs, .listen_ms = kLongestLoop_ms, .repeats = kRepeatsUnderSound, .mutes = false});
  }
}

void FeedbackGuard::judge_probe() {
  probing_ = false;
  const std::vector<float> played = probe_.played();
  TapCursor cursor{probe_.burst_tap_frame()};
  scratch_.resize(2 * (played.size() + static_cast<std::size_t>(probe_.listen_frames())));
  const TapRead read = input_.read(cursor, scratch_);
  if (read.lost_frames > 0) return;   // this thread slept through it: the next step tries again
  echo_ = find_probe_echo(played, probe_.form().level_dbfs, {scratch_.data(), 2 * static_cast<std::size_t>(read.frames)}, probe_.listen_frames());
  const bool returns = echo_ && echo_->gain_db >= limits_.loop_gain_db;
  const std::uint64_t now = output_.now().next_frame;
  const auto seconds = [this](double s) { return static_cast<std::uint64_t>(s * sample_rate_hz_); };
  if (returns) {
    clear_in_a_row_ = 0;
    set_loop(true);
    next_probe_frame_ = now + seconds(limits_.recheck_s);
  } else if (phase_ == GuardPhase::loopback) {
    next_probe_frame_ = now + seconds(limits_.recheck_s);
    if (++clear_in_a_row_ >= limits_.clear_probes) set_loop(false);
  } else {
    if (phase_ == GuardPhase::clear) {   // a false alarm: the music repeats itself
      next_probe_frame_ = now + seconds(patience_s_);
      patience_s_ = std::min(kLongestPatience_s, 2.0 * patience_s_);
    }
    set_loop(false);
  }
}

void FeedbackGuard::set_loop(bool stands) {
  phase_ = stands ? GuardPhase::loopback : GuardPhase::clear;
  set_output_gain_db_(stands ? limits_.limited_gain_db : 0.0);
  std::fill(likeness_.begin(), likeness_.end(), 0.0);
  input_cursor_ = input_.now();
  output_cursor_ = output_.now();
}

bool FeedbackGuard::read_window(Window& window) {
  const int frames = frames_for_ms(kWindow_ms, sample_rate_hz_);
  const std::uint64_t written = std::min(input_.now().next_frame, output_.now().next_frame);
  if (written < output_cursor_.next_frame + static_cast<std::uint64_t>(frames)) return false;
  // The newest window; steps that came late skip what they missed.
  output_cursor_.next_frame = input_cursor_.next_frame = written - static_cast<std::uint64_t>(frames);
  scratch_.resize(2 * static_cast<std::size_t>(frames));
  double square = 0.0;
  const auto read = [&](const TapHistory& tap, TapCursor& cursor, std::vector<float>& to, bool is_output) {
    const TapRead got = tap.read(cursor, scratch_);
    if (got.lost_frames > 0 || got.frames < frames) return false;
    to.resize(static_cast<std::size_t>(frames));
    float before = 0.0f;
    for (std::size_t i = 0; i < to.size(); ++i) {
      const float sum = scratch_[2 * i] + scratch_[2 * i + 1];
      const float sample = is_finite(sum) ? sum : 0.0f;
      if (is_output) square += 0.25 * static_cast<double>(sample) * static_cast<double>(sample);
      to[i] = sample - before;
      before = sample;
    }
    return true;
  };
  if (!read(output_, output_cursor_, window.output, true) || !read(input_, input_cursor_, window.input, false)) return false;
  window.output_dbfs = rms_dbfs(square / frames);
  return true;
}

bool FeedbackGuard::is_suspicious() {
  Window window;
  if (!read_window(window)) return false;
  if (window.output_dbfs < kSilence_dbfs) return false;
  double output_energy = 0.0, input_energy = 0.0;
  for (const float sample : window.output) output_energy += static_cast<double>(sample) * static_cast<double>(sample);
  for (const float sample : window.input) input_energy += static_cast<double>(sample) * static_cast<double>(sample);
  if (output_energy == 0.0 || input_energy == 0.0) return false;
  const std::vector<double> r = cross_correlation(window.output, window.input, static_cast<int>(likeness_.size()) - 1);
  const double scale = 1.0 / std::sqrt(output_energy * input_energy);
  double most = 0.0;
  for (std::size_t lag = 1; lag < likeness_.size(); ++lag) {
    likeness_[lag] += (1.0 - kMemory) * (scale * r[lag] - likeness_[lag]);
    most = std::max(most, std::fabs(likeness_[lag]));
  }
  return most >= kSuspiciousLikeness || window.output_dbfs >= kHowl_dbfs;
}

}  // namespace ag06::bridge
