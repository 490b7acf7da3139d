#include "report/song_json.h"

#include "params/curves.h"
#include "params/params.gen.h"
#include "report/words.h"

namespace ag06::report {
namespace {
using namespace ag06::analysis;

constexpr int kTimeDecimals = 3;

Json text(const char* words) { return words ? Json(words) : Json(nullptr); }
Json text(const std::string& words) { return words.empty() ? Json(nullptr) : Json(words); }

template <class Numbers>
Json numbers(const Numbers& values, int decimals) {
  Json array = Json::array();
  for (const auto value : values) array.push_back(number(static_cast<double>(value), decimals));
  return array;
}

template <class Values, class Names>
Json named(const Values& values, const Names& names, int decimals) {
  Json object = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) object[names[i]] = number(values[i], decimals);
  return object;
}

Json loudness(const SongAnalysis& song) {
  Json json = loudness_json(song.stream);
  json["history"] = {{"step_s", number(song.dynamics.loudness_step_s)},
                     {"short_term_lufs", numbers(song.dynamics.short_term_lufs, 1)},
                     {"momentary_max_lufs", numbers(song.dynamics.momentary_max_lufs, 1)}};
  return json;
}

Json dynamics(const assist::SongReport& report) {
  const DynamicsReport& dynamics = report.heard.dynamics;
  Json json = dynamics_json(report.heard.stream);
  json["macro_dynamics_lu"] = number(dynamics.macro_dynamics_lu, 2);
  json["micro_dynamics_db"] = number(dynamics.micro_dynamics_db, 2);
  json["attack_slope_db_per_ms"] = number(dynamics.attack_slope_db_per_ms, 3);
  json["transient_ratio"] = number(dynamics.transient_ratio, 3);
  const CompressorAdvice& advised = dynamics.compressor;
  json["compressor"] = advised.advised ? Json{{"threshold_dbfs", number(advised.threshold_dbfs, 1)}, {"ratio", number(advised.ratio, 2)},
                                              {"attack_ms", number(advised.attack_ms, 1)}, {"release_ms", number(advised.release_ms, 0)}}
                                       : Json(nullptr);
  Json sentences = Json::array();
  for (const assist::Suggestion& suggestion : report.suggestions)
    if (suggestion.type == assist::SuggestionType::dynamics) sentences.push_back(suggestion.description);
  json["suggestions"] = std::move(sentences);
  return json;
}

Json spectrum(const assist::SongReport& report) {
  const SpectrumReport& spectrum = report.heard.spectrum;
  Json problems = Json::array();
  for (const SpectrumProblem& problem : report.problems)
    problems.push_back({{"frequency_hz", number(problem.frequency_hz, 1)},
                        {"kind", name_of(problem.kind)},
                        {"excess_db", number(problem.excess_db, 1)},
                        {"q", number(problem.q, 2)},
                        {"advice", advice(problem)}});
  Json frequencies = Json::array();
  for (int i = 0; i < kCurvePoints; ++i) frequencies.push_back(number(curve_point_hz(i), 1));
  return {{"bands", named(spectrum.band_share, kBandNames, 4)},
          {"dominant_frequencies_hz", numbers(spectrum.dominant_frequencies_hz, 2)},
          {"problems", std::move(problems)},
          {"centroid_hz", number(spectrum.centroid_hz, 1)},
          {"rolloff_hz", number(spectrum.rolloff_hz, 1)},
          {"bandwidth_hz", number(spectrum.bandwidth_hz, 1)},
          {"flatness", number(spectrum.flatness, 4)},
          {"flux", number(spectrum.flux, 4)},
          {"zero_crossing_rate", number(spectrum.zero_crossing_rate, 4)},
          {"mfcc_mean", numbers(spectrum.mfcc_mean, 3)},
          {"mfcc_deviation", numbers(spectrum.mfcc_deviation, 3)},
          {"curve",
           {{"frequencies_hz", std::move(frequencies)},
            {"level_db", numbers(spectrum.curve_db, 2)},
            {"target_db", numbers(report.target_db, 2)},
            {"target", text(report.target_id)}}}};
}

Json stereo(const StereoReport& stereo) {
  Json bands = Json::object();
  for (std::size_t b = 0; b < kBandNames.size(); ++b)
    bands[kBandNames[b]] = {{"width", number(stereo.band_width[b], 3)}, {"correlation", number(stereo.band_correlation[b], 3)}};
  return {{"width", number(stereo.width, 3)},
          {"correlation", number(stereo.correlation, 3)},
          {"correlation_min", number(stereo.correlation_min, 3)},
          {"balance_db", number(stereo.balance_db, 2)},
          {"mono_loss_db", number(stereo.mono_loss_db, 2)},
          {"bands", std::move(bands)}};
}

Json rhythm(const RhythmReport& rhythm) {
  Json downbeats = Json::array();
  for (const int beat : rhythm.downbeats) downbeats.push_back(number(rhythm.beats_s[static_cast<std::size_t>(beat)], kTimeDecimals));
  return {{"tempo_bpm", number(rhythm.tempo_bpm, 2)},
          {"tempo_confidence", number(rhythm.tempo_confidence, 3)},
          {"alternative_tempo_bpm", number(rhythm.alternative_tempo_bpm, 2)},
          {"beats_s", numbers(rhythm.beats_s, kTimeDecimals)},
          {"downbeats_s", std::move(downbeats)},
          {"onsets_s", numbers(rhythm.onsets_s, kTimeDecimals)},
          {"time_signature", text(time_signature(rhythm))},
          {"meter_confidence", number(rhythm.meter_confidence, 3)},
          {"onset_rate_hz", number(rhythm.onset_rate_hz, 2)},
          {"pulse_clarity", number(rhythm.pulse_clarity, 3)},
          {"tempo_stability", number(rhythm.tempo_stability, 3)},
          {"swing_ratio", number(rhythm.swing_ratio, 2)}};
}

Json tonality(const TonalityReport& tonality) {
  Json chords = Json::array();
  for (const Chord& chord : tonality.chords)
    chords.push_back({{"start_s", number(chord.start_s, kTimeDecimals)},
                      {"end_s", number(chord.end_s, kTimeDecimals)},
                      {"chord", chord_name(chord)},
                      {"confidence", number(chord.confidence, 2)}});
  return {{"key", text(pitch_class_name(tonality.key))},
          {"mode", text(word(tonality.mode))},
          {"key_confidence", number(tonality.key_confidence, 3)},
          {"tuning_hz", number(tonality.tuning_hz, 2)},
          {"chroma", numbers(tonality.chroma, 4)},
          {"tonal_clarity", number(tonality.tonal_clarity, 3)},
          {"harmonic_change_hz", number(tonality.harmonic_change_hz, 3)},
          {"chords", std::move(chords)}};
}

Json structure(const StructureReport& structure) {
  Json sections = Json::array();
  for (const Section& section : structure.sections)
    sections.push_back({{"start_s", number(section.start_s, kTimeDecimals)}, {"end_s", number(section.end_s, kTimeDecimals)},
                        {"group", std::string(1, static_cast<char>('A' + section.group % 26))}, {"kind", word(section.kind)},
                        {"confidence", number(section.confidence, 2)}, {"loudness_lufs", number(section.loudness_lufs, 1)}});
  return {{"sections", std::move(sections)}, {"repetition", number(structure.repetition, 3)}};
}

Json genre(const GenreReport& genre) {
  const bool told = genre.label >= 0 && genre.label < kGenres;
  return {{"label", told ? Json(kGenreNames[static_cast<std::size_t>(genre.label)]) : Json(nullptr)},
          {"confidence", number(genre.confidence, 3)},
          {"scores", named(genre.scores, kGenreNames, 3)}};
}

Json patterns(const MusicReport& music) {
  Json found = Json::array();
  if (music.rhythmic) found.push_back("rhythmic");
  if (music.tonal) found.push_back("tonal");
  if (music.percussive) found.push_back("percussive");
  return found;
}

Json defects(const std::vector<Defect>& list) {
  Json found = Json::array();
  for (const Defect& defect : list)
    found.push_back({{"kind", word(defect.kind)},
                     {"severity", number(defect.severity, 2)},
                     {"value", number(defect.value, 4)},
                     {"level_db", number(defect.level_db, 1)},
                     {"places_s", numbers(defect.places_s, kTimeDecimals)},
                     {"detail", detail(defect)}});
  return found;
}

Json suggestions(const std::vector<assist::Suggestion>& list) {
  Json made = Json::array();
  for (const assist::Suggestion& suggestion : list) {
    Json settings = Json::object();
    for (const auto& [param_id, value] : suggestion.settings) settings[params::kTable[params::index_of_id(param_id)].key] = number(value, 4);
    made.push_back({{"type", word(suggestion.type)},
                    {"cause", suggestion.cause},
                    {"title", suggestion.title},
                    {"description", suggestion.description},
                    {"parameters", std::move(settings)},
                    {"priority", suggestion.priority},
                    {"confidence", number(suggestion.confidence, 2)},
                    {"reasoning", suggestion.reasoning}});
  }
  return made;
}
}  // namespace

Json song_json(const assist::SongReport& report) {
  const SongAnalysis& song = report.heard;
  return {{"duration_s", number(song.duration_s, kTimeDecimals)},
          {"loudness", loudness(song)},
          {"dynamics", dynamics(report)},
          {"spectrum", spectrum(report)},
          {"stereo", stereo(song.stereo)},
          {"rhythm", rhythm(song.rhythm)},
          {"tonality", tonality(song.tonality)},
          {"structure", structure(song.structure)},
          {"music", named(song.music.features, kFeatureNames, 3)},
          {"style",
           {{"compression", text(word(song.music.compression))},
            {"eq", text(word(song.music.eq))},
            {"reverb", text(word(song.music.reverb))},
            {"decay_s", number(song.music.decay_s, 2)}}},
          {"genre", genre(song.genre)},
          {"voice", {{"speech_ratio", number(song.speech_ratio, 3)}}},
          {"patterns", patterns(song.music)},
          {"defects", defects(song.defects)},
          {"suggestions", suggestions(report.suggestions)}};
}

}  // namespace ag06::report
