// Writes planar float blocks as WAV (RF64 past 4 GB) or FLAC; the file appears only when it is complete. 16 bits are dithered (TPDF,
// its noise shaped on request), 24 bits rounded, floats kept. Not for lossy formats.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "atomic_file.h"
#include "base/audio_block.h"
#include "dsp/dither/quantiser.h"
#include "export_format.h"
#include "watched_output.h"

namespace ag06::cli {

// Seed of the dither, "AG06": the same song gives the same file, here and in the page.
inline constexpr std::uint32_t kDitherSeed = 0x41473036u;

// Errors of every call: Failure(output).
class AudioWriter {
 public:
  // expected_frames only chooses between WAV and RF64.
  AudioWriter(const std::string& path, const ExportFormat& format, int sample_rate_hz, int channels, std::int64_t expected_frames);
  // At most kBlockFrames. Returns the block as a reader of the file will see it, valid until the next call.
  [[nodiscard]] ConstAudioBlock write(ConstAudioBlock block);
  // Closes the file and gives it its name.
  void finish();
  [[nodiscard]] std::uint64_t clipped_samples() const noexcept { return quantiser_.clipped_samples(); }

 private:
  struct Close {
    void operator()(SNDFILE* file) const noexcept { sf_close(file); }
  };
  void check(bool done) const;
  void write_float(ConstAudioBlock block);
  void write_integer(ConstAudioBlock block);

  std::string path_;
  ExportFormat format_;
  AtomicFile atomic_file_;
  WatchedOutput output_;  // before file_, which writes to it while closing
  std::unique_ptr<SNDFILE, Close> file_;
  dsp::Quantiser quantiser_;
  std::vector<std::int32_t> integers_;
  std::vector<float> interleaved_;
  std::vector<float> written_;
  std::vector<float*> written_planes_;
};

}  // namespace ag06::cli
