// A LiveEngine with everything it hangs on, driven by hand as a device would. Not for devices and threads: the tests of those have their own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "live/live_engine.h"
#include "params/curves.h"
#include "support/signals.h"

namespace ag06::test {

// A clock that stands still until it is told otherwise. Every reading adds step_ns: what a callback seems to take.
struct FakeClock {
  std::uint64_t at_ns = 1'000'000'000;
  std::uint64_t step_ns = 0;
  [[nodiscard]] bridge::NanosecondClock clock() noexcept {
    return {[](void* context) noexcept {
              auto& self = *static_cast<FakeClock*>(context);
              return self.at_ns += self.step_ns;
            },
            this};
  }
};

struct LiveRig {
  static constexpr double kRateHz = 48000.0;
  static constexpr int kBlockFrames = 512;
  static constexpr int kOpenFrames = 2400;   // the output's fade-in

  explicit LiveRig(bridge::LiveEngineOptions options = {}) : engine(input_tap, output_tap, song, with_device_tap(options)) {}
  bridge::LiveEngineOptions with_device_tap(bridge::LiveEngineOptions options) {
    if (options.device_input == nullptr) options.device_input = &device_tap;
    return options;
  }
  void open(double sample_rate_hz = kRateHz, int block_frames = kBlockFrames) {
    bridge::StreamFormat format;
    format.sample_rate_hz = sample_rate_hz;
    format.block_frames = block_frames;
    engine.prepare(format);
  }
  // What the device is given for these frames of input, in blocks of next_frames(); before(frame) is called at each block's start.
  template <class NextFrames, class Before>
  Planes play(const Planes& in, NextFrames next_frames, Before before) {
    Planes out(2, frame_count(in));
    for (int at = 0; at < frame_count(in);) {
      before(at);
      const int frames = std::min(next_frames(), frame_count(in) - at);
      const float* inputs[2] = {in.samples[0].data() + at, in.samples[1].data() + at};
      float* outputs[2] = {out.samples[0].data() + at, out.samples[1].data() + at};
      engine.process(inputs, outputs, frames);
      at += frames;
    }
    return out;
  }
  Planes play(const Planes& in, int block_frames = kBlockFrames) {
    return play(in, [=] { return block_frames; }, [](int) {});
  }
  // Silence in, until fades and the chain's delay are over.
  void settle(int frames = 2 * kOpenFrames) { static_cast<void>(play(Planes(2, frames))); }
  void set(int param_id, double value) {
    const std::pair<int, double> one{params::index_of_id(param_id), value};
    ASSERT_TRUE(engine.set_params({&one, 1}));
  }

  bridge::TapHistory input_tap{1 << 17};
  bridge::TapHistory output_tap{1 << 17};
  bridge::TapHistory device_tap{1 << 17};
  bridge::SongFeed song;
  bridge::LiveEngine engine;
};

// The whole chain at work.
inline void turn_everything_on(LiveRig& rig) {
  namespace p = params;
  const std::pair<int, double> settings[] = {
      {p::kInputGainDbIndex, 1.0},         {p::kGateEnabledIndex, 1.0},   {p::kGateThresholdDbfsIndex, -50.0}, {p::kCompEnabledIndex, 1.0},
      {p::kCompThresholdDbfsIndex, -24.0}, {p::kCompRatioIndex, 3.0},     {p::kEqEnabledIndex, 1.0},           {p::kEq2EnabledIndex, 1.0},
      {p::kEq2GainDbIndex, 3.0},           {p::kOutputGainDbIndex, 4.0},  {p::kLimiterEnabledIndex, 1.0},      {p::kDelayEnabledIndex, 1.0},
      {p::kChorusEnabledIndex, 1.0},       {p::kReverbEnabledIndex, 1.0}, {p::kImagerEnabledIndex, 1.0},       {p::kExciterEnabledIndex, 1.0}};
  ASSERT_TRUE(rig.engine.set_params(settings));
}

inline std::vector<float> interleaved(const Planes& planes) {
  std::vector<float> samples;
  for (int i = 0; i < frame_count(planes); ++i)
    for (std::size_t c = 0; c < 2; ++c) samples.push_back(planes.samples[c][static_cast<std::size_t>(i)]);
  return samples;
}

}  // namespace ag06::test
