// How much of a sound glides as a voice does: partials that move together, by a semitone or so in a tenth of a second. Not proof of a singer: a bent
// string and a slide flute glide as well, and a voice that holds its pitch like an organ is not heard.
// Source: the idea after L. Regnier, G. Peeters, "Singing voice detection in music tracks using direct voice vibrato detection", ICASSP 2009
// (partials that vibrate together); the limits were chosen by us: a vibrato of 5.5 Hz and +-50 cents moves by 22 cents in 20 ms on the mean.
#pragma once

#include <array>

#include "analysis/spectral/stft.h"

namespace ag06::analysis {

class PitchMotion {
 public:
  void prepare(const StftGrid& grid) noexcept;
  void reset() noexcept;
  // Power spectra of the short grid, every 20 ms. Share of the power between 250 Hz and 4 kHz that glides, 0..1.
  [[nodiscard]] float process(const float* power) noexcept;

 private:
  static constexpr int kMaxTracks = 24;
  struct Track {
    float cents = 0.0f;
    float step_cents = 0.0f;  // since the spectrum before
    float power = 0.0f;
    int length = 0;           // spectra that it has kept moving smoothly
  };
  using Tracks = std::array<Track, kMaxTracks>;

  [[nodiscard]] int find_tracks(const float* power, Tracks& found) const noexcept;
  [[nodiscard]] Track continued(Track track) const noexcept;

  double bin_hz_ = 21.5;
  int first_bin_ = 2, last_bin_ = 1;
  Tracks tracks_{};  // by frequency
  int count_ = 0;
};

}  // namespace ag06::analysis
