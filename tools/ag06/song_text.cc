#include "song_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include "report/words.h"
#include "report_json.h"

namespace ag06::cli {
namespace {
using namespace ag06::analysis;

void line(const char* subject, const std::string& words) {
  if (!words.empty()) std::printf("  %-11s %s\n", subject, words.c_str());
}

std::string percent(double ratio) { return decimal(100.0 * ratio, 0) + " %"; }
std::string clock(double seconds) {
  const int whole = static_cast<int>(seconds);
  char text[32];
  std::snprintf(text, sizeof(text), "%d:%02d", whole / 60, whole % 60);
  return text;
}
void join(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

std::string rhythm_line(const RhythmReport& rhythm) {
  if (!std::isfinite(rhythm.tempo_bpm)) return "no steady tempo";
  std::string text = decimal(rhythm.tempo_bpm, 2) + " bpm (sure to " + percent(rhythm.tempo_confidence) + ")";
  if (const std::string signature = report::time_signature(rhythm); !signature.empty()) join(text, signature);
  join(text, std::to_string(rhythm.beats_s.size()) + " beats");
  if (std::isfinite(rhythm.swing_ratio) && rhythm.swing_ratio > 1.15) join(text, "swing " + decimal(rhythm.swing_ratio, 1) + ":1");
  return text;
}

std::string tonality_line(const TonalityReport& tonality) {
  const char* tonic = report::pitch_class_name(tonality.key);
  if (!tonic) return "no key";
  std::string text = tonic;
  if (const char* mode = report::word(tonality.mode)) text += std::string(" ") + mode;
  text += " (sure to " + percent(tonality.key_confidence) + ")";
  if (std::isfinite(tonality.tuning_hz)) join(text, "tuned to " + decimal(tonality.tuning_hz, 1) + " Hz");
  return text;
}

std::string genre_line(const GenreReport& genre) {
  return genre.label < 0 ? "cannot be told"
                         : std::string(kGenreNames[static_cast<std::size_t>(genre.label)]) + " (sure to " + percent(genre.confidence) + ")";
}

std::string bands_line(const SpectrumReport& spectrum) {
  std::string text;
  for (std::size_t b = 0; b < kBandNames.size(); ++b) {
    std::string name = kBandNames[b];
    std::replace(name.begin(), name.end(), '_', ' ');
    join(text, name + " " + percent(spectrum.band_share[b]));
  }
  return text;
}

// The features furthest from the middle say most.
std::string character_line(const MusicReport& music) {
  std::vector<std::size_t> order(kFeatures);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t f) { return !std::isfinite(music.features[f]); });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return std::fabs(music.features[a] - 0.5) > std::fabs(music.features[b] - 0.5); });
  if (order.size() > 8) order.resize(8);
  std::string text;
  for (const std::size_t f : order) join(text, std::string(kFeatureNames[f]) + " " + percent(music.features[f]));
  return text;
}

std::string sections_line(const StructureReport& structure) {
  std::string text;
  for (const Section& section : structure.sections)
    join(text, clock(section.start_s) + " " + static_cast<char>('A' + section.group % 26) +
                   (section.kind == SectionKind::section ? "" : std::string(" ") + report::word(section.kind)));
  return text;
}
}  // namespace

void print_song(const assist::SongReport& song) {
  const SongAnalysis& heard = song.heard;
  line("rhythm", rhythm_line(heard.rhythm));
  line("tonality", tonality_line(heard.tonality));
  line("genre", genre_line(heard.genre));
  line("spectrum", bands_line(heard.spectrum));
  if (std::isfinite(heard.stereo.width))
    line("stereo", "width " + percent(heard.stereo.width) + ", correlation " + decimal(heard.stereo.correlation, 2) + ", balance " +
                       decimal(heard.stereo.balance_db, 1) + " dB");
  line("character", character_line(heard.music));
  line("sections", sections_line(heard.structure));
  for (const Defect& defect : heard.defects) line("defect", report::detail(defect));
  for (const SpectrumProblem& problem : song.problems) line("problem", report::advice(problem) + " (+" + decimal(problem.excess_db, 1) + " dB)");
  for (const assist::Suggestion& suggestion : song.suggestions) line("suggestion", suggestion.title + ": " + suggestion.description);
}

}  // namespace ag06::cli
