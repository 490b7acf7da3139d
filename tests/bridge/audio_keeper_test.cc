#include "live/device_keeper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "audio/simulated_backend.h"
#include "live/device_choice.h"

namespace ag06::bridge {
namespace {

using namespace std::chrono_literals;

struct Silent final : AudioUser {
  void prepare(const StreamFormat& format) override {
    if (refuses.load()) {
      throw std::runtime_error("the chain does not run at " + std::to_string(static_cast<int>(format.sample_rate_hz)) + " Hz");
    }
    ++prepared;
  }
  void process(const float* const*, float* const* out, int frames) noexcept override {
    for (int i = 0; i < frames; ++i) {
      out[0][i] = out[1][i] = 0.0f;
    }
  }
  void note_xrun() noexcept override {}
  std::atomic<bool> refuses{false};
  std::atomic<int> prepared{0};
};

// A keeper over simulated hardware, and every status it ever had.
class Keeper : public ::testing::Test {
 protected:
  Keeper() { options.locks_memory = false; }
  ~Keeper() override { keeper.reset(); }

  void start() {
    keeper = std::make_unique<DeviceKeeper>(
        options, [this](DeviceEvents& events) { return make_backends(events); }, user, [this] { remember(); });
    looked_at = keeper.get();
    keeper->start();
  }

  virtual std::vector<std::unique_ptr<AudioBackend>> make_backends(DeviceEvents& events) {
    std::vector<std::unique_ptr<AudioBackend>> backends;
    backends.push_back(nullptr);   // as one that is not built in
    backends.push_back(make_simulated_backend(events, hardware));
    return backends;
  }

  void remember() {
    const std::lock_guard lock(mutex);
    history.push_back(looked_at->status());
    changed.notify_all();
  }

  DeviceStatus await(const std::function<bool(const DeviceStatus&)>& condition, std::chrono::seconds within = 30s) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, within, [&] { return !history.empty() && condition(history.back()); });
    const DeviceStatus last = history.empty() ? DeviceStatus{} : history.back();
    EXPECT_TRUE(condition(last)) << "phase " << static_cast<int>(last.phase) << ": " << last.message;
    return last;
  }
  DeviceStatus await(DevicePhase phase) {
    return await([=](const DeviceStatus& status) { return status.phase == phase; });
  }
  // For states that pass by themselves.
  DeviceStatus await_ever(DevicePhase phase) {
    std::unique_lock lock(mutex);
    const auto seen = [&] { return std::find_if(history.begin(), history.end(), [&](const DeviceStatus& status) { return status.phase == phase; }); };
    const bool came = changed.wait_for(lock, 30s, [&] { return seen() != history.end(); });
    EXPECT_TRUE(came);
    return came ? *seen() : DeviceStatus{};
  }
  DeviceStatus await_running(const std::string& name) {
    return await([=](const DeviceStatus& status) { return status.phase == DevicePhase::running && status.name == name; });
  }

  std::shared_ptr<SimulatedHardware> hardware = std::make_shared<SimulatedHardware>(std::vector<SimulatedDevice>{});
  KeeperOptions options;
  Silent user;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<DeviceStatus> history;
  std::unique_ptr<DeviceKeeper> keeper;
  const DeviceKeeper* looked_at = nullptr;   // also while it ends
};

TEST_F(Keeper, WithoutADeviceItSaysSoAndTakesTheFirstThatComes) {
  start();
  EXPECT_EQ(await([](const DeviceStatus& status) { return status.message.find("was found") != std::string::npos; }).message,
            "No audio device with inputs and outputs was found; the bridge keeps looking.");
  hardware->plug({.name = "AG06/AG03 Analog Stereo", .input_latency_frames = 12, .output_latency_frames = 34});
  const DeviceStatus status = await(DevicePhase::running);
  EXPECT_EQ(status.id, "simulated:AG06/AG03 Analog Stereo");
  EXPECT_EQ(status.name, "AG06/AG03 Analog Stereo");
  EXPECT_EQ(status.backend, "simulated");
  EXPECT_EQ(status.sample_rate_hz, 48000.0);
  EXPECT_EQ(status.block_frames, 128);
  EXPECT_EQ(status.input_latency_frames, 12);
  EXPECT_EQ(status.output_latency_frames, 34);
  EXPECT_EQ(status.message, "");
  EXPECT_TRUE(hardware->run_silence(1000));
  EXPECT_EQ(keeper->callbacks(), 8u);
}

TEST_F(Keeper, TheAg06IsPreferredAndDevicesWithoutInputOrOutputAreNot) {
  hardware->plug({.name = "AG06 Monitor", .input_channels = 0});
  hardware->plug({.name = "AG06 Microphone", .output_channels = 0});
  hardware->plug({.name = "Built-in"});
  hardware->plug({.name = "Line (2- Yamaha AG03MK2)"});
  hardware->plug({.name = "AG06/AG03 Analog Stereo"});
  start();
  EXPECT_EQ(await(DevicePhase::running).name, "AG06/AG03 Analog Stereo");
  EXPECT_EQ(keeper->devices().size(), 5u);
}

TEST_F(Keeper, AStrangerGivesWayWhenTheAg06Comes) {
  int fades = 0;
  options.before_close = [&] { fades += hardware->has_stream() ? 1 : 0; };
  hardware->plug({.name = "Built-in"});
  start();
  await_running("Built-in");
  hardware->plug({.name = "Another stranger"});
  hardware->plug({.name = "Yamaha AG06MK2"});
  await_running("Yamaha AG06MK2");
  EXPECT_EQ(fades, 1);
  EXPECT_EQ(hardware->opens(), 2);
}

TEST_F(Keeper, ALostDeviceIsWaitedForAndAStrangerDoesNotTakeItsPlace) {
  hardware->plug({.name = "Built-in"});
  hardware->plug({.name = "AG06/AG03 Analog Stereo"});
  start();
  await_running("AG06/AG03 Analog Stereo");
  hardware->unplug("AG06/AG03 Analog Stereo");
  const DeviceStatus lost = await(DevicePhase::lost);
  EXPECT_EQ(lost.message, "AG06/AG03 Analog Stereo is lost: it was unplugged. The bridge goes on with it as soon as it is back.");
  EXPECT_EQ(lost.id, "simulated:AG06/AG03 Analog Stereo");
  EXPECT_EQ(lost.block_frames, 0);
  hardware->plug({.name = "Third"});
  EXPECT_EQ(keeper->devices().size(), 2u);
  EXPECT_EQ(keeper->devices().size(), 2u);   // two answers: between them the keeper considered the third
  EXPECT_EQ(keeper->status().phase, DevicePhase::lost);
  const auto back = std::chrono::steady_clock::now();
  hardware->plug({.name = "AG06/AG03 Analog Stereo"});
  await_running("AG06/AG03 Analog Stereo");
  EXPECT_LT(std::chrono::steady_clock::now() - back, 2s);
  EXPECT_TRUE(hardware->run_silence(128));
}

TEST_F(Keeper, AFailedOpenIsToldOnceAndTriedAgain) {
  options.look_every = 20ms;
  hardware->fail_next_open("another program uses it", 5);
  hardware->plug({.name = "AG06"});
  start();
  await(DevicePhase::running);
  EXPECT_EQ(hardware->opens(), 1);
  const std::lock_guard lock(mutex);
  int failures = 0;
  for (const DeviceStatus& status : history) {
    if (status.phase == DevicePhase::failed) {
      ++failures;
      EXPECT_EQ(status.message, "AG06 could not be opened: another program uses it. The bridge keeps trying.");
    }
  }
  EXPECT_EQ(failures, 1);
}

TEST_F(Keeper, AUserThatCannotPrepareIsAFailureToo) {
  options.look_every = 20ms;
  user.refuses.store(true);
  hardware->plug({.name = "AG06"});
  start();
  EXPECT_EQ(await(DevicePhase::failed).message, "AG06 could not be opened: the chain does not run at 48000 Hz. The bridge keeps trying.");
  EXPECT_FALSE(hardware->has_stream());
  user.refuses.store(false);
  await(DevicePhase::running);
}

TEST_F(Keeper, AChangeOfRateOpensAnewAtTheNewRate) {
  hardware->plug({.name = "AG06", .sample_rate_hz = 48000.0, .rate_is_fixed = true});
  start();
  EXPECT_EQ(await(DevicePhase::running).sample_rate_hz, 48000.0);
  hardware->plug({.name = "AG06", .sample_rate_hz = 96000.0, .block_frames = 256, .rate_is_fixed = true});
  const DeviceStatus status = await([](const DeviceStatus& one) { return one.phase == DevicePhase::running && one.sample_rate_hz == 96000.0; });
  EXPECT_EQ(status.block_frames, 256);
  EXPECT_EQ(user.prepared.load(), 2);
}

TEST_F(Keeper, AWishIsKeptByIdNameOrPart) {
  hardware->plug({.name = "AG06/AG03 Analog Stereo"});
  hardware->plug({.name = "Built-in Audio Duplex"});
  options.device = "Duplex";
  start();
  await_running("Built-in Audio Duplex");
  keeper->open(StreamRequest{"simulated:AG06/AG03 Analog Stereo", 96000.0, 64});
  EXPECT_EQ(await_running("AG06/AG03 Analog Stereo").sample_rate_hz, 96000.0);
  keeper->open(std::nullopt);
  EXPECT_EQ(await_running("Built-in Audio Duplex").block_frames, 128);
  keeper->open(StreamRequest{"duplex", 48000.0, 128});   // case-sensitive
  EXPECT_EQ(await(DevicePhase::none).message, "No audio device is called \"duplex\"; the bridge keeps looking.");
  EXPECT_FALSE(hardware->has_stream());
}

TEST_F(Keeper, ClosedStaysClosed) {
  options.look_every = 10ms;
  hardware->plug({.name = "AG06"});
  start();
  await(DevicePhase::running);
  keeper->close();
  EXPECT_EQ(await(DevicePhase::none).message, "The audio device is closed.");
  hardware->unplug("AG06");
  hardware->plug({.name = "AG06"});
  EXPECT_EQ(keeper->devices().size(), 1u);
  EXPECT_EQ(keeper->devices().size(), 1u);
  EXPECT_EQ(keeper->status().phase, DevicePhase::none);
  EXPECT_FALSE(hardware->has_stream());
  keeper->open(std::nullopt);
  await(DevicePhase::running);
}

TEST_F(Keeper, OpensNothingUntilToldWhereItWasAskedTo) {
  options.opens_device = false;
  hardware->plug({.name = "AG06"});
  start();
  EXPECT_EQ(await(DevicePhase::none).message, "No audio device is open.");
  EXPECT_EQ(keeper->devices().size(), 1u);
  EXPECT_FALSE(hardware->has_stream());
  keeper->open(std::nullopt);
  await(DevicePhase::running);
}

TEST_F(Keeper, EndingClosesTheStreamAfterItsFade) {
  std::atomic<int> fades{0};
  options.before_close = [&] { fades += hardware->has_stream() ? 1 : 0; };
  hardware->plug({.name = "AG06"});
  start();
  await(DevicePhase::running);
  keeper->open(std::nullopt);   // may or may not be obeyed before the end
  keeper.reset();
  EXPECT_GE(fades.load(), 1);
  EXPECT_FALSE(hardware->has_stream());
}

// Kilobytes that the kernel holds locked for this process (proc(5), status, VmLck).
long locked_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmLck:")) {
      return std::strtol(line.c_str() + 6, nullptr, 10);
    }
  }
  return 0;
}

TEST_F(Keeper, MemoryIsLockedExactlyWhereItSaysSo) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take mlockall() away";
#endif
  ASSERT_EQ(locked_kb(), 0);
  options.locks_memory = true;
  hardware->plug({.name = "AG06"});
  start();
  const bool is_locked = await(DevicePhase::running).memory_is_locked;
  EXPECT_EQ(locked_kb() > 0, is_locked);
  const std::vector<char> later(64 << 20);   // what comes later must not fail for it
  EXPECT_EQ(later.back(), 0);
  keeper.reset();
  EXPECT_EQ(locked_kb(), 0);
}

// A device whose callbacks simply cease: nobody reports it.
class Stalling final : public AudioBackend {
 public:
  explicit Stalling(std::atomic<int>& opens) : opens_(opens) {}
  [[nodiscard]] const char* name() const noexcept override { return "stalling"; }
  std::vector<DeviceInfo> devices() override {
    return {{.id = "stalling:AG06", .name = "AG06", .backend = "stalling", .input_channels = 2, .output_channels = 2}};
  }
  StreamFormat open(const StreamRequest&, AudioUser& user) override {
    StreamFormat format;
    format.sample_rate_hz = 48000.0;
    format.block_frames = 1;
    user.prepare(format);
    const float in = 0.0f;
    float out[2] = {};
    const float* ins[2] = {&in, &in};
    float* outs[2] = {&out[0], &out[1]};
    user.process(ins, outs, 1);
    ++opens_;
    return format;
  }
  void close() noexcept override {}

 private:
  std::atomic<int>& opens_;
};

class StallingKeeper : public Keeper {
 protected:
  std::vector<std::unique_ptr<AudioBackend>> make_backends(DeviceEvents&) override {
    std::vector<std::unique_ptr<AudioBackend>> backends;
    backends.push_back(std::make_unique<Stalling>(opens));
    return backends;
  }
  std::atomic<int> opens{0};
};

TEST_F(StallingKeeper, ADeviceThatCallsBackNoMoreIsLostAndOpenedAgain) {
  options.silent_at_most = 40ms;
  options.look_every = 10ms;
  start();
  EXPECT_EQ(await_ever(DevicePhase::lost).message, "AG06 is lost: it gave no audio for 40 ms. The bridge goes on with it as soon as it is back.");
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (opens.load() < 3 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_GE(opens.load(), 3);
}

DeviceInfo duplex(const char* id, const char* name) { return {.id = id, .name = name, .backend = "none", .input_channels = 2, .output_channels = 2}; }

TEST(DeviceChoice, RanksTheFamily) {
  EXPECT_EQ(device_rank(duplex("", "AG06/AG03 Analog Stereo")), 0);
  EXPECT_EQ(device_rank(duplex("", "Line (2- Yamaha AG06MK2)")), 0);
  EXPECT_EQ(device_rank(duplex("", "AG03MK2")), 1);
  EXPECT_EQ(device_rank(duplex("", "ag06")), kStrangerRank);
}

TEST(DeviceChoice, AnIdIsWorthMoreThanANameAndANameMoreThanAPart) {
  const std::vector<DeviceInfo> all{duplex("jack:system", "system (hw:AG06AG03)"), duplex("portaudio:x", "system"), duplex("x", "jack:system")};
  EXPECT_EQ(choose_devices(all, "jack:system", "").size(), 1u);
  EXPECT_EQ(choose_devices(all, "jack:system", "").front().id, "jack:system");
  EXPECT_EQ(choose_devices(all, "system", "").front().id, "portaudio:x");
  EXPECT_EQ(choose_devices(all, "hw:", "").front().id, "jack:system");
  EXPECT_EQ(choose_devices(all, "sys", "").size(), 3u);
  EXPECT_TRUE(choose_devices(all, "nothing", "").empty());
  EXPECT_EQ(choose_devices(all, "", "x").front().id, "x");
  EXPECT_EQ(choose_devices(all, "", "gone").front().id, "jack:system");   // of the family
}

}  // namespace
}  // namespace ag06::bridge
