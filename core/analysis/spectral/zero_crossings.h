// How often a waveform crosses zero while it sounds. Not a pitch detector.
#pragma once

#include <cstdint>

#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::analysis {

// Share of neighbouring samples of unlike sign (zero counts as positive), both channels together, over the 10 ms pieces whose peak reaches -80 dBFS.
// Guarantee: the same bits however the stream is cut into blocks.
class ZeroCrossings {
 public:
  // Errors: those of validate(). Mono or stereo.
  [[nodiscard]] Status prepare(const StreamSpec& spec) noexcept;
  void reset() noexcept;
  // in: finite samples.
  void process(ConstAudioBlock in) noexcept;
  // 0..1; NaN if nothing sounded.
  [[nodiscard]] double rate() const noexcept;

 private:
  struct Channel {
    float last = 0.0f;
    float peak = 0.0f;
    int crossings = 0;
  };
  void end_piece() noexcept;

  int channels_ = 0;
  int piece_frames_ = 480;
  int missing_ = 480;
  Channel now_[kMaxStripChannels];
  std::int64_t pairs_ = 0, crossings_ = 0;
};

}  // namespace ag06::analysis
