// TARGETS 2.8: the noise of 16-bit export, its independence of the signal and between channels, beside the peers.
#include <algorithm>
#include <cmath>
#include <string>

#include "dsp/dither/quantiser.h"
#include "measure/meters.h"
#include "measure/tables.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::measure {
namespace {

constexpr double kRateHz = 48000.0, kLsb = 1.0 / 32768.0;
// 0.5 LSB rms: a third of it is the quantiser's own (Lipshitz, Wannamaker, Vanderkooy 1992).
constexpr double kTpdfDbfs = -96.33;

[[nodiscard]] Planes quantised(const Planes& in, dsp::DitherShape shape = dsp::DitherShape::none_flat, double sample_rate_hz = kRateHz) {
  Planes out = in;
  dsp::Quantiser quantiser;
  if (quantiser.prepare(16, static_cast<int>(in.samples.size()), 0x41473036u, shape, sample_rate_hz) != Status::ok) std::abort();
  std::vector<std::int32_t> pcm(in.samples.size() * in.samples[0].size());
  quantiser.process(out.block(), pcm.data());
  for (std::size_t i = 0; i < in.samples[0].size(); ++i)
    for (std::size_t c = 0; c < in.samples.size(); ++c) out.samples[c][i] = static_cast<float>(pcm[i * in.samples.size() + c]) / 32768.0f;
  return out;
}

[[nodiscard]] std::vector<double> error_of(const Planes& in, const Planes& out, std::size_t channel) {
  std::vector<double> error(std::min(in.samples[channel].size(), out.samples[channel].size()));
  for (std::size_t i = 0; i < error.size(); ++i)
    error[i] = static_cast<double>(out.samples[channel][i]) - static_cast<double>(in.samples[channel][i]);
  return error;
}

// How much less of the noise is heard than of white TPDF noise, and how much more there is in all, in dB.
struct Shaped {
  double by_iso_db, by_terhardt_db, total_rise_db;
};
template <class Process>
[[nodiscard]] std::optional<Shaped> measure_shape(double sample_rate_hz, const Process& process) {
  const Planes in = test::noise(2, 262144, 0.25, 22);
  const std::optional<Planes> out = process(in);
  if (!out) return std::nullopt;
  const std::vector<double> white = error_of(in, quantised(in), 0), shaped = error_of(in, *out, 0);
  const auto gain_db = [&](Hearing hearing) {
    return heard_noise_dbfs(white, sample_rate_hz, hearing) - heard_noise_dbfs(shaped, sample_rate_hz, hearing);
  };
  return Shaped{gain_db(Hearing::iso_226), gain_db(Hearing::terhardt), test::to_db(test::rms_of(shaped) / test::rms_of(white))};
}

void shaped_table(Run& run) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> header = {"less heard than white by ISO 226 / by Terhardt (more in all), dB"};
  const double rates_hz[] = {44100.0, 48000.0, 96000.0};
  const auto cell = [](const Shaped& shaped) {
    return number(shaped.by_iso_db, 1) + " / " + number(shaped.by_terhardt_db, 1) + " (" + number(shaped.total_rise_db, 1) + ")";
  };
  std::vector<std::string> ours = {"**ours**"};
  double least_gain_db = 1e9;
  for (const double rate_hz : rates_hz) {
    header.push_back(number(rate_hz / 1000.0, 1) + " kHz");
    const auto shaped =
        measure_shape(rate_hz, [&](const Planes& in) -> std::optional<Planes> { return quantised(in, dsp::DitherShape::shaped, rate_hz); });
    least_gain_db = std::min(least_gain_db, shaped->by_iso_db);
    ours.push_back(cell(*shaped));
  }
  rows.push_back(ours);
  if (run.with_peers) {
    for (const Peer& peer : {Peer{"sox dither, shibata", "sox", Host::sox, "", {"dither", "-p", "16", "-f", "shibata"}},
                             Peer{"sox dither, lipshitz", "sox", Host::sox, "", {"dither", "-p", "16", "-f", "lipshitz"}},
                             Peer{"ffmpeg, shibata", "ffmpeg", Host::ffmpeg, "", {"aresample=osf=s16:dither_method=shibata"}}}) {
      std::vector<std::string> row = {peer.name};
      for (const double rate_hz : rates_hz) {
        std::string why_not;
        const auto shaped = measure_shape(rate_hz, [&](const Planes& in) {
          Run::Heard heard = run.hear(peer, in, rate_hz);
          if (!heard.out) why_not = heard.why_not;
          return heard.out;
        });
        row.push_back(shaped ? cell(*shaped) : why_not);
      }
      rows.push_back(row);
    }
  }
  run.report.paragraph(
      "Shaped noise against white noise, each weighted by the threshold in quiet; ISO 226:2003 and Terhardt's formula differ above 5 kHz, where the "
      "noise "
      "is put, so both stand here.");
  run.report.table(header, rows);
  run.report.figure("shaped: less heard by ISO 226, worst of 44.1, 48, 96 kHz", least_gain_db, 1, "dB", at_least(10.0));
}

struct Figures {
  double noise_dbfs, spread_db, harmonic_dbfs, correlation_01, idle_dbfs;
};

template <class Process>
[[nodiscard]] std::optional<Figures> measure(const Run& run, const Process& process) {
  Figures figures{};
  double least_db = 1e9, most_db = -1e9;
  for (const double offset_lsb : {0.0, 0.125, 0.25, 0.375, 0.5, 0.75}) {
    const Planes in = test::constant(2, 480000, static_cast<float>((100.0 + offset_lsb) * kLsb));
    const std::optional<Planes> out = process(in);
    if (!out) return std::nullopt;
    const double noise_dbfs = test::to_db(test::rms_of(error_of(in, *out, 0)));
    least_db = std::min(least_db, noise_dbfs);
    most_db = std::max(most_db, noise_dbfs);
    if (offset_lsb == 0.25) {
      figures.noise_dbfs = noise_dbfs;
      figures.correlation_01 = std::fabs(correlation(error_of(in, *out, 0), error_of(in, *out, 1)));
    }
  }
  figures.spread_db = most_db - least_db;
  // One fit over all of it averages the noise under each harmonic down; 64 s are the 64 averages of one second that the goal asks for.
  const int frames = (run.quick ? 16 : 64) * 48000;
  const Planes tone = test::sine(2, frames, kRateHz, 1000.0, test::from_db(-90.0));
  const std::optional<Planes> out = process(tone);
  if (!out) return std::nullopt;
  figures.harmonic_dbfs = -300.0;
  const int heard = std::min(frames, test::frame_count(*out));
  for (int h = 2; h <= 8; ++h) figures.harmonic_dbfs = std::max(figures.harmonic_dbfs, test::tone_db(out->samples[0], 0, heard, kRateHz, 1000.0 * h));
  const std::optional<Planes> silence = process(Planes(2, 96000));
  if (!silence) return std::nullopt;
  figures.idle_dbfs = test::to_db(test::rms_of(silence->samples[0]));
  return figures;
}

[[nodiscard]] std::vector<Peer> peers() {
  return {{"ffmpeg, triangular", "ffmpeg", Host::ffmpeg, "", {"aresample=osf=s16:dither_method=triangular"}},
          {"ffmpeg, default (no dither)", "ffmpeg", Host::ffmpeg, "", {"aresample=osf=s16"}},
          {"sox dither", "sox", Host::sox, "", {"dither", "-p", "16"}}};
}

[[nodiscard]] std::vector<std::string> row_of(const std::string& name, const Figures& f) {
  return {name,
          number(f.noise_dbfs, 2),
          f.spread_db > 100.0 ? "from none at all" : number(f.spread_db, 2),
          number(f.harmonic_dbfs, 1),
          number(f.correlation_01, 4),
          f.idle_dbfs < -200.0 ? "silence" : number(f.idle_dbfs, 2)};
}

}  // namespace

void dither_table(Run& run) {
  run.report.section(
      "Dither to 16 bits",
      "Noise of a constant, its spread over six constants between two codes, the strongest harmonic of 1 kHz at -90 dBFS, correlation of the two "
      "channels' noise, and the noise of digital silence.");
  const auto ours = measure(run, [](const Planes& in) -> std::optional<Planes> { return quantised(in); });
  std::vector<std::vector<std::string>> rows = {row_of("**ours**", *ours)};
  if (run.with_peers) {
    for (const Peer& peer : peers()) {
      std::string why_not;
      const auto figures = measure(run, [&](const Planes& in) {
        Run::Heard heard = run.hear(peer, in, kRateHz);
        if (!heard.out) why_not = heard.why_not;
        return heard.out;
      });
      rows.push_back(figures ? row_of(peer.name, *figures) : std::vector<std::string>{peer.name, why_not, "", "", "", ""});
    }
  }
  run.report.table({"", "noise, dBFS", "spread, dB", "harmonic, dBFS", "correlation", "silence, dBFS"}, rows);
  shaped_table(run);
  run.report.figure("noise, off -96.33 dBFS by", std::fabs(ours->noise_dbfs - kTpdfDbfs), 3, "dB", at_most(0.1));
  run.report.figure("noise power, spread over DC offsets", ours->spread_db, 3, "dB", at_most(0.1));
  run.report.figure("harmonics of 1 kHz at -90 dBFS, strongest", ours->harmonic_dbfs, 1, "dBFS", at_most(-130.0));
  run.report.figure("correlation between the channels' noise", ours->correlation_01, 4, "", at_most(0.01));
  run.report.figure("digital silence is dithered, off -96.33 dBFS by", std::fabs(ours->idle_dbfs - kTpdfDbfs), 3, "dB", at_most(0.1));
}

}  // namespace ag06::measure
