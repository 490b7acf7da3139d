#include "audio/simulated_backend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <condition_variable>
#include <random>

namespace ag06::bridge {
namespace {

struct Events final : DeviceEvents {
  void devices_changed() override { ++changes; }
  void stream_lost(const std::string& why) override { losses.push_back(why); }
  int changes = 0;
  std::vector<std::string> losses;
};

// Passes the input on after a fixed time and remembers how it was called.
struct Delay final : AudioUser {
  explicit Delay(std::size_t delay_frames) : ring(2 * (delay_frames + 1)) {}
  void prepare(const StreamFormat& given) override {
    formats.push_back(given);
    if (refuses) {
      throw std::runtime_error("no memory");
    }
  }
  void process(const float* const* in, float* const* out, int frames) noexcept override {
    blocks.push_back(frames);
    for (int i = 0; i < frames; ++i, ++at) {
      const std::size_t places = ring.size() / 2;
      for (std::size_t side = 0; side < 2; ++side) {
        ring[2 * (at % places) + side] = in[side][i];
        out[side][i] = ring[2 * ((at + 1) % places) + side];
      }
    }
  }
  void note_xrun() noexcept override { ++xruns; }
  std::vector<float> ring;
  std::size_t at = 0;
  std::vector<int> blocks;
  std::vector<StreamFormat> formats;
  bool refuses = false;
  int xruns = 0;
};

std::vector<float> noise(std::size_t frames, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> samples(2 * frames);
  for (float& sample : samples) {
    sample = static_cast<float>(random()) / 4294967296.0f - 0.5f;
  }
  return samples;
}

struct Simulated : ::testing::Test {
  std::shared_ptr<SimulatedHardware> hardware = std::make_shared<SimulatedHardware>();
  Events events;
  std::unique_ptr<AudioBackend> backend = make_simulated_backend(events, hardware);
  StreamRequest request{"simulated:Simulated AG06", 44100.0, 64};
};

TEST_F(Simulated, TheOutputIsWhatTheUserMadeOfTheInputToTheBit) {
  Delay user(37);
  const StreamFormat format = backend->open(request, user);
  EXPECT_EQ(format.sample_rate_hz, 44100.0);
  EXPECT_EQ(format.block_frames, 64);
  const std::vector<float> in = noise(5000, 1);
  std::vector<float> out(in.size(), 9.0f);
  ASSERT_TRUE(hardware->run(in, out));
  for (std::size_t i = 0; i < in.size(); ++i) {
    ASSERT_EQ(out[i], i < 74 ? 0.0f : in[i - 74]) << i;
  }
}

TEST_F(Simulated, BlocksFollowThePatternAndNeverExceedTheStreams) {
  Delay user(0);
  backend->open(request, user);
  const std::vector<float> in = noise(200, 2);
  std::vector<float> out(in.size());
  const std::vector<int> pattern{1, 7, 500};
  ASSERT_TRUE(hardware->run(in, out, pattern));
  EXPECT_EQ(user.blocks, (std::vector<int>{1, 7, 64, 1, 7, 64, 1, 7, 48}));
  EXPECT_EQ(out, in);
}

TEST_F(Simulated, NoTimePassesWithoutAStream) {
  std::vector<float> out(8, 9.0f);
  EXPECT_FALSE(hardware->run(std::vector<float>(8), out));
  EXPECT_EQ(out, std::vector<float>(8, 9.0f));
  Delay user(0);
  backend->open(request, user);
  backend->close();
  EXPECT_FALSE(hardware->run_silence(64));
  EXPECT_TRUE(user.blocks.empty());
}

TEST_F(Simulated, AFixedClockIsNotAskedForItsRate) {
  hardware->plug({.name = "Simulated AG06",
                  .sample_rate_hz = 96000.0,
                  .block_frames = 256,
                  .rate_is_fixed = true,
                  .input_latency_frames = 30,
                  .output_latency_frames = 40});
  Delay user(0);
  const StreamFormat format = backend->open(request, user);
  EXPECT_EQ(format.sample_rate_hz, 96000.0);
  EXPECT_EQ(format.block_frames, 256);
  EXPECT_EQ(format.input_latency_frames, 30);
  EXPECT_EQ(format.output_latency_frames, 40);
  EXPECT_TRUE(format.clock_is_virtual);
}

TEST_F(Simulated, ThePlugIsNoticed) {
  Delay user(0);
  backend->open(request, user);
  hardware->unplug("Simulated AG06");
  EXPECT_EQ(events.losses, std::vector<std::string>{"it was unplugged"});
  EXPECT_EQ(events.changes, 1);
  EXPECT_TRUE(backend->devices().empty());
  EXPECT_THROW(backend->open(request, user), AudioError);
  hardware->plug({});
  EXPECT_EQ(events.changes, 2);
  EXPECT_EQ(backend->devices().size(), 1u);
  EXPECT_NO_THROW(backend->open(request, user));
}

TEST_F(Simulated, AChangedClockEndsTheStreamAndOtherDevicesDoNot) {
  Delay user(0);
  backend->open(request, user);
  hardware->plug({.name = "Microphone", .output_channels = 0});
  hardware->unplug("Microphone");
  EXPECT_TRUE(events.losses.empty());
  hardware->plug({.name = "Simulated AG06", .sample_rate_hz = 96000.0});
  EXPECT_EQ(events.losses, std::vector<std::string>{"its clock changed to 96000 Hz"});
}

TEST_F(Simulated, AFailedOpenLeavesNoStream) {
  Delay user(0);
  hardware->fail_next_open("it is busy");
  try {
    backend->open(request, user);
    FAIL();
  } catch (const AudioError& error) {
    EXPECT_STREQ(error.what(), "it is busy");
  }
  EXPECT_FALSE(hardware->has_stream());
  user.refuses = true;
  EXPECT_THROW(backend->open(request, user), std::runtime_error);
  EXPECT_FALSE(hardware->has_stream());
  user.refuses = false;
  EXPECT_NO_THROW(backend->open(request, user));
}

TEST_F(Simulated, LoopbackReturnsWhatIsPlayedAfterItsTime) {
  Delay user(0);
  backend->open(request, user);
  hardware->set_loopback(100, 0.5f);
  std::vector<float> in(2 * 1000);
  in[0] = 1.0f;
  std::vector<float> out(in.size());
  ASSERT_TRUE(hardware->run(in, out));
  for (std::size_t frame = 0; frame < 1000; ++frame) {
    ASSERT_EQ(out[2 * frame], frame % 100 == 0 ? std::ldexp(1.0f, -static_cast<int>(frame / 100)) : 0.0f) << frame;
    ASSERT_EQ(out[2 * frame + 1], 0.0f);
  }
}

TEST_F(Simulated, MonoFeedsBothSidesAndIsFedByBoth) {
  hardware->plug({.name = "Simulated AG06", .input_channels = 1, .output_channels = 1});
  Delay user(0);
  backend->open(request, user);
  const std::vector<float> in{0.5f, 0.25f, -0.5f, 0.0f};
  std::vector<float> out(4);
  ASSERT_TRUE(hardware->run(in, out));
  EXPECT_EQ(out, (std::vector<float>{0.5f, 0.5f, -0.5f, -0.5f}));
}

TEST_F(Simulated, XrunsReachTheUserOnlyWhileAStreamIsOpen) {
  Delay user(0);
  hardware->report_xrun();
  backend->open(request, user);
  hardware->report_xrun();
  hardware->report_xrun();
  backend->close();
  hardware->report_xrun();
  EXPECT_EQ(user.xruns, 2);
}

// Counts frames on the pace's thread.
struct Counting final : AudioUser {
  void prepare(const StreamFormat&) override {}
  void process(const float* const* in, float* const* out, int frames) noexcept override {
    const std::lock_guard lock(mutex);
    for (int i = 0; i < frames; ++i) {
      heard += std::fabs(in[0][i]) + std::fabs(in[1][i]);
      out[0][i] = out[1][i] = 0.0f;
    }
    passed += frames;
    changed.notify_all();
  }
  void note_xrun() noexcept override {}
  std::mutex mutex;
  std::condition_variable changed;
  long passed = 0;
  double heard = 0.0;
};

TEST_F(Simulated, ThePaceNeverRunsAheadOfTheClock) {
  Counting user;
  backend->open(request, user);
  const auto start = std::chrono::steady_clock::now();
  const SimulatedPace pace(hardware, std::vector<float>{0.5f, -0.5f});
  std::unique_lock lock(user.mutex);
  ASSERT_TRUE(user.changed.wait_for(lock, std::chrono::seconds(60), [&] { return user.passed >= 13230; }));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_LE(static_cast<double>(user.passed), 44100.0 * seconds + 2 * 480);
  EXPECT_DOUBLE_EQ(user.heard, static_cast<double>(user.passed));
}

}  // namespace
}  // namespace ag06::bridge
