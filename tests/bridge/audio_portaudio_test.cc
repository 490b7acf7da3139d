// PortAudio where there is no sound card: its ALSA part on ALSA's own null device, its streams on a real JACK server. What needs hardware is not
// shown here.
#include "audio/portaudio_backend.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "audio/sound_cards.h"
#include "bridge/support/device_events.h"
#include "bridge/support/jack_server.h"

namespace ag06::bridge {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::Events;

struct Through final : AudioUser {
  void prepare(const StreamFormat& given) override { format = given; }
  void process(const float* const* in, float* const* out, int frames) noexcept override {
    longest = std::max(longest.load(), frames);
    for (int side = 0; side < kStreamChannels; ++side) {
      std::memcpy(out[side], in[side], static_cast<std::size_t>(frames) * sizeof(float));
    }
    passed.fetch_add(frames);
  }
  void note_xrun() noexcept override { ++xruns; }
  [[nodiscard]] bool await_frames(long frames) const {
    const long from = passed.load();
    const Clock::time_point deadline = Clock::now() + 30s;
    while (passed.load() < from + frames && Clock::now() < deadline) {
      std::this_thread::sleep_for(1ms);
    }
    return passed.load() >= from + frames;
  }
  StreamFormat format;
  std::atomic<long> passed{0};
  std::atomic<int> longest{0};
  std::atomic<int> xruns{0};
};

class Folder {
 public:
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("ag06-cards-" + std::to_string(getpid()));
};

TEST(SoundCards, NodesThatComeAndGoAreNoticedAlsoInAFolderThatComesLater) {
  const Folder folder;
  const std::filesystem::path cards_path = folder.path / "snd";
  SoundCards cards(cards_path);
  if (!cards.is_watching()) {
    GTEST_SKIP() << "this system has no such watch";
  }
  EXPECT_FALSE(cards.any());
  EXPECT_FALSE(cards.changed());
  std::ofstream(folder.path / "other");
  EXPECT_FALSE(cards.changed());
  std::filesystem::create_directory(cards_path);
  EXPECT_TRUE(cards.changed());
  std::ofstream(cards_path / "seq");
  EXPECT_TRUE(cards.changed());
  EXPECT_FALSE(cards.any());   // a sequencer carries no audio
  std::ofstream(cards_path / "pcmC1D0c");
  EXPECT_TRUE(cards.any());
  EXPECT_TRUE(cards.changed());
  EXPECT_FALSE(cards.changed());
  std::filesystem::permissions(cards_path / "pcmC1D0c", std::filesystem::perms::owner_read);
  EXPECT_TRUE(cards.changed());
  std::filesystem::remove_all(cards_path);
  EXPECT_TRUE(cards.changed());
  EXPECT_FALSE(cards.any());
  std::filesystem::create_directory(cards_path);
  EXPECT_TRUE(cards.changed());
  std::ofstream(cards_path / "pcmC2D0p");
  EXPECT_TRUE(cards.changed());
}

TEST(PortAudio, WithoutSoundCardsItIsNotEvenStarted) {
  const Folder folder;
  Events events;
  Through user;
  const std::unique_ptr<AudioBackend> backend = make_portaudio_backend(events, {.sound_cards_folder = (folder.path / "snd").string()});
  const auto start = Clock::now();
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(backend->devices().empty());
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_LT(Clock::now() - start, 5s);   // one start of PortAudio takes longer than 5 ms
  EXPECT_THROW(backend->open({"portaudio:ALSA:AG06/AG03: USB Audio", 48000.0, 128}, user), AudioError);
  std::filesystem::create_directory(folder.path / "snd");
  EXPECT_TRUE(events.await([&] { return events.changes > 0; }));
}

// ALSA's null device has no clock, but everything else of a device.
struct PortAudioAlsa : ::testing::Test {
  void SetUp() override {
    // PortAudio 19.6 asserts that there is a "default" (pa_linux_alsa.c, BuildDeviceList), as ALSA's own configuration always has.
    std::ofstream(folder.path / "alsa.conf")
        << "pcm.default {\n  type null\n}\npcm.AG06test {\n  type null\n  hint { show on description \"AG06 test\" }\n}\n";
    setenv("ALSA_CONFIG_PATH", (folder.path / "alsa.conf").c_str(), 1);
  }
  void TearDown() override { unsetenv("ALSA_CONFIG_PATH"); }

  Folder folder;
  Events events;
  Through user;
  std::unique_ptr<AudioBackend> backend = make_portaudio_backend(events, {.needs_sound_cards = false});
};

TEST_F(PortAudioAlsa, ListsAndOpensInBothDirectionsWithoutAWordOnStderr) {
  ::testing::internal::CaptureStderr();
  const std::vector<DeviceInfo> devices = backend->devices();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  std::set<std::string> ids;
  const DeviceInfo* null_device = nullptr;
  for (const DeviceInfo& device : devices) {
    EXPECT_TRUE(ids.insert(device.id).second) << device.id;
    null_device = device.name == "AG06test" ? &device : null_device;
  }
  ASSERT_NE(null_device, nullptr);
  EXPECT_EQ(null_device->id, "portaudio:ALSA:AG06test");
  for (int time = 0; time < 3; ++time) {
    const StreamFormat format = backend->open({null_device->id, 96000.0, 64}, user);
    EXPECT_EQ(format.sample_rate_hz, 96000.0);
    EXPECT_EQ(format.block_frames, 64);
    EXPECT_TRUE(user.await_frames(10000));
    EXPECT_LE(user.longest.load(), 64);
    EXPECT_EQ(backend->devices(), devices);   // as listed before: the stream is not disturbed
    backend->close();
    const long passed = user.passed.load();
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(user.passed.load(), passed);
  }
  EXPECT_TRUE(events.losses.empty());
}

// PortAudio by itself would be a client of the server as long as it is initialised, whatever device is open, and end the program with it.
TEST_F(PortAudioAlsa, AJackServerThatDiesBesideItDoesNotHoldItUp) {
  if (testing::JackServer::program().empty()) {
    GTEST_SKIP() << "jackd is not installed";
  }
  testing::JackServer server;
  server.start();
  backend->open({"portaudio:ALSA:AG06test", 48000.0, 128}, user);
  server.kill();
  EXPECT_TRUE(user.await_frames(48000));
  backend->close();
  server.start();
  EXPECT_FALSE(backend->devices().empty());
  backend->open({"portaudio:ALSA:AG06test", 48000.0, 128}, user);
  EXPECT_TRUE(user.await_frames(1000));
  EXPECT_TRUE(events.losses.empty());
}

TEST_F(PortAudioAlsa, WhatIsNotThereCannotBeOpened) {
  EXPECT_THROW(backend->open({"portaudio:ALSA:nothing", 48000.0, 128}, user), AudioError);
  EXPECT_EQ(user.passed.load(), 0);
}

// The stream's code under a clock: PortAudio as a client of a real server, with a virtual sound card behind it.
TEST(PortAudioStreams, AudioGoesThroughInBothDirections) {
  if (testing::JackServer::program().empty()) {
    GTEST_SKIP() << "jackd is not installed";
  }
  testing::JackServer server;
  server.start({.block_frames = 256});
  testing::VirtualAg06 device;
  device.plug_in();
  device.command("input sine 1000 -6");
  Events events;
  Through user;
  const std::unique_ptr<AudioBackend> backend = make_portaudio_backend(events, {.needs_sound_cards = false, .lists_jack = true});
  const std::string id = "portaudio:JACK Audio Connection Kit:AG06/AG03 Analog Stereo";
  const std::vector<DeviceInfo> devices = backend->devices();
  const auto listed = std::find_if(devices.begin(), devices.end(), [&](const DeviceInfo& one) { return one.id == id; });
  ASSERT_NE(listed, devices.end());
  EXPECT_EQ(listed->input_channels, 2);
  EXPECT_EQ(listed->output_channels, 2);
  const StreamFormat format = backend->open({id, 48000.0, 256}, user);
  EXPECT_EQ(format.sample_rate_hz, 48000.0);
  EXPECT_EQ(user.format.block_frames, 256);
  EXPECT_GE(format.input_latency_frames, 0);
  EXPECT_LE(format.input_latency_frames, 48000);
  EXPECT_GE(format.output_latency_frames, 0);
  EXPECT_LE(format.output_latency_frames, 48000);
  ASSERT_TRUE(user.await_frames(9600));
  device.report();
  ASSERT_TRUE(user.await_frames(9600));
  const testing::VirtualAg06::Heard heard = device.report();
  EXPECT_NEAR(heard.peak[0], 0.501, 0.002);
  EXPECT_NEAR(heard.peak[1], 0.501, 0.002);
  EXPECT_EQ(heard.nonfinite, 0);
  backend->close();
  device.report();
  EXPECT_EQ(device.report().peak[0], 0.0);
  EXPECT_TRUE(events.losses.empty());
}

TEST(PortAudioStreams, TheRateIsTheDevicesWhereItsClockIsAnothers) {
  if (testing::JackServer::program().empty()) {
    GTEST_SKIP() << "jackd is not installed";
  }
  testing::JackServer server;
  server.start({.rate_hz = 44100});
  testing::VirtualAg06 device;
  device.plug_in();
  Events events;
  Through user;
  const std::unique_ptr<AudioBackend> backend = make_portaudio_backend(events, {.needs_sound_cards = false, .lists_jack = true});
  const StreamFormat format = backend->open({"portaudio:JACK Audio Connection Kit:AG06/AG03 Analog Stereo", 48000.0, 128}, user);
  EXPECT_EQ(format.sample_rate_hz, 44100.0);
  EXPECT_TRUE(format.remark.starts_with("the device does not run at 48000 Hz and was opened at 44100 Hz")) << format.remark;
  EXPECT_TRUE(user.await_frames(4410));
}

}  // namespace
}  // namespace ag06::bridge
