// The engine in the audio callback: source, chain, monitoring, fades and meters between a device's input and its output. Not for devices
// (device_keeper.h), files or clients.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "audio/audio_backend.h"
#include "dsp/primitives/smoothed_value.h"
#include "engine/monitor.h"
#include "live/callback_clock.h"
#include "live/fade.h"
#include "live/latest_value.h"
#include "live/meter_queue.h"
#include "live/song_feed.h"
#include "live/tap_history.h"
#include "params/params.gen.h"
#include "protocol/studio_state.h"

namespace ag06::bridge {

// Something that is put into the output behind fades and gains: a measuring signal.
class OutputInsert {
 public:
  virtual ~OutputInsert() = default;
  // Audio thread. Stereo planes, frames <= the prepared block; adds to what is there or replaces it.
  virtual void render(float* const* planes, int frames) noexcept = 0;
};

struct LiveEngineOptions {
  TapHistory* device_input = nullptr;         // what the device hears, whatever the source is; nullptr: not kept
  OutputInsert* insert = nullptr;
  engine::LatencyMode latency_mode = engine::LatencyMode::live;
  bool opens_by_itself = true;                // false: the output stays silent after prepare() until begin_fade_in()
  NanosecondClock clock = steady_nanoseconds();
};

// Guarantee: with the output open, mode manual, wet 1 and guard gain 0 dB the output is that of engine::Session, bit for bit (where it is a denormal
// number, it may be zero instead); the result does not depend on block cuts. Input samples that are not finite or beyond +80 dBFS are silence. What
// the control side asks for holds from the start of the next callback, everything of one call together, and is remembered while no stream runs.
class LiveEngine final : public AudioUser {
 public:
  static constexpr double kOpenFadeMs = 50.0;
  static constexpr double kSourceFadeMs = 5.0;
  static constexpr double kMetersPerSecond = 120.0;   // at least, where blocks are that short

  // All of them outlive the engine. input: what goes into the chain; output: what the device is given.
  LiveEngine(TapHistory& input, TapHistory& output, SongFeed& song, const LiveEngineOptions& options = {});

  // AudioUser. Throws AudioError for a rate or block that the chain cannot run at.
  void prepare(const StreamFormat& format) override;
  void process(const float* const* inputs, float* const* outputs, int frames) noexcept override;
  void note_xrun() noexcept override { xruns_.fetch_add(1, std::memory_order_relaxed); }

  // Control side: any thread but the audio thread. None of these waits for the audio thread.
  // Real units by table index. False, and nothing changes, when an index or a value is not the table's.
  [[nodiscard]] bool set_params(std::span<const std::pair<int, double>> values);
  [[nodiscard]] std::array<double, params::kCount> params() const;
  void set_mode(Mode mode);
  void set_wet(double wet_ratio);              // clamped to [0, 1]
  // Match loudness: what each version is turned down by for listening. Clamped to [-60, 0].
  void set_match_gains_db(double original_gain_db, double processed_gain_db);
  void set_source(Source source);
  void set_guard_gain_db(double gain_db);      // clamped to [-120, 0]
  void reset_meters();                         // and the clip counts
  void begin_fade_out();
  void begin_fade_in();
  [[nodiscard]] bool faded_out() const noexcept { return is_silent_.load(std::memory_order_acquire); }
  // Merged since the last call; one reader. False: nothing new. recorded_s and recorder_lost_frames stay 0: the recorder's.
  [[nodiscard]] bool read_meters(MeterFrame& into);
  [[nodiscard]] int latency_frames() const noexcept { return latency_frames_.load(std::memory_order_relaxed); }
  [[nodiscard]] TimeHistogram::Snapshot histogram() const { return clock_.histogram().snapshot(); }

 private:
  struct Controls {
    std::array<double, params::kCount> values{};
    bool is_bypassed = false;
    double wet_ratio = 1.0;
    double original_gain_db = 0.0;
    double processed_gain_db = 0.0;
    Source source = Source::live;
    double guard_gain_db = 0.0;
    bool is_open = true;
    std::uint32_t meter_resets = 0;
  };
  template <class Change>
  void change(Change change);

  // Audio thread, or prepare().
  void apply(const Controls& controls) noexcept;
  void process_piece(const float* const* inputs, float* const* outputs, int frames) noexcept;
  void take_input(const float* const* inputs, int frames) noexcept;
  void fill_source(float* const* planes, int frames) noexcept;
  void finish_output(float* const* planes, int frames) noexcept;
  void push_meters() noexcept;

  // Largest magnitude since the last interval and clipped samples since the start, of one place in the path.
  struct Level {
    float peak_lin[kStreamChannels] = {};
    std::uint64_t clips = 0;
    void note(const float* const* planes, int frames) noexcept;
  };

  TapHistory& input_tap_;
  TapHistory& output_tap_;
  SongFeed& song_;
  const LiveEngineOptions options_;

  mutable std::mutex mutex_;   // of the control side
  Controls asked_;
  LatestValue<Controls> wishes_;

  Controls applied_;           // audio thread's
  engine::Monitor monitor_;
  std::vector<float> input_[kStreamChannels];
  std::vector<float> output_[kStreamChannels];   // in the making
  int most_frames_ = 0;
  double sample_rate_hz_ = 0.0;
  Fade output_fade_;
  Fade live_fade_;
  Fade song_fade_;
  dsp::PoleSmoother<3> guard_gain_;
  double faults_ = 0.0;
  Level input_level_;
  Level output_level_;
  std::uint32_t stream_ = 0;
  std::uint64_t frames_done_ = 0;
  std::uint64_t interval_start_ = 0;
  int interval_frames_ = 0;
  double busy_ns_ = 0.0;
  double busy_frames_ = 0.0;
  float load_max_ratio_ = 0.0f;

  CallbackClock clock_;
  MeterQueue meters_;
  std::atomic<std::uint64_t> xruns_{0};
  std::atomic<int> latency_frames_{0};
  std::atomic<bool> is_silent_{true};
};

}  // namespace ag06::bridge
