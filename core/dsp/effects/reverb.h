// A reverberator of four types that adds its wet signal to the untouched dry one. Not a convolver; it imitates no particular place.
// Source: see reverb_tank.h (networks), reverb_absorption.h (decay), reverb_setting.h (lengths).
#pragma once

#include "dsp/effects/reverb_front.h"
#include "dsp/effects/reverb_params.h"
#include "dsp/effects/reverb_tank.h"
#include "dsp/unit.h"

namespace ag06::dsp {

// Guarantee: level 0 is the input bit for bit. Otherwise each octave from 125 Hz to 8 kHz of the wet response decays with the T60 of reverb_t60_s()
// within 5 % (plate: from 0.5 s on, chamber: from 0.7 s on; shorter ones show the build-up), and every type, size and decay from 0.3 s on is equally
// loud within 1.5 dB: at level 1 as loud as the dry signal. Room, hall and plate have an echo density above 0.9 within 20 ms.
// A change of settings crossfades two readings of the tank in 40 ms, no click above -90 dB; changes during a fade wait for its end, and a tail that
// is swept dies faster. A change of type fades the wet signal out, empties the tank and starts it anew. At level 0 the tank rests and is emptied:
// raised again, it begins from silence.
// Non-finite samples count as silence; the tank hears magnitudes above 16 (+24 dBFS) as 16.
class Reverb {
 public:
  using Params = ReverbParams;
  // Control thread; allocates. Errors: those of validate().
  [[nodiscard]] Status prepare(const StreamSpec& spec);
  void reset() noexcept;
  void set_params(const ReverbParams& params) noexcept;
  void process(AudioBlock io) noexcept;
  [[nodiscard]] int latency_frames() const noexcept { return 0; }

 private:
  enum class Phase : int { resting, running, stopping, emptying };

  void step() noexcept;  // on the grid
  void start() noexcept;
  void begin_fade() noexcept;
  void process_chunk(AudioBlock io, int at, int frames) noexcept;
  void clear_part(int part, int parts) noexcept;

  double sample_rate_hz_ = 48000.0;
  int channels_ = 2;
  AbsorbentDesigner absorption_;
  ReverbFront front_;
  ReverbTank tank_;
  ReverbParams wanted_, applied_;
  ReverbSetting settings_[2];
  int index_ = 0;              // of the setting in force; the other one is coming in while fading_
  bool fading_ = false;
  double fade_progress_ = 0.0, fade_step_ = 1.0;
  double gate_progress_ = 1.0, gate_step_ = 1.0;  // of the tank's input when it starts, of its output when it stops
  Phase phase_ = Phase::resting;
  int emptied_parts_ = 0, empty_parts_ = 1;
  int grid_at_ = 0;            // frames since the latest step
  SmoothedValue level_lin_, width_ratio_;
  float side_lin_ = 1.0f, width_loudness_lin_ = 1.0f;
};

}  // namespace ag06::dsp
