// Finds what is wrong with whole channels: offset, inverted polarity, two that are one, imbalance, and long silence. Not a stereo meter
// (level/stereo_field.h). Decided by us: offset from 0.05 % of full scale up, when the pieces of 50 ms show it however loud or soft they are;
// polarity when the channels agree but for their sign, in the whole and below 250 Hz, nearly all the time; mono when nothing above -60 dB tells the
// channels apart; imbalance from 3 dB up when nearly all pieces lean the same way by 1.5 dB or more; silence (below -72 dBFS) of 1 s in front, 2 s
// within, 3 s at the end.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/defects/defect_report.h"
#include "analysis/level/stereo_field.h"

namespace ag06::analysis {

class ChannelWatch {
 public:
  // The rate is needed for the low band only.
  void prepare(const StreamSpec& spec) noexcept;
  void reset() noexcept;
  // The next slot of level/slot_cutter.h, which begins at time_s.
  void take_slot(const float* const* planes, int frames, double time_s) noexcept;
  void find(double duration_s, std::vector<Defect>& found) const;

 private:
  static constexpr int kSlotsPerPiece = 5;

  struct Sums {
    double left = 0.0, right = 0.0;
    ChannelPowers powers;
    double frames = 0.0;
  };
  struct Offset {  // of the pieces' means; weighted by the inverse of their power
    double weights = 0.0, sum = 0.0;
    double squared_weights = 0.0, squared_sum = 0.0, squares = 0.0;  // of w^2, w^2 m, w^2 m^2
  };

  void end_piece(double end_s) noexcept;
  void end_silence(double end_s) noexcept;
  void find_offset(std::vector<Defect>& found) const;
  void find_between_channels(std::vector<Defect>& found) const;
  void find_silence(double duration_s, std::vector<Defect>& found) const;

  int channels_ = 1;
  float low_pass_ = 0.0f;
  float low_state_[2]{};
  Sums whole_, piece_;
  ChannelPowers low_;  // below 250 Hz
  float piece_peak_lin_ = 0.0f;
  int slots_in_piece_ = 0;
  double pieces_ = 0.0, sounding_ = 0.0, opposed_ = 0.0, left_heavy_ = 0.0, right_heavy_ = 0.0;
  Offset steady_[kMaxStripChannels];
  double silent_since_s_ = 0.0;  // negative: it sounds
  double last_end_s_ = 0.0;
  double longest_s_ = 0.0, silence_s_ = 0.0;
  int places_ = 0;
  std::array<double, kMaxDefectPlaces> place_s_{};
};

}  // namespace ag06::analysis
