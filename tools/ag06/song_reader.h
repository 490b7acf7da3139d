// A song as the mix sees it: an audio file, brought to another sample rate where one is asked for, as many times over as wanted, in fixed memory.
// Not for analysing a file, which is done at its own rate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audio_reader.h"
#include "dsp/resample/resampler.h"

namespace ag06::cli {

// Errors of every call: as of AudioReader.
class SongReader {
 public:
  // reader outlives this, is mono or stereo and at its start. rate_hz: [8000, 192000], or empty for the file's own.
  SongReader(AudioReader& reader, std::optional<int> rate_hz);

  [[nodiscard]] const std::string& path() const noexcept { return reader_.path(); }
  [[nodiscard]] int sample_rate_hz() const noexcept { return sample_rate_hz_; }
  [[nodiscard]] int channels() const noexcept { return reader_.format().channels; }
  // At this rate, from what the file's header says.
  [[nodiscard]] std::int64_t declared_frames() const noexcept;
  void rewind();
  // The next frames, at most kBlockFrames, valid and writable until the next call; no frames at the end.
  [[nodiscard]] AudioBlock next();
  // Non-finite samples of this pass that were taken for silence before the chain could see them.
  [[nodiscard]] double fault_count() const noexcept { return resampler_ ? static_cast<double>(resampler_->fault_count()) : 0.0; }
  // 0..1 of this pass.
  [[nodiscard]] double position_ratio() const noexcept { return reader_.position_ratio(); }

 private:
  [[nodiscard]] AudioBlock resampled(int frames) noexcept { return {out_planes_.data(), channels(), frames}; }

  AudioReader& reader_;
  int sample_rate_hz_;
  std::optional<dsp::Resampler> resampler_;
  int piece_frames_ = 0;  // of input, that give at most kBlockFrames
  AudioBlock block_;      // what was read last
  int at_frame_ = 0;      // of block_, resampled so far
  std::vector<float> out_samples_;
  std::vector<float*> out_planes_;
};

}  // namespace ag06::cli
