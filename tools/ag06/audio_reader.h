// Reads an audio file as planar float blocks, as many times over as wanted, in fixed memory. Integers up to 24 bits and floats come out exact.
// Not a resampler, and no seeking but to the start.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/audio_block.h"

namespace ag06::cli {

inline constexpr int kBlockFrames = 4096;

struct AudioFormat {
  int sample_rate_hz = 0;
  int channels = 0;
  std::optional<int> bit_depth;  // none for lossy codecs
  std::string codec;
  std::int64_t declared_frames = 0;  // an estimate for MP3
};

// Errors of every call: Failure(input), or Interrupted.
class AudioReader {
 public:
  explicit AudioReader(std::string path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const AudioFormat& format() const noexcept { return format_; }
  // Back to the first frame.
  void rewind();
  // The next frames, valid and writable until the next call; no frames at the end.
  [[nodiscard]] AudioBlock next();
  // Frames of the whole file, once it has been read to its end; before that, what the header says.
  [[nodiscard]] std::int64_t frames() const noexcept { return length_frames_ >= 0 ? length_frames_ : format_.declared_frames; }
  [[nodiscard]] double duration_s() const noexcept { return static_cast<double>(frames()) / format_.sample_rate_hz; }
  // 0..1 of this pass.
  [[nodiscard]] double position_ratio() const noexcept;
  // What is odd about the file, in plain sentences; complete once it has been read to its end.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

 private:
  struct Close {
    void operator()(SNDFILE* file) const noexcept { sf_close(file); }
  };
  class DecoderHushed;
  void open();
  [[nodiscard]] std::int64_t decode();
  void end_of_pass();

  std::string path_;
  std::unique_ptr<SNDFILE, Close> file_;
  AudioFormat format_;
  std::int64_t at_frame_ = 0;
  std::int64_t length_frames_ = -1;
  std::vector<float> interleaved_;
  std::vector<float> samples_;
  std::vector<float*> planes_;
  std::vector<std::string> notes_;
};

}  // namespace ag06::cli
