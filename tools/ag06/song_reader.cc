#include "song_reader.h"

#include <algorithm>

#include "failure.h"

namespace ag06::cli {

SongReader::SongReader(AudioReader& reader, std::optional<int> rate_hz)
    : reader_(reader), sample_rate_hz_(rate_hz.value_or(reader.format().sample_rate_hz)) {
  if (sample_rate_hz_ == reader.format().sample_rate_hz) return;
  resampler_.emplace();
  const Status status = resampler_->prepare({static_cast<double>(reader.format().sample_rate_hz), static_cast<double>(sample_rate_hz_), channels()});
  if (status != Status::ok) throw Failure(ExitStatus::work, path(), describe(status));
  piece_frames_ = kBlockFrames;
  while (resampler_->max_output_frames(piece_frames_) > kBlockFrames) --piece_frames_;
  out_samples_.resize(static_cast<std::size_t>(channels()) * kBlockFrames);
  for (int c = 0; c < channels(); ++c) out_planes_.push_back(out_samples_.data() + c * kBlockFrames);
}

std::int64_t SongReader::declared_frames() const noexcept {
  const AudioFormat& format = reader_.format();
  return resampler_ ? static_cast<std::int64_t>(static_cast<double>(format.declared_frames) * sample_rate_hz_ / format.sample_rate_hz + 0.5) : format.declared_frames;
}

void SongReader::rewind() {
  reader_.rewind();
  if (resampler_) resampler_->reset();
  block_ = {};
  at_frame_ = 0;
}

AudioBlock SongReader::next() {
  if (!resampler_) return reader_.next();
  for (;;) {
    if (at_frame_ == block_.frames) {
      block_ = reader_.next();
      at_frame_ = 0;
      // Past its end the reader goes on saying so.
      if (block_.frames == 0) return resampled(resampler_->drain(resampled(kBlockFrames)));
    }
    const float* planes[kMaxStripChannels] = {};
    for (int c = 0; c < channels(); ++c) planes[c] = block_.channel(c) + at_frame_;
    const int frames = std::min(piece_frames_, block_.frames - at_frame_);
    at_frame_ += frames;
    if (const int written = resampler_->process({planes, channels(), frames}, resampled(kBlockFrames)); written > 0) return resampled(written);
  }
}

}  // namespace ag06::cli
