#include <sndfile.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "hearing/scores.h"
#include "hearing/tables.h"
#include "measure/process.h"
#include "support/tunes/marks.h"

namespace ag06::hearing {
namespace {

using measure::number;
using nlohmann::json;

constexpr int kAskedPerPackage = 6;  // pieces of one package, known in tempo or key, that the peers are asked about: they are slow
constexpr double kHeardS = 60.0;     // the middle of each recording
constexpr const char* kPitchNames[12] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};

// One line of tests/hearing/real/labels.json; NaN, 0, -1 and "" where nothing is known.
struct Label {
  std::string id, package, path, meter, genre;
  double duration_s = 0.0, tempo_bpm = std::nan("");
  int key = -1;
  analysis::Mode mode = analysis::Mode::unknown;
};

struct Piece {
  Label label;
  bool asked_peers = false;
  std::map<std::string, Heard> answers;
};

[[nodiscard]] std::string text_or_none(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

[[nodiscard]] std::vector<Label> read_labels(const std::string& path) {
  std::vector<Label> labels;
  std::ifstream file(path);
  const json all = json::parse(file, nullptr, false);
  if (!all.is_array()) {
    std::fprintf(stderr, "%s holds no labels\n", path.c_str());
    return labels;
  }
  for (const json& object : all) {
    Label label;
    label.id = text_or_none(object, "id");
    label.package = text_or_none(object, "package");
    label.path = text_or_none(object, "path");
    label.meter = text_or_none(object, "meter");
    label.genre = text_or_none(object, "genre");
    label.duration_s = object.value("duration_s", 0.0);
    if (object.contains("tempo_bpm") && object["tempo_bpm"].is_number()) label.tempo_bpm = object["tempo_bpm"].get<double>();
    const std::string key = text_or_none(object, "key"), mode = text_or_none(object, "mode");
    for (int i = 0; i < 12; ++i)
      if (key == kPitchNames[i]) label.key = i;
    label.mode = mode == "major" ? analysis::Mode::major : mode == "minor" ? analysis::Mode::minor : analysis::Mode::unknown;
    labels.push_back(label);
  }
  return labels;
}

// As 44.1 kHz stereo, for everyone alike.
[[nodiscard]] bool decode(const std::string& from, const std::string& to, double start_s) {
  return measure::run_program({"ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-ss", number(start_s, 3), "-t", number(kHeardS, 3), "-i", from,
                               "-ac", "2", "-ar", "44100", "-c:a", "pcm_s16le", to})
      .succeeded();
}

[[nodiscard]] test::Planes read_stereo(const std::string& path) {
  SF_INFO info{};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
  const int frames = file == nullptr ? 0 : static_cast<int>(info.frames);
  test::Planes planes(2, frames);
  std::vector<float> woven(static_cast<std::size_t>(frames) * 2);
  if (file != nullptr) {
    const auto got = static_cast<std::size_t>(sf_readf_float(file, woven.data(), frames));
    for (std::size_t i = 0; i < got; ++i)
      for (std::size_t c = 0; c < 2; ++c) planes.samples[c][i] = woven[2 * i + c];
    sf_close(file);
  }
  return planes;
}

[[nodiscard]] std::string key_name(int key, analysis::Mode mode) {
  if (key < 0) return "-";
  return std::string(kPitchNames[key]) + (mode == analysis::Mode::minor ? " minor" : mode == analysis::Mode::major ? " major" : "");
}

[[nodiscard]] std::string meter_name(const Heard& heard) {
  return heard.beats_per_bar > 0 ? std::to_string(heard.beats_per_bar) + "/" + std::to_string(heard.beat_unit) : "-";
}

void summary(Sheet& sheet, const std::vector<Piece>& pieces, const std::vector<std::string>& listeners) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& listener : listeners) {
    Mean accuracy_1, accuracy_2, meter, key, weighted, genre;
    int tempi = 0, keys = 0, meters = 0, genres = 0;
    bool tells_keys = false, tells_meters = false, tells_genres = false;
    for (const Piece& piece : pieces) {
      const Heard& heard = piece.answers.at(listener);
      tells_keys |= heard.key >= 0;
      tells_meters |= heard.beats_per_bar > 0;
      tells_genres |= !heard.genre.empty();
    }
    for (const Piece& piece : pieces) {
      const Heard& heard = piece.answers.at(listener);
      if (!std::isnan(piece.label.tempo_bpm)) {
        ++tempi;
        accuracy_1.add(test::tunes::tempo_accuracy_1(heard.tempo_bpm, piece.label.tempo_bpm) ? 1.0 : 0.0);
        accuracy_2.add(test::tunes::tempo_accuracy_2(heard.tempo_bpm, piece.label.tempo_bpm) ? 1.0 : 0.0);
      }
      if (piece.label.key >= 0 && tells_keys) {
        ++keys;
        const double points = test::tunes::key_score(heard.key, heard.mode, piece.label.key, piece.label.mode);
        key.add(points == 1.0 ? 1.0 : 0.0);
        weighted.add(points);
      }
      if (!piece.label.meter.empty() && tells_meters) {
        ++meters;
        meter.add(meter_name(heard) == piece.label.meter ? 1.0 : 0.0);
      }
      if (!piece.label.genre.empty() && tells_genres) {
        ++genres;
        genre.add(heard.genre == piece.label.genre ? 1.0 : 0.0);
      }
    }
    const auto share = [](const Mean& mean, int count) {
      return count == 0 ? std::string("-") : number(100 * mean.value(), 1) + " (" + std::to_string(count) + ")";
    };
    rows.push_back({listener == kOurs ? "**" + listener + "**" : listener, share(accuracy_1, tempi), share(accuracy_2, tempi), share(key, keys),
                    share(weighted, keys), share(meter, meters), share(genre, genres)});
  }
  sheet.report.table({"listener", "tempo Acc1 % (pieces)", "Acc2 %", "key right %", "weighted %", "meter %", "genre %"}, rows);
}

// What ours did not hear as it is labelled, and what the others heard there.
void misses(Sheet& sheet, const std::vector<Piece>& pieces) {
  std::vector<std::string> header = {"piece", "label"};
  for (const std::string& listener : sheet.examiner.listeners()) header.push_back(listener);
  std::vector<std::vector<std::string>> rows;
  for (const Piece& piece : pieces) {
    const Label& label = piece.label;
    const Heard& ours = piece.answers.at(kOurs);
    const auto row = [&](const std::string& truth, auto told) {
      std::vector<std::string> cells = {label.id, truth};
      for (const std::string& listener : sheet.examiner.listeners()) {
        const auto found = piece.answers.find(listener);
        cells.push_back(found == piece.answers.end() ? "not asked" : told(found->second));
      }
      rows.push_back(cells);
    };
    if (!std::isnan(label.tempo_bpm) && !test::tunes::tempo_accuracy_1(ours.tempo_bpm, label.tempo_bpm))
      row(number(label.tempo_bpm, 2) + " bpm", [](const Heard& heard) { return number(heard.tempo_bpm, 2); });
    if (label.key >= 0 && test::tunes::key_score(ours.key, ours.mode, label.key, label.mode) < 1.0)
      row(key_name(label.key, label.mode), [](const Heard& heard) { return key_name(heard.key, heard.mode); });
    if (!label.meter.empty() && meter_name(ours) != label.meter) row(label.meter, meter_name);
  }
  sheet.report.paragraph("Tempo, key and meter that ours did not hear as they are labelled:");
  sheet.report.table(header, rows);
}

}  // namespace

void real_table(Sheet& sheet) {
  if (sheet.corpus_path.empty()) return;
  std::vector<Piece> pieces;
  std::map<std::string, int> asked;
  int absent = 0;
  for (const Label& label : read_labels(sheet.labels_path)) {
    const std::string wav_path = sheet.examiner.scratch_path() + "/real.wav";
    if (!decode(sheet.corpus_path + "/" + label.path, wav_path, std::max(0.0, 0.5 * (label.duration_s - kHeardS)))) {
      std::fprintf(stderr, "  %s cannot be read\n", label.path.c_str());
      ++absent;
      continue;
    }
    std::fprintf(stderr, "  %s\n", label.id.c_str());
    Piece piece;
    piece.label = label;
    test::Planes audio = read_stereo(wav_path);
    piece.answers[kOurs] = heard_by_us(audio, 44100.0, std::nan(""));
    if ((!std::isnan(label.tempo_bpm) || label.key >= 0) && asked[label.package]++ < kAskedPerPackage) {
      piece.asked_peers = true;
      for (auto& [name, heard] : sheet.examiner.ask_peers(wav_path)) piece.answers[name] = heard;
    }
    pieces.push_back(piece);
  }
  std::remove((sheet.examiner.scratch_path() + "/real.wav").c_str());
  std::string text =
      "The middle minute of " + std::to_string(pieces.size()) +
      " recordings and renders from free packages of the distribution, labelled without our analyser; where the labels come from and how far they "
      "can be trusted stands in "
      "tests/hearing/real/README.md. A project's or MIDI file's tempo may be written at half or double of what is counted: Acc2 tells more there.";
  if (absent > 0) text += " " + std::to_string(absent) + " more are labelled but were not at hand in this run.";
  sheet.report.section("Real recordings", text);
  summary(sheet, pieces, {kOurs});
  sheet.report.paragraph(
      "Genre is no examination here: the classifier was trained on these recordings; what it does on music it never met stands in "
      "models/genre/README.md.");
  std::vector<Piece> shared;
  std::copy_if(pieces.begin(), pieces.end(), std::back_inserter(shared), [](const Piece& piece) { return piece.asked_peers; });
  if (sheet.examiner.listeners().size() > 1 && !shared.empty()) {
    sheet.report.paragraph("Beside the peers, on the first " + std::to_string(kAskedPerPackage) +
                           " pieces of each package whose tempo or key is known:");
    summary(sheet, shared, sheet.examiner.listeners());
  }
  misses(sheet, pieces);
}

}  // namespace ag06::hearing
