#include "kept.h"

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "degrade.h"
#include "finished.h"
#include "picture.h"

namespace ag06::examples {
namespace {
constexpr char kMagic[8] = {'A', 'G', '0', '6', 'e', 'x', '0', '2'};
constexpr double kWorstError_db = -30.0;  // of an example's inverse; worse ones are dropped

struct Header {
  char magic[8];
  double sample_rate_hz;
  std::int64_t frames;
  assist::ModelSettings settings, rules;
  double error_db;
};

// FNV-1a of everything that the example follows from.
[[nodiscard]] std::string path_of(const std::string& folder, const Line& line) {
  char numbers[512];
  int length = std::snprintf(numbers, sizeof(numbers), "|%.6f|%.9f|%d", line.start_s, line.rate_factor, line.swap ? 1 : 0);
  if (line.settings)
    for (const double position : *line.settings) length += std::snprintf(numbers + length, sizeof(numbers) - static_cast<std::size_t>(length), "|%.6f", position);
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char letter : line.file + numbers) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ull;
  char name[32];
  std::snprintf(name, sizeof(name), "/%016" PRIx64 ".ex", hash);
  return folder + name;
}
}  // namespace

std::optional<Example> read_kept(const std::string& folder, const Line& line) {
  if (folder.empty()) return {};
  std::ifstream file(path_of(folder, line), std::ios::binary);
  Header header{};
  if (!file.read(reinterpret_cast<char*>(&header), sizeof(header)) || std::string(header.magic, 8) != std::string(kMagic, 8)) return {};
  Example example{{header.sample_rate_hz, {}}, header.settings, header.rules, header.error_db};
  for (std::vector<float>& channel : example.sound.channels) {
    channel.resize(static_cast<std::size_t>(header.frames));
    if (!file.read(reinterpret_cast<char*>(channel.data()), static_cast<std::streamsize>(channel.size() * sizeof(float)))) return {};
  }
  return example;
}

void keep(const std::string& folder, const Line& line, const Example& example) {
  if (folder.empty()) return;
  const std::string path = path_of(folder, line), part = path + ".part";
  Header header{{}, example.sound.sample_rate_hz, example.sound.frames(), example.settings, example.rules, example.error_db};
  std::copy(std::begin(kMagic), std::end(kMagic), header.magic);
  {
    std::ofstream file(part, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&header), sizeof(header));
    for (const std::vector<float>& channel : example.sound.channels) file.write(reinterpret_cast<const char*>(channel.data()), static_cast<std::streamsize>(channel.size() * sizeof(float)));
    if (!file) throw std::runtime_error(part + ": cannot be written");
  }
  std::filesystem::rename(part, path);
}

Example make_example(const Line& line) {
  Finished finished = finished_of(line);
  Degraded degraded = degraded_of(line, finished);
  if (!(degraded.error_db < kWorstError_db)) throw std::runtime_error("the inverse did not converge");
  Example example{{degraded.sound.sample_rate_hz, {}}, degraded.settings, rule_targets(picture_of(degraded.sound, finished.lead_frames)), degraded.error_db};
  for (std::size_t c = 0; c < 2; ++c) example.sound.channels[c].assign(degraded.sound.channels[c].begin() + finished.lead_frames, degraded.sound.channels[c].end());
  return example;
}

}  // namespace ag06::examples
