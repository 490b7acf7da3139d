// ag06-examples: training examples for the models, and their judge (models/README.md).
#include <sndfile.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "degrade.h"
#include "feature_file.h"
#include "picture.h"

namespace {
using namespace ag06::examples;
using ag06::assist::ModelSettings;
using nlohmann::json;

constexpr double kWorstError_db = -30.0;  // of an example's inverse; worse ones are dropped

struct Line {
  std::string file;
  double start_s = 0.0;
  double rate_factor = 1.0;
  bool swap = false;
  std::optional<ModelSettings> settings;  // none: the finished music as it is
};

[[nodiscard]] ModelSettings settings_of(const json& numbers) {
  ModelSettings settings{};
  if (!numbers.is_array() || numbers.size() != settings.size()) throw std::runtime_error("settings: ten numbers are wanted");
  for (std::size_t i = 0; i < settings.size(); ++i) {
    settings[i] = numbers[i].get<double>();
    if (!(settings[i] >= 0.0 && settings[i] <= 1.0)) throw std::runtime_error("settings: each lies from 0 to 1");
  }
  return settings;
}

[[nodiscard]] Line line_of(const json& row) {
  Line line{row.at("file").get<std::string>(), row.at("start_s").get<double>(), row.value("rate_factor", 1.0), row.value("swap", false), {}};
  if (row.contains("settings") && !row["settings"].is_null()) line.settings = settings_of(row["settings"]);
  return line;
}

// The finished excerpt behind its lead-in.
[[nodiscard]] Sound finished_of(const Line& line, int& lead_frames) {
  // An excerpt at the very start of a file moves back as far as the lead-in needs.
  Sound sound = read_sound(line.file, std::max(line.start_s - kLeadIn_s, 0.0), kLeadIn_s + ag06::assist::kExcerptS, line.rate_factor, line.swap);
  lead_frames = sound.frames() - ag06::assist::excerpt_frames(sound.sample_rate_hz);
  return sound;
}

template <class F>
void each_line(const std::string& path, F f) {
  std::ifstream plan(path);
  if (!plan) throw std::runtime_error(path + ": cannot be read");
  int number = 0;
  for (std::string text; std::getline(plan, text);) {
    ++number;
    if (text.empty()) continue;
    try {
      f(json::parse(text));
    } catch (const json::exception& problem) {
      throw std::runtime_error(path + ": line " + std::to_string(number) + ": " + problem.what());
    }
  }
}

void write_json(const std::string& path, const json& document) {
  std::ofstream out(path);
  out << document.dump() << '\n';
  out.close();
  if (!out) throw std::runtime_error(path + ": cannot be written");
}

[[nodiscard]] Degraded degraded_of(const Line& line, Sound& finished, int lead_frames) {
  if (line.settings) return degrade(finished, *line.settings, lead_frames);
  ModelSettings neutral{};
  for (std::size_t i = 0; i < neutral.size(); ++i) neutral[i] = ag06::assist::kSettings[i].neutral_01;
  return {finished, neutral, -200.0};
}

void make(const std::string& plan, const std::string& out) {
  FeatureFile features(out, MelNumbers::half);
  Listener listener;
  json rows = json::array();
  each_line(plan, [&](const json& row) {
    const Line line = line_of(row);
    json made = {{"kept", false}, {"why", ""}};
    try {
      int lead_frames = 0;
      Sound finished = finished_of(line, lead_frames);
      Degraded degraded = degraded_of(line, finished, lead_frames);
      made["error_db"] = degraded.error_db;
      if (!(degraded.error_db < kWorstError_db)) throw std::runtime_error("the inverse did not converge");
      features.write(listener.hear(degraded.sound, lead_frames));
      made["settings"] = degraded.settings;
      made["rules"] = rule_targets(picture_of(degraded.sound, lead_frames));
      made["kept"] = true;
    } catch (const std::runtime_error& problem) {
      made["why"] = problem.what();
      features.write_empty();
    }
    rows.push_back(std::move(made));
  });
  features.close();
  write_json(out + ".json", {{"heard", ag06::assist::kHeardNumbers}, {"rows", std::move(rows)}});
}

[[nodiscard]] json told(const Distances& apart) {
  return {{"spectrum_db", apart.spectrum_db}, {"range_lu", apart.range_lu}, {"crest_db", apart.crest_db}, {"width_db", apart.width_db}, {"lufs_lu", apart.lufs_lu}};
}

void judge(const std::string& plan, const std::string& out) {
  json rows = json::array();
  each_line(plan, [&](const json& row) {
    const Line line = line_of(row);
    json judged = {{"kept", false}, {"why", ""}};
    try {
      int lead_frames = 0;
      Sound finished = finished_of(line, lead_frames);
      Degraded degraded = degraded_of(line, finished, lead_frames);
      const Picture wanted = picture_of(finished, lead_frames);
      json distances = {{"input", told(distance(wanted, picture_of(degraded.sound, lead_frames)))}};
      const auto try_out = [&](const std::string& name, const ModelSettings& settings) {
        Sound corrected = correct(degraded.sound, settings);
        distances[name] = told(distance(wanted, picture_of(corrected, lead_frames)));
      };
      if (line.settings) try_out("oracle", degraded.settings);
      for (const auto& candidate : row.value("candidates", json::object()).items()) try_out(candidate.key(), settings_of(candidate.value()));
      judged["distances"] = std::move(distances);
      judged["kept"] = true;
    } catch (const std::runtime_error& problem) {
      judged["why"] = problem.what();
    }
    rows.push_back(std::move(judged));
  });
  write_json(out, {{"rows", std::move(rows)}});
}

void features_of(const std::string& path, const std::string& out) {
  SF_INFO info{};
  {
    SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
    if (!file) throw std::runtime_error(path + ": " + sf_strerror(nullptr));
    sf_close(file);
  }
  Sound song = read_sound(path, 0.0, static_cast<double>(info.frames) / info.samplerate, 1.0, false);
  FeatureFile features(out, MelNumbers::single);
  Listener listener;
  const double rate_hz = song.sample_rate_hz;
  const int excerpts = ag06::assist::excerpt_count(song.frames(), rate_hz);
  for (int i = 0; i < excerpts; ++i) features.write(listener.hear(song, static_cast<int>(ag06::assist::excerpt_start(song.frames(), rate_hz, i))));
  features.close();
}
}  // namespace

int main(int count, char** words) {
  try {
    const std::string verb = count == 4 ? words[1] : "";
    if (verb == "make") make(words[2], words[3]);
    else if (verb == "judge") judge(words[2], words[3]);
    else if (verb == "features") features_of(words[2], words[3]);
    else {
      std::fputs("usage: ag06-examples make PLAN.jsonl OUT | judge PLAN.jsonl OUT.json | features SONG OUT\n", stderr);
      return 2;
    }
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "ag06-examples: %s\n", problem.what());
    return 5;
  }
}
