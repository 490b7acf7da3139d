#include "analysis/music/production_style.h"

#include "base/math.h"

namespace ag06::analysis {
namespace {
// Commercial recordings fall by about 5 dB per octave from 100 Hz to 4 kHz in power per hertz, and faster above: P. D. Pestana, Z. Ma, J. D. Reiss,
// A. Barbosa, D. A. A. Black, "Spectral characteristics of popular commercial recordings 1950-2010", AES 135, 2013, paper 8960. In bands of equal
// ratio that is 3 dB per octave less. How much faster it falls above 4 kHz was chosen by us.
constexpr double kReferenceDbPerOctave = -2.0;
constexpr double kSteeperDbPerOctave = -3.0;
constexpr double kSteeperFromHz = 4000.0;

constexpr double kCrushedPlrDb = 9.0;
constexpr double kModernPlrDb = 12.5;
constexpr double kVintagePlrDb = 17.0;
constexpr double kOpenRangeLu = 9.0;
constexpr double kClippedMicroDb = 6.0;

double reference_db(double frequency_hz) noexcept {
  double level_db = kReferenceDbPerOctave * log2_exact(frequency_hz / 1000.0);
  if (frequency_hz > kSteeperFromHz) level_db += kSteeperDbPerOctave * log2_exact(frequency_hz / kSteeperFromHz);
  return level_db;
}

double point_hz(int index) noexcept { return 20.0 * exp2_exact(index / 6.0); }

double mean_excess_db(const SpectrumReport& spectrum, double from_hz, double to_hz) noexcept {
  double sum_db = 0.0;
  int count = 0;
  for (int i = 0; i < kCurvePoints; ++i) {
    const double level_db = spectrum.curve_db[static_cast<std::size_t>(i)];
    if (point_hz(i) < from_hz || point_hz(i) > to_hz || !is_finite(level_db)) continue;
    sum_db += level_db - reference_db(point_hz(i));
    ++count;
  }
  return count >= 4 ? sum_db / count : __builtin_nan("");
}
}  // namespace

ToneShape tone_shape(const SpectrumReport& spectrum) noexcept {
  double n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (int i = 0; i < kCurvePoints; ++i) {
    const double level_db = spectrum.curve_db[static_cast<std::size_t>(i)];
    if (point_hz(i) < 100.0 || point_hz(i) > 8000.0 || !is_finite(level_db)) continue;
    const double octave = i / 6.0;
    n += 1.0;
    sx += octave;
    sy += level_db;
    sxx += octave * octave;
    sxy += octave * level_db;
  }
  ToneShape tone;
  // Without the octaves above 2.5 kHz (a rate of 8 kHz holds 3.4) tone cannot be told.
  if (n < 28.0) return tone;
  tone.tilt_db_per_octave = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  const double all_db = mean_excess_db(spectrum, 100.0, 8000.0);
  tone.lows_db = mean_excess_db(spectrum, 80.0, 400.0) - all_db;
  tone.mids_db = mean_excess_db(spectrum, 400.0, 2000.0) - all_db;
  tone.highs_db = mean_excess_db(spectrum, 3000.0, 10000.0) - all_db;
  return tone;
}

// By what is left of the peaks over the loudness. That peaks stand out less and less in mainstream music, until about 2004, is E. Deruty &
// D. Tardieu, "About dynamic processing in mainstream music", JAES 62(1/2), 2014; where one style ends and the next begins was chosen by us. Quiet
// peaks within 50 ms tell of clipping, which true peak alone does not; wide ranges tell that nothing holds the level.
CompressionStyle compression_style(const StreamReport& stream, const DynamicsReport& dynamics) noexcept {
  const double plr_db = stream.plr_db;
  if (!is_finite(plr_db)) return CompressionStyle::unknown;
  const bool clipped = is_finite(dynamics.micro_dynamics_db) && dynamics.micro_dynamics_db < kClippedMicroDb;
  if (plr_db < kCrushedPlrDb || (plr_db < kModernPlrDb && clipped)) return CompressionStyle::crushed;
  if (plr_db >= kVintagePlrDb || (plr_db >= kModernPlrDb && stream.range_lu >= kOpenRangeLu)) return CompressionStyle::open;
  return plr_db >= kModernPlrDb ? CompressionStyle::vintage : CompressionStyle::modern;
}

EqCharacter eq_character(const ToneShape& tone) noexcept {
  if (!is_finite(tone.tilt_db_per_octave) || !is_finite(tone.highs_db)) return EqCharacter::unknown;
  // A dip in the middle is scooped whatever the tilt.
  if (0.5 * (tone.lows_db + tone.highs_db) - tone.mids_db > 5.0 && tone.lows_db - tone.mids_db > 1.5) return EqCharacter::scooped;
  if (tone.highs_db < -9.0) return EqCharacter::dark;
  if (tone.highs_db > 4.0) return EqCharacter::bright;
  if (tone.lows_db > 2.5 || tone.highs_db < -4.5) return EqCharacter::warm;
  return EqCharacter::neutral;
}

// Below 0.35 s a living room's own decay would be longer. Halls lose their highs to the air and keep their lows, plates do neither.
ReverbStyle reverb_style(const RoomReport& room) noexcept {
  if (!is_finite(room.decay_s)) return ReverbStyle::unknown;
  if (room.decay_s < 0.35) return ReverbStyle::dry;
  if (room.decay_s < 1.0) return ReverbStyle::room;
  const bool bright_tail = is_finite(room.high_ratio) && room.high_ratio >= 0.65 && (!is_finite(room.low_ratio) || room.low_ratio <= 1.0);
  return bright_tail && room.decay_s < 3.0 ? ReverbStyle::plate : ReverbStyle::hall;
}

void describe_production(const SongAnalysis& heard, const RoomReport& room, MusicReport& report) noexcept {
  report.compression = compression_style(heard.stream, heard.dynamics);
  report.eq = eq_character(tone_shape(heard.spectrum));
  report.reverb = reverb_style(room);
  report.decay_s = room.decay_s;
}

// Rhythmic: a tempo that is sure, clear and kept. Tonal: a key that is sure and partials that carry it. Percussive: short sounds on more than half
// the scale.
void find_patterns(const SongAnalysis& heard, const TextureSummary& texture, MusicReport& report) noexcept {
  const RhythmReport& rhythm = heard.rhythm;
  report.rhythmic = is_finite(rhythm.tempo_bpm) && rhythm.tempo_confidence >= 0.4 && rhythm.pulse_clarity >= 0.25 && rhythm.tempo_stability >= 0.6;
  report.tonal = heard.tonality.key >= 0 && heard.tonality.key_confidence >= 0.3 && texture.trait(Trait::tonal) >= 0.2;
  report.percussive = report.features[static_cast<std::size_t>(Feature::percussiveness)] >= 0.5;
}

}  // namespace ag06::analysis
