#include "report/song_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "params/params.gen.h"
#include "report/words.h"

namespace ag06::report {
namespace {

std::set<std::string> keys(const Json& json) {
  std::set<std::string> found;
  for (const auto& [key, value] : json.items()) found.insert(key);
  return found;
}

analysis::StreamReport silence() {
  analysis::StreamReport stream{};
  for (double* figure = &stream.integrated_lufs; figure != &stream.frames; ++figure) *figure = std::nan("");
  return stream;
}

TEST(SongJson, HasTheContractsKeys) {
  const Json json = song_json({});
  EXPECT_EQ(keys(json), (std::set<std::string>{"duration_s", "loudness", "dynamics", "spectrum", "stereo", "rhythm", "tonality", "structure", "music",
                                               "style", "genre", "voice", "patterns", "defects", "suggestions"}));
  for (const char* key : {"tempo_bpm", "tempo_confidence", "beats_s", "downbeats_s", "onsets_s", "time_signature"})
    EXPECT_TRUE(json["rhythm"].contains(key)) << key;
  for (const char* key : {"key", "mode", "key_confidence", "tuning_hz", "chroma"}) EXPECT_TRUE(json["tonality"].contains(key)) << key;
  for (const char* key : {"bands", "dominant_frequencies_hz", "problems", "centroid_hz", "rolloff_hz", "flatness", "zero_crossing_rate", "curve"})
    EXPECT_TRUE(json["spectrum"].contains(key)) << key;
  for (const char* key : {"width", "correlation", "balance_db", "mono_loss_db"}) EXPECT_TRUE(json["stereo"].contains(key)) << key;
  for (const char* key : {"rms_dbfs", "crest_factor_db", "dynamic_range_db", "suggestions"}) EXPECT_TRUE(json["dynamics"].contains(key)) << key;
  EXPECT_EQ(keys(json["spectrum"]["bands"]), (std::set<std::string>{"sub_bass", "bass", "low_mids", "mids", "upper_mids", "highs", "air"}));
  EXPECT_EQ(keys(json["genre"]["scores"]), (std::set<std::string>{"speech", "rock", "jazz", "electronic", "classical", "pop", "ballad"}));
  EXPECT_GE(json["music"].size(), 20u);
}

TEST(SongJson, TheUnknownIsNull) {
  assist::SongReport report;
  report.heard.stream = silence();
  const Json json = song_json(report);
  EXPECT_TRUE(json["loudness"]["integrated_lufs"].is_null());
  EXPECT_TRUE(json["rhythm"]["tempo_bpm"].is_null());
  EXPECT_TRUE(json["rhythm"]["time_signature"].is_null());
  EXPECT_TRUE(json["tonality"]["key"].is_null());
  EXPECT_TRUE(json["tonality"]["mode"].is_null());
  EXPECT_TRUE(json["tonality"]["tuning_hz"].is_null());
  EXPECT_TRUE(json["genre"]["label"].is_null());
  EXPECT_TRUE(json["style"]["reverb"].is_null());
  EXPECT_TRUE(json["stereo"]["width"].is_null());
  EXPECT_TRUE(json["dynamics"]["compressor"].is_null());
  EXPECT_EQ(json.dump().find(":nan"), std::string::npos);
}

TEST(SongJson, SaysWhatWasHeard) {
  assist::SongReport report;
  analysis::SongAnalysis& heard = report.heard;
  heard.rhythm.tempo_bpm = 119.998;
  heard.rhythm.beats_s = {0.25, 0.75, 1.25};
  heard.rhythm.downbeats = {0, 2};
  heard.rhythm.beats_per_bar = 6;
  heard.rhythm.beat_unit = 8;
  heard.tonality.key = 6;
  heard.tonality.mode = analysis::Mode::minor;
  heard.tonality.chords = {{0.0, 1.0, 9, analysis::ChordQuality::minor, 0.75}, {1.0, 2.0, -1, analysis::ChordQuality::none, 0.0}};
  heard.structure.sections = {{0.0, 8.0, 1, analysis::SectionKind::chorus, 0.5, -12.0}};
  heard.genre.label = 3;
  heard.genre.scores[3] = 0.7;
  heard.music.tonal = true;
  heard.defects = {{analysis::DefectKind::hum, 0.5, 50.0, -48.0, {}}};
  report.problems = {{analysis::ProblemKind::mud, 312.5, 4.25, 1.4}};
  report.suggestions.push_back({assist::SuggestionType::eq, "mud", "T", "D", "R", {{params::kEqEnabled, 1.0}, {params::kEq3GainDb, -2.5}}, 1, 0.6});
  const Json json = song_json(report);
  EXPECT_EQ(json["rhythm"]["tempo_bpm"], 120.0);
  EXPECT_EQ(json["rhythm"]["downbeats_s"], Json::parse("[0.25, 1.25]"));
  EXPECT_EQ(json["rhythm"]["time_signature"], "6/8");
  EXPECT_EQ(json["tonality"]["key"], "F#");
  EXPECT_EQ(json["tonality"]["mode"], "minor");
  EXPECT_EQ(json["tonality"]["chords"][0]["chord"], "Am");
  EXPECT_EQ(json["tonality"]["chords"][1]["chord"], "N");
  EXPECT_EQ(json["structure"]["sections"][0]["group"], "B");
  EXPECT_EQ(json["structure"]["sections"][0]["kind"], "chorus");
  EXPECT_EQ(json["genre"]["label"], "electronic");
  EXPECT_EQ(json["patterns"], Json::parse(R"(["tonal"])"));
  EXPECT_EQ(json["defects"][0]["detail"], "Mains hum at 50 Hz and its harmonics, -48.0 dBFS");
  EXPECT_EQ(json["spectrum"]["problems"][0]["kind"], "mud");
  EXPECT_EQ(json["suggestions"][0]["parameters"], Json::parse(R"({"eq.enabled": 1.0, "eq.3.gain_db": -2.5})"));
}

TEST(Number, RoundsAndKeepsWhatIsUnknownUnknown) {
  EXPECT_EQ(number(1.23456, 2).dump(), "1.23");
  EXPECT_EQ(number(-1.235, 2).dump(), "-1.24");
  EXPECT_EQ(number(1e300, 3).dump(), "1e+300");
  EXPECT_TRUE(number(std::nan(""), 2).is_null());
  EXPECT_TRUE(number(INFINITY).is_null());
}

TEST(Words, EveryAdviceAndDetailIsASentence) {
  for (int kind = 0; kind < 7; ++kind) EXPECT_GT(advice({static_cast<analysis::ProblemKind>(kind), 1234.0, 3.0, 1.0}).size(), 20u) << kind;
  for (int kind = 0; kind < 9; ++kind) EXPECT_GE(detail({static_cast<analysis::DefectKind>(kind), 0.5, 12.0, -1.0, {}}).size(), 8u) << kind;
  EXPECT_EQ(pitch_class_name(-1), nullptr);
  EXPECT_EQ(pitch_class_name(12), nullptr);
}

}  // namespace
}  // namespace ag06::report
