// TARGETS 2.4: by how much true peaks pass the ceiling on eight signals, beside the peers; delay, nulls and distortion.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dsp/limiter/true_peak_limiter.h"
#include "engine/offline_render.h"
#include "support/fft.h"
#include "measure/limiter_signals.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {
using test::Complex;
using test::inverse_fft;
using test::spectrum_of;

constexpr double kRateHz = 48000.0, kCeilingDbtp = -1.0;

[[nodiscard]] std::vector<Peer> peers() {
  const std::string lin = number(test::from_db(kCeilingDbtp), 6);
  const char* const lsp = "/usr/lib/lv2/lsp-plugins.lv2";
  return {
      {"x42 dpl, truepeak", "x42-plugins", Host::ffmpeg, "/usr/lib/lv2/dpl.lv2",
       lv2("http://gareus.org/oss/lv2/dpl#stereo", "threshold=-1|truepeak=1|release=0.05")},
      {"LSP limiter, Full x8(3L)", "lsp-plugins-lv2", Host::ffmpeg, lsp,
       lv2("http://lsp-plug.in/plugins/lv2/limiter_stereo", "th=" + lin + "|boost=0|mode=0|ovs=20|alr=0|knee=1")},
      {"Calf limiter, x4, ASC", "calf-plugins", Host::ffmpeg, "/usr/lib/lv2/calf.lv2",
       lv2("http://calf.sourceforge.net/plugins/Limiter", "limit=" + lin + "|oversampling=4|asc=1|auto_level=0")},
      {"ZaMaximX2", "zam-plugins", Host::ffmpeg, "/usr/lib/ladspa/ZaMaximX2-ladspa.so", ladspa("ZaMaximX2-ladspa", "ZaMaximX2", "c0=50|c1=-1|c2=-1")},
      {"ffmpeg alimiter", "ffmpeg", Host::ffmpeg, "", {"alimiter=limit=" + lin + ":level=0"}},
      {"ffmpeg alimiter at 192k", "ffmpeg", Host::ffmpeg, "", {"aresample=192000,alimiter=limit=" + lin + ":level=0,aresample=48000"}},
      {"ffmpeg loudnorm, I -9", "ffmpeg", Host::ffmpeg, "", {"loudnorm=I=-9:TP=-1:LRA=20"}}};
}

[[nodiscard]] Planes limited(const Planes& in, double rate_hz = kRateHz) {
  dsp::TruePeakLimiterParams params;
  params.ceiling_dbtp = static_cast<float>(kCeilingDbtp);
  return processed<dsp::TruePeakLimiter>(in, rate_hz, params);
}

// Through the whole chain's offline render, of which only the limiter is on.
[[nodiscard]] Planes rendered(const Planes& in) {
  constexpr int kBlockFrames = 4096;
  engine::OfflineRender render;
  const int frames = test::frame_count(in);
  if (render.prepare({kRateHz, 2, kBlockFrames}) != Status::ok || render.session().set_param(params::kLimiterEnabled, 1.0) != Status::ok ||
      render.session().set_param(params::kLimiterCeilingDbtp, kCeilingDbtp) != Status::ok)
    std::abort();
  render.begin();
  Planes work = in, out(2, 0);
  const auto keep = [&](ConstAudioBlock block) {
    for (std::size_t c = 0; c < 2; ++c) out.samples[c].insert(out.samples[c].end(), block.channels[c], block.channels[c] + block.frames);
  };
  for (int at = 0; at < frames; at += kBlockFrames) keep(render.push(work.slice(at, std::min(kBlockFrames, frames - at))));
  for (ConstAudioBlock rest = render.pull_rest(); rest.frames > 0; rest = render.pull_rest()) keep(rest);
  return out;
}

// Everything above cutoff_hz taken away by FFT.
[[nodiscard]] Planes band_limited(const Planes& in, double rate_hz, double cutoff_hz) {
  Planes out = in;
  for (Samples& plane : out.samples) {
    const std::size_t frames = plane.size();
    std::vector<Complex> spectrum = spectrum_of(plane, 0, frames);
    for (std::size_t k = 0; k < spectrum.size(); ++k)
      if (static_cast<double>(std::min(k, spectrum.size() - k)) * rate_hz / static_cast<double>(spectrum.size()) > cutoff_hz) spectrum[k] = 0.0;
    inverse_fft(spectrum);
    for (std::size_t i = 0; i < frames; ++i) plane[i] = static_cast<float>(spectrum[i].real());
  }
  return out;
}

void overshoots(Run& run) {
  const std::vector<LimiterSignal> signals = limiter_signals(kRateHz, run.quick ? 0.6 : 8.0);
  std::vector<std::string> header = {"over -1 dBTP, dB"}, ours = {"**ours**"};
  double worst_db = -300.0, worst_limited_band_db = -300.0, worst_ebur128_db = -300.0, worst_sample_db = -300.0, worst_offline_db = -300.0;
  for (const LimiterSignal& signal : signals) {
    header.push_back(signal.name);
    const Planes out = limited(signal.planes);
    const double over_db = true_peak_db(out) - kCeilingDbtp;
    ours.push_back(number(over_db, 2));
    worst_db = std::max(worst_db, over_db);
    worst_ebur128_db = std::max(worst_ebur128_db, ebur128_true_peak_db(out, kRateHz) - kCeilingDbtp);
    worst_sample_db = std::max(worst_sample_db, sample_peak_db(out) - kCeilingDbtp);
    const Planes offline = rendered(signal.planes);
    worst_offline_db = std::max({worst_offline_db, true_peak_db(offline) - kCeilingDbtp, ebur128_true_peak_db(offline, kRateHz) - kCeilingDbtp,
                                 itu_true_peak_db(offline) - kCeilingDbtp});
    worst_limited_band_db = std::max(worst_limited_band_db, true_peak_db(limited(band_limited(signal.planes, kRateHz, 20000.0))) - kCeilingDbtp);
  }
  std::vector<std::vector<std::string>> rows = {ours};
  if (run.with_peers) {
    for (const Peer& peer : peers()) {
      std::vector<std::string> row = {peer.name};
      for (const LimiterSignal& signal : signals) {
        const Run::Heard heard = run.hear(peer, signal.planes, kRateHz);
        // The same oversampled rate whatever rate the peer puts out (loudnorm: 192 kHz).
        row.push_back(heard.out
                          ? number(true_peak_db(*heard.out, std::max(4, static_cast<int>(16.0 * kRateHz / heard.sample_rate_hz))) - kCeilingDbtp, 2)
                          : heard.why_not);
      }
      rows.push_back(row);
    }
  }
  run.report.table(header, rows);
  const LimiterSignal long_signs = long_sinc_sign(kRateHz, run.quick ? 0.6 : 8.0);
  Planes hot = signals[1].planes;
  for (Samples& plane : hot.samples)
    for (float& x : plane) x *= static_cast<float>(test::from_db(28.0));
  worst_db = std::max(worst_db, true_peak_db(limited(hot)) - kCeilingDbtp);
  run.report.figure("over the ceiling, 16x, the eight signals band-limited to 20 kHz, worst", worst_limited_band_db, 3, "dB", at_most(0.10));
  run.report.figure("over the ceiling, 16x, the eight signals and white noise at +40 dB, worst", worst_db, 3, "dB", at_most(0.20));
  run.report.figure("over the ceiling by libebur128, the eight signals, worst", worst_ebur128_db, 3, "dB", at_most(0.20));
  run.report.figure("over the ceiling, 16x, sinc-sign of 800 samples", true_peak_db(limited(long_signs.planes)) - kCeilingDbtp, 3, "dB",
                    at_most(0.20));
  run.report.figure("offline render, over the ceiling on the worst of three meters (16x, ITU's filter, libebur128), worst", worst_offline_db, 3, "dB",
                    at_most(0.0));
  run.report.figure("sample peak against the ceiling, worst", worst_sample_db, 3, "dB", at_most(0.0));
}

void delay_and_nulls(Run& run) {
  double latency_ms = 0.0;
  int delay_error = 0, differing = 0;
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0}) {
    const int latency = latency_frames<dsp::TruePeakLimiter>(rate_hz);
    latency_ms = std::max(latency_ms, 1000.0 * latency / rate_hz);
    Planes impulse(2, 20000);
    for (Samples& plane : impulse.samples) plane[1000] = 0.5f;
    delay_error = std::max(delay_error, std::abs(impulse_delay_frames(limited(impulse, rate_hz).samples[0], 1000) - latency));
    const Planes in = test::music(2, static_cast<int>(rate_hz), rate_hz, 0.4, 8);
    const Planes out = limited(in, rate_hz);
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = 0; i + static_cast<std::size_t>(latency) < in.samples[c].size(); ++i)
        differing += test::same_bits(out.samples[c][i + static_cast<std::size_t>(latency)], in.samples[c][i]) ? 0 : 1;
  }
  run.report.figure("latency, longest of 44.1 to 192 kHz", latency_ms, 3, "ms", at_most(2.0));
  run.report.figure("delay beside the reported one", delay_error, 0, "frames", equal_to(0.0));
  run.report.figure("nothing limited: samples that differ from the delayed input", differing, 0, "", equal_to(0.0));
  for (const bool automatic : {false, true}) {
    dsp::TruePeakLimiterParams params;
    params.ceiling_dbtp = static_cast<float>(kCeilingDbtp);
    params.auto_release = automatic;
    const Planes bass = processed<dsp::TruePeakLimiter>(test::sine(2, 5 * 48000, kRateHz, 50.0, test::from_db(kCeilingDbtp + 6.0)), kRateHz, params);
    const double thd_percent = 100.0 * test::from_db(test::thd_db(bass.samples[0], 4 * 48000, 48000, kRateHz, 50.0));
    run.report.figure(std::string("THD, 50 Hz at 6 dB of reduction, ") + (automatic ? "automatic" : "set") + " release", thd_percent, 3, "%",
                      at_most(0.1));
  }
  Planes poison = test::noise(2, 24000, 4.0, 13);
  const float values[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                          1e30f};
  for (std::size_t i = 0; i < 24000; i += 97) poison.samples[i % 2][i] = values[i / 97 % 4];
  int bad = 0;
  const Planes survived = limited(poison);
  for (const Samples& plane : survived.samples)
    for (const float x : plane) bad += std::fabs(x) <= static_cast<float>(test::from_db(kCeilingDbtp)) ? 0 : 1;
  run.report.figure("NaN, infinities and 1e30 in: samples out that are not finite or above the ceiling", bad, 0, "", equal_to(0.0));
}

}  // namespace

void limiter_table(Run& run) {
  run.report.section(
      "True-peak limiter",
      "Ceiling -1 dBTP, 48 kHz stereo, everything in real time with the units' own look-ahead: output true peak minus ceiling by an ideal 16x "
      "interpolator (FFT). Negative: the ceiling was not reached. Loudnorm is a loudness normaliser, shown for its true-peak limiter.");
  overshoots(run);
  delay_and_nulls(run);
}

}  // namespace ag06::measure
