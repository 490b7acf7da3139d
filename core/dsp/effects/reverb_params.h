// What a Reverb is set to; plain values. Not the host's parameter table.
#pragma once

namespace ag06::dsp {

enum class ReverbType : int { room, hall, plate, chamber };

struct ReverbParams {
  ReverbType type = ReverbType::hall;
  float level_lin = 0.0f;          // [0, 1]; the wet signal added to the dry one
  float predelay_ms = 20.0f;       // [0, 250]
  float decay_s = 1.8f;            // [0.1, 12]; T60 between the shelves
  float low_decay_ratio = 1.0f;    // [0.25, 2.5]; T60 far below 250 Hz over decay_s
  float high_decay_ratio = 0.5f;   // [0.1, 1]; T60 far above 4 kHz over decay_s
  float size_ratio = 0.6f;         // [0, 1]
  float width_ratio = 1.0f;        // [0, 1]; 0 one wet signal for both channels, 1 two uncorrelated ones
  float low_cut_hz = 100.0f;       // [20, 1000]; before the tank, 12 dB per octave
  float high_cut_hz = 9000.0f;     // [1000, 20000] and below 0.45 of the rate; before the tank, 12 dB per octave
  float modulation_ratio = 0.3f;   // [0, 1]; slow movement of the tank's delays
};

}  // namespace ag06::dsp
