#include "recorder/recorder.h"

#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "recorder/take_file.h"

namespace ag06::bridge {
namespace {
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/ag06-takes-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

[[nodiscard]] std::vector<float> waves(int frames, std::uint64_t from = 0) {
  std::vector<float> samples;
  for (int i = 0; i < frames; ++i) {
    const double phase = static_cast<double>(from + static_cast<std::uint64_t>(i));
    samples.push_back(static_cast<float>(0.5 * std::sin(0.05 * phase)));
    samples.push_back(static_cast<float>(0.25 * std::sin(0.031 * phase)));
  }
  return samples;
}

[[nodiscard]] std::vector<float> read_all(const std::string& path, SF_INFO& info) {
  info = {};
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  if (file == nullptr) return {};
  std::vector<float> samples(1 << 22);
  const sf_count_t frames = sf_readf_float(file, samples.data(), static_cast<sf_count_t>(samples.size()) / info.channels);
  sf_close(file);
  samples.resize(static_cast<std::size_t>(frames * info.channels));
  return samples;
}

// Hands out `total` frames of waves() in irregular pieces, then nothing.
class Source {
 public:
  explicit Source(std::uint64_t total) : total_(total) {}
  int operator()(std::span<float> into, std::uint64_t&) {
    static constexpr int kPieces[] = {0, 700, 1, 4096, 333};
    const auto frames = static_cast<int>(std::min<std::uint64_t>({into.size() / 2, total_ - at_, static_cast<std::uint64_t>(kPieces[turn_++ % 5])}));
    const std::vector<float> samples = waves(frames, at_);
    std::copy(samples.begin(), samples.end(), into.begin());
    at_ += static_cast<std::uint64_t>(frames);
    return frames;
  }
  [[nodiscard]] bool is_over() const { return at_ == total_; }

 private:
  std::uint64_t total_;
  std::uint64_t at_ = 0;
  int turn_ = 0;
};

void wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(holds());
}

[[nodiscard]] std::string record(Recorder& recorder, const std::string& format, std::uint64_t frames) {
  auto source = std::make_shared<Source>(frames);
  recorder.start(format, 48000.0, {{"processed", [source](std::span<float> into, std::uint64_t& lost) { return (*source)(into, lost); }}});
  wait_until([&] { return source->is_over(); });
  EXPECT_TRUE(recorder.stop());
  return recorder.facts().take_id;
}

TEST(Recorder, WhatIsRecordedIsWhatWasHeard) {
  const Folder folder;
  Recorder recorder(folder.path, [] {});
  for (const char* format : {"wav32f", "wav24", "flac24"}) {
    const std::string id = record(recorder, format, 30000);
    SF_INFO info;
    const std::vector<float> read = read_all(recorder.folder().path_of(id), info);
    const std::vector<float> played = waves(30000);
    ASSERT_EQ(read.size(), played.size()) << format;
    EXPECT_EQ(info.samplerate, 48000);
    const double step = std::string(format) == "wav32f" ? 0.0 : 0x1p-24;
    for (std::size_t i = 0; i < read.size(); ++i) ASSERT_LE(std::fabs(static_cast<double>(read[i]) - static_cast<double>(played[i])), step) << format << " sample " << i;
    EXPECT_EQ(recorder.facts().message, "");
  }
  const std::vector<Take> takes = recorder.folder().list();
  ASSERT_EQ(takes.size(), 3u);
  for (const Take& take : takes) {
    EXPECT_EQ(take.frames, 30000u);
    EXPECT_TRUE(take.is_complete);
    EXPECT_EQ(take.started_at.size(), 20u);
    EXPECT_EQ(take.sample_rate_hz, 48000.0);
  }
}

TEST(Recorder, AFinishedTakeOfOrdinaryLengthIsAPlainWav) {
  const Folder folder;
  Recorder recorder(folder.path, [] {});
  const std::string id = record(recorder, "wav24", 5000);
  std::ifstream file(recorder.folder().path_of(id), std::ios::binary);
  char tag[5] = {};
  file.read(tag, 4);
  EXPECT_STREQ(tag, "RIFF");
}

TEST(Recorder, TwoSourcesBecomeTwoTakes) {
  const Folder folder;
  Recorder recorder(folder.path, [] {});
  auto first = std::make_shared<Source>(9000);
  auto second = std::make_shared<Source>(9000);
  recorder.start("wav32f", 44100.0, {{"input", [first](std::span<float> into, std::uint64_t& lost) { return (*first)(into, lost); }},
                                     {"processed", [second](std::span<float> into, std::uint64_t& lost) { return (*second)(into, lost); }}});
  wait_until([&] { return first->is_over() && second->is_over(); });
  recorder.stop();
  const std::vector<Take> takes = recorder.folder().list();
  ASSERT_EQ(takes.size(), 2u);
  EXPECT_EQ(takes[0].frames, 9000u);
  EXPECT_EQ(takes[1].frames, 9000u);
}

TEST(Recorder, LostFramesBecomeSilenceOfTheSameLengthAndAreTold) {
  const Folder folder;
  Recorder recorder(folder.path, [] {});
  auto calls = std::make_shared<std::atomic<int>>(0);
  recorder.start("wav32f", 48000.0, {{"processed", [calls](std::span<float> into, std::uint64_t& lost) {
                   if (calls->fetch_add(1) != 1) return 0;
                   lost += 20000;
                   const std::vector<float> samples = waves(100);
                   std::copy(samples.begin(), samples.end(), into.begin());
                   return 100;
                 }}});
  wait_until([&] { return calls->load() > 2; });
  recorder.stop();
  EXPECT_EQ(recorder.facts().lost_frames, 20000u);
  EXPECT_NE(recorder.facts().message.find("20000 frames"), std::string::npos);
  SF_INFO info;
  const std::vector<float> read = read_all(recorder.folder().path_of(recorder.facts().take_id), info);
  ASSERT_EQ(info.frames, 20100);
  EXPECT_EQ(read[2 * 19999], 0.0f);
  EXPECT_EQ(read[2 * 20050], waves(100)[2 * 50]);
}

TEST(Recorder, RefusesASecondTakeAndAnUnknownFormat) {
  const Folder folder;
  Recorder recorder(folder.path, [] {});
  const TakeSource nothing{"processed", [](std::span<float>, std::uint64_t&) { return 0; }};
  EXPECT_THROW(recorder.start("mp3", 48000.0, {nothing}), TakeError);
  recorder.start("wav24", 48000.0, {nothing});
  EXPECT_THROW(recorder.start("wav24", 48000.0, {nothing}), TakeError);
  EXPECT_TRUE(recorder.stop());
  EXPECT_FALSE(recorder.stop());
}

TEST(Recorder, AFullDiskEndsTheTakeWithItsReasonAndKeepsWhatIsThere) {
  const Folder folder;
  // A limit on file size stands for a full disk; in a process of its own, whose limits are its own.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200000, 200000};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::atomic<bool> changed = false;
    Recorder recorder(folder.path, [&] { changed = true; });
    auto source = std::make_shared<Source>(100000);
    recorder.start("wav32f", 48000.0, {{"processed", [source](std::span<float> into, std::uint64_t& lost) { return (*source)(into, lost); }}});
    for (int i = 0; i < 1000 && recorder.facts().is_recording; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const RecorderFacts facts = recorder.facts();
    _exit(!facts.is_recording && facts.message.find("File too large") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  const TakeFolder after(folder.path);
  const std::vector<Take> takes = after.list();
  ASSERT_EQ(takes.size(), 1u);
  SF_INFO info;
  const std::vector<float> read = read_all(after.path_of(takes[0].id), info);
  ASSERT_GT(read.size(), 2u * 20000);
  const std::vector<float> played = waves(static_cast<int>(read.size() / 2));
  EXPECT_EQ(read, played);
}

TEST(Recorder, AKilledProgramLosesAtMostTheLastSecond) {
  for (const char* format : {"wav32f", "wav24", "flac24"}) {
    const Folder folder;
    int report[2];
    ASSERT_EQ(pipe(report), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // Audio at the pace of the clock, so that a second of it is a second; each second told as it is handed to the recorder.
      Recorder recorder(folder.path, [] {});
      const auto start = std::chrono::steady_clock::now();
      std::uint64_t handed = 0;
      recorder.start(format, 48000.0, {{"processed", [&](std::span<float> into, std::uint64_t&) {
                       const auto due = static_cast<std::uint64_t>(48000.0 * std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
                       const auto frames = static_cast<int>(std::min<std::uint64_t>(into.size() / 2, due - std::min(due, handed)));
                       const std::vector<float> samples = waves(frames, handed);
                       std::copy(samples.begin(), samples.end(), into.begin());
                       handed += static_cast<std::uint64_t>(frames);
                       if (write(report[1], &handed, sizeof handed) < 0) _exit(1);
                       return frames;
                     }}});
      for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    std::uint64_t handed = 0;
    while (handed < 48000 * 3 && read(report[0], &handed, sizeof handed) == sizeof handed) {
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(report[1]);
    while (read(report[0], &handed, sizeof handed) == sizeof handed) {
    }
    close(report[0]);
    const TakeFolder after(folder.path);
    const std::vector<Take> takes = after.list();
    ASSERT_EQ(takes.size(), 1u) << format;
    EXPECT_TRUE(takes[0].is_complete);
    EXPECT_GE(takes[0].frames + 48000, handed) << format;
    SF_INFO info;
    const std::vector<float> samples = read_all(after.path_of(takes[0].id), info);
    ASSERT_EQ(static_cast<std::uint64_t>(info.frames), takes[0].frames);
    const std::vector<float> played = waves(static_cast<int>(info.frames));
    for (std::size_t i = 0; i < samples.size(); ++i) ASSERT_NEAR(samples[i], played[i], 0x1p-23) << format;
  }
}

TEST(TakeFolder, ANameThatLeadsElsewhereIsNoTake) {
  const Folder folder;
  std::ofstream(folder.path + "/secret.wav") << "x";
  const TakeFolder takes(folder.path);
  for (const char* id : {"../secret", "secret", "", "2026-11-21T16-40-12Z-../../etc/passwd", "2026-11-21T16-40-12Z/x", "2026-11-21T16-40-12Z", "2026-11-21T16-40-12Z-none"}) {
    EXPECT_THROW((void)takes.path_of(id), TakeError) << id;
    EXPECT_THROW(takes.remove(id), TakeError) << id;
  }
  EXPECT_TRUE(fs::exists(folder.path + "/secret.wav"));
  EXPECT_TRUE(takes.list().empty());
}

TEST(TakeFolder, RemovesATake) {
  const Folder folder;
  Recorder recorder(folder.path, [] {});
  const std::string id = record(recorder, "wav24", 1000);
  recorder.folder().remove(id);
  EXPECT_TRUE(recorder.folder().list().empty());
  EXPECT_THROW(recorder.folder().remove(id), TakeError);
}

}  // namespace
}  // namespace ag06::bridge
