#include "audio_writer.h"

#include <cstring>

#include "audio_reader.h"
#include "failure.h"

namespace ag06::cli {
namespace {
// Well below 4 GiB, for a header that only estimates its frames. libsndfile turns an RF64 that stayed small into a plain WAV.
constexpr std::int64_t kLargestWavBytes = 3'000'000'000;

[[nodiscard]] SF_INFO info_for(const ExportFormat& format, int sample_rate_hz, int channels, std::int64_t expected_frames) {
  SF_INFO info{};
  info.samplerate = sample_rate_hz;
  info.channels = channels;
  const bool large = expected_frames > kLargestWavBytes / (channels * (format.bits / 8));
  info.format = format.is_flac ? SF_FORMAT_FLAC : (large ? SF_FORMAT_RF64 : SF_FORMAT_WAV);
  info.format |= format.is_float() ? SF_FORMAT_FLOAT : (format.bits == 24 ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_16);
  return info;
}
}  // namespace

AudioWriter::AudioWriter(const std::string& path, const ExportFormat& format, int sample_rate_hz, int channels, std::int64_t expected_frames)
    : path_(path), format_(format), atomic_file_(path), output_(atomic_file_.descriptor()) {
  SF_INFO info = info_for(format, sample_rate_hz, channels, expected_frames);
  SF_VIRTUAL_IO callbacks = WatchedOutput::callbacks();
  file_.reset(sf_open_virtual(&callbacks, SFM_WRITE, &info, &output_));
  check(file_ != nullptr);
  // The PEAK chunk holds the time of day: without it the same song gives the same bytes.
  sf_command(file_.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
  if ((info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RF64) sf_command(file_.get(), SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
  if (!format.is_float()) {
    const Status status = quantiser_.prepare(format.bits, channels, kDitherSeed, format.shaped ? dsp::DitherShape::shaped : dsp::DitherShape::none_flat,
                                             static_cast<double>(sample_rate_hz));
    if (status != Status::ok) throw Failure(ExitStatus::work, path_, describe(status));
  }
  const std::size_t samples = static_cast<std::size_t>(channels) * kBlockFrames;
  integers_.resize(format.is_float() ? 0 : samples);
  interleaved_.resize(format.is_float() ? samples : 0);
  written_.resize(samples);
  for (int c = 0; c < channels; ++c) written_planes_.push_back(written_.data() + c * kBlockFrames);
}

void AudioWriter::check(bool done) const {
  if (output_.first_error() != 0) throw Failure(ExitStatus::output, path_, std::strerror(output_.first_error()));
  if (!done) throw Failure(ExitStatus::output, path_, sf_strerror(file_.get()));
}

ConstAudioBlock AudioWriter::write(ConstAudioBlock block) {
  format_.is_float() ? write_float(block) : write_integer(block);
  return {written_planes_.data(), block.channel_count, block.frames};
}

void AudioWriter::write_float(ConstAudioBlock block) {
  float* to = interleaved_.data();
  for (int i = 0; i < block.frames; ++i)
    for (int c = 0; c < block.channel_count; ++c) *to++ = written_planes_[static_cast<std::size_t>(c)][i] = block.channel(c)[i];
  check(sf_writef_float(file_.get(), interleaved_.data(), block.frames) == block.frames);
}

void AudioWriter::write_integer(ConstAudioBlock block) {
  quantiser_.process(block, integers_.data());
  const float full_scale = format_.bits == 16 ? 32768.0f : 8388608.0f;
  // libsndfile takes the upper bits of an int32.
  const std::int32_t to_int32 = format_.bits == 16 ? 65536 : 256;
  std::int32_t* value = integers_.data();
  for (int i = 0; i < block.frames; ++i)
    for (int c = 0; c < block.channel_count; ++c, ++value) {
      written_planes_[static_cast<std::size_t>(c)][i] = static_cast<float>(*value) / full_scale;
      *value *= to_int32;
    }
  check(sf_writef_int(file_.get(), integers_.data(), block.frames) == block.frames);
}

void AudioWriter::finish() {
  const bool closed = sf_close(file_.release()) == 0;
  check(closed);
  atomic_file_.commit();
}

}  // namespace ag06::cli
