#include "bench/live_callback.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "bench/subjects.h"
#include "live/live_engine.h"

namespace ag06::bench {
namespace {

constexpr int kBlockFrames = 64;
constexpr int kLoopBlocks = 15000;   // 20 s
constexpr int kWarmBlocks = 1500;

constexpr double kBlockNs = 1e9 * kBlockFrames / kSampleRateHz;

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

CallShares shares_of(const std::vector<double>& sorted_ns) {
  return {sorted_ns.size(), percentile(sorted_ns, 0.5) / kBlockNs, percentile(sorted_ns, 0.99) / kBlockNs, percentile(sorted_ns, 0.999) / kBlockNs,
          sorted_ns.back() / kBlockNs};
}

// The calling thread as an audio thread, while it lives.
class RealtimePriority {
 public:
  RealtimePriority() {
    sched_param wanted{};
    wanted.sched_priority = 60;
    held_ = pthread_getschedparam(pthread_self(), &policy_, &before_) == 0 && pthread_setschedparam(pthread_self(), SCHED_FIFO, &wanted) == 0;
  }
  ~RealtimePriority() {
    if (held_) pthread_setschedparam(pthread_self(), policy_, &before_);
  }
  RealtimePriority(const RealtimePriority&) = delete;
  RealtimePriority& operator=(const RealtimePriority&) = delete;
  [[nodiscard]] bool held() const noexcept { return held_; }

 private:
  int policy_ = 0;
  sched_param before_{};
  bool held_ = false;
};

class Callback {
 public:
  Callback() : engine_(input_tap_, output_tap_, song_) {}

  [[nodiscard]] bool prepare() {
    engine::Session values;
    if (values.prepare({kSampleRateHz, 2, kBlockFrames}, engine::LatencyMode::live) != Status::ok || !turn_everything_on(values)) return false;
    std::vector<std::pair<int, double>> settings;
    for (int i = 0; i < params::kCount; ++i) settings.emplace_back(i, values.param(params::kTable[i].id));
    if (!engine_.set_params(settings)) return false;
    bridge::StreamFormat format;
    format.sample_rate_hz = kSampleRateHz;
    format.block_frames = kBlockFrames;
    engine_.prepare(format);
    return true;
  }

  enum class Pace { steady, as_a_device };
  // Nanoseconds of each call, sorted.
  [[nodiscard]] std::vector<double> run(int blocks, bool silent, Pace pace = Pace::steady) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<double> ns;
    ns.reserve(static_cast<std::size_t>(blocks));
    for (int b = 0; b < blocks; ++b) {
      const float* in[2];
      for (std::size_t c = 0; c < 2; ++c)
        in[c] = silent ? silence_ : music_.samples[c].data() + static_cast<std::size_t>(b % kLoopBlocks) * kBlockFrames;
      float* out[2] = {out_[0], out_[1]};
      if (pace == Pace::as_a_device) std::this_thread::sleep_until(start + std::chrono::nanoseconds(static_cast<std::int64_t>(b * kBlockNs)));
      const auto from = std::chrono::steady_clock::now();
      engine_.process(in, out, kBlockFrames);
      ns.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - from).count());
    }
    std::sort(ns.begin(), ns.end());
    return ns;
  }
  [[nodiscard]] bridge::TimeHistogram::Snapshot histogram() const { return engine_.histogram(); }

 private:
  test::Planes music_ = test::music(2, kLoopBlocks * kBlockFrames, kSampleRateHz, 1.0, 17);
  float silence_[kBlockFrames] = {};
  float out_[2][kBlockFrames] = {};
  bridge::TapHistory input_tap_{1 << 16}, output_tap_{1 << 16};
  bridge::SongFeed song_;
  bridge::LiveEngine engine_;
};

}  // namespace

LiveCallback measure_live_callback(double live_s, double paced_s) {
  const auto blocks_in = [](double time_s) { return std::max(1, static_cast<int>(time_s * kSampleRateHz / kBlockFrames)); };
  Callback callback;
  LiveCallback result;
  result.is_prepared = callback.prepare();
  if (!result.is_prepared) return result;
  const RealtimePriority priority;
  static_cast<void>(callback.run(kWarmBlocks, false));
  const auto before = callback.histogram();
  const std::vector<double> signal_ns = callback.run(blocks_in(live_s), false);
  result.paced = shares_of(callback.run(blocks_in(paced_s), false, Callback::Pace::as_a_device));
  const auto after = callback.histogram();
  const std::vector<double> silence_ns = callback.run(blocks_in(live_s), true);

  result.block_frames = kBlockFrames;
  result.is_realtime = priority.held();
  result.steady = shares_of(signal_ns);
  result.silence_ratio = percentile(silence_ns, 0.5) / percentile(signal_ns, 0.5);
  for (std::size_t i = 0; i < after.buckets_us.size(); ++i)
    result.histogram_us.emplace_back(after.buckets_us[i].first, after.buckets_us[i].second - before.buckets_us[i].second);
  return result;
}

}  // namespace ag06::bench
