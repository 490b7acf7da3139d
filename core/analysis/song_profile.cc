#include "analysis/song_profile.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kPieceMs = 50.0;
constexpr double kPlayingRangeDb = 30.0;
// A background is steady when the quietest 2 % to 8 % of the pieces lie this close together ...
constexpr double kSteadySpreadDb = 4.0;
// ... and it is a background, not music, when it lies this far below the typical piece.
constexpr double kBackgroundDistanceDb = 28.0;
}  // namespace

Status SongProfile::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  if (const Status status = meter_.prepare(spec); status != Status::ok) return status;
  if (const Status status = octaves_.prepare(spec); status != Status::ok) return status;
  piece_frames_ = std::max(1, frames_for_ms(kPieceMs, spec.sample_rate_hz));
  channels_ = spec.channels;
  reset();
  return Status::ok;
}

void SongProfile::reset() noexcept {
  meter_.reset();
  octaves_.reset();
  peaks_.clear();
  rms_.clear();
  in_piece_ = 0;
  piece_peak_lin_ = 0.0f;
  piece_energy_ = 0.0;
}

void SongProfile::process(ConstAudioBlock in) noexcept {
  meter_.process(in);
  octaves_.process(in);
  for (int i = 0; i < in.frames; ++i) {
    for (int c = 0; c < in.channel_count; ++c) {
      const float sample = in.channel(c)[i];
      const float x = is_finite(sample) ? sample : 0.0f;
      piece_peak_lin_ = std::max(piece_peak_lin_, std::fabs(x));
      piece_energy_ += static_cast<double>(x) * x;
    }
    if (++in_piece_ == piece_frames_) end_piece();
  }
}

void SongProfile::end_piece() noexcept {
  if (piece_peak_lin_ > 0.0f) {
    peaks_.add(lin_to_db(piece_peak_lin_));
    rms_.add(0.5 * lin_to_db(piece_energy_ / (static_cast<double>(piece_frames_) * channels_)));
  }
  in_piece_ = 0;
  piece_peak_lin_ = 0.0f;
  piece_energy_ = 0.0;
}

Profile SongProfile::finish() noexcept {
  Profile profile;
  profile.report = meter_.finish();
  for (int b = 0; b < kOctaveBands; ++b) profile.octave_level_db[b] = octaves_.level_db(b);
  const double peak_floor_db = peaks_.percentile_db(0.9) - kPlayingRangeDb;
  profile.playing_peak_median_dbfs = peaks_.percentile_db(0.5, peak_floor_db);
  profile.playing_peak_p95_dbfs = peaks_.percentile_db(0.95, peak_floor_db);
  const double rms_floor_db = rms_.percentile_db(0.9) - kPlayingRangeDb;
  profile.playing_rms_spread_db = rms_.percentile_db(0.95, rms_floor_db) - rms_.percentile_db(0.2, rms_floor_db);
  const double quiet_db = rms_.percentile_db(0.02);
  const double quiet_upper_db = rms_.percentile_db(0.08);
  const bool steady = quiet_upper_db - quiet_db <= kSteadySpreadDb && rms_.percentile_db(0.5) - quiet_upper_db >= kBackgroundDistanceDb;
  profile.pause_noise_dbfs = steady ? quiet_upper_db : __builtin_nan("");
  return profile;
}

}  // namespace ag06::analysis
