// TARGETS 2.6, delay: echoes on time, bounded at full feedback, changes of time without clicks, an untouched dry path.
#include <algorithm>
#include <cmath>
#include <complex>
#include <string>

#include "dsp/effects/delay.h"
#include "support/fft.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {
using test::Complex;
using test::spectrum_of;

[[nodiscard]] Planes impulse(double sample_rate_hz) {
  Planes planes(2, static_cast<int>(5.0 * sample_rate_hz));
  for (Samples& plane : planes.samples) plane[0] = 0.5f;
  return planes;
}

// When the echo of an impulse at frame 0 comes that is expected near a time, as a group delay between 700 and 1400 Hz.
[[nodiscard]] double echo_ms(const Samples& out, double near_ms, double sample_rate_hz) {
  const auto from = static_cast<std::size_t>(std::max(1.0, 0.001 * near_ms * sample_rate_hz - 2000.0));
  const std::size_t frames = std::min<std::size_t>(out.size() - from, 8192);
  const std::vector<Complex> spectrum = spectrum_of(out, from, frames);
  const double bin_hz = sample_rate_hz / static_cast<double>(spectrum.size());
  const auto first = static_cast<std::size_t>(700.0 / bin_hz), last = static_cast<std::size_t>(1400.0 / bin_hz);
  double turned_rad = 0.0;
  for (std::size_t k = first; k < last; ++k) turned_rad += std::arg(spectrum[k + 1] / spectrum[k]);
  const double delay_frames = -turned_rad / (2.0 * kPi) * static_cast<double>(spectrum.size()) / static_cast<double>(last - first);
  return 1000.0 * (static_cast<double>(from) + delay_frames) / sample_rate_hz;
}

// 60 / bpm of a quarter note and shares of it.
[[nodiscard]] double worst_time_error_frames(const Run& run) {
  double worst = 0.0;
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    for (const double bpm : run.quick ? std::vector<double>{120.0, 133.7} : std::vector<double>{60.0, 90.0, 120.0, 133.7, 174.0}) {
      for (const double quarters : {1.0, 0.75, 0.5, 1.0 / 3.0, 0.25}) {
        const double wanted_ms = 60000.0 / bpm * quarters;
        dsp::DelayParams params;
        params.time_ms = static_cast<float>(wanted_ms);
        params.feedback_ratio = 0.0f;
        params.low_cut_hz = 20.0f;
        params.high_cut_hz = 20000.0f;
        params.level_lin = 1.0f;
        const Planes out = processed<dsp::Delay>(impulse(rate_hz), rate_hz, params);
        worst = std::max(worst, 0.001 * rate_hz * std::fabs(echo_ms(out.samples[0], wanted_ms, rate_hz) - wanted_ms));
      }
    }
  }
  return worst;
}

struct Endless {
  double peak_lin = 0.0;  // from the tenth second on, when the music has stopped
  double last_lin = 0.0;  // of the last ten seconds
};
[[nodiscard]] Endless at_full_feedback(const Run& run) {
  constexpr double kRateHz = 48000.0;
  dsp::Delay delay;
  if (delay.prepare({kRateHz, 2, 512}) != Status::ok) std::abort();
  dsp::DelayParams params;
  params.time_ms = 187.3f;
  params.feedback_ratio = 1.0f;
  params.ping_pong_ratio = 0.5f;
  params.level_lin = 1.0f;
  delay.set_params(params);
  delay.reset();
  const int piece_frames = static_cast<int>(10.0 * kRateHz);
  Endless endless;
  for (int piece = 0; piece < (run.quick ? 6 : 60); ++piece) {
    Planes io = piece == 0 ? test::music(2, piece_frames, kRateHz, 1.0, 18) : Planes(2, piece_frames);
    test::run(delay, io);
    const double peak = std::max(test::peak_of(io.samples[0]), test::peak_of(io.samples[1]));
    if (piece > 0) endless.peak_lin = std::max(endless.peak_lin, std::isfinite(peak) ? peak : 1e30);
    endless.last_lin = peak;
  }
  return endless;
}

[[nodiscard]] double click_of_time_db() {
  constexpr double kRateHz = 48000.0;
  constexpr int kHoldFrames = 24000;
  dsp::Delay delay;
  if (delay.prepare({kRateHz, 2, 512}) != Status::ok) std::abort();
  dsp::DelayParams params;
  params.level_lin = 0.7f;
  params.low_cut_hz = 20.0f;
  delay.set_params(params);
  delay.reset();
  test::Random random(19);
  Planes io = click_carrier(24 * kHoldFrames, kRateHz, 0.25);
  for (int k = 0; k < 24; ++k) {
    params.time_ms = static_cast<float>(k % 2 ? 350.0 : 20.0 + 1500.0 * random.unit());
    if (k > 2) delay.set_params(params);
    delay.process(io.slice(k * kHoldFrames, kHoldFrames));
  }
  return test::click_db(io.samples[0], kRateHz, test::peak_of(io.samples[0], 3 * kHoldFrames), 3 * kHoldFrames);
}

[[nodiscard]] std::string peer_error(Run& run, const std::function<Peer(double)>& peer_at) {
  constexpr double kRateHz = 48000.0;
  double worst = 0.0;
  for (const double wanted_ms : {60000.0 / 133.7, 60000.0 / 174.0 * 0.75, 500.0 / 3.0}) {
    const Run::Heard heard = run.hear(peer_at(wanted_ms), impulse(kRateHz), kRateHz, wanted_ms == 60000.0 / 133.7);
    if (!heard.out) return heard.why_not;
    worst = std::max(worst, 0.001 * kRateHz * std::fabs(echo_ms(heard.out->samples[0], wanted_ms, kRateHz) - wanted_ms));
  }
  return number(worst, 2);
}

}  // namespace

void delay_table(Run& run) {
  run.report.section("Delay",
                     "Times are those of notes at 60 to 174 bpm, measured as the group delay of the first echo around 1 kHz with the filters open.");
  const double error_frames = worst_time_error_frames(run);
  std::vector<std::vector<std::string>> rows = {{"**ours**", number(error_frames, 2)}};
  if (run.with_peers) {
    rows.push_back({"ffmpeg aecho", peer_error(run, [](double ms) {
                      return Peer{"ffmpeg aecho", "ffmpeg", Host::ffmpeg, "", {"aecho=1:1:" + number(ms, 4) + ":0.5"}};
                    })});
    rows.push_back({"sox echo", peer_error(run, [](double ms) {
                      return Peer{"sox echo", "sox", Host::sox, "", {"echo", "1", "1", number(ms, 4), "0.5"}};
                    })});
  }
  run.report.table({"", "echo off its time by, frames"}, rows);
  run.report.figure("echo off its time, worst of all notes at 44.1, 48, 96 kHz", error_frames, 3, "frames", at_most(0.5));
  const Endless endless = at_full_feedback(run);
  run.report.figure("feedback 1 for ten minutes after ten seconds of music: peak", test::to_db(endless.peak_lin), 2, "dBFS", at_most(6.03));
  run.report.figure("the time jumped every half second: click", click_of_time_db(), 1, "dB", at_most(-75.0));
  const Planes in = test::noise(2, 96000, 0.5, 20);
  run.report.figure("level 0: frames that differ from the input", test::first_difference(in, processed<dsp::Delay>(in, 48000.0, {})) + 1, 0, "",
                    equal_to(0.0));
}

}  // namespace ag06::measure
