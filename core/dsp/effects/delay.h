// Echoes added to the untouched signal: feedback through a high-pass, a low-pass and a soft clip, sides that may alternate, and ducking. Not for
// pitch effects: a change of time crossfades from the old echo to the new one.
// Source: J. Dattorro, "Effect Design, Part 2: Delay-Line Modulation and Chorus", JAES 45(10), 1997 (recirculating line); filters and taps:
// dsp/primitives/stereo_one_pole.h, dsp/primitives/fractional_taps.h.
#pragma once

#include <vector>

#include "dsp/effects/ducker.h"
#include "dsp/primitives/fractional_taps.h"
#include "dsp/primitives/history_line.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/primitives/stereo_one_pole.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct DelayParams {
  float time_ms = 350.0f;        // [1, 4000]
  float feedback_ratio = 0.35f;  // [0, 1]; each echo re the one before it, between the two cuts
  float low_cut_hz = 120.0f;     // [20, 2000]; 6 dB/oct, once more for each echo
  float high_cut_hz = 6000.0f;   // [500, 20000]; 6 dB/oct, once more for each echo
  float ping_pong_ratio = 0.0f;  // [0, 1]; 0 channels keep their side, 1 the mono sum echoes left, right, left; no effect on mono
  float duck_db = 0.0f;          // [0, 24]; how far echoes go down while the dry signal peaks above -21 dBFS (not at all below -45 dBFS)
  float level_lin = 0.0f;        // [0, 1]; of the echoes; while it rests at 0 the memory is empty, so that nothing of the past bursts in
};

// Guarantee: level 0 passes the input bit for bit. Echoes come within 0.05 frames of their time (16-tap fractional reading, the low-pass' own delay
// taken off; times of less than 9 frames plus that delay are lengthened to it, which only rates below 16 kHz know). The line stays within +-2
// (+6 dBFS) whatever comes: linear up to full scale, and stable at feedback 1 for good. What enters is limited to +24 dBFS.
class Delay {
 public:
  using Params = DelayParams;
  // Control thread; allocates. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  void set_params(const DelayParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  static constexpr int kGridFrames = HistoryLine::kMaxWriteFrames;
  static constexpr int kTaps = 16;

  // Where the lines are read.
  struct Tap {
    double delay_frames = 0.0;
    int oldest_age = 0;  // of the kernel's first frame
    float coefficients[kTaps]{};
  };
  // Values of one segment's frames.
  struct Ramps;

  void point_at(Tap& tap, double delay_frames) const noexcept;
  [[nodiscard]] int longest_segment(const Tap& tap) const noexcept { return tap.oldest_age - kTaps + 1; }
  void wake() noexcept;
  void start_due_fade() noexcept;
  void read(const Tap& tap, const HistoryLine& line, float* out, int frames) const noexcept;
  void read_faded(int channel, float* out, int frames) const noexcept;
  void filter(const Ramps& ramps, float (*wet)[kGridFrames], int frames) noexcept;
  void process_segment(AudioBlock io, int at, int frames) noexcept;

  double sample_rate_hz_ = 48000.0;
  int channels_ = 2;
  FractionalTaps<kTaps> fractional_{0.65};
  HistoryLine lines_[kMaxStripChannels];
  Tap tap_, next_tap_;
  double wanted_delay_frames_ = 0.0;
  std::vector<float> fade_;  // a raised cosine from 0 to 1
  int fade_at_ = -1;         // -1: no fade
  SmoothedValue feedback_, ping_pong_, level_, feed_;
  SmoothedValue low_cut_gain_, high_cut_gain_;
  StereoOnePole low_cut_, high_cut_;
  Ducker ducker_;
  bool runs_ = false;
  int grid_frame_ = 0;
};

}  // namespace ag06::dsp
