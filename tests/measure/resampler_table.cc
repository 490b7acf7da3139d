// TARGETS 2.9: pass band, spurs and aliases of sample-rate conversion beside the peers.
#include <algorithm>
#include <cmath>
#include <string>

#include "dsp/resample/resampler.h"
#include "measure/meters.h"
#include "measure/stopwatch.h"
#include "measure/tables.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::measure {
namespace {

constexpr double kPeakLin = 0.5;

[[nodiscard]] Planes resampled(const Planes& in, double in_rate_hz, double out_rate_hz) {
  constexpr int kBlockFrames = 4096;
  dsp::Resampler resampler;
  if (resampler.prepare({in_rate_hz, out_rate_hz, static_cast<int>(in.samples.size())}) != Status::ok) std::abort();
  Planes work = in, out(static_cast<int>(in.samples.size()), 0);
  Planes piece(static_cast<int>(in.samples.size()), resampler.max_output_frames(kBlockFrames));
  const auto keep = [&](int frames) {
    for (std::size_t c = 0; c < out.samples.size(); ++c)
      out.samples[c].insert(out.samples[c].end(), piece.samples[c].begin(), piece.samples[c].begin() + frames);
    return frames;
  };
  for (int at = 0; at < test::frame_count(in); at += kBlockFrames)
    keep(resampler.process(work.slice(at, std::min(kBlockFrames, test::frame_count(in) - at)), piece.block()));
  while (keep(resampler.drain(piece.block())) > 0) {}
  return out;
}

// Mono; the peer's "RATE" becomes the output rate.
[[nodiscard]] std::vector<Peer> peers(double out_rate_hz) {
  const std::string rate = number(out_rate_hz, 0);
  return {{"soxr VHQ (sox rate -v)", "sox", Host::sox, "", {"rate", "-v", rate}},
          {"soxr HQ (sox rate -h)", "sox", Host::sox, "", {"rate", "-h", rate}},
          {"libsamplerate Best",
           "samplerate-programs",
           Host::program,
           "/usr/bin/sndfile-resample",
           {"sndfile-resample", "-to", rate, "-c", "0", "IN", "OUT"}},
          {"libsamplerate Medium",
           "samplerate-programs",
           Host::program,
           "/usr/bin/sndfile-resample",
           {"sndfile-resample", "-to", rate, "-c", "1", "IN", "OUT"}},
          {"zita-resampler",
           "zita-resampler",
           Host::program,
           "/usr/bin/zita-resampler",
           {"zita-resampler", "--wav", "--float", "--pad", "--rate", rate, "IN", "OUT"}},
          {"ffmpeg aresample, soxr 28 bits", "ffmpeg", Host::ffmpeg, "", {"aresample=" + rate + ":resampler=soxr:precision=28"}},
          {"ffmpeg aresample, default", "ffmpeg", Host::ffmpeg, "", {"aresample=" + rate}}};
}

struct Figures {
  double spur_db = -300.0, loss_db = 0.0, alias_db = 0.0, ripple_db = 0.0;
};

// convert(planes, from, to) gives the output, or nothing.
template <class Convert>
[[nodiscard]] std::optional<Figures> measure(const Run& run, const Convert& convert) {
  Figures figures;
  constexpr std::size_t kFrames = 65536, kSkip = 8192;
  const auto tone = [&](double freq_hz, double from_hz, double to_hz) -> std::optional<Samples> {
    const int frames = static_cast<int>((kFrames + 3 * kSkip) * from_hz / std::min(from_hz, to_hz));
    const std::optional<Planes> out = convert(test::sine(1, frames, from_hz, freq_hz, kPeakLin), from_hz, to_hz);
    if (!out || out->samples[0].size() < kFrames + kSkip) return std::nullopt;
    return out->samples[0];
  };
  for (const double freq_hz : run.quick ? std::vector<double>{19000.0, 20000.0} : std::vector<double>{19000.0, 19250.0, 19500.0, 19750.0, 20000.0}) {
    const auto out = tone(freq_hz, 44100.0, 48000.0);
    if (!out) return std::nullopt;
    figures.spur_db = std::max(figures.spur_db, spur_db(*out, kSkip, kFrames, 48000.0, freq_hz));
    figures.loss_db = test::tone_db(*out, kSkip, kFrames, 48000.0, freq_hz) - test::to_db(kPeakLin);  // the last: 20 kHz
  }
  for (const double freq_hz :
       run.quick ? std::vector<double>{1000.0, 15000.0} : std::vector<double>{100.0, 1000.0, 5000.0, 10000.0, 15000.0, 18000.0}) {
    const auto out = tone(freq_hz, 44100.0, 48000.0);
    if (!out) return std::nullopt;
    figures.ripple_db = std::max(figures.ripple_db, std::fabs(test::tone_db(*out, kSkip, kFrames, 48000.0, freq_hz) - test::to_db(kPeakLin)));
  }
  figures.ripple_db = std::max(figures.ripple_db, std::fabs(figures.loss_db));
  const auto folded = tone(22500.0, 96000.0, 44100.0);
  if (!folded) return std::nullopt;
  figures.alias_db = strongest_line_dbfs(*folded, kSkip, kFrames, 44100.0) - test::to_db(kPeakLin);
  return figures;
}

[[nodiscard]] std::vector<std::string> row_of(const std::string& name, const Figures& f) {
  return {name, number(f.spur_db, 1), number(f.loss_db, 3), number(f.ripple_db, 4), number(f.alias_db, 1)};
}

}  // namespace

void resampler_table(Run& run) {
  run.report.section(
      "Sample-rate conversion",
      "Worst spur beside tones of 19 to 20 kHz from 44.1 to 48 kHz; level of 20 kHz and the largest deviation from 100 Hz to 20 kHz there; what is "
      "left of 22.5 kHz from 96 to 44.1 kHz, against the tone. Output in 32-bit float.");
  const auto ours =
      measure(run, [](const Planes& in, double from_hz, double to_hz) -> std::optional<Planes> { return resampled(in, from_hz, to_hz); });
  std::vector<std::vector<std::string>> rows = {row_of("**ours**", *ours)};
  if (run.with_peers) {
    for (std::size_t p = 0; p < peers(48000.0).size(); ++p) {
      std::string why_not = "output too short";
      const auto figures = measure(run, [&](const Planes& in, double from_hz, double to_hz) {
        const Peer peer = peers(to_hz)[p];
        Run::Heard heard = run.hear(peer, in, from_hz, to_hz == 48000.0);
        if (!heard.out) why_not = heard.why_not;
        return heard.out;
      });
      const std::string name = peers(48000.0)[p].name;
      rows.push_back(figures ? row_of(name, *figures) : std::vector<std::string>{name, why_not, "", "", ""});
    }
  }
  run.report.table({"", "spur, dB", "20 kHz, dB", "pass band, dB", "alias of 22.5 kHz, dB"}, rows);
  run.report.figure("pass band to 20 kHz, 44.1 to 48 kHz", ours->ripple_db, 5, "dB", at_most(0.01));
  run.report.figure("worst spur, 44.1 to 48 kHz, 19 to 20 kHz", ours->spur_db, 1, "dB", at_most(-140.0));
  run.report.figure("alias of 22.5 kHz, 96 to 44.1 kHz", ours->alias_db, 1, "dB", at_most(-140.0));
}

void resampler_speed(Run& run) {
  constexpr double kSeconds = 20.0;
  const Planes music = test::music(1, static_cast<int>(kSeconds * 44100.0), 44100.0, 1.0, 17);
  double least_s = 1e9;
  for (int repeat = 0; repeat < (run.quick ? 2 : 9); ++repeat) {
    const double start_s = processor_s();
    if (resampled(music, 44100.0, 48000.0).samples[0].empty()) std::abort();
    least_s = std::min(least_s, processor_s() - start_s);
  }
  std::vector<std::vector<std::string>> rows = {{"**ours**, its tables made anew", number(kSeconds / least_s, 0)}};
  if (run.with_peers) {
    PeerClock clock(1, 44100.0, run.quick);
    for (const Peer& peer : peers(48000.0)) {
      std::string why_not;
      const std::optional<double> load = clock.load(peer, why_not);
      rows.push_back({peer.name, load ? number(1.0 / *load, 0) : why_not});
    }
  }
  run.report.table({"44.1 to 48 kHz, mono", "x real time"}, rows);
  run.report.figure("resampler, 44.1 to 48 kHz, mono, times real time", kSeconds / least_s, 0, "", at_least(300.0));
}

}  // namespace ag06::measure
