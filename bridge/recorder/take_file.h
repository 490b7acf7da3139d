// One take being written: stereo float blocks to WAV (RF64 past 4 GB) or FLAC. Whatever happens to the program, the file on disk is readable up to the last sync(). Not for threads (recorder.h).
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dsp/dither/quantiser.h"

namespace ag06::bridge {

inline constexpr int kTakeChannels = 2;

// ".wav" or ".flac"; empty for a format there is not.
[[nodiscard]] std::string take_suffix(const std::string& format);

// Errors of every call: TakeError.
class TakeFile {
 public:
  // path must not exist. format: "wav24" (rounded), "wav32f" (bit for bit), "flac24" (rounded).
  TakeFile(const std::string& path, const std::string& format, int sample_rate_hz);
  // Interleaved stereo, any number of frames.
  void write(std::span<const float> interleaved);
  // What was written is on the disk, and the header says so, when this returns.
  void sync();
  // Ends the file; its destructor does the same without telling of errors.
  void finish();
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

 private:
  struct Close {
    void operator()(SNDFILE* file) const noexcept { sf_close(file); }
  };
  void check(bool done);

  std::string path_;
  bool is_float_;
  bool is_flac_;
  int descriptor_ = -1;
  std::unique_ptr<SNDFILE, Close> file_;
  dsp::Quantiser quantiser_;
  std::vector<float> planes_[kTakeChannels];
  std::vector<std::int32_t> integers_;
  std::uint64_t frames_ = 0;
};

}  // namespace ag06::bridge
