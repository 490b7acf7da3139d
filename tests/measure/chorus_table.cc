// TARGETS 2.6, chorus: what reading between frames loses, notches of the mono sum, an untouched dry path.
#include <algorithm>
#include <cmath>
#include <string>

#include "dsp/effects/chorus.h"
#include "support/fft.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {
using test::Complex;
using test::spectrum_of;

// Level of one moving voice at a frequency, against the same at 2 kHz.
[[nodiscard]] double loss_db(const Run& run, double freq_hz, double sample_rate_hz) {
  dsp::ChorusParams params;
  params.voices = 1;
  params.rate_hz = 0.7f;
  params.spread_ratio = 0.0f;
  params.level_lin = 1.0f;
  const int frames = static_cast<int>((run.quick ? 3.0 : 12.0) * sample_rate_hz);
  const auto wet_rms = [&](double tone_hz) {
    const Planes in = test::sine(1, frames, sample_rate_hz, tone_hz, 0.5);
    const Planes out = processed<dsp::Chorus>(in, sample_rate_hz, params);
    std::vector<double> wet;
    for (std::size_t i = static_cast<std::size_t>(sample_rate_hz / 4.0); i < out.samples[0].size(); ++i)
      wet.push_back(static_cast<double>(out.samples[0][i]) - static_cast<double>(in.samples[0][i]));
    return test::rms_of(wet);
  };
  return test::to_db(wet_rms(2000.0) / wet_rms(freq_hz));
}

// Deepest third of a semitone of the mono sum over a minute of noise, against the input, 20 Hz to 20 kHz.
[[nodiscard]] double deepest_notch_db(const Run& run, int voices) {
  constexpr double kRateHz = 48000.0;
  constexpr std::size_t kPiece = 16384;
  dsp::ChorusParams params;
  params.voices = voices;
  params.level_lin = 1.0f;
  Planes in = test::noise(1, static_cast<int>((run.quick ? 10.0 : 60.0) * kRateHz), 0.5, 24);
  in.samples.push_back(in.samples[0]);
  const Planes out = processed<dsp::Chorus>(in, kRateHz, params);
  Samples sum;
  for (std::size_t i = 0; i < out.samples[0].size(); ++i) sum.push_back(0.5f * (out.samples[0][i] + out.samples[1][i]));
  std::vector<double> power_in(kPiece / 2), power_out(kPiece / 2);
  for (std::size_t at = 48000; at + kPiece <= sum.size(); at += kPiece) {
    const std::vector<Complex> before = spectrum_of(in.samples[0], at, kPiece), after = spectrum_of(sum, at, kPiece);
    for (std::size_t k = 0; k < power_in.size(); ++k) {
      power_in[k] += std::norm(before[k]);
      power_out[k] += std::norm(after[k]);
    }
  }
  double deepest_db = 0.0;
  for (double freq_hz = 20.0; freq_hz < 20000.0; freq_hz *= std::exp2(1.0 / 36.0)) {
    const auto from = static_cast<std::size_t>(freq_hz / kRateHz * kPiece),
               to = std::max(from + 4, static_cast<std::size_t>(freq_hz * std::exp2(1.0 / 36.0) / kRateHz * kPiece));
    double before = 0.0, after = 0.0;
    for (std::size_t k = from; k < to && k < power_in.size(); ++k) {
      before += power_in[k];
      after += power_out[k];
    }
    deepest_db = std::min(deepest_db, 10.0 * std::log10(after / before));
  }
  return deepest_db;
}

}  // namespace

void chorus_table(Run& run) {
  run.report.section("Chorus",
                     "Level of one voice in motion at 10 kHz against 2 kHz; the long-term mono sum of noise with as much chorus as dry signal, "
                     "against the dry signal.");
  double worst_loss_db = 0.0;
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) worst_loss_db = std::max(worst_loss_db, loss_db(run, 10000.0, rate_hz));
  run.report.figure("interpolation loss at 10 kHz, worst of 44.1, 48, 96 kHz", worst_loss_db, 3, "dB", at_most(0.5));
  double deepest_db = 0.0;
  for (int voices = 1; voices <= 6; ++voices) deepest_db = std::min(deepest_db, deepest_notch_db(run, voices));
  run.report.figure("deepest notch of the mono sum, 1 to 6 voices", deepest_db, 1, "dB", at_least(-6.0));
  const Planes in = test::noise(2, 48000, 0.5, 25);
  run.report.figure("level 0: frames that differ from the input", test::first_difference(in, processed<dsp::Chorus>(in, 48000.0, {})) + 1, 0, "",
                    equal_to(0.0));
}

}  // namespace ag06::measure
