#include "live/live_studio.h"

#include <algorithm>
#include <atomic>
#include <bitset>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "live/auto_mixer.h"
#include "live/auto_models.h"
#include "live/device_keeper.h"
#include "live/feedback_guard.h"
#include "live/live_engine.h"
#include "live/probe.h"
#include "live/probe_echo.h"
#include "live/song_feed.h"
#include "params/curves.h"
#include "recorder/recorder.h"

namespace ag06::bridge {
namespace {
using namespace std::chrono_literals;

// 43 s at 48 kHz, 11 s at 192 kHz: what mode auto listens to.
constexpr int kTapFrames = 1 << 21;
// The guard and the calibration look back about two seconds.
constexpr int kDeviceTapFrames = 1 << 19;
constexpr auto kListenInterval = 100ms;
constexpr auto kAutoInterval = 5s;
constexpr auto kFadeOutPatience = 300ms;
constexpr ProbeForm kCalibration{.level_dbfs = -30.0, .listen_ms = 1000.0};

// The probe behind everything else, told where in the output's history it stands.
class ProbeInsert final : public OutputInsert {
 public:
  ProbeInsert(Probe& probe, const TapHistory& output) : probe_(probe), output_(output) {}
  void render(float* const* planes, int frames) noexcept override { probe_.render(planes, frames, output_.now().next_frame); }

 private:
  Probe& probe_;
  const TapHistory& output_;
};

[[nodiscard]] bool is_on(SongPhase phase) { return phase == SongPhase::buffering || phase == SongPhase::playing; }
}  // namespace

struct LiveStudio::Parts final : AudioUser {
  Parts(LiveOptions live_options, const MakeBackends& make_backends, std::function<void()> changed)
      : options(std::move(live_options)),
        on_change(std::move(changed)),
        recorder(options.takes_folder, on_change),
        keeper(keeper_options(), make_backends, *this, on_change) {
    auto_options.target_lufs = options.auto_target_lufs;
    keeper.start();
    listener = std::thread([this] { listen(); });
  }

  [[nodiscard]] KeeperOptions keeper_options() {
    KeeperOptions wanted;
    wanted.device = options.device;
    wanted.sample_rate_hz = options.sample_rate_hz;
    wanted.block_frames = options.block_frames;
    wanted.opens_device = options.opens_device;
    wanted.before_close = [this] { fade_out(); };
    return wanted;
  }

  ~Parts() override {
    {
      const std::lock_guard lock(mutex);
      ends = true;
    }
    wake.notify_all();
    listener.join();
    recorder.stop("The bridge was ended.");
  }

  // AudioUser: the engine's stream, and whoever has to know of it.
  void prepare(const StreamFormat& format) override {
    probe.prepare(format.sample_rate_hz);
    engine.prepare(format);
    const std::lock_guard lock(mutex);
    stream_rate_hz = format.sample_rate_hz;
    ++stream_number;
  }
  void process(const float* const* inputs, float* const* outputs, int frames) noexcept override { engine.process(inputs, outputs, frames); }
  void note_xrun() noexcept override { engine.note_xrun(); }

  void fade_out() {
    engine.begin_fade_out();
    for (auto end = std::chrono::steady_clock::now() + kFadeOutPatience; !engine.faded_out() && std::chrono::steady_clock::now() < end;) std::this_thread::sleep_for(5ms);
  }

  [[nodiscard]] bool is_running() { return keeper.status().phase == DevicePhase::running; }
  void require_device() {
    if (!is_running()) throw LiveError("no_device", "No audio device is running.");
  }

  // --- the listener's thread
  void listen() {
    std::uint64_t heard_stream = 0;
    double heard_rate_hz = 0.0;
    auto next_auto = std::chrono::steady_clock::now();
    for (std::unique_lock lock(mutex); !ends; wake.wait_for(lock, kListenInterval, [this] { return ends; })) {
      const std::uint64_t stream = stream_number;
      const double rate_hz = stream_rate_hz;
      lock.unlock();
      const bool running = is_running();
      if (running && stream != heard_stream) begin_stream(rate_hz, heard_rate_hz);
      if (running) heard_stream = stream, heard_rate_hz = rate_hz;
      else if (guard.phase() != GuardPhase::idle) end_stream();
      if (running && !calibrate_step()) guard.step();
      note_guard(running);
      note_song();
      if (running && std::chrono::steady_clock::now() >= next_auto) {
        auto_step(rate_hz);
        next_auto = std::chrono::steady_clock::now() + kAutoInterval;
      }
      lock.lock();
    }
  }

  void begin_stream(double rate_hz, double rate_before_hz) {
    if (rate_before_hz != 0.0 && rate_hz != rate_before_hz) recorder.stop("The device's sample rate changed: the take ends there.");
    calibration = Calibration::none;
    if (options.guards_feedback) guard.begin(rate_hz);
    else engine.begin_fade_in();
  }

  void end_stream() {
    guard.end();
    calibration = Calibration::none;
  }

  // What is heard begins once the guard knows whether it comes back.
  void note_guard(bool running) {
    const GuardPhase phase = guard.phase();
    const GuardPhase before = guard_phase.exchange(phase);
    if (phase == before) return;
    if (running && before == GuardPhase::checking) engine.begin_fade_in();
    on_change();
  }

  void note_song() {
    const SongStatus song = feed.status();
    if (song.phase == song_phase.exchange(song.phase)) return;
    on_change();
  }

  // True while the calibration needs the probe.
  bool calibrate_step() {
    switch (calibration) {
      case Calibration::none: return false;
      case Calibration::asked:
        if (guard.phase() == GuardPhase::checking) return false;
        if (probe.start(kCalibration)) calibration = Calibration::playing;
        return calibration == Calibration::playing;
      case Calibration::playing: break;
    }
    if (!probe.is_over()) return true;
    const std::vector<float> played = probe.played();
    std::vector<float> heard(2 * (played.size() + static_cast<std::size_t>(probe.listen_frames())));
    TapCursor cursor{probe.burst_tap_frame()};
    const TapRead read = device_input.read(cursor, heard);
    const auto echo = find_probe_echo(played, kCalibration.level_dbfs, {heard.data(), 2 * static_cast<std::size_t>(read.frames)}, probe.listen_frames());
    {
      const std::lock_guard lock(mutex);
      round_trip_frames = echo && read.lost_frames == 0 ? echo->lag_frames : -1;
      calibration_message = round_trip_frames >= 0 ? "" : "Nothing of the measuring signal came back: set the TO PC switch to LOOPBACK, or connect an output to an input, and calibrate again.";
    }
    calibration = Calibration::none;
    on_change();
    return false;
  }

  void auto_step(double rate_hz) {
    ParamSet held_now;
    {
      const std::lock_guard lock(mutex);
      if (mode != Mode::automatic) {
        auto_models.forget();
        return;
      }
      held_now = held;
    }
    const auto latest = [rate_hz](const TapHistory& tap) {
      const auto wanted = static_cast<std::uint64_t>(std::min(kAutoListen_s * rate_hz, 0.9 * kTapFrames));
      TapCursor cursor = tap.now();
      cursor.next_frame -= std::min(cursor.next_frame, wanted);
      std::vector<float> samples(2 * static_cast<std::size_t>(wanted));
      samples.resize(2 * static_cast<std::size_t>(tap.read(cursor, samples).frames));
      return samples;
    };
    const std::vector<float> heard = latest(input);
    AutoOptions options_now = auto_options;
    options_now.ask = [&] { return auto_models.hear(heard, rate_hz); };
    const AutoStep step = next_auto_step(heard, latest(output), rate_hz, engine.params(), held_now, options_now);
    bool is_changed = false;
    {
      const std::lock_guard lock(mutex);
      is_changed = auto_by != auto_models.decides();
      auto_by = auto_models.decides();
      if (mode == Mode::automatic && take(step)) is_changed = true;
    }
    if (is_changed) on_change();
  }
  // Under the lock. False: nothing was done.
  bool take(const AutoStep& step) {
    std::vector<std::pair<int, double>> values;
    for (const AutoMove& move : step.moves)
      if (!held[static_cast<std::size_t>(move.param_index)]) values.emplace_back(move.param_index, move.to);   // a person was quicker
    if (values.empty() || !engine.set_params(values)) return false;
    moves.insert(moves.end(), step.moves.begin(), step.moves.end());
    if (moves.size() > kMostMoves) moves.erase(moves.begin(), moves.end() - kMostMoves);
    return true;
  }
  static constexpr std::ptrdiff_t kMostMoves = 256;

  const LiveOptions options;
  const std::function<void()> on_change;
  TapHistory input{kTapFrames}, output{kTapFrames}, device_input{kDeviceTapFrames};
  Probe probe;
  ProbeInsert insert{probe, output};
  SongFeed feed;
  LiveEngine engine{input, output, feed, {.device_input = &device_input, .insert = &insert, .opens_by_itself = false}};
  FeedbackGuard guard{device_input, output, probe, [this](double gain_db) { engine.set_guard_gain_db(gain_db); }};   // listener's

  enum class Calibration { none, asked, playing };
  std::atomic<Calibration> calibration{Calibration::none};
  std::atomic<GuardPhase> guard_phase{GuardPhase::idle};
  std::atomic<SongPhase> song_phase{SongPhase::none};
  AutoOptions auto_options;           // listener's
  AutoModels auto_models{options.models};   // listener's

  std::mutex mutex;   // of what follows
  std::condition_variable wake;
  bool ends = false;
  std::uint64_t stream_number = 0;
  double stream_rate_hz = 0.0;
  Mode mode = Mode::manual;
  double wet_ratio = 1.0;
  Source source = Source::live;
  std::uint32_t stream_id = 0;
  ParamSet held;
  std::string auto_by = auto_models.decides();
  std::vector<AutoMove> moves;
  int round_trip_frames = -1;
  std::string calibration_message;

  Recorder recorder;
  DeviceKeeper keeper;
  std::thread listener;   // last: it uses all of the above
};

LiveStudio::LiveStudio(LiveOptions options, const MakeBackends& make_backends, std::function<void()> on_change)
    : parts_(std::make_unique<Parts>(std::move(options), make_backends, std::move(on_change))) {}

LiveStudio::~LiveStudio() = default;

StudioState LiveStudio::state() const {
  StudioState state;
  state.params = parts_->engine.params();
  state.device = parts_->keeper.status();
  const RecorderFacts take = parts_->recorder.facts();
  state.recorder = {take.is_recording, take.take_id, take.message};
  const SongStatus song = parts_->feed.status();
  state.guard = parts_->guard_phase.load();
  const std::lock_guard lock(parts_->mutex);
  state.mode = parts_->mode;
  state.auto_by = parts_->auto_by;
  state.wet_ratio = parts_->wet_ratio;
  state.transport = {parts_->source, is_on(song.phase), song.stream_id, song.sample_rate_hz};
  if (state.device.phase == DevicePhase::running) {
    state.device.engine_latency_frames = parts_->engine.latency_frames();
    state.device.measured_round_trip_frames = parts_->round_trip_frames;
    if (!parts_->calibration_message.empty()) state.device.message = parts_->calibration_message;
  }
  return state;
}

std::vector<DeviceInfo> LiveStudio::devices() { return parts_->keeper.devices(); }

std::uint64_t LiveStudio::devices_revision() const { return parts_->keeper.list_revision(); }

void LiveStudio::open_device(std::optional<StreamRequest> request) {
  parts_->keeper.open(std::move(request));
}

void LiveStudio::close_device() {
  parts_->keeper.close();
}

void LiveStudio::set_params(std::span<const std::pair<int, double>> values) {
  for (const auto& [index, value] : values) {
    if (index < 0 || index >= params::kCount) throw LiveError("unknown_parameter", "There is no parameter at index " + std::to_string(index) + ".");
    const Status status = params::check(params::kTable[index], value);
    if (status == Status::not_finite) throw LiveError("not_finite", std::string(params::kTable[index].key) + ": the value is not a finite number.");
    if (status != Status::ok) throw LiveError("out_of_range", std::string(params::kTable[index].key) + ": the value is outside the parameter's range.");
  }
  {
    const std::lock_guard lock(parts_->mutex);
    if (!parts_->engine.set_params(values)) throw LiveError("internal", "The engine did not take the values.");
    if (parts_->mode == Mode::automatic)
      for (const auto& [index, value] : values) parts_->held.set(static_cast<std::size_t>(index));
  }
  parts_->on_change();
}

void LiveStudio::set_mode(Mode mode) {
  {
    const std::lock_guard lock(parts_->mutex);
    if (mode == Mode::automatic && parts_->mode != Mode::automatic) parts_->held.reset();
    parts_->mode = mode;
    parts_->engine.set_mode(mode);
  }
  parts_->on_change();
}

void LiveStudio::set_wet(double wet_ratio) {
  if (!(wet_ratio >= 0.0 && wet_ratio <= 1.0)) throw LiveError("out_of_range", "The share of the processed signal lies between 0 and 1.");
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->wet_ratio = wet_ratio;
    parts_->engine.set_wet(wet_ratio);
  }
  parts_->on_change();
}

void LiveStudio::set_match_gains(double original_gain_db, double processed_gain_db) {
  for (const double gain_db : {original_gain_db, processed_gain_db})
    if (!(gain_db >= -60.0 && gain_db <= 0.0)) throw LiveError("out_of_range", "A version is turned down for listening by 0 to 60 dB.");
  parts_->engine.set_match_gains_db(original_gain_db, processed_gain_db);
}

void LiveStudio::reset_meters() { parts_->engine.reset_meters(); }

void LiveStudio::calibrate() {
  parts_->require_device();
  auto idle = Parts::Calibration::none;
  if (!parts_->calibration.compare_exchange_strong(idle, Parts::Calibration::asked)) throw LiveError("busy", "A calibration is running already.");
}

void LiveStudio::set_source(Source source) {
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->source = source;
    parts_->engine.set_source(source);
  }
  parts_->on_change();
}

std::uint32_t LiveStudio::start_song(double sample_rate_hz, std::uint64_t first_frame) {
  parts_->require_device();
  std::uint32_t id = 0;
  {
    const std::lock_guard lock(parts_->mutex);
    id = ++parts_->stream_id;
    if (!parts_->feed.begin(id, sample_rate_hz, first_frame))
      throw LiveError("out_of_range", "Audio of " + std::to_string(static_cast<int>(sample_rate_hz)) + " Hz cannot be converted to the device's rate.");
    parts_->source = Source::file;
    parts_->engine.set_source(Source::file);
  }
  parts_->on_change();
  return id;
}

void LiveStudio::pause_song(bool paused) {
  const SongPhase phase = parts_->feed.status().phase;
  if (!is_on(phase) && phase != SongPhase::paused) throw LiveError("not_playing", "No song is being played.");
  parts_->feed.set_paused(paused);
  parts_->on_change();
}

void LiveStudio::stop_song() {
  parts_->feed.stop();
  parts_->on_change();
}

std::size_t LiveStudio::push_song(std::uint32_t stream_id, std::span<const float> interleaved, bool is_last) { return parts_->feed.push(stream_id, interleaved, is_last); }

std::size_t LiveStudio::song_room_frames() const { return parts_->feed.room_frames(); }

bool LiveStudio::read_meters(MeterFrame& into) {
  if (!parts_->engine.read_meters(into)) return false;
  const RecorderFacts take = parts_->recorder.facts();
  into.recorded_s = static_cast<float>(take.is_recording ? take.recorded_s : 0.0);
  into.recorder_lost_frames = static_cast<float>(take.lost_frames);
  return true;
}

TapRead LiveStudio::read_tap(Tap tap, TapCursor& cursor, std::span<float> into) { return (tap == Tap::input ? parts_->input : parts_->output).read(cursor, into); }

TapCursor LiveStudio::tap_now(Tap tap) const { return (tap == Tap::input ? parts_->input : parts_->output).now(); }

void LiveStudio::start_recording(const RecordRequest& request) {
  parts_->require_device();
  if (!request.input && !request.processed) throw LiveError("out_of_range", "Nothing to record: neither the input nor the processed signal was asked for.");
  if (parts_->recorder.facts().is_recording) throw LiveError("busy", "A take is being recorded already.");
  const auto source = [](const char* name, const TapHistory& tap) {
    return TakeSource{name, [&tap, cursor = tap.now()](std::span<float> into, std::uint64_t& lost) mutable {
                        const TapRead read = tap.read(cursor, into);
                        lost += read.lost_frames;
                        return read.frames;
                      }};
  };
  std::vector<TakeSource> sources;
  if (request.processed) sources.push_back(source("processed", parts_->output));
  if (request.input) sources.push_back(source("input", parts_->input));
  try {
    parts_->recorder.start(request.format, parts_->keeper.status().sample_rate_hz, std::move(sources));
  } catch (const TakeError& error) {
    throw LiveError("disk_failed", error.what());
  }
}

void LiveStudio::stop_recording() {
  if (!parts_->recorder.stop()) throw LiveError("not_recording", "No take is being recorded.");
}

std::vector<Take> LiveStudio::takes() { return parts_->recorder.folder().list(); }

std::string LiveStudio::take_path(const std::string& take_id) {
  try {
    return parts_->recorder.folder().path_of(take_id);
  } catch (const TakeError& error) {
    throw LiveError("unknown_take", error.what());
  }
}

void LiveStudio::remove_take(const std::string& take_id) {
  try {
    parts_->recorder.folder().remove(take_id);
  } catch (const TakeError& error) {
    throw LiveError("unknown_take", error.what());
  }
}

std::vector<AutoMove> LiveStudio::take_moves() {
  const std::lock_guard lock(parts_->mutex);
  return std::exchange(parts_->moves, {});
}

LiveDoor::Histogram LiveStudio::callback_times() const {
  const TimeHistogram::Snapshot snapshot = parts_->engine.histogram();
  return {snapshot.buckets_us, snapshot.sum_us, snapshot.count};
}

}  // namespace ag06::bridge
