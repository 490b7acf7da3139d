#include "sound.h"

#include <sndfile.h>

#include <cmath>
#include <memory>
#include <stdexcept>

#include "analysis/stream_meter.h"

namespace ag06::examples {

Sound read_sound(const std::string& path, double start_s, double duration_s, double rate_factor, bool swap) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
  if (!file) throw std::runtime_error(path + ": " + sf_strerror(nullptr));
  if (info.channels < 1 || info.channels > 2) throw std::runtime_error(path + ": neither mono nor stereo");
  Sound sound;
  sound.sample_rate_hz = std::round(info.samplerate * rate_factor);
  const auto frames = static_cast<sf_count_t>(std::lround(duration_s * sound.sample_rate_hz));
  if (sf_seek(file.get(), static_cast<sf_count_t>(start_s * info.samplerate), SEEK_SET) < 0) throw std::runtime_error(path + ": shorter than wanted");
  std::vector<float> interleaved(static_cast<std::size_t>(frames * info.channels));
  if (sf_readf_float(file.get(), interleaved.data(), frames) < frames) throw std::runtime_error(path + ": shorter than wanted");
  for (std::size_t c = 0; c < 2; ++c) {
    const auto from = info.channels == 1 ? 0 : swap ? 1 - c : c;
    sound.channels[c].resize(static_cast<std::size_t>(frames));
    for (std::size_t i = 0; i < sound.channels[c].size(); ++i) sound.channels[c][i] = interleaved[i * static_cast<std::size_t>(info.channels) + from];
  }
  return sound;
}

void scale(Sound& sound, double gain_lin) noexcept {
  for (std::vector<float>& channel : sound.channels)
    for (float& sample : channel) sample = static_cast<float>(sample * gain_lin);
}

analysis::StreamReport measure(Sound& sound, int first_frame) {
  analysis::StreamMeter meter;
  if (meter.prepare({sound.sample_rate_hz, 2, kMaxBlockFrames}) != Status::ok) throw std::runtime_error("the sample rate cannot be metered");
  each_block(sound, first_frame, [&](AudioBlock block) { meter.process(block); });
  return meter.finish();
}

double error_db(const Sound& wanted, const Sound& got, int first_frame) noexcept {
  double error = 0.0, power = 0.0;
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = static_cast<std::size_t>(first_frame); i < wanted.channels[c].size(); ++i) {
      const double difference = static_cast<double>(wanted.channels[c][i]) - got.channels[c][i];
      error += difference * difference;
      power += static_cast<double>(wanted.channels[c][i]) * wanted.channels[c][i];
    }
  return 10.0 * std::log10((error + 1e-30) / (power + 1e-30));
}

}  // namespace ag06::examples
