// Streaming sample-rate converter between any two rates of 8-192 kHz. Not for a clock that drifts: the ratio is fixed by prepare().
// Source: as of resampler_table.h; a linear-phase polyphase filter, its positions counted in whole numbers so that no song is long enough to drift.
#pragma once

#include <cstdint>
#include <vector>

#include "base/audio_block.h"
#include "base/stream_spec.h"
#include "dsp/resample/resampler_table.h"

namespace ag06::dsp {

struct ResamplerSpec {
  double in_rate_hz = 44100.0;  // both [8000, 192000], taken to the nearest 1/1000 Hz
  double out_rate_hz = 48000.0;
  int channels = 2;             // 1 or 2
};

// Guarantee: flat within 0.0002 dB to 0.907 of the lower rate's Nyquist frequency (20 kHz at 44.1 kHz); spurs, images and aliases <= -144 dB; a
// constant within 1e-6. Output frame j is the input at the instant j * in_rate / out_rate, the filter's delay taken out; process() and drain()
// together give round(frames in * out_rate / in_rate) frames, halves up; how the stream is cut into blocks changes no bit; equal rates copy.
// Non-finite input counts as silence, finite input beyond +-1e30 as +-1e30 (equal rates: as it is).
class Resampler {
 public:
  // Control thread; allocates at most 4 MB. Errors: bad_sample_rate, bad_channel_count.
  [[nodiscard]] Status prepare(const ResamplerSpec& spec);
  void reset() noexcept;
  // Takes all of `in`, any frame count, and returns the frames written to `out`. Precondition: `out` has planes of its own with room for
  // max_output_frames(in.frames), whatever out.frames says.
  int process(ConstAudioBlock in, AudioBlock out) noexcept;
  // After the last process(): writes at most out.frames of what is left and returns how many; 0 once all has been handed out. Then reset().
  int drain(AudioBlock out) noexcept;
  // No process() call of so many frames writes more.
  [[nodiscard]] int max_output_frames(int in_frames) const noexcept;
  // Non-finite input samples since reset().
  [[nodiscard]] std::int64_t fault_count() const noexcept { return fault_count_; }
  // Input frames after its own instant that an output frame waits for.
  [[nodiscard]] int latency_in_frames() const noexcept { return copies_ ? 0 : table_.half_taps; }
  [[nodiscard]] std::size_t table_bytes() const noexcept { return table_.bytes(); }

 private:
  [[nodiscard]] float finite_or_counted(float x) noexcept;
  void take(const float* const* planes, int at, int frames) noexcept;
  void make_room() noexcept;
  int emit(AudioBlock out, int at, int to) noexcept;
  template <class WriteFrame>
  int walk(int at, int to, WriteFrame write_frame) noexcept;
  [[nodiscard]] int frames_left() const noexcept;
  int copy(ConstAudioBlock in, AudioBlock out) noexcept;

  ResamplerTable table_;
  bool copies_ = true;
  int channels_ = 0;
  std::int64_t up_ = 1, down_ = 1;  // out_rate / in_rate in lowest terms
  std::int64_t step_frames_ = 1, step_rest_ = 0;
  std::vector<float> history_[kMaxStripChannels];
  int capacity_frames_ = 0;
  int end_ = 0;              // frames in history_
  int at_frame_ = 0;         // the next output lies at_rest_ / up_ after this frame of history_
  std::int64_t at_rest_ = 0;
  std::int64_t fault_count_ = 0;
  int padding_frames_ = 0;   // of silence that drain() has put at the end
};

}  // namespace ag06::dsp
