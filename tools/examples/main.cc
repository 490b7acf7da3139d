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
#include "finished.h"
#include "kept.h"
#include "picture.h"

namespace {
using namespace ag06::examples;
using ag06::assist::ModelSettings;
using nlohmann::json;

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

void make(const std::string& plan, const std::string& out, const std::string& keep_folder) {
  FeatureFile features(out, MelNumbers::half);
  Listener listener;
  json rows = json::array();
  each_line(plan, [&](const json& row) {
    const Line line = line_of(row);
    json made = {{"kept", false}, {"why", ""}};
    try {
      std::optional<Example> example = read_kept(keep_folder, line);
      if (!example) {
        example = make_example(line);
        keep(keep_folder, line, *example);
      }
      features.write(listener.hear(example->sound, 0));
      made = {{"kept", true}, {"why", ""}, {"settings", example->settings}, {"rules", example->rules}, {"error_db", example->error_db}};
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
      Finished finished = finished_of(line);
      const int lead_frames = finished.lead_frames;
      Degraded degraded = degraded_of(line, finished);
      const Picture wanted = picture_of(finished.sound, lead_frames);
      json distances = {{"input", told(distance(wanted, picture_of(degraded.sound, lead_frames)))}};
      const auto try_out = [&](const std::string& name, const ModelSettings& settings) {
        Sound corrected = correct(degraded.sound, settings);
        distances[name] = told(distance(wanted, picture_of(corrected, lead_frames)));
      };
      if (line.settings) try_out("oracle", degraded.settings);
      const json candidates = row.value("candidates", json::object());  // outlives its items()
      for (const auto& candidate : candidates.items()) try_out(candidate.key(), settings_of(candidate.value()));
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
    const std::string verb = count >= 4 ? words[1] : "";
    if (verb == "make") make(words[2], words[3], count > 4 ? words[4] : "");
    else if (verb == "judge") judge(words[2], words[3]);
    else if (verb == "features") features_of(words[2], words[3]);
    else {
      std::fputs("usage: ag06-examples make PLAN.jsonl OUT [FOLDER to keep degraded excerpts in] | judge PLAN.jsonl OUT.json | features SONG OUT\n", stderr);
      return 2;
    }
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "ag06-examples: %s\n", problem.what());
    return 5;
  }
}
