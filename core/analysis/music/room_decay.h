// How long the room of a recording rings, heard blindly from what dies away between the notes. Not a measurement of a room: a piano with its pedal
// down rings as well, and what instruments do alike on every note cannot be told from what walls do.
// Source: T. de M. Prego et al., "A blind algorithm for reverberation-time estimation using subband decomposition of speech signals", JASA 131, 2012
// (free decay regions per subband, a line through the levels of each); R. Ratnam et al., "Blind estimation of reverberation time", JASA 114, 2003
// (the decays that are heard are those of the room or slower, so the room is where they pile up at the fast end).
#pragma once

#include <array>

#include "analysis/music/room_report.h"
#include "analysis/spectral/stft.h"

namespace ag06::analysis {

inline constexpr int kRoomBands = 7;  // octaves of 125 Hz to 8 kHz

// Guarantee: bursts of noise, drums and syllables in our own reverb, 0.3 to 3 s, read within 25 %. Fixed memory, whatever the length.
class RoomDecay {
 public:
  static constexpr int kHistogramBins = 96;          // of log2 T60, twelve to an octave from kShortestDecayS
  static constexpr double kShortestDecayS = 0.05;

  struct Band {
    std::array<float, kHistogramBins> weight{};      // dB of decay that were seen
    int decays = 0;
  };

  // Control thread. The short grid of the stream. Errors: bad_sample_rate, bad_channel_count.
  [[nodiscard]] Status prepare(const StftGrid& grid);
  void reset() noexcept;
  void process(const SpectrumFrame& frame) noexcept;

  [[nodiscard]] const std::array<Band, kRoomBands>& bands() const noexcept { return bands_; }

 private:
  static constexpr int kMaxRegion = 400;  // frames: 4 s
  struct Region {
    std::array<float, kMaxRegion> level_db{};
    int frames = 0;
    int lowest = 0;  // frame of the lowest level
  };

  void hear(int band, float level_db) noexcept;
  void end_region(int band) noexcept;

  StftGrid grid_;
  std::array<int, kRoomBands + 1> edges_{};
  std::array<double, kRoomBands> ripple_db_{};  // what the level of a decaying noise strays from its line
  std::array<Region, kRoomBands> regions_{};
  std::array<Band, kRoomBands> bands_{};
};

[[nodiscard]] RoomReport find_room(const RoomDecay& heard) noexcept;

}  // namespace ag06::analysis
