// The recirculating part of a reverb and its two outputs: how the delay lines hear each other makes the type. No cuts, predelay or dry signal.
// Source: J.-M. Jot, A. Chaigne, AES 90th Convention, 1991 (room, hall: feedback delay network) with the Kronecker product of two 4 x 4 Householder
// matrices (J.-M. Jot, "Efficient models for reverberation and distance rendering", ICMC 1997); J. Dattorro, JAES 45(9), 1997, figure 1 (plate);
// M. R. Schroeder, JAES 10(3), 1962 and J. A. Moorer, Computer Music Journal 3(2), 1979 (chamber: parallel combs, then allpasses);
// L. Dahl, J.-M. Jot, "A reverberator based on absorbent all-pass filters", DAFx-00 (losses inside the plate's allpasses as well).
#pragma once

#include "dsp/effects/reverb_diffuser.h"
#include "dsp/effects/reverb_lines.h"
#include "dsp/effects/reverb_setting.h"

namespace ag06::dsp {

class ReverbTank {
 public:
  void prepare(double sample_rate_hz);
  void clear_part(int part, int parts) noexcept;
  void start(ReverbType type) noexcept;  // the memory must be silent
  void set_modulation(double ratio) noexcept { lines_.set_modulation(ratio); }
  void copy_reading(int from, int to) noexcept;
  // Every kReverbGridFrames frames, before process(); incoming: null without a fade.
  void step(const ReverbSetting& now, int index, const ReverbSetting* incoming) noexcept;
  // lanes: [frames][kReverbLanes], overwritten; left, right: the wet signal. fade: as of ReverbFront.
  void process(float* lanes, const ReverbSetting& now, int index, const ReverbSetting& incoming, const float* fade, int frames, float* left,
               float* right) noexcept;

 private:
  void mix_network(const float* lanes, float* rows, int frames, float* left, float* right) const noexcept;
  void mix_plate(const float* left_in, const float* right_in, float* rows, int frames) const noexcept;
  void mix_combs(const float* lanes, float* rows, int frames, float* left, float* right) const noexcept;
  void tap_plate(const ReverbSetting& setting, int index, int frames, float* left, float* right) noexcept;

  ReverbType type_ = ReverbType::hall;
  ReverbLines lines_;
  LaneDiffuser diffuser_;
  AllpassChain allpasses_;
  AbsorbentState tap_losses_[2][kReverbGroups];
};

}  // namespace ag06::dsp
