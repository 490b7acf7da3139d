// Everything the mixing rule needs to know of a song, measured in one pass in fixed memory. Not for display at single-sample detail.
#pragma once

#include "analysis/level_histogram.h"
#include "analysis/octave_bands.h"
#include "analysis/stream_meter.h"
#include "analysis/stream_report.h"

namespace ag06::analysis {

struct Profile {
  StreamReport report{};
  double octave_level_db[kOctaveBands]{};  // NaN where unmeasured
  // Of 50 ms pieces. "Playing" counts only pieces within 30 dB of the loudest tenth.
  double playing_peak_median_dbfs = 0.0;
  double playing_peak_p95_dbfs = 0.0;
  double playing_rms_spread_db = 0.0;  // 95th - 20th percentile
  // Steady background in the pauses: NaN unless the quietest pieces share one level well below the rest.
  double pause_noise_dbfs = 0.0;
};
inline constexpr int kProfileResults = kMeterResults + kOctaveBands + 4;
static_assert(sizeof(Profile) == kProfileResults * sizeof(double));

class SongProfile {
 public:
  // Errors: those of validate(). Mono or stereo. Allocates.
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  void process(ConstAudioBlock in) noexcept;
  // Ends the stream.
  [[nodiscard]] Profile finish() noexcept;

 private:
  void end_piece() noexcept;

  StreamMeter meter_;
  OctaveBands octaves_;
  LevelHistogram peaks_;
  LevelHistogram rms_;
  int piece_frames_ = 1;
  int in_piece_ = 0;
  int channels_ = 1;
  float piece_peak_lin_ = 0.0f;
  double piece_energy_ = 0.0;
};

}  // namespace ag06::analysis
