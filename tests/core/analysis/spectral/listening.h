// Runs the ears on the spectrum over planes of audio as the song analyser does. Not for anything but tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/spectral/find_spectrum.h"
#include "analysis/spectral/spectrogram.h"
#include "support/signals.h"

namespace ag06::test {

struct Heard {
  analysis::LongTermSpectrum spectrum;
  analysis::SpectralShape shape;
  analysis::Spectrogram picture;
};

inline void hear(Heard& heard, Planes& planes, double sample_rate_hz, int block_frames = 4096) {
  const int channels = static_cast<int>(planes.samples.size());
  const StreamSpec spec{sample_rate_hz, channels, 4096};
  analysis::Stft long_stft, short_stft;
  ASSERT_EQ(long_stft.prepare(analysis::long_grid(spec)), Status::ok);
  ASSERT_EQ(short_stft.prepare(analysis::short_grid(spec)), Status::ok);
  ASSERT_EQ(heard.spectrum.prepare(long_stft.grid(), 3600.0), Status::ok);
  ASSERT_EQ(heard.shape.prepare(short_stft.grid(), 3600.0), Status::ok);
  ASSERT_EQ(heard.picture.prepare(short_stft.grid(), 3600.0), Status::ok);
  const auto to_long = [&](const analysis::SpectrumFrame& frame) { heard.spectrum.process(frame); };
  const auto to_short = [&](const analysis::SpectrumFrame& frame) {
    heard.shape.process(frame);
    heard.picture.process(frame);
  };
  for (int at = 0; at < frame_count(planes); at += block_frames) {
    const AudioBlock block = planes.slice(at, std::min(block_frames, frame_count(planes) - at));
    heard.shape.process(ConstAudioBlock(block));
    long_stft.process(block, to_long);
    short_stft.process(block, to_short);
  }
  long_stft.finish(to_long);
  short_stft.finish(to_short);
}

// 1/f over all frequencies above 2 Hz within 0.3 dB: white noise through first-order sections whose corners lie a third of a decade apart,
// so that the slope is -10 dB per decade. Scaled to the peak.
inline void make_pink(Planes& planes, double sample_rate_hz, double peak_lin) {
  for (auto& plane : planes.samples) {
    for (double pole_hz = 2.0; pole_hz < 0.45 * sample_rate_hz; pole_hz *= std::pow(10.0, 1.0 / 3.0)) {
      const double zero_hz = std::min(pole_hz * std::pow(10.0, 1.0 / 6.0), 0.49 * sample_rate_hz);
      const double pole = std::exp(-2.0 * kPi * pole_hz / sample_rate_hz), zero = std::exp(-2.0 * kPi * zero_hz / sample_rate_hz);
      double x1 = 0.0, y1 = 0.0;
      for (float& x : plane) {
        const double now = static_cast<double>(x);
        y1 = (now - zero * x1) + pole * y1;
        x1 = now;
        x = static_cast<float>(y1);
      }
    }
    float peak = 0.0f;
    for (const float x : plane) peak = std::max(peak, std::fabs(x));
    for (float& x : plane) x *= static_cast<float>(peak_lin) / peak;
  }
}

// Mean of the squares over all channels, times two: 1 for a full-scale sine.
[[nodiscard]] inline double sine_power(const Planes& planes) {
  double sum = 0.0;
  for (const auto& plane : planes.samples)
    for (const float x : plane) sum += static_cast<double>(x) * static_cast<double>(x);
  return 2.0 * sum / (static_cast<double>(planes.samples.size()) * static_cast<double>(planes.samples[0].size()));
}

}  // namespace ag06::test
