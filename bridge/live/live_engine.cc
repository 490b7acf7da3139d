#include "live/live_engine.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "base/math.h"
#include "live/denormals.h"
#include "live/realtime_scope.h"
#include "params/curves.h"

namespace ag06::bridge {
namespace {

constexpr double kGuardSettleMs = 20.0;
constexpr double kLowestGuardGainDb = -120.0;
constexpr double kLowestMatchGainDb = -60.0;   // engine/monitor.h
// As engine::Session: what lies beyond is a fault, not a signal. Here it is kept from the dry path as well.
constexpr float kLargestInput = 1e4f;
// Full scale of a 16-bit converter; that of 24 and 32 bits lies above.
constexpr float kFullScale = 32767.0f / 32768.0f;

float peak_dbfs(float lin) noexcept { return lin > 0.0f ? lin_to_db_fast(lin) : std::numeric_limits<float>::quiet_NaN(); }

void silence(float* const* planes, int frames) noexcept {
  for (int c = 0; c < kStreamChannels; ++c) std::fill_n(planes[c], frames, 0.0f);
}

// Returns how many samples were faults.
int copy_without_faults(const float* from, float* to, int frames) noexcept {
  int faults = 0;
  for (int i = 0; i < frames; ++i) {
    const float x = from[i];
    const bool is_signal = x <= kLargestInput && x >= -kLargestInput;
    to[i] = is_signal ? x : 0.0f;
    faults += is_signal ? 0 : 1;
  }
  return faults;
}

}  // namespace

LiveEngine::LiveEngine(TapHistory& input, TapHistory& output, SongFeed& song, const LiveEngineOptions& options)
    : input_tap_(input), output_tap_(output), song_(song), options_(options), clock_(options.clock) {
  for (std::size_t i = 0; i < asked_.values.size(); ++i) asked_.values[i] = params::kTable[i].default_value;
}

void LiveEngine::prepare(const StreamFormat& format) {
  if (monitor_.prepare({format.sample_rate_hz, kStreamChannels, format.block_frames}, options_.latency_mode) != Status::ok)
    throw AudioError("the chain cannot run at " + std::to_string(std::lround(format.sample_rate_hz)) + " Hz in blocks of " +
                     std::to_string(format.block_frames) + " frames");
  most_frames_ = format.block_frames;
  sample_rate_hz_ = format.sample_rate_hz;
  for (auto* planes : {&input_, &output_})
    for (auto& plane : *planes) plane.assign(static_cast<std::size_t>(most_frames_), 0.0f);
  output_fade_.prepare(std::max(1, frames_for_ms(kOpenFadeMs, sample_rate_hz_)));
  live_fade_.prepare(std::max(1, frames_for_ms(kSourceFadeMs, sample_rate_hz_)));
  song_fade_.prepare(live_fade_.frames());
  guard_gain_.prepare(sample_rate_hz_, kGuardSettleMs);
  const int latency_frames = monitor_.session().latency_frames();
  song_.prepare(sample_rate_hz_, latency_frames);
  latency_frames_.store(latency_frames, std::memory_order_relaxed);

  applied_ = Controls{};
  for (std::size_t i = 0; i < applied_.values.size(); ++i) applied_.values[i] = params::kTable[i].default_value;
  {
    const std::lock_guard lock(mutex_);
    asked_.is_open = options_.opens_by_itself;
    static_cast<void>(wishes_.take());
    applied_.meter_resets = asked_.meter_resets;
    apply(asked_);
  }
  monitor_.reset();
  live_fade_.snap();
  song_fade_.snap();
  guard_gain_.snap();
  faults_ = 0.0;
  input_level_ = output_level_ = {};
  ++stream_;
  frames_done_ = interval_start_ = 0;
  interval_frames_ = static_cast<int>(sample_rate_hz_ / kMetersPerSecond);
  busy_ns_ = busy_frames_ = 0.0;
  load_max_ratio_ = 0.0f;
  clock_.prepare(sample_rate_hz_, format.block_frames);
  xruns_.store(0, std::memory_order_relaxed);
  is_silent_.store(true, std::memory_order_release);
}

void LiveEngine::process(const float* const* inputs, float* const* outputs, int frames) noexcept {
  const RealtimeScope realtime;
  if (frames <= 0) return;
  if (most_frames_ == 0) return silence(outputs, frames);
  clock_.start();
  {
    const FlushDenormals flush;
    if (const Controls* latest = wishes_.take()) apply(*latest);
    for (int at = 0; at < frames; at += most_frames_) {
      const float* in[kStreamChannels] = {inputs[0] + at, inputs[1] + at};
      float* out[kStreamChannels] = {outputs[0] + at, outputs[1] + at};
      process_piece(in, out, std::min(most_frames_, frames - at));
    }
    frames_done_ += static_cast<std::uint64_t>(frames);
    // Now if the next block would end too late.
    if (static_cast<std::int64_t>(frames_done_ - interval_start_) + frames > interval_frames_) push_meters();
  }
  is_silent_.store(output_fade_.is_closed(), std::memory_order_release);
  const auto duration_ns = static_cast<double>(clock_.end(frames));
  busy_ns_ += duration_ns;
  busy_frames_ += frames;
  load_max_ratio_ = std::max(load_max_ratio_, static_cast<float>(duration_ns * 1e-9 * sample_rate_hz_ / frames));
}

void LiveEngine::apply(const Controls& controls) noexcept {
  for (std::size_t i = 0; i < controls.values.size(); ++i)
    if (controls.values[i] != applied_.values[i])
      static_cast<void>(monitor_.session().set_param(params::kTable[i].id, controls.values[i]));   // checked by set_params()
  engine::MonitorSettings settings;
  settings.processed = !controls.is_bypassed;
  settings.processed_ratio = controls.wet_ratio;
  settings.original_gain_db = controls.original_gain_db;
  settings.processed_gain_db = controls.processed_gain_db;
  monitor_.set_monitor(settings);
  live_fade_.set_open(controls.source == Source::live);
  song_fade_.set_open(controls.source == Source::file);
  output_fade_.set_open(controls.is_open);
  guard_gain_.set_target(controls.guard_gain_db == 0.0 ? 1.0 : db_to_lin(controls.guard_gain_db));
  if (controls.meter_resets != applied_.meter_resets) {
    monitor_.reset_meters();
    input_level_ = output_level_ = {};
  }
  applied_ = controls;
}

void LiveEngine::process_piece(const float* const* inputs, float* const* outputs, int frames) noexcept {
  // A device may play its buffer before a late callback is done with it, so nothing unfinished may stand there: the input at full level, for one, while the guard holds a loop down.
  float* const planes[kStreamChannels] = {output_[0].data(), output_[1].data()};
  take_input(inputs, frames);
  fill_source(planes, frames);
  input_level_.note(planes, frames);
  input_tap_.write(planes, frames);
  monitor_.process({planes, kStreamChannels, frames});
  finish_output(planes, frames);
  output_level_.note(planes, frames);
  output_tap_.write(planes, frames);
  for (int c = 0; c < kStreamChannels; ++c) std::copy_n(planes[c], frames, outputs[c]);
}

void LiveEngine::take_input(const float* const* inputs, int frames) noexcept {
  const float* taken[kStreamChannels];
  for (int c = 0; c < kStreamChannels; ++c) {
    faults_ += copy_without_faults(inputs[c], input_[c].data(), frames);
    taken[c] = input_[c].data();
  }
  if (options_.device_input != nullptr) options_.device_input->write(taken, frames);
}

void LiveEngine::fill_source(float* const* planes, int frames) noexcept {
  if (song_fade_.is_closed() && live_fade_.is_open()) {
    for (int c = 0; c < kStreamChannels; ++c) std::copy_n(input_[c].data(), frames, planes[c]);
    return;
  }
  if (song_fade_.is_closed()) {
    silence(planes, frames);
  } else {
    song_.pull(planes, frames);
    for (int c = 0; c < kStreamChannels; ++c) faults_ += copy_without_faults(planes[c], planes[c], frames);
  }
  if (song_fade_.is_open() && live_fade_.is_closed()) return;
  for (int i = 0; i < frames; ++i) {
    const float song_gain = song_fade_.next(), live_gain = live_fade_.next();
    for (int c = 0; c < kStreamChannels; ++c) planes[c][i] = song_gain * planes[c][i] + live_gain * input_[c][static_cast<std::size_t>(i)];
  }
}

void LiveEngine::finish_output(float* const* planes, int frames) noexcept {
  if (output_fade_.is_closed()) {
    silence(planes, frames);
  } else if (!output_fade_.is_open()) {
    for (int i = 0; i < frames; ++i) {
      const float gain = output_fade_.next();
      for (int c = 0; c < kStreamChannels; ++c) planes[c][i] *= gain;
    }
  }
  if (!guard_gain_.settled() || guard_gain_.value() != 1.0) {
    for (int i = 0; i < frames; ++i) {
      const auto gain = static_cast<float>(guard_gain_.next());
      for (int c = 0; c < kStreamChannels; ++c) planes[c][i] *= gain;
    }
  }
  if (options_.insert != nullptr) options_.insert->render(planes, frames);
}

void LiveEngine::Level::note(const float* const* planes, int frames) noexcept {
  for (int c = 0; c < kStreamChannels; ++c) {
    float peak = peak_lin[c];
    int at_full_scale = 0;
    for (int i = 0; i < frames; ++i) {
      const float magnitude = std::fabs(planes[c][i]);
      peak = magnitude > peak ? magnitude : peak;
      at_full_scale += magnitude >= kFullScale ? 1 : 0;
    }
    peak_lin[c] = peak;
    clips += static_cast<std::uint64_t>(at_full_scale);
  }
}

void LiveEngine::push_meters() noexcept {
  MeterInterval interval;
  MeterFrame& frame = interval.frame;
  frame.sample_time = frames_done_;
  engine::Telemetry telemetry = monitor_.take_telemetry();
  telemetry.fault_count += static_cast<float>(faults_);
  std::memcpy(frame.monitor, &telemetry, sizeof(frame.monitor));
  for (int c = 0; c < kStreamChannels; ++c) {
    frame.input_peak_dbfs[c] = peak_dbfs(std::exchange(input_level_.peak_lin[c], 0.0f));
    frame.output_peak_dbfs[c] = peak_dbfs(std::exchange(output_level_.peak_lin[c], 0.0f));
  }
  frame.input_clips = static_cast<float>(input_level_.clips);
  frame.output_clips = static_cast<float>(output_level_.clips);
  if (busy_frames_ > 0.0) frame.load_ratio = static_cast<float>(busy_ns_ * 1e-9 * sample_rate_hz_ / busy_frames_);
  frame.load_max_ratio = load_max_ratio_;
  frame.xruns = static_cast<float>(xruns_.load(std::memory_order_relaxed));
  frame.deadline_misses = static_cast<float>(clock_.misses());
  interval.frames = frames_done_ - interval_start_;
  interval.stream = stream_;
  meters_.push(interval);
  interval_start_ = frames_done_;
  busy_ns_ = busy_frames_ = 0.0;
  load_max_ratio_ = 0.0f;
}

template <class Change>
void LiveEngine::change(Change change) {
  const std::lock_guard lock(mutex_);
  change(asked_);
  wishes_.publish(asked_);
}

bool LiveEngine::set_params(std::span<const std::pair<int, double>> values) {
  for (const auto& [index, value] : values)
    if (index < 0 || index >= params::kCount || params::check(params::kTable[index], value) != Status::ok) return false;
  change([&](Controls& asked) {
    for (const auto& [index, value] : values) asked.values[static_cast<std::size_t>(index)] = value;
  });
  return true;
}

std::array<double, params::kCount> LiveEngine::params() const {
  const std::lock_guard lock(mutex_);
  return asked_.values;
}

void LiveEngine::set_mode(Mode mode) {
  change([&](Controls& asked) { asked.is_bypassed = mode == Mode::bypass; });
}
void LiveEngine::set_wet(double wet_ratio) {
  change([&](Controls& asked) { asked.wet_ratio = is_finite(wet_ratio) ? clamp_to(wet_ratio, 0.0, 1.0) : 1.0; });
}
void LiveEngine::set_match_gains_db(double original_gain_db, double processed_gain_db) {
  const auto kept = [](double gain_db) { return is_finite(gain_db) ? clamp_to(gain_db, kLowestMatchGainDb, 0.0) : 0.0; };
  change([&](Controls& asked) {
    asked.original_gain_db = kept(original_gain_db);
    asked.processed_gain_db = kept(processed_gain_db);
  });
}
void LiveEngine::set_source(Source source) {
  change([&](Controls& asked) { asked.source = source; });
}
void LiveEngine::set_guard_gain_db(double gain_db) {
  change([&](Controls& asked) { asked.guard_gain_db = is_finite(gain_db) ? clamp_to(gain_db, kLowestGuardGainDb, 0.0) : kLowestGuardGainDb; });
}
void LiveEngine::reset_meters() {
  change([](Controls& asked) { ++asked.meter_resets; });
}
void LiveEngine::begin_fade_out() {
  change([](Controls& asked) { asked.is_open = false; });
}
void LiveEngine::begin_fade_in() {
  change([](Controls& asked) { asked.is_open = true; });
}

bool LiveEngine::read_meters(MeterFrame& into) {
  if (!meters_.read(into)) return false;
  const SongStatus song = song_.status();
  into.song_position_frames = static_cast<float>(song.position_frames);
  into.song_buffered_ms = static_cast<float>(song.buffered_ms);
  into.song_underruns = static_cast<float>(song.underruns);
  return true;
}

}  // namespace ag06::bridge
