// TARGETS 2.5: echo density, decay, ringing, correlation and DC of the reverb beside the peers.
#include <algorithm>
#include <cmath>
#include <string>

#include "dsp/effects/reverb.h"
#include "dsp/effects/reverb_setting.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"
#include "support/room_measure.h"

namespace ag06::measure {
namespace {
using dsp::ReverbType;
using test::Response;

constexpr double kRateHz = 48000.0;
constexpr float kDecayS = 1.8f;
constexpr int kImpulseAt = 24000;  // peers' controls have come to rest
constexpr int kFrames = static_cast<int>(4.5 * kRateHz);

struct Kind {
  const char* name;
  ReverbType type;
};
constexpr Kind kKinds[] = {{"room", ReverbType::room}, {"hall", ReverbType::hall}, {"plate", ReverbType::plate}, {"chamber", ReverbType::chamber}};

[[nodiscard]] dsp::ReverbParams wet_only(ReverbType type) {
  dsp::ReverbParams params;
  params.type = type;
  params.level_lin = 1.0f;
  params.predelay_ms = 0.0f;
  params.decay_s = kDecayS;
  params.low_cut_hz = 20.0f;
  params.high_cut_hz = 20000.0f;
  return params;
}

[[nodiscard]] Planes impulse(bool left, bool right) {
  Planes planes(2, kImpulseAt + kFrames);
  planes.samples[0][kImpulseAt] = left ? 0.5f : 0.0f;
  planes.samples[1][kImpulseAt] = right ? 0.5f : 0.0f;
  return planes;
}

[[nodiscard]] std::vector<Response> wet_of(const Planes& out) {
  std::vector<Response> responses;
  for (const Samples& plane : out.samples) {
    responses.emplace_back(plane.begin() + std::min<std::ptrdiff_t>(kImpulseAt, static_cast<std::ptrdiff_t>(plane.size())), plane.end());
    responses.back().resize(kFrames);
    responses.back()[0] = 0.0;  // the dry impulse; no wet signal comes that early
  }
  return responses;
}

struct Figures {
  double dense_ms = 0.0, density = 0.0, density_off = 0.0, decay_rms_db = 0.0, mode_db = -300.0, correlation_01 = 0.0, dc_db = -300.0;
};

// process(planes) gives the wet signal, with the dry one when with_dry, or nothing.
template <class Process>
[[nodiscard]] std::optional<Figures> measure(bool with_dry, const Process& process) {
  const std::optional<Planes> both = process(impulse(true, true)), left = process(impulse(true, false)), right = process(impulse(false, true));
  if (!both || !left || !right) return std::nullopt;
  Figures figures;
  const std::vector<Response> heard = wet_of(*both);
  std::vector<Response> all = wet_of(*left);
  for (Response& response : wet_of(*right)) all.push_back(std::move(response));
  for (const Response& response : heard) {
    figures.dense_ms = std::max(figures.dense_ms, test::diffuse_after_ms(response, kRateHz));
    const double density = test::mean_echo_density(response, 100.0, 300.0, kRateHz);
    if (std::fabs(density - 1.0) >= figures.density_off) {
      figures.density_off = std::fabs(density - 1.0);
      figures.density = density;
    }
  }
  // A constant for four seconds: what is left of it once its beginning has died away.
  const Planes constant = test::constant(2, 4 * 48000, 0.25f);
  const std::optional<Planes> held = process(constant);
  if (!held) return std::nullopt;
  for (std::size_t c = 0; c < 2; ++c) {
    double sum = 0.0;
    for (std::size_t i = 3 * 48000; i < 4 * 48000; ++i)
      sum += static_cast<double>(held->samples[c][i]) - (with_dry ? static_cast<double>(constant.samples[c][i]) : 0.0);
    figures.dc_db = std::max(figures.dc_db, test::to_db(std::fabs(sum) / (0.25 * 48000.0)));
  }
  figures.decay_rms_db = test::decay_of(test::octave_of(all, kRateHz, 1000.0), kRateHz).rms_db;
  figures.mode_db = test::loudest_mode_db(all, static_cast<std::size_t>(0.5 * kRateHz), kRateHz);
  figures.correlation_01 = std::fabs(test::correlation_of(heard[0], heard[1], 0, heard[0].size()));
  return figures;
}

[[nodiscard]] std::vector<std::string> row_of(const std::string& name, const Figures& f) {
  return {name,
          number(f.dense_ms, 0),
          number(f.density, 2),
          number(f.decay_rms_db, 2),
          number(f.mode_db, 1),
          number(f.correlation_01, 2),
          number(f.dc_db, 0)};
}

[[nodiscard]] double worst_t60_percent() {
  double worst = 0.0;
  for (const Kind& kind : kKinds) {
    const dsp::ReverbParams params = wet_only(kind.type);
    std::vector<Response> all = wet_of(processed<dsp::Reverb>(impulse(true, false), kRateHz, params));
    for (Response& response : wet_of(processed<dsp::Reverb>(impulse(false, true), kRateHz, params))) all.push_back(std::move(response));
    for (double centre_hz = 125.0; centre_hz < 9000.0; centre_hz *= 2.0) {
      const double measured_s = test::decay_of(test::octave_of(all, kRateHz, centre_hz), kRateHz).t60_s;
      const double set_s = test::octave_t60_s([&](double freq_hz) { return dsp::reverb_t60_s(dsp::reverb_decay(params), freq_hz); }, centre_hz);
      worst = std::max(worst, 100.0 * std::fabs(measured_s / set_s - 1.0));
    }
  }
  return worst;
}

// Size and decay jumped while a tone plays.
[[nodiscard]] double sweep_click_db() {
  constexpr int kHoldFrames = 4800, kHolds = 60;
  dsp::Reverb reverb;
  if (reverb.prepare({kRateHz, 2, 512}) != Status::ok) std::abort();
  dsp::ReverbParams params = wet_only(ReverbType::hall);
  params.level_lin = 0.5f;
  reverb.set_params(params);
  reverb.reset();
  test::Random random(21);
  Planes io = click_carrier(kHolds * kHoldFrames, kRateHz, 0.25);
  for (int k = 0; k < kHolds; ++k) {
    if (k >= 10) {
      params.size_ratio = static_cast<float>(random.unit());
      params.decay_s = static_cast<float>(0.3 + 5.0 * random.unit());
    }
    reverb.set_params(params);
    reverb.process(io.slice(k * kHoldFrames, kHoldFrames));
  }
  return test::click_db(io.samples[0], kRateHz, test::peak_of(io.samples[0], 10 * kHoldFrames), 10 * kHoldFrames);
}

[[nodiscard]] std::vector<Peer> peers() {
  return {{"sox reverb (Freeverb)", "sox", Host::sox, "", {"reverb", "-w", "60", "50", "100", "100", "0", "0"}},
          {"Calf Reverb", "calf-plugins", Host::ffmpeg, "/usr/lib/lv2/calf.lv2",
           lv2("http://calf.sourceforge.net/plugins/Reverb",
               "dry=0|amount=1|decay_time=1.8|room_size=3|diffusion=1|predelay=0|bass_cut=20|treble_cut=20000|hf_damp=20000")}};
}

}  // namespace

void reverb_table(Run& run) {
  run.report.section(
      "Reverb",
      "Impulse responses, 1.8 s, no predelay, filters open. Echo density (Abel & Huang 2006; 1 is Gaussian): ms until 0.9 and mean from 100 to "
      "300 ms; distance of the 1 kHz octave's decay from a line; the loudest band of 1/12 octave over its neighbours after 0.5 s; correlation of "
      "the sides; response at DC. Dragonfly and ZamVerb want a host feature that ffmpeg lacks.");
  std::vector<std::vector<std::string>> rows;
  Figures worst;
  for (const Kind& kind : kKinds) {
    const auto figures =
        measure(true, [&](const Planes& in) -> std::optional<Planes> { return processed<dsp::Reverb>(in, kRateHz, wet_only(kind.type)); });
    rows.push_back(row_of(std::string("**ours**, ") + kind.name, *figures));
    worst.dense_ms = std::max(worst.dense_ms, figures->dense_ms);
    worst.density_off = std::max(worst.density_off, figures->density_off);
    worst.decay_rms_db = std::max(worst.decay_rms_db, figures->decay_rms_db);
    worst.mode_db = std::max(worst.mode_db, figures->mode_db);
    worst.correlation_01 = std::max(worst.correlation_01, figures->correlation_01);
    worst.dc_db = std::max(worst.dc_db, figures->dc_db);
    run.report.figure(std::string("echo density above 0.9, ") + kind.name, figures->dense_ms, 0, "ms", at_most(20.0));
  }
  if (run.with_peers) {
    for (const Peer& peer : peers()) {
      std::string why_not;
      const auto figures = measure(false, [&](const Planes& in) {
        Run::Heard heard = run.hear(peer, in, kRateHz);
        if (!heard.out) why_not = heard.why_not;
        return heard.out;
      });
      rows.push_back(figures ? row_of(peer.name, *figures) : std::vector<std::string>{peer.name, why_not, "", "", "", "", ""});
    }
  }
  run.report.table({"", "dense after, ms", "density", "decay rms, dB", "mode, dB", "correlation", "DC, dB"}, rows);
  run.report.figure("echo density, mean of 100 to 300 ms off 1, any type", worst.density_off, 3, "", at_most(0.05));
  run.report.figure("T60 off its setting, octaves 125 Hz to 8 kHz, any type", worst_t60_percent(), 1, "%", at_most(5.0));
  run.report.figure("decay off a line, 5 to 35 dB, any type", worst.decay_rms_db, 2, "dB", at_most(0.5));
  run.report.figure("loudest mode over its neighbours, any type", worst.mode_db, 1, "dB", at_most(6.0));
  run.report.figure("correlation of the sides, any type", worst.correlation_01, 3, "", at_most(0.15));
  run.report.figure("response at DC, any type", worst.dc_db, 1, "dB", at_most(-100.0));
  run.report.figure("size and decay jumped every 100 ms: click", sweep_click_db(), 1, "dB", at_most(-75.0));
  const Planes in = test::noise(2, 48000, 0.5, 23);
  run.report.figure("level 0: frames that differ from the input", test::first_difference(in, processed<dsp::Reverb>(in, kRateHz, {})) + 1, 0, "",
                    equal_to(0.0));
}

}  // namespace ag06::measure
