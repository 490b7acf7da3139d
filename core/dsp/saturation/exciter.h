// Adds harmonics of what lies above a frequency to the untouched signal. Not a saturator: the fundamentals keep their level and wave form.
// Source: D. Gabor, "Theory of communication", J. IEE 93(III), 1946 (analytic signal); E. Larsen, R. M. Aarts, "Audio Bandwidth Extension", 2004,
// ch. 2 (harmonics from a filtered band). The n-th harmonic of z = A exp(j phi) is Re(z w^(n-1)) with w = d z / sqrt(1 + |d z|^2), the band driven
// by d into a limit on its envelope: it stands |w|^(n-1) over the fundamental, so it grows with level and drive as a saturator's does and ends at it.
// Why not a waveshaper: powers of the analytic signal make no fundamental, no DC and no difference tones, and as only the second to the fifth
// harmonic exist at all, four times the rate holds them without aliases at any drive. Only the limit on the envelope makes more of several tones:
// the difference of two lies 30 dB or more under their sum, and what falls below freq_hz is filtered out.
#pragma once

#include "base/simd.h"
#include "dsp/primitives/analytic_pair.h"
#include "dsp/primitives/halfband.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/primitives/stereo_butterworth.h"
#include "dsp/unit.h"

namespace ag06::dsp {

enum class ExciterType : int {
  tube,    // even and odd, the second leads
  tape,    // odd only, 6 dB less above 7 kHz
  bright,  // second and third alike, 3 dB more above 7 kHz
};

struct ExciterParams {
  ExciterType type = ExciterType::tube;
  float freq_hz = 3000.0f;   // [200, 10000]; harmonics are made from what lies above it (12 dB/oct)
  float drive_db = 6.0f;     // [0, 24]; relative to full scale: at a peak of -drive the second harmonic stands 3 dB under its limit
  float amount_lin = 0.0f;   // [0, 1]; at 1 all harmonics of a tone together stand at least 6 dB under it: at most 1 dB of level is added
  float tone_hz = 16000.0f;  // [4000, 20000]; low-pass on what is added (12 dB/oct)
};

// Guarantee: amount 0 passes the input bit for bit; the dry path has no latency, harmonics come 0.3 to 0.6 ms late (tones from 2 kHz up). At 48 kHz,
// for tones from 1 to 10 kHz at full scale and any drive, no alias up to 20 kHz above -120 dB re the fundamental, no DC above -110 dB; for two tones
// -120 dB at the default drive, -90 dB at 24 dB. What drives the harmonics is limited to +24 dBFS.
class Exciter {
 public:
  using Params = ExciterParams;
  [[nodiscard]] Status prepare(const StreamSpec& spec) noexcept;
  void reset() noexcept;
  void set_params(const ExciterParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  static constexpr int kGridFrames = 64;
  static constexpr int kMostOversampling = 4;

  enum Control : int { kBandLog2G, kDrive, kSecond, kThird, kFourth, kFifth, kShelf, kToneLog2G, kFeed, kAmount, kControls };
  // The controls at one frame.
  struct Setting {
    float drive, second, third, fourth, fifth;
    double shelf, feed, amount;
    double band_g, tone_g;
  };

  [[nodiscard]] bool settled() const noexcept;
  [[nodiscard]] Setting setting_now() const noexcept;
  void move_controls(int frames) noexcept;
  void clear_states() noexcept;
  void flush_tiny_states() noexcept;
  void process_segment(AudioBlock io, int at, int frames) noexcept;
  void feed_band(AudioBlock io, int at, int frames, f32x4* analytic) noexcept;
  void make_harmonics(const f32x4* analytic, f32x4* wet, int frames) const noexcept;
  void add(AudioBlock io, int at, int frames, const f32x4* made) noexcept;

  double sample_rate_hz_ = 48000.0;
  int doublings_ = 2;  // of the rate at which the harmonics are made
  int grid_frame_ = 0;
  bool runs_ = false;
  SmoothedValue controls_[kControls];
  bool moving_ = true;  // while settings_ differ among each other
  Setting settings_[kGridFrames]{};
  StereoButterworth band_, cleared_, tone_;  // before and after the harmonics are made
  AnalyticPair analytic_;
  // Attenuations: steep (up to 22 kHz at 48 kHz) 130 dB, wide (the rest) 116 dB.
  HalfbandUp<5> steep_up_;
  HalfbandUp<2> wide_up_;
  HalfbandDown<2> wide_down_;
  HalfbandDown<5> steep_down_;
  double shelf_coefficient_ = 0.0;  // one-pole
  f64x2 shelf_low_{};
  // What passes between the stages, within one call only.
  f32x4 work_[2][kMostOversampling * kGridFrames]{};
};

}  // namespace ag06::dsp
