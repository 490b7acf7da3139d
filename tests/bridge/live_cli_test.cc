// What is heard live against the files that `ag06 mix`, another program, writes of the same input with the same parameters.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "bridge/support/live_rig.h"

namespace ag06::bridge {
namespace {
using test::frame_count;
using test::LiveRig;
using test::Planes;
using test::Random;
namespace p = ag06::params;

template <class T>
void put(std::ofstream& file, T value) {
  file.write(reinterpret_cast<const char*>(&value), sizeof(value));
}

// RIFF WAVE, IEEE float, stereo.
void write_wav(const std::filesystem::path& path, const Planes& planes, int sample_rate_hz) {
  std::ofstream file(path, std::ios::binary);
  const auto data_bytes = static_cast<std::uint32_t>(8 * frame_count(planes));
  file.write("RIFF", 4);
  put(file, std::uint32_t{36} + data_bytes);
  file.write("WAVEfmt ", 8);
  put(file, std::uint32_t{16});
  put(file, std::uint16_t{3});
  put(file, std::uint16_t{2});
  put(file, static_cast<std::uint32_t>(sample_rate_hz));
  put(file, static_cast<std::uint32_t>(sample_rate_hz * 8));
  put(file, std::uint16_t{8});
  put(file, std::uint16_t{32});
  file.write("data", 4);
  put(file, data_bytes);
  for (const float x : test::interleaved(planes)) put(file, x);
}

// The samples of the data chunk; empty when it is no float file.
std::vector<float> read_wav(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  bool is_float = false;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    std::uint32_t chunk_bytes = 0;
    std::memcpy(&chunk_bytes, bytes.data() + at + 4, 4);
    if (bytes.compare(at, 4, "fmt ") == 0) is_float = bytes[at + 8] == 3 || static_cast<unsigned char>(bytes[at + 8]) == 0xfe;
    if (bytes.compare(at, 4, "data") == 0) {
      std::vector<float> samples(std::min<std::size_t>(chunk_bytes, bytes.size() - at - 8) / 4);
      std::memcpy(samples.data(), bytes.data() + at + 8, samples.size() * 4);
      return is_float ? samples : std::vector<float>{};
    }
    at += 8 + chunk_bytes + chunk_bytes % 2;
  }
  return {};
}

// In studio mode with everything on; and as the bridge runs, in live mode, where the chain looks ahead less: without the units whose sound depends
// on how far that is, which are those that look ahead and those that modulate by the time since the start.
void expect_heard_is_mixed(engine::LatencyMode mode) {
  const bool is_live = mode == engine::LatencyMode::live;
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / ("ag06_live_cli_" + std::to_string(getpid()));
  ASSERT_TRUE(std::filesystem::create_directory(folder));
  Random random(77);
  for (const int rate_hz : {44100, 48000, 96000}) {
    const Planes in = test::music(2, 3 * rate_hz, rate_hz, 0.7, static_cast<std::uint32_t>(rate_hz));
    write_wav(folder / "in.wav", in, rate_hz);
    LiveEngineOptions options;
    options.latency_mode = mode;
    LiveRig rig(options);
    std::ofstream json(folder / "params.json");
    json << "{";
    for (int i = 0; i < p::kCount; ++i) {
      const p::Parameter& parameter = p::kTable[i];
      // Every unit on; a tenth of the values at random.
      const bool is_switch = std::string(parameter.key).ends_with(".enabled");
      double value =
          is_switch ? 1.0 : (random.below(10) == 0 ? p::snap_to_step(parameter, p::from_norm(parameter, random.unit())) : parameter.default_value);
      if (is_live && (parameter.id == p::kLimiterEnabled || parameter.id == p::kGateLookaheadMs || parameter.id == p::kCompLookaheadMs ||
                      parameter.id == p::kChorusEnabled || parameter.id == p::kReverbEnabled))
        value = 0.0;
      rig.set(parameter.id, value);
      char text[160];
      std::snprintf(text, sizeof(text), "%s\"%s\": %.17g", i == 0 ? "" : ",\n", parameter.key, value);
      json << text;
    }
    json << "}\n";
    json.close();
    const std::string command = std::string(AG06_PROGRAM) + " mix " + (folder / "in.wav").string() + " -o " + (folder / "out.wav").string() +
                                " --version original --target none --format wav32f --quiet --params " + (folder / "params.json").string() + " > " +
                                (folder / "log").string() + " 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    const std::vector<float> mixed = read_wav(folder / "out.wav");
    ASSERT_EQ(mixed.size(), 2u * static_cast<std::size_t>(frame_count(in)));

    rig.open(rate_hz, 256);
    Planes padded(2, frame_count(in) + rig.engine.latency_frames());
    for (std::size_t c = 0; c < 2; ++c) std::copy(in.samples[c].begin(), in.samples[c].end(), padded.samples[c].begin());
    const Planes heard = rig.play(padded, 256);
    const auto latency = static_cast<std::size_t>(rig.engine.latency_frames());
    for (std::size_t i = static_cast<std::size_t>(rate_hz / 20 + 1); i < mixed.size() / 2; ++i)   // from where the output has faded in
      for (std::size_t c = 0; c < 2; ++c)
        ASSERT_TRUE(test::same_bits(heard.samples[c][i + latency], mixed[2 * i + c]))
            << rate_hz << " Hz, frame " << i << ": " << heard.samples[c][i + latency] << ", " << mixed[2 * i + c];
  }
  std::filesystem::remove_all(folder);
}

TEST(LiveEngine, HeardInStudioModeIsTheFileThatAg06MixWrites) { expect_heard_is_mixed(engine::LatencyMode::studio); }
TEST(LiveEngine, HeardInLiveModeWithoutLookaheadAndModulationIsTheFileThatAg06MixWrites) { expect_heard_is_mixed(engine::LatencyMode::live); }

}  // namespace
}  // namespace ag06::bridge
