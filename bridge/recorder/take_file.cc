#include "recorder/take_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "recorder/take.h"

namespace ag06::bridge {
namespace {
constexpr int kPieceFrames = 4096;

[[nodiscard]] int sndfile_format(const std::string& format) {
  if (format == "wav24") return SF_FORMAT_RF64 | SF_FORMAT_PCM_24;
  if (format == "wav32f") return SF_FORMAT_RF64 | SF_FORMAT_FLOAT;
  if (format == "flac24") return SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
  return 0;
}
}  // namespace

std::string take_suffix(const std::string& format) {
  if (sndfile_format(format) == 0) return "";
  return format == "flac24" ? ".flac" : ".wav";
}

TakeFile::TakeFile(const std::string& path, const std::string& format, int sample_rate_hz)
    : path_(path), is_float_(format == "wav32f"), is_flac_(format == "flac24") {
  SF_INFO info{};
  info.samplerate = sample_rate_hz;
  info.channels = kTakeChannels;
  info.format = sndfile_format(format);
  if (info.format == 0) throw TakeError(path + ": there is no take format \"" + format + "\"; wav24, wav32f and flac24 are");
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw TakeError(path + ": " + std::strerror(errno));
  file_.reset(sf_open_fd(descriptor_, SFM_WRITE, &info, SF_TRUE));
  if (file_ == nullptr) {
    const std::string why = sf_strerror(nullptr);
    ::close(descriptor_);
    ::unlink(path.c_str());
    throw TakeError(path + ": " + why);
  }
  sf_command(file_.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
  // A take that stayed below 4 GB is a plain WAV in the end; until then its header can grow without a rewrite.
  if (!is_flac_) sf_command(file_.get(), SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
  if (!is_float_ && quantiser_.prepare(24, kTakeChannels, 0) != Status::ok) throw TakeError(path + ": the quantiser cannot be prepared");
  for (std::vector<float>& plane : planes_) plane.resize(kPieceFrames);
  integers_.resize(static_cast<std::size_t>(kPieceFrames) * kTakeChannels);
}

void TakeFile::check(bool done) {
  if (done) return;
  const int error = errno;
  throw TakeError(path_ + ": " + (error != 0 ? std::string(std::strerror(error)) : std::string(sf_strerror(file_.get()))));
}

void TakeFile::write(std::span<const float> interleaved) {
  const auto total = static_cast<sf_count_t>(interleaved.size() / kTakeChannels);
  errno = 0;
  if (is_float_) {
    check(sf_writef_float(file_.get(), interleaved.data(), total) == total);
  } else {
    for (sf_count_t at = 0; at < total; at += kPieceFrames) {
      const auto frames = static_cast<int>(std::min<sf_count_t>(kPieceFrames, total - at));
      for (int i = 0; i < frames; ++i)
        for (int c = 0; c < kTakeChannels; ++c) planes_[c][static_cast<std::size_t>(i)] = interleaved[static_cast<std::size_t>((at + i) * kTakeChannels + c)];
      const float* planes[kTakeChannels] = {planes_[0].data(), planes_[1].data()};
      quantiser_.process({planes, kTakeChannels, frames}, integers_.data());
      for (std::size_t i = 0; i < static_cast<std::size_t>(frames) * kTakeChannels; ++i) integers_[i] *= 256;   // libsndfile takes the upper bits of an int32
      check(sf_writef_int(file_.get(), integers_.data(), frames) == frames);
    }
  }
  frames_ += static_cast<std::uint64_t>(total);
}

void TakeFile::sync() {
  errno = 0;
  if (!is_flac_) sf_command(file_.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
  sf_write_sync(file_.get());
  check(::fdatasync(descriptor_) == 0);
}

void TakeFile::finish() {
  if (file_ == nullptr) return;
  errno = 0;
  const bool closed = sf_close(file_.release()) == 0;
  if (!closed) throw TakeError(path_ + ": the file could not be completed: " + (errno != 0 ? std::strerror(errno) : "unknown reason"));
}

}  // namespace ag06::bridge
