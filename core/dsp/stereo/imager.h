// Widens or narrows the stereo image, overall and in three bands, makes the bass mono and sets the balance. Not for mono streams: they pass.
// Source: S. Linkwitz, "Active Crossover Networks for Noncoincident Drivers", JAES 24(1), 1976 (fourth-order crossover); V. Zavalishin, "The Art of
// VA Filter Design", rev. 2.1.0, 2018, section 3.10 (one-pole filter whose coefficient may move).
#pragma once

#include "base/simd.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/primitives/stereo_butterworth.h"
#include "dsp/unit.h"

namespace ag06::dsp {

struct ImagerParams {
  float width_ratio = 1.0f;       // [0, 2]; gain of the side signal: 0 is mono, 1 the input
  float low_width_ratio = 1.0f;   // [0, 2]; of the part below low_split_hz, multiplied with width_ratio
  float mid_width_ratio = 1.0f;   // [0, 2]; as low
  float high_width_ratio = 1.0f;  // [0, 2]; as low, above high_split_hz
  float low_split_hz = 250.0f;    // [60, 1000]
  float high_split_hz = 4000.0f;  // [1000, 12000]; at most 0.45 of the rate
  float mono_below_hz = 0.0f;     // [0, 500]; below 20 off
  float balance_ratio = 0.0f;     // [-1, 1]; gain of the left channel 1 - balance above 0, of the right 1 + balance below 0
};

// The side signal is split by first-order filters that sum to itself. That is the steepest split that keeps the image in its order: by Bode's
// relation a steeper one turns the side by more than 90 degrees against the mid, and what was left appears on the right.
// The bass is made mono by a fourth-order Linkwitz-Riley crossover on both channels whose low band is mono; so the mid passes its all-pass.
// Guarantee: all widths 1, mono_below off and balance 0 pass the input bit for bit. Widths never change L + R by more than rounding (-140 dB), and
// mono_below changes no more than its phase (0.01 dB). Width 0 leaves no side at all. NaN and infinity count as silence; while the unit works,
// samples are limited to +60 dBFS.
class Imager {
 public:
  using Params = ImagerParams;
  [[nodiscard]] Status prepare(const StreamSpec& spec) noexcept;
  void reset() noexcept;
  void set_params(const ImagerParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  static constexpr int kGridFrames = 64;

  [[nodiscard]] bool settled() const noexcept;
  [[nodiscard]] bool neutral() const noexcept;
  void move_controls() noexcept;
  void flush_tiny_states() noexcept;
  void process_segment(AudioBlock io, int at, int frames) noexcept;
  void narrow_or_widen(double* side, int frames) noexcept;
  void make_bass_mono(double* mid, double* side, int frames) noexcept;

  double sample_rate_hz_ = 48000.0;
  int channels_ = 0;
  int grid_frame_ = 0;
  // Gains of the side's bands, equal to the last bit while the bands do not run; balance; g / (1 + g) of the splits, g = tan(pi f / rate); mono bass.
  enum Control : int { kLow, kMid, kHigh, kLeft, kRight, kLowSplit, kHighSplit, kMonoG, kMonoShare, kControls };
  SmoothedValue controls_[kControls];
  bool bands_run_ = false;
  bool mono_runs_ = false;
  double low_state_ = 0.0, high_state_ = 0.0;
  StereoButterworth both_;  // lanes: mid, side
  StereoButterworth side_;  // the second lane only
  f32x4 width_now_{}, left_now_{}, right_now_{};
};

}  // namespace ag06::dsp
