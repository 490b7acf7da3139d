// Copies of the signal whose delays swing, added to the untouched signal. Not a flanger: there is no feedback, and bass stays as it is.
// Source: J. Dattorro, "Effect Design, Part 2: Delay-Line Modulation and Chorus", JAES 45(10), 1997 (chorus with several voices); taps:
// dsp/primitives/fractional_taps.h. Deviations: the voices' delays are spread by a quarter around the middle, and what they are fed is high-passed at
// 120 Hz (two first orders), because equal delays and bass, whose waves outlast the swing, would meet the dry signal as a comb that stands still.
#pragma once

#include <cstdint>
#include <vector>

#include "base/simd.h"
#include "dsp/primitives/history_line.h"
#include "dsp/primitives/smoothed_value.h"
#include "dsp/primitives/stereo_one_pole.h"
#include "dsp/unit.h"

namespace ag06::dsp {

enum class ChorusShape : int {
  sine,
  triangle,  // three partials of it: the detuning holds within 5 % over two thirds of the time, and turns without a kink
};

struct ChorusParams {
  float rate_hz = 0.6f;                    // [0.05, 8]
  float depth_ms = 2.5f;                   // [0, 10]; the delays swing by +- this, or as far as the shortest voice's delay lets them
  float delay_ms = 12.0f;                  // [5, 40]; of the middle voice; the outer ones lie 25 % below and above
  int voices = 3;                          // [1, 6]; equidistant in the swing
  ChorusShape shape = ChorusShape::sine;
  float spread_ratio = 0.8f;               // [0, 1]; 1: outer voices hard left and right, the right swings a quarter turn ahead of the left
  float level_lin = 0.0f;                  // [0, 1]; 1: the voices together are as strong as the dry signal
};

// Guarantee: level 0 passes the input bit for bit. Voices lose less than 0.05 dB at 10 kHz at 44.1 kHz, wherever between frames they read. At level 1
// with the default delay and depth, the power of the mono sum over one swing has no notch below -4 dB, whatever the voices, shape and
// spread. What enters is limited to +24 dBFS.
class Chorus {
 public:
  using Params = ChorusParams;
  // Control thread; allocates. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  void set_params(const ChorusParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  static constexpr int kGridFrames = HistoryLine::kMaxWriteFrames;
  static constexpr int kMostVoices = 6;
  static constexpr int kTaps = 8;
  static constexpr int kRows = 128;  // of the kernel table per frame; linear between them: -98 dB

  // All that a change crossfades between.
  struct Settings {
    int voices = 1;
    ChorusShape shape = ChorusShape::sine;
    float delay_ms = 0.0f, depth_ms = 0.0f, spread_ratio = 0.0f;
    friend bool operator==(const Settings&, const Settings&) = default;
  };
  struct Tap {
    int whole_frames = 0;  // of the delay at rest
    float rest_frames = 0.0f;
    std::uint32_t phase = 0;  // ahead of the oscillator, in 2^-32 turns
    float gain_lin = 0.0f;
  };
  struct Bank {
    Settings settings;
    float depth_frames = 0.0f;
    float shape[3]{};  // the swing is s (a + b s^2 + c s^4) of a sine s
    Tap taps[kMaxStripChannels][kMostVoices];
  };

  void arrange(Bank& bank, const Settings& settings) const noexcept;
  void wake() noexcept;
  void read(const Bank& bank, int channel, const std::uint32_t* phases, float* out, int frames) const noexcept;
  void process_segment(AudioBlock io, int at, int frames) noexcept;

  double sample_rate_hz_ = 48000.0;
  int channels_ = 2;
  std::vector<float> kernels_;  // kRows + 1 of them, each followed by its difference to the next
  HistoryLine lines_[kMaxStripChannels];
  double low_cut_gain_ = 1.0;
  StereoOnePole first_low_cut_, second_low_cut_;
  Bank bank_, next_bank_;
  Settings wanted_;
  std::vector<float> fade_;  // a raised cosine from 0 to 1
  int fade_at_ = -1;         // -1: no fade
  SmoothedValue rate_hz_, level_, feed_;
  std::uint64_t phase_ = 0;  // in 2^-64 turns
  bool runs_ = false;
  int grid_frame_ = 0;
};

}  // namespace ag06::dsp
