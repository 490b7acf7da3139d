// A live side in memory for tests of the server: keeps state as LiveStudio does, without a device, an engine or a thread. What a device would do, the test does.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "live/live_door.h"
#include "params/curves.h"
#include "params/params.gen.h"

namespace ag06::bridge::test {

class FakeLive : public LiveDoor {
 public:
  explicit FakeLive(std::string takes_folder = {}) : takes_folder_(std::move(takes_folder)) {
    for (int i = 0; i < params::kCount; ++i) state_.params[static_cast<std::size_t>(i)] = params::kTable[i].default_value;
  }

  // For the test.
  std::function<void()> on_change = [] {};
  std::vector<std::string> calls;            // names of what was asked, in order
  std::vector<float> song;                   // interleaved, taken so far
  std::size_t song_capacity_frames = 96000;
  bool song_is_last = false;
  void plug_in(double sample_rate_hz = 48000.0) {
    change([&] {
      state_.device.phase = DevicePhase::running;
      state_.device.name = "Fake";
      state_.device.sample_rate_hz = sample_rate_hz;
      state_.device.block_frames = 128;
    });
  }
  void unplug(const std::string& why) {
    change([&] {
      state_.device.phase = DevicePhase::lost;
      state_.device.message = why;
      state_.transport.is_playing = false;
    });
  }
  // The device hears and plays these interleaved frames.
  void run(const std::vector<float>& interleaved) {
    const std::size_t frames = interleaved.size() / 2;
    std::vector<float> left(frames), right(frames);
    for (std::size_t i = 0; i < frames; ++i) left[i] = interleaved[2 * i], right[i] = interleaved[2 * i + 1];
    const float* const planes[] = {left.data(), right.data()};
    input_.write(planes, static_cast<int>(frames));
    output_.write(planes, static_cast<int>(frames));
  }
  void measure(const MeterFrame& meters) {
    const std::lock_guard guard(mutex_);
    meters_.push_back(meters);
  }
  // The device plays so much of the song.
  void play_song(std::size_t frames) {
    const std::lock_guard guard(mutex_);
    song_waiting_ -= std::min(frames, song_waiting_);
  }
  void end_song() {
    change([&] { state_.transport.is_playing = false; });
  }
  [[nodiscard]] std::size_t song_waiting() const {
    const std::lock_guard guard(mutex_);
    return song_waiting_;
  }
  [[nodiscard]] bool was_called(const std::string& name) const {
    const std::lock_guard guard(mutex_);
    return std::find(calls.begin(), calls.end(), name) != calls.end();
  }
  [[nodiscard]] std::size_t call_count() const {
    const std::lock_guard guard(mutex_);
    return calls.size();
  }
  void add_take(const std::string& id, const std::string& content, bool is_complete = true) {
    std::ofstream(std::filesystem::path(takes_folder_) / (id + ".wav"), std::ios::binary) << content;
    const std::lock_guard guard(mutex_);
    takes_.push_back({id, id + ".wav", "wav24", 48000.0, 2, 100, content.size(), "2026-11-21T16:40:12Z", is_complete});
  }
  void add_move(const AutoMove& move) {
    {
      const std::lock_guard guard(mutex_);
      moves_.push_back(move);
    }
    on_change();
  }

  StudioState state() const override {
    const std::lock_guard guard(mutex_);
    return state_;
  }
  std::vector<DeviceInfo> devices() override {
    note("devices");
    return {{"fake:1", "Fake", "fake", 2, 2, 48000.0, false}};
  }
  std::uint64_t devices_revision() const override { return 0; }
  void open_device(std::optional<StreamRequest> request) override {
    note("open_device " + (request ? request->device_id + " " + std::to_string(static_cast<int>(request->sample_rate_hz)) + " " + std::to_string(request->block_frames) : "as configured"));
  }
  void close_device() override { note("close_device"); }
  void set_params(std::span<const std::pair<int, double>> values) override {
    note("set_params");
    change([&] {
      for (const auto& [index, value] : values) state_.params[static_cast<std::size_t>(index)] = value;
    });
  }
  void set_mode(Mode mode) override {
    note("set_mode");
    change([&] { state_.mode = mode; });
  }
  void set_wet(double wet_ratio) override {
    note("set_wet");
    change([&] { state_.wet_ratio = wet_ratio; });
  }
  void set_match_gains(double, double) override { note("set_match_gains"); }
  void reset_meters() override { note("reset_meters"); }
  void calibrate() override {
    note("calibrate");
    if (state().device.phase != DevicePhase::running) throw LiveError("no_device", "there is no device to calibrate");
  }
  void set_source(Source source) override {
    note("set_source");
    change([&] { state_.transport.source = source; });
  }
  std::uint32_t start_song(double sample_rate_hz, std::uint64_t) override {
    note("start_song");
    if (state().device.phase != DevicePhase::running) throw LiveError("no_device", "no device plays");
    std::uint32_t id = 0;
    change([&] {
      id = ++state_.transport.stream_id;
      state_.transport.sample_rate_hz = sample_rate_hz;
      state_.transport.is_playing = true;
      song.clear();
      song_waiting_ = 0;
      song_is_last = false;
    });
    return id;
  }
  void pause_song(bool paused) override {
    note(paused ? "pause_song" : "resume_song");
    change([&] { state_.transport.is_playing = !paused; });
  }
  void stop_song() override {
    note("stop_song");
    change([&] { state_.transport.is_playing = false; });
  }
  std::size_t push_song(std::uint32_t stream_id, std::span<const float> interleaved, bool is_last) override {
    const std::lock_guard guard(mutex_);
    if (stream_id != state_.transport.stream_id) return 0;
    const std::size_t frames = std::min(interleaved.size() / 2, song_capacity_frames - song_waiting_);
    song.insert(song.end(), interleaved.begin(), interleaved.begin() + static_cast<std::ptrdiff_t>(2 * frames));
    song_waiting_ += frames;
    song_is_last = is_last;
    return frames;
  }
  std::size_t song_room_frames() const override {
    const std::lock_guard guard(mutex_);
    return song_capacity_frames - song_waiting_;
  }
  bool read_meters(MeterFrame& into) override {
    const std::lock_guard guard(mutex_);
    if (meters_.empty()) return false;
    into = meters_.front();
    meters_.erase(meters_.begin());
    return true;
  }
  TapRead read_tap(Tap tap, TapCursor& cursor, std::span<float> into) override { return (tap == Tap::input ? input_ : output_).read(cursor, into); }
  TapCursor tap_now(Tap tap) const override { return (tap == Tap::input ? input_ : output_).now(); }
  void start_recording(const RecordRequest& request) override {
    note("start_recording " + request.format);
    if (state().recorder.is_recording) throw LiveError("busy", "a recording runs already");
    change([&] {
      state_.recorder.is_recording = true;
      state_.recorder.take_id = "2026-11-21T16-40-12Z-processed";
    });
  }
  void stop_recording() override {
    note("stop_recording");
    if (!state().recorder.is_recording) throw LiveError("not_recording", "nothing is being recorded");
    change([&] { state_.recorder.is_recording = false; });
  }
  std::vector<Take> takes() override {
    const std::lock_guard guard(mutex_);
    return takes_;
  }
  std::string take_path(const std::string& take_id) override {
    const std::lock_guard guard(mutex_);
    for (const Take& take : takes_) {
      if (take.id == take_id) return (std::filesystem::path(takes_folder_) / take.file_name).string();
    }
    throw LiveError("unknown_take", "there is no such take");
  }
  void remove_take(const std::string& take_id) override {
    note("remove_take");
    const std::lock_guard guard(mutex_);
    if (std::erase_if(takes_, [&](const Take& take) { return take.id == take_id; }) == 0) throw LiveError("unknown_take", "there is no such take");
  }
  std::vector<AutoMove> take_moves() override {
    const std::lock_guard guard(mutex_);
    return std::exchange(moves_, {});
  }
  Histogram callback_times() const override { return {{{10.0, 3}, {20.0, 2}}, 61.0, 5}; }

 private:
  void note(const std::string& name) {
    const std::lock_guard guard(mutex_);
    calls.push_back(name);
  }
  template <class Change>
  void change(Change how) {
    {
      const std::lock_guard guard(mutex_);
      how();
    }
    on_change();
  }

  mutable std::mutex mutex_;
  StudioState state_;
  TapHistory input_{1 << 17}, output_{1 << 17};
  std::vector<MeterFrame> meters_;
  std::vector<Take> takes_;
  std::vector<AutoMove> moves_;
  std::size_t song_waiting_ = 0;
  std::string takes_folder_;
};

}  // namespace ag06::bridge::test
