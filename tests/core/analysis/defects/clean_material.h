// Synthetic recordings without a fault, some of them of the kinds that resemble one. Not music to listen to.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/analysis/defects/damage.h"
#include "support/signals.h"

namespace ag06::test {

inline constexpr double kCleanRateHz = 44100.0;
inline constexpr int kCleanFrames = 44100 * 12;

struct Material {
  std::string name;
  Planes planes;
};

namespace clean {
// Same wave in both channels but for a little noise of each, so that it is not mono.
template <class Wave>
[[nodiscard]] Planes from_wave(Wave wave, double noise_lin = 0.001, std::uint32_t seed = 77) {
  Planes planes = noise(2, kCleanFrames, noise_lin, seed);
  for (int i = 0; i < kCleanFrames; ++i) {
    const auto x = static_cast<float>(wave(i, i / kCleanRateHz));
    planes.samples[0][static_cast<std::size_t>(i)] += x;
    planes.samples[1][static_cast<std::size_t>(i)] += 0.9f * x;
  }
  return planes;
}

// Kick with a sharp beater, snare of noise, hi-hat of differentiated noise, on a grid of sixteenths.
[[nodiscard]] inline Planes drums(double tempo_bpm, std::uint32_t seed) {
  Planes planes = noise(2, kCleanFrames, 0.0005, seed);
  Random random(seed + 1);
  const double step_s = 15.0 / tempo_bpm;
  for (int step = 0; (step + 4) * step_s * kCleanRateHz < kCleanFrames; ++step) {
    const auto start = static_cast<std::size_t>(step * step_s * kCleanRateHz);
    double previous = 0.0;
    for (int i = 0; i < 9000; ++i) {
      const double t = i / kCleanRateHz, white = 2.0 * random.unit() - 1.0;
      double x = 0.05 * std::exp(-60.0 * t) * (white - previous);
      if (step % 4 == 0)
        x += 0.6 * std::exp(-12.0 * t) * std::sin(2.0 * kPi * (50.0 * t + 2.0 * (1.0 - std::exp(-40.0 * t)))) + 0.2 * std::exp(-900.0 * t) * white;
      if (step % 8 == 4) x += 0.35 * std::exp(-18.0 * t) * white + 0.2 * std::exp(-25.0 * t) * std::sin(2.0 * kPi * 190.0 * t);
      previous = white;
      if (start + static_cast<std::size_t>(i) >= planes.samples[0].size()) break;
      for (auto& plane : planes.samples)
        plane[start + static_cast<std::size_t>(i)] += static_cast<float>(x * (1.0 - i / 9000.0));  // cut off, it would click
    }
  }
  return planes;
}

// The same bar again and again, tones on the grid of its own period: a machine's loop.
[[nodiscard]] inline Planes loop(double tempo_bpm, double root_hz) {
  const double beat_s = 60.0 / tempo_bpm;
  return from_wave([=](int, double t) {
    const double in_beat = std::fmod(t, beat_s);
    const double bass = std::exp(-6.0 * in_beat) * std::sin(2.0 * kPi * root_hz * in_beat),
                 tone = std::exp(-9.0 * in_beat) * std::sin(2.0 * kPi * 2.0 * root_hz * in_beat);
    const double saw =
        std::exp(-3.0 * in_beat) * (std::sin(2.0 * kPi * 3.0 * root_hz * in_beat) + 0.5 * std::sin(2.0 * kPi * 4.0 * root_hz * in_beat));
    return 0.3 * bass + 0.2 * tone + 0.1 * saw;
  });
}

// A voice: Rosenberg's glottal pulses, differentiated by the lips, through three formants.
// Source: A. E. Rosenberg, "Effect of Glottal Pulse Shape on the Quality of Natural Vowels", JASA 49(2), 1971, pulse C.
[[nodiscard]] inline Planes voice(double pitch_hz) {
  double phase = 0.0, previous = 0.0;
  struct Formant {
    double freq_hz, width_hz, y1, y2;
  } formants[] = {{600.0, 80.0, 0, 0}, {1200.0, 100.0, 0, 0}, {2600.0, 150.0, 0, 0}};
  return from_wave([=](int, double t) mutable {
    const double syllable = std::max(0.0, std::sin(2.0 * kPi * 2.5 * t));
    phase = std::fmod(phase + pitch_hz * (1.0 + 0.05 * std::sin(2.0 * kPi * 0.7 * t)) / kCleanRateHz, 1.0);
    const double flow = phase < 0.4 ? 0.5 * (1.0 - std::cos(kPi * phase / 0.4)) : phase < 0.56 ? std::cos(0.5 * kPi * (phase - 0.4) / 0.16) : 0.0;
    const double source = flow - previous;
    previous = flow;
    double sum = 0.0;
    for (Formant& f : formants) {
      const double r = std::exp(-kPi * f.width_hz / kCleanRateHz),
                   y = source + 2.0 * r * std::cos(2.0 * kPi * f.freq_hz / kCleanRateHz) * f.y1 - r * r * f.y2;
      f.y2 = f.y1;
      f.y1 = y;
      sum += y;
    }
    return 0.3 * syllable * sum;
  });
}

// Peaks held at a ceiling by a gain that moves over 5 ms before and after: no flat tops.
[[nodiscard]] inline Planes limited(Planes planes, double drive_db, double ceiling_lin) {
  scale(planes, from_db(drive_db) / peak_of_all(planes));
  const int reach = 220, frames = frame_count(planes);
  std::vector<double> wanted(static_cast<std::size_t>(frames), 1.0), held = wanted;
  for (int i = 0; i < frames; ++i) {
    double peak = 0.0;
    for (const auto& plane : planes.samples) peak = std::max(peak, std::fabs(static_cast<double>(plane[static_cast<std::size_t>(i)])));
    if (peak > ceiling_lin) wanted[static_cast<std::size_t>(i)] = ceiling_lin / peak;
  }
  double gain = 1.0;
  const double release = 1.0 - std::exp(-1.0 / 2000.0);
  for (int i = 0; i < frames; ++i) {
    double least = 1.0;
    if (i % 16 == 0 || wanted[static_cast<std::size_t>(i)] < 1.0)
      for (int k = std::max(0, i - reach); k <= std::min(frames - 1, i + reach); k += 1) least = std::min(least, wanted[static_cast<std::size_t>(k)]);
    else
      least = held[static_cast<std::size_t>(i - 1)];
    held[static_cast<std::size_t>(i)] = least;
    gain = least < gain ? gain + (least - gain) * 0.03 : gain + (least - gain) * release;
    for (auto& plane : planes.samples)
      plane[static_cast<std::size_t>(i)] = static_cast<float>(static_cast<double>(plane[static_cast<std::size_t>(i)]) * gain);
  }
  return planes;
}
}  // namespace clean

[[nodiscard]] inline std::vector<Material> clean_materials() {
  std::vector<Material> all;
  const auto add = [&all](std::string name, Planes planes) { all.push_back({std::move(name), std::move(planes)}); };
  add("chords and hits", music(2, kCleanFrames, kCleanRateHz, 0.8, 3));
  add("white noise", noise(2, kCleanFrames, 0.5, 11));
  for (const double freq_hz : {50.0, 60.0, 100.0, 440.0, 7000.0})
    add("sine " + std::to_string(static_cast<int>(freq_hz)) + " Hz",
        clean::from_wave([freq_hz](int, double t) { return 0.5 * std::sin(2.0 * kPi * freq_hz * t); }));
  for (const double tempo_bpm : {90.0, 120.0, 125.0, 174.0})
    add("drums " + std::to_string(static_cast<int>(tempo_bpm)), clean::drums(tempo_bpm, static_cast<std::uint32_t>(tempo_bpm)));
  for (const double tempo_bpm : {75.0, 100.0, 120.0, 125.0, 128.0, 150.0})
    add("loop on 50 Hz, " + std::to_string(static_cast<int>(tempo_bpm)), clean::loop(tempo_bpm, 50.0));
  for (const double tempo_bpm : {90.0, 120.0, 144.0})
    add("loop on 60 Hz, " + std::to_string(static_cast<int>(tempo_bpm)), clean::loop(tempo_bpm, 60.0));
  for (const double pitch_hz : {90.0, 120.0, 210.0}) add("voice " + std::to_string(static_cast<int>(pitch_hz)) + " Hz", clean::voice(pitch_hz));
  add("naive square 113.7 Hz, full scale", clean::from_wave([](int, double t) { return std::fmod(113.7 * t, 1.0) < 0.5 ? 0.99 : -0.99; }, 0.0));
  add("naive square 30 Hz", clean::from_wave([](int, double t) { return std::fmod(30.0 * t, 1.0) < 0.5 ? 0.5 : -0.5; }));
  add("naive saw 55 Hz", clean::from_wave([](int, double t) { return 1.6 * std::fmod(55.0 * t, 1.0) - 0.8; }));
  add("narrow pulses 77 Hz", clean::from_wave([](int, double t) { return std::fmod(77.0 * t, 1.0) < 0.02 ? 0.6 : -0.0122; }));
  for (const double drive_db : {3.0, 9.0})
    add("limited, driven " + std::to_string(static_cast<int>(drive_db)) + " dB",
        clean::limited(music(2, kCleanFrames, kCleanRateHz, 0.8, 5), drive_db, 0.9));
  {
    Planes limited_drums = clean::limited(clean::drums(110.0, 3), 6.0, 0.97);
    quantise(limited_drums, 16);
    add("limited drums, 16 bits", limited_drums);
  }
  for (const int bits : {8, 12, 16}) {
    Planes planes = music(2, kCleanFrames, kCleanRateHz, 0.8, 9);
    quantise(planes, bits);
    add(std::to_string(bits) + " bits", planes);
    Planes bass = clean::from_wave([](int, double t) { return 0.7 * std::sin(2.0 * kPi * 41.2 * t) + 0.2 * std::sin(2.0 * kPi * 123.6 * t); }, 0.0);
    quantise(bass, bits);
    for (std::size_t i = 0; i < bass.samples[1].size(); i += 2) bass.samples[1][i] *= 0.98f;
    add("bass, " + std::to_string(bits) + " bits", bass);
  }
  {
    Planes wide = noise(2, kCleanFrames, 0.3, 21);  // side 3 dB over mid
    for (std::size_t i = 0; i < wide.samples[0].size(); ++i) {
      const float mid = 0.5f * (wide.samples[0][i] + wide.samples[1][i]), side = 0.7f * (wide.samples[0][i] - wide.samples[1][i]);
      wide.samples[0][i] = mid + side;
      wide.samples[1][i] = mid - side;
    }
    add("wider than unrelated", wide);
  }
  {
    Planes leaning = music(2, kCleanFrames, kCleanRateHz, 0.5, 31);
    for (float& x : leaning.samples[1]) x *= 0.9f;
    add("leaning 2.5 dB", leaning);
  }
  return all;
}

}  // namespace ag06::test
