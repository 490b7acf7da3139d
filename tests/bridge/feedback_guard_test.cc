// The guard in a simulated room: what a microphone hears, plus what the device returns of the bridge's output.
#include "live/feedback_guard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <functional>
#include <numbers>
#include <random>

namespace ag06::bridge {
namespace {
constexpr double kRateHz = 48000.0;
constexpr int kBlock = 128;
constexpr int kEngineLatency = 72;
constexpr int kLoopDelay = 608;

using Sound = std::function<float(int frame)>;

class Room {
 public:
  explicit Room(Sound microphone) : microphone_(std::move(microphone)) {
    probe_.prepare(kRateHz);
    guard_.begin(kRateHz);
  }
  // loop_db: of what the device returns; below -200 nothing.
  void run(double seconds, double loop_db) {
    const auto loop = loop_db < -200.0 ? 0.0f : static_cast<float>(std::pow(10.0, loop_db / 20.0));
    for (const int end = frame_ + static_cast<int>(seconds * kRateHz); frame_ < end;) {
      float in[kBlock], out[kBlock];
      for (int i = 0; i < kBlock; ++i) {
        in[i] = microphone_(frame_ + i) + loop * returned_.front();
        returned_.pop_front();
      }
      for (int i = 0; i < kBlock; ++i) {
        chain_.push_back(in[i]);
        out[i] = std::clamp(chain_.front(), -0.89f, 0.89f) * gain_;
        chain_.pop_front();
      }
      float right[kBlock];
      std::copy(out, out + kBlock, right);
      float* planes[] = {out, right};
      probe_.render(planes, kBlock, output_.now().next_frame);
      const float* inputs[] = {in, in};
      input_.write(inputs, kBlock);
      output_.write(planes, kBlock);
      returned_.insert(returned_.end(), out, out + kBlock);
      peak_ = std::max(peak_, std::fabs(*std::max_element(out, out + kBlock)));
      frame_ += kBlock;
      if (frame_ / 6000 != (frame_ - kBlock) / 6000) guard_.step();   // eight times a second
    }
  }
  [[nodiscard]] GuardPhase phase() const { return guard_.phase(); }
  [[nodiscard]] const FeedbackGuard& guard() const { return guard_; }
  [[nodiscard]] float gain() const { return gain_; }
  [[nodiscard]] float take_peak() { return std::exchange(peak_, 0.0f); }

 private:
  Sound microphone_;
  TapHistory input_{1 << 17}, output_{1 << 17};
  Probe probe_;
  float gain_ = 1.0f;
  FeedbackGuard guard_{input_, output_, probe_, [this](double gain_db) { gain_ = static_cast<float>(std::pow(10.0, gain_db / 20.0)); }};
  std::deque<float> returned_ = std::deque<float>(kLoopDelay, 0.0f);
  std::deque<float> chain_ = std::deque<float>(kEngineLatency, 0.0f);
  int frame_ = 0;
  float peak_ = 0.0f;
};

[[nodiscard]] Sound silence() {
  return [](int) { return 0.0f; };
}
[[nodiscard]] Sound tone(double level, double hz) {
  return [=](int frame) { return static_cast<float>(level * std::sin(2.0 * std::numbers::pi * hz * frame / kRateHz)); };
}
// A voice-like sound: a pulse train whose pitch glides, through a resonance, in syllables.
[[nodiscard]] Sound voice(unsigned seed) {
  struct State {
    double phase = 0.0, a = 0.0, b = 0.0;
    std::mt19937 random;
  };
  auto state = std::make_shared<State>();
  state->random.seed(seed);
  return [state](int frame) {
    const double t = frame / kRateHz;
    const double pitch = 140.0 * std::exp2(0.5 * std::sin(2.0 * std::numbers::pi * 0.7 * t));
    state->phase += pitch / kRateHz;
    double pulse = 0.0;
    if (state->phase >= 1.0) state->phase -= 1.0, pulse = 1.0;
    pulse += 0.02 * std::uniform_real_distribution<double>(-1.0, 1.0)(state->random);
    const double y = pulse + 1.85 * state->a - 0.9 * state->b;
    state->b = state->a;
    state->a = y;
    return static_cast<float>(0.05 * y * std::max(0.0, std::sin(2.0 * std::numbers::pi * 3.0 * t)));
  };
}

TEST(FeedbackGuard, AQuietDeviceIsClear) {
  Room room(silence());
  EXPECT_EQ(room.phase(), GuardPhase::checking);
  room.run(1.0, -300.0);
  EXPECT_EQ(room.phase(), GuardPhase::clear);
  EXPECT_EQ(room.gain(), 1.0f);
}

TEST(FeedbackGuard, ALoopAtTheStartIsFoundBeforeAnythingElseIsHeard) {
  for (const double loop_db : {0.0, -6.0, 6.0}) {
    Room room(silence());
    room.run(1.0, loop_db);
    EXPECT_EQ(room.phase(), GuardPhase::loopback) << loop_db;
    EXPECT_NEAR(room.gain(), 0.1f, 1e-3f);
    ASSERT_TRUE(room.guard().echo().has_value());
    EXPECT_EQ(room.guard().echo()->lag_frames, kLoopDelay);
    EXPECT_NEAR(room.guard().echo()->gain_db, loop_db, 1.0);
  }
}

TEST(FeedbackGuard, LoudspeakersInARoomAreNoLoop) {
  Room room(voice(1));
  room.run(1.0, -20.0);
  EXPECT_EQ(room.phase(), GuardPhase::clear);
  room.run(15.0, -20.0);
  EXPECT_EQ(room.phase(), GuardPhase::clear);
  EXPECT_EQ(room.gain(), 1.0f);
}

TEST(FeedbackGuard, TheSwitchMovedWhileAVoiceIsHeardIsFoundAndLimited) {
  for (const unsigned seed : {1u, 2u, 3u})
    for (const double loop_db : {-3.0, 0.0, 3.0}) {
      Room room(voice(seed));
      room.run(5.0, -300.0);
      ASSERT_EQ(room.phase(), GuardPhase::clear);
      room.run(4.0, loop_db);
      EXPECT_EQ(room.phase(), GuardPhase::loopback) << seed << " " << loop_db;
      (void)room.take_peak();
      room.run(1.0, loop_db);
      EXPECT_LT(room.take_peak(), 0.2f);
    }
}

TEST(FeedbackGuard, TheSwitchMovedBackLiftsTheLimit) {
  Room room(voice(4));
  room.run(2.0, 0.0);
  ASSERT_EQ(room.phase(), GuardPhase::loopback);
  room.run(16.0, -300.0);
  EXPECT_EQ(room.phase(), GuardPhase::clear);
  EXPECT_EQ(room.gain(), 1.0f);
}

TEST(FeedbackGuard, MusicThatRepeatsItselfIsNeverLimited) {
  for (const Sound& sound : {tone(0.3, 110.0), tone(0.1, 1000.0), tone(0.7, 55.0)}) {
    Room room(sound);
    room.run(30.0, -300.0);
    EXPECT_EQ(room.phase(), GuardPhase::clear);
    EXPECT_EQ(room.gain(), 1.0f);
  }
}

TEST(FeedbackGuard, AStreamThatEndedIsIdle) {
  TapHistory tap(1 << 16);
  Probe probe;
  probe.prepare(kRateHz);
  double gain_db = -1.0;
  FeedbackGuard guard(tap, tap, probe, [&](double db) { gain_db = db; });
  guard.begin(kRateHz);
  guard.end();
  EXPECT_EQ(guard.phase(), GuardPhase::idle);
  EXPECT_EQ(gain_db, 0.0);
  guard.step();
  EXPECT_EQ(guard.phase(), GuardPhase::idle);
}

}  // namespace
}  // namespace ag06::bridge
