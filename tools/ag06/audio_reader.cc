#include "audio_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/stream_spec.h"
#include "failure.h"
#include "file_probe.h"
#include "interrupt.h"

namespace ag06::cli {
namespace {
struct Coding {
  const char* codec;
  std::optional<int> bit_depth;
};

[[nodiscard]] Coding coding_of(int format) {
  const bool flac = (format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC;
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8: return {flac ? "flac" : "pcm-s8", 8};
    case SF_FORMAT_PCM_U8: return {"pcm-u8", 8};
    case SF_FORMAT_PCM_16: return {flac ? "flac" : "pcm-s16", 16};
    case SF_FORMAT_PCM_24: return {flac ? "flac" : "pcm-s24", 24};
    case SF_FORMAT_PCM_32: return {"pcm-s32", 32};
    case SF_FORMAT_FLOAT: return {"pcm-f32", 32};
    case SF_FORMAT_DOUBLE: return {"pcm-f64", 64};
    case SF_FORMAT_ULAW: return {"ulaw", std::nullopt};
    case SF_FORMAT_ALAW: return {"alaw", std::nullopt};
    case SF_FORMAT_IMA_ADPCM:
    case SF_FORMAT_MS_ADPCM: return {"adpcm", std::nullopt};
    case SF_FORMAT_ALAC_16: return {"alac", 16};
    case SF_FORMAT_ALAC_20: return {"alac", 20};
    case SF_FORMAT_ALAC_24: return {"alac", 24};
    case SF_FORMAT_ALAC_32: return {"alac", 32};
    case SF_FORMAT_VORBIS: return {"vorbis", std::nullopt};
    case SF_FORMAT_OPUS: return {"opus", std::nullopt};
    case SF_FORMAT_MPEG_LAYER_I:
    case SF_FORMAT_MPEG_LAYER_II:
    case SF_FORMAT_MPEG_LAYER_III: return {"mp3", std::nullopt};
    default: return {"other", std::nullopt};
  }
}
}  // namespace

// The MP3 decoder inside the library writes what it thinks of a file to stderr, where our one line per error stands. It tries itself on anything
// that no other decoder knows.
class AudioReader::DecoderHushed {
 public:
  DecoderHushed() : stderr_(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (stderr_ >= 0 && nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0) ::close(nowhere);
  }
  ~DecoderHushed() {
    if (stderr_ < 0) return;
    dup2(stderr_, STDERR_FILENO);
    ::close(stderr_);
  }
  DecoderHushed(const DecoderHushed&) = delete;
  DecoderHushed& operator=(const DecoderHushed&) = delete;

 private:
  int stderr_;
};

AudioReader::AudioReader(std::string path) : path_(std::move(path)) {
  check_regular(path_);
  open();
  if (is_cut_short_wav(path_)) notes_.emplace_back("The file is truncated: it ends before the length its header states; what is there was used.");
  if (format_.bit_depth.value_or(0) > 24 && format_.codec != "pcm-f32") notes_.emplace_back("The source's samples are finer than the 32-bit floats they are processed in.");
  const auto channels = static_cast<std::size_t>(format_.channels);
  interleaved_.resize(channels * kBlockFrames);
  samples_.resize(channels * kBlockFrames);
  for (std::size_t c = 0; c < channels; ++c) planes_.push_back(samples_.data() + c * kBlockFrames);
}

void AudioReader::open() {
  SF_INFO info{};
  {
    const DecoderHushed hushed;
    file_.reset(sf_open(path_.c_str(), SFM_READ, &info));
  }
  const auto fail = [&](const std::string& why) { throw Failure(ExitStatus::input, path_, why); };
  if (!file_) fail(why_unreadable(path_, sf_strerror(nullptr)));
  if (info.channels > kMaxMeterChannels) fail(std::to_string(info.channels) + " channels: at most " + std::to_string(kMaxMeterChannels) + " can be measured");
  if (info.samplerate < kMinSampleRateHz || info.samplerate > kMaxSampleRateHz) fail("a sample rate of " + std::to_string(info.samplerate) + " Hz is outside 8000 to 192000 Hz");
  if (info.frames <= 0) fail("it holds no audio");
  const Coding coding = coding_of(info.format);
  format_ = {info.samplerate, info.channels, coding.bit_depth, coding.codec, info.frames};
  at_frame_ = 0;
}

// Opened anew rather than sought, so that every pass of a lossy decoder starts from the same state.
void AudioReader::rewind() {
  if (at_frame_ == 0) return;
  const AudioFormat before = format_;
  open();
  if (format_.channels != before.channels || format_.sample_rate_hz != before.sample_rate_hz) throw Failure(ExitStatus::input, path_, "it changed while it was being read");
}

std::int64_t AudioReader::decode() {
  std::optional<DecoderHushed> hushed;
  if (format_.codec == "mp3") hushed.emplace();
  return sf_readf_float(file_.get(), interleaved_.data(), kBlockFrames);
}

AudioBlock AudioReader::next() {
  check_interrupt();
  const sf_count_t frames = decode();
  if (frames <= 0) {
    end_of_pass();
    return {planes_.data(), format_.channels, 0};
  }
  at_frame_ += frames;
  const float* from = interleaved_.data();
  for (sf_count_t i = 0; i < frames; ++i)
    for (float* plane : planes_) plane[i] = *from++;
  return {planes_.data(), format_.channels, static_cast<int>(frames)};
}

void AudioReader::end_of_pass() {
  const int error = sf_error(file_.get());
  if (at_frame_ == 0) throw Failure(ExitStatus::input, path_, error ? std::string("the audio is damaged: ") + sf_error_number(error) : "it holds no audio");
  if (error == SF_ERR_SYSTEM) throw Failure(ExitStatus::input, path_, sf_strerror(file_.get()));
  if (length_frames_ >= 0 && length_frames_ != at_frame_) throw Failure(ExitStatus::input, path_, "it changed while it was being read");
  if (length_frames_ < 0 && format_.codec != "mp3" && at_frame_ < format_.declared_frames)
    notes_.push_back("The file ends early: " + std::to_string(at_frame_) + " of the " + std::to_string(format_.declared_frames) + " frames its header states could be decoded.");
  length_frames_ = at_frame_;
}

double AudioReader::position_ratio() const noexcept { return frames() > 0 ? std::min(1.0, static_cast<double>(at_frame_) / static_cast<double>(frames())) : 0.0; }

}  // namespace ag06::cli
