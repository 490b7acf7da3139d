#include <algorithm>
#include <cmath>

#include "analysis/level/level_history.h"
#include "analysis/loudness_scale.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kNan = DynamicsReport::kUnknown;
constexpr double kSilentLufs = -70.0;         // BS.1770-5 eq. 5: no programme
constexpr double kMacroRangeLu = 20.0;        // what Tech 3342 section 3 keeps, here counted from the loudest
constexpr double kPlayingRangeDb = 30.0;      // as analysis/song_profile.h: pieces within this of the loudest tenth play
constexpr double kPlayingFloorDbfs = -80.0;   // and nothing plays below this
constexpr int kLeastPieces = 60;              // 3 s: less says nothing of a song's dynamics
// As assist/musical_rule.cc, for no style in particular.
constexpr double kDensePlrDb = 9.5;
constexpr double kSpreadThatSitsDb = 8.0;
constexpr double kLargestRatio = 4.0;
// A master stands at its ceiling and has its level evened out: what is left of its spread is the arrangement.
constexpr double kMasterPeakDbtp = -1.5;
constexpr double kMasterPlrDb = 14.0;
constexpr double kMasterLufs = -18.0;
constexpr double kRatioPerDb = 1.0 / 8.0;
// Attack: long enough that the rise of the typical onset and the body of a drum, some 10 ms, pass.
constexpr double kSoftSlopeDbPerMs = 0.5;
constexpr double kSharpSlopeDbPerMs = 5.0;
constexpr double kSoftAttackMs = 10.0;
constexpr double kSharpAttackMs = 30.0;
constexpr double kPunchyMicroDb = 13.0;       // pink noise peaks 11 to 12 dB over its rms within 50 ms
constexpr double kUnknownTempoReleaseMs = 150.0;
constexpr double kShortestReleaseMs = 60.0;
constexpr double kLongestReleaseMs = 400.0;

[[nodiscard]] double db_of(std::int16_t hundredths) noexcept { return 0.01 * hundredths; }

// Nearest rank; NaN when there are none. Reorders.
[[nodiscard]] double percentile(std::vector<std::int16_t>& values, double share_ratio) {
  if (values.empty()) return kNan;
  const auto rank = static_cast<std::ptrdiff_t>(share_ratio * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return db_of(values[static_cast<std::size_t>(rank)]);
}

void tell_loudness(const std::vector<LevelHistory::Loudness>& heard, DynamicsReport& report) {
  if (heard.empty()) return;
  const std::size_t merged = (heard.size() + kMaxLoudnessPoints - 1) / kMaxLoudnessPoints;
  report.loudness_step_s = LevelHistory::kLoudnessStepS * static_cast<double>(merged);
  for (std::size_t at = 0; at < heard.size(); at += merged) {
    const std::size_t end = std::min(heard.size(), at + merged);
    double energy = 0.0;
    int counted = 0;
    std::int16_t loudest = LevelHistory::kNothing;
    for (std::size_t k = at; k < end; ++k) {
      loudest = std::max(loudest, heard[k].momentary_clu);
      if (heard[k].short_term_clu == LevelHistory::kNothing) continue;
      energy += energy_of(db_of(heard[k].short_term_clu));
      ++counted;
    }
    const double short_term_lufs = counted > 0 ? lufs_of(energy / counted) : kNan;
    report.short_term_lufs.push_back(static_cast<float>(short_term_lufs >= kSilentLufs ? short_term_lufs : kNan));
    report.momentary_max_lufs.push_back(static_cast<float>(db_of(loudest) >= kSilentLufs ? db_of(loudest) : kNan));
  }
  std::vector<std::int16_t> kept;
  std::int16_t loudest = LevelHistory::kNothing;
  for (const auto& point : heard) loudest = std::max(loudest, point.short_term_clu);
  const double floor_lufs = std::max(kSilentLufs, db_of(loudest) - kMacroRangeLu);
  for (const auto& point : heard)
    if (db_of(point.short_term_clu) >= floor_lufs) kept.push_back(point.short_term_clu);
  const double low_lufs = percentile(kept, 0.10);
  report.macro_dynamics_lu = percentile(kept, 0.95) - low_lufs;
}

struct Playing {
  std::size_t pieces = 0;
  double crest_median_db = kNan;
  double peak_median_dbfs = kNan;
  double spread_db = kNan;  // 95th - 20th percentile of the rms
};

[[nodiscard]] Playing playing_of(const std::vector<LevelHistory::Piece>& pieces) {
  std::vector<std::int16_t> rms;
  for (const auto& piece : pieces)
    if (db_of(piece.rms_cdb) >= kPlayingFloorDbfs) rms.push_back(piece.rms_cdb);
  if (rms.empty()) return {};
  const double floor_dbfs = percentile(rms, 0.9) - kPlayingRangeDb;
  std::vector<std::int16_t> crest, peak;
  rms.clear();
  for (const auto& piece : pieces) {
    if (db_of(piece.rms_cdb) < std::max(floor_dbfs, kPlayingFloorDbfs)) continue;
    rms.push_back(piece.rms_cdb);
    peak.push_back(piece.peak_cdb);
    crest.push_back(static_cast<std::int16_t>(piece.peak_cdb - piece.rms_cdb));
  }
  const double low_dbfs = percentile(rms, 0.2);
  return {rms.size(), percentile(crest, 0.5), percentile(peak, 0.5), percentile(rms, 0.95) - low_dbfs};
}

[[nodiscard]] CompressorAdvice advise(const Playing& playing, const DynamicsReport& report, const StreamReport& stream, double tempo_bpm) noexcept {
  CompressorAdvice advice;
  if (playing.pieces < kLeastPieces || !is_finite(stream.plr_db) || !is_finite(stream.integrated_lufs)) return advice;
  const double excess_db = playing.spread_db - kSpreadThatSitsDb;
  const bool dense = stream.plr_db < kDensePlrDb;
  const bool master = stream.true_peak_dbtp > kMasterPeakDbtp && stream.plr_db < kMasterPlrDb && stream.integrated_lufs > kMasterLufs;
  if (dense || master || !(excess_db > 0.0)) return advice;
  advice.advised = true;
  // At the typical peak only the louder half is held.
  advice.threshold_dbfs = clamp_to(playing.peak_median_dbfs, -60.0, 0.0);
  advice.ratio = clamp_to(1.3 + kRatioPerDb * excess_db, 1.3, kLargestRatio);
  double sharp_01 = 0.0;
  if (is_finite(report.attack_slope_db_per_ms))
    sharp_01 = clamp_to(lin_to_db(report.attack_slope_db_per_ms / kSoftSlopeDbPerMs) / lin_to_db(kSharpSlopeDbPerMs / kSoftSlopeDbPerMs), 0.0, 1.0);
  if (playing.crest_median_db > kPunchyMicroDb) sharp_01 = std::max(sharp_01, 0.5);
  advice.attack_ms = kSoftAttackMs + sharp_01 * (kSharpAttackMs - kSoftAttackMs);
  // Back before the next eighth note, a sharp song sooner: from half a beat to a quarter.
  const bool known = is_finite(tempo_bpm) && tempo_bpm > 0.0;
  const double release_ms = known ? (60000.0 / tempo_bpm) * (0.5 - 0.25 * sharp_01) : kUnknownTempoReleaseMs;
  advice.release_ms = clamp_to(release_ms, kShortestReleaseMs, kLongestReleaseMs);
  return advice;
}
}  // namespace

DynamicsReport find_dynamics(const LevelHistory& heard, const StreamReport& stream, double tempo_bpm) {
  DynamicsReport report;
  tell_loudness(heard.loudness(), report);
  const Playing playing = playing_of(heard.pieces());
  report.micro_dynamics_db = playing.crest_median_db;
  report.attack_slope_db_per_ms = heard.attacks().median_slope_db_per_ms();
  if (playing.pieces > 0) report.transient_ratio = std::min(1.0, heard.attacks().transients() / static_cast<double>(playing.pieces));
  report.compressor = advise(playing, report, stream, tempo_bpm);
  return report;
}

}  // namespace ag06::analysis
