#include <sndfile.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "hearing/listener.h"
#include "measure/process.h"

namespace ag06::hearing {
namespace {

using nlohmann::json;

[[nodiscard]] std::vector<double> numbers(const json& line, const char* name) {
  std::vector<double> all;
  const auto found = line.find(name);
  if (found == line.end() || !found->is_array()) return all;
  for (const json& value : *found)
    if (value.is_number()) all.push_back(value.get<double>());
  return all;
}

[[nodiscard]] double number_or_nan(const json& line, const char* name) {
  const auto found = line.find(name);
  return found != line.end() && found->is_number() ? found->get<double>() : std::nan("");
}

[[nodiscard]] analysis::Mode mode_named(const std::string& name) {
  return name == "major" ? analysis::Mode::major : name == "minor" ? analysis::Mode::minor : analysis::Mode::unknown;
}

[[nodiscard]] Heard heard_in(const std::string& text) {
  Heard heard;
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object() || line.empty()) return heard;
  heard.spoke = true;
  heard.tempo_bpm = number_or_nan(line, "tempo_bpm");
  heard.tuning_hz = number_or_nan(line, "tuning_hz");
  heard.processor_s = number_or_nan(line, "processor_s");
  heard.beats_s = numbers(line, "beats_s");
  heard.downbeats_s = numbers(line, "downbeats_s");
  heard.onsets_s = numbers(line, "onsets_s");
  heard.beats_per_bar = line.value("beats_per_bar", 0);
  heard.beat_unit = line.value("beat_unit", 0);
  heard.key = line.value("key", -1);
  heard.mode = mode_named(line.value("mode", ""));
  for (const json& chord : line.value("chords", json::array()))
    heard.chords.push_back({chord.at(0).get<double>(), chord.at(1).get<double>(), chord.at(2).get<int>(),
                            chord.at(3).get<std::string>() == "minor" ? analysis::ChordQuality::minor : analysis::ChordQuality::major, 1.0});
  return heard;
}

[[nodiscard]] const char* topic_name(Topic topic) { return topic == Topic::rhythm ? "rhythm" : topic == Topic::tonality ? "tonality" : "all"; }

// Of a file's bytes: FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo).
[[nodiscard]] std::string fingerprint(const std::string& path) {
  std::uint64_t hash = 14695981039346656037ull;
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(1 << 16);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0)
    for (std::streamsize i = 0; i < file.gcount(); ++i)
      hash = (hash ^ static_cast<unsigned char>(piece[static_cast<std::size_t>(i)])) * 1099511628211ull;
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace

std::vector<Peer> installed_peers(const std::string& packages_path, const std::string& scripts_path) {
  std::vector<Peer> wanted = {{"aubio", {"node", scripts_path + "/aubio.mjs"}, false, false, ""}};
  if (!packages_path.empty()) {
    wanted.push_back({"essentia.js", {"node", scripts_path + "/essentia.mjs", packages_path}, true, false, ""});
    wanted.push_back({"libsonare", {"node", scripts_path + "/libsonare.mjs", packages_path}, true, true, ""});
  }
  std::vector<Peer> found;
  for (Peer& peer : wanted) {
    std::vector<std::string> ask = peer.command;
    ask.push_back("--version");
    const measure::Outcome outcome = measure::run_program(ask);
    if (!outcome.succeeded()) {
      std::fprintf(stderr, "%s is not installed: left out\n", peer.name.c_str());
      continue;
    }
    peer.version = outcome.output.substr(0, outcome.output.find('\n'));
    found.push_back(peer);
  }
  return found;
}

std::vector<Heard> heard_by(const Peer& peer, const std::vector<std::string>& wav_paths, const std::string& scratch_path,
                            const std::string& memory_path, Topic topic) {
  const std::string list_path = scratch_path + "/list.txt", told_path = scratch_path + "/told.txt";
  std::vector<Heard> all(wav_paths.size());
  std::vector<std::size_t> asked;
  std::vector<std::string> remembered_paths(wav_paths.size());
  std::ofstream list(list_path);
  for (std::size_t i = 0; i < wav_paths.size(); ++i) {
    std::string line;
    if (!memory_path.empty()) {
      remembered_paths[i] = memory_path + "/" + peer.name + "-" + peer.version + "-" + topic_name(topic) + "-" + fingerprint(wav_paths[i]) + ".json";
      std::ifstream remembered(remembered_paths[i]);
      std::getline(remembered, line);
    }
    if (!line.empty()) {
      all[i] = heard_in(line);
      continue;
    }
    asked.push_back(i);
    list << wav_paths[i] << '\n';
  }
  list.close();
  if (!asked.empty()) {
    // The answers are longer than what run_program() keeps: the shell puts them into a file. Arguments pass as such, unread by the shell.
    std::vector<std::string> command = {"sh", "-c", "out=$1; shift; \"$@\" > \"$out\"", "sh", told_path};
    command.insert(command.end(), peer.command.begin(), peer.command.end());
    command.push_back(topic_name(topic));
    command.push_back(list_path);
    const measure::Outcome outcome = measure::run_program(command);
    if (!outcome.output.empty()) std::fprintf(stderr, "%s: %s\n", peer.name.c_str(), outcome.output.substr(0, 400).c_str());
    std::ifstream told(told_path);
    std::size_t next = 0;
    for (std::string line; next < asked.size() && std::getline(told, line);) {
      if (line.empty() || line.front() != '{') continue;  // a peer that chats
      all[asked[next]] = heard_in(line);
      if (!memory_path.empty()) std::ofstream(remembered_paths[asked[next]]) << line << '\n';
      ++next;
    }
    std::remove(told_path.c_str());
  }
  std::remove(list_path.c_str());
  return all;
}

void write_wav(const std::string& path, const test::Planes& audio, double sample_rate_hz) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(sample_rate_hz);
  info.channels = static_cast<int>(audio.samples.size());
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  std::vector<float> woven;
  woven.reserve(audio.samples.size() * audio.samples[0].size());
  for (std::size_t i = 0; i < audio.samples[0].size(); ++i)
    for (const auto& plane : audio.samples) woven.push_back(plane[i]);
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_WRITE, &info), sf_close);
  if (file == nullptr || sf_write_float(file.get(), woven.data(), static_cast<sf_count_t>(woven.size())) != static_cast<sf_count_t>(woven.size()))
    std::fprintf(stderr, "%s cannot be written\n", path.c_str());
}

}  // namespace ag06::hearing
