// Cuts a stream into overlapping Hann windows and hands on their spectra, one after the other. Not for resynthesis.
// Source: F. J. Harris, "On the Use of Windows for Harmonic Analysis with the DFT", Proc. IEEE 66(1), 1978 (Hann, periodic).
// Frame i is centred on frame i * hop of the stream: zeros stand before its start and after its end.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/spectral/real_fft.h"
#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::analysis {

// The grid of time and frequency that a Stft works on.
struct StftGrid {
  double sample_rate_hz = 48000.0;
  int channels = 2;
  int size = 2048;
  int hop_frames = 480;

  [[nodiscard]] int bins() const noexcept { return size / 2 + 1; }
  [[nodiscard]] double bin_hz() const noexcept { return sample_rate_hz / size; }
  [[nodiscard]] double frame_rate_hz() const noexcept { return sample_rate_hz / hop_frames; }
  [[nodiscard]] double hop_s() const noexcept { return hop_frames / sample_rate_hz; }
  // Frames that a stream of this length gives, hence what a history must hold.
  [[nodiscard]] int frames_for_s(double duration_s) const noexcept { return static_cast<int>(duration_s * frame_rate_hz()) + 2; }
};

// Window of the power of two nearest 46 ms (2048 at 44.1 and 48 kHz), a frame every 10 ms: for what happens when.
[[nodiscard]] StftGrid short_grid(const StreamSpec& spec) noexcept;
// Window of the power of two nearest 372 ms (16384 at 44.1 and 48 kHz), a frame every quarter window: for what sounds.
[[nodiscard]] StftGrid long_grid(const StreamSpec& spec) noexcept;

// Valid during the call that hands it over. Scaled so that a sine of amplitude a centred on a bin reads a there: 0 dB = full-scale sine.
struct SpectrumFrame {
  std::int64_t index = 0;
  double time_s = 0.0;            // of the window's centre
  const float* power = nullptr;   // bins(): mean over the channels of |X|^2
  const float* left = nullptr;    // bins() pairs (re, im); the one channel if mono
  const float* right = nullptr;   // nullptr if mono
};

// Guarantee: frames do not depend on block cuts.
class Stft {
 public:
  // Control thread; allocates. Mono or stereo. Errors: out_of_range (size is no power of two, hop not in 1..size), out_of_memory.
  [[nodiscard]] Status prepare(const StftGrid& grid);
  void reset() noexcept;
  [[nodiscard]] const StftGrid& grid() const noexcept { return grid_; }

  // in: finite samples; a mono grid reads the first channel. sink(const SpectrumFrame&) is called for every frame completed.
  template <class Sink>
  void process(ConstAudioBlock in, Sink&& sink) noexcept {
    for (int at = 0; at < in.frames;) {
      at += take(in, at);
      if (missing_ == 0) sink(next_frame());
    }
    fed_ += in.frames;
  }
  // Ends the stream: the frames whose centre lies within it are completed with zeros.
  template <class Sink>
  void finish(Sink&& sink) noexcept {
    while (index_ * grid_.hop_frames < fed_) {
      take_zeros();
      sink(next_frame());
    }
  }

 private:
  [[nodiscard]] int take(ConstAudioBlock in, int at) noexcept;
  void take_zeros() noexcept;
  [[nodiscard]] SpectrumFrame next_frame() noexcept;
  void transform(const std::vector<float>& history, std::vector<float>& spectrum) noexcept;

  StftGrid grid_;
  RealFft fft_;
  std::vector<float> window_;
  std::vector<float> history_[kMaxStripChannels];   // the last size samples, newest at the end
  std::vector<float> spectra_[kMaxStripChannels];
  std::vector<float> power_;
  std::int64_t index_ = 0;
  std::int64_t fed_ = 0;
  int missing_ = 0;  // samples until the next frame is complete
};

}  // namespace ag06::analysis
