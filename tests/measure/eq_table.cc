// TARGETS 2.3: bells against their analogue prototypes beside the peers; every other type, noise, nulls.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/dsp/eq/analogue_band.h"
#include "dsp/eq/parametric_eq.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {
using dsp::EqBand;
using dsp::EqType;

constexpr double kRatesHz[] = {44100.0, 48000.0, 96000.0};
constexpr double kImpulseLin = 0.125;  // loud bands stay below full scale, where sox clips
constexpr int kImpulseFrames = 65536;
constexpr double kGoalDb = 0.1;

struct Bell {
  double freq_hz, q, gain_db;
};
constexpr Bell kBells[] = {{1000, 1, 12}, {5000, 0.7, 6}, {10000, 1, 6},   {10000, 0.7, 12},
                           {12000, 2, 9}, {16000, 1, 12}, {16000, 1, -12}, {18000, 0.5, 6}};

[[nodiscard]] std::string plain(double value) {
  const std::string text = number(value, 1);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}
[[nodiscard]] std::string name_of(const Bell& bell) {
  return plain(bell.freq_hz / 1000.0) + "k, " + plain(bell.q) + ", " + (bell.gain_db > 0 ? "+" : "") + plain(bell.gain_db);
}
[[nodiscard]] EqBand band_of(EqType type, double freq_hz, double gain_db, double q) {
  EqBand band;
  band.enabled = true;
  band.type = type;
  band.freq_hz = static_cast<float>(freq_hz);
  band.gain_db = static_cast<float>(gain_db);
  band.q = static_cast<float>(q);
  return band;
}

[[nodiscard]] Planes impulse(int frames = kImpulseFrames) {
  Planes planes(2, frames);
  for (Samples& plane : planes.samples) plane[0] = static_cast<float>(kImpulseLin);
  return planes;
}

[[nodiscard]] double our_error_db(const EqBand& band, double rate_hz, double floor_db = -60.0) {
  dsp::ParametricEqParams params;
  params.bands[0] = band;
  const Planes out = processed<dsp::ParametricEq>(impulse(), rate_hz, params);
  return eq_error_db(
      out.samples[0], kImpulseLin, rate_hz, [&](double freq_hz) { return test::analogue_db(band, freq_hz); }, floor_db);
}

// LSP's own bell by matched transform, whose Q is another quantity.
[[nodiscard]] Peer lsp_rlc_bell(const Bell& bell, double q) {
  return {"LSP para EQ, RLC (MT) bell, Q fitted", "lsp-plugins-lv2", Host::ffmpeg, "/usr/lib/lv2/lsp-plugins.lv2",
          lv2("http://lsp-plug.in/plugins/lv2/para_equalizer_x16_stereo",
              "ft_0=1|fm_0=1|f_0=" + plain(bell.freq_hz) + "|q_0=" + number(q, 4) + "|g_0=" + number(test::from_db(bell.gain_db), 6))};
}
[[nodiscard]] std::vector<Peer> peers_for(const Bell& bell) {
  const std::string f = plain(bell.freq_hz), q = plain(bell.q), g = plain(bell.gain_db);
  return {{"ffmpeg equalizer", "ffmpeg", Host::ffmpeg, "", {"equalizer=f=" + f + ":t=q:w=" + q + ":g=" + g}},
          {"sox equalizer", "sox", Host::sox, "", {"equalizer", f, q + "q", g}},
          {"LSP para EQ, APO bell", "lsp-plugins-lv2", Host::ffmpeg, "/usr/lib/lv2/lsp-plugins.lv2",
           lv2("http://lsp-plug.in/plugins/lv2/para_equalizer_x16_stereo",
               "ft_0=1|fm_0=6|f_0=" + f + "|q_0=" + q + "|g_0=" + number(test::from_db(bell.gain_db), 6))},
          lsp_rlc_bell(bell, bell.q)};
}

[[nodiscard]] double peer_error_db(const Planes& response, const Bell& bell, double rate_hz) {
  const EqBand band = band_of(EqType::bell, bell.freq_hz, bell.gain_db, bell.q);
  return eq_error_db(response.samples[0], kImpulseLin, rate_hz, [&](double freq_hz) { return test::analogue_db(band, freq_hz); });
}

// The least error that any Q gets from it: golden section over the logarithm of Q.
[[nodiscard]] std::string best_of_lsp_rlc(Run& run, const Bell& bell, double rate_hz) {
  std::string why_not;
  const auto error_db = [&](double log_q) {
    const Run::Heard heard = run.hear(lsp_rlc_bell(bell, std::exp(log_q)), impulse(), rate_hz, false);
    if (!heard.out) why_not = heard.why_not;
    return heard.out ? peer_error_db(*heard.out, bell, rate_hz) : std::nan("");
  };
  constexpr double kGolden = 0.61803398874989485;
  double low = std::log(0.05), high = std::log(20.0);
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low), error_a = error_db(a), error_b = error_db(b);
  for (int step = 0; step < 14 && why_not.empty(); ++step) {
    if (error_a < error_b) {
      high = b;
      b = a;
      error_b = error_a;
      a = high - kGolden * (high - low);
      error_a = error_db(a);
    } else {
      low = a;
      a = b;
      error_a = error_b;
      b = low + kGolden * (high - low);
      error_b = error_db(b);
    }
  }
  return why_not.empty() ? number(std::min(error_a, error_b), 3) : why_not;
}

void bells_at(Run& run, double rate_hz) {
  std::vector<std::string> header = {"at " + plain(rate_hz / 1000.0) + " kHz: f0, Q, gain"};
  std::vector<std::vector<std::string>> rows = {{"**ours**"}};
  double worst_db = 0.0;
  for (const Bell& bell : kBells) {
    header.push_back(name_of(bell));
    const double error_db = our_error_db(band_of(EqType::bell, bell.freq_hz, bell.gain_db, bell.q), rate_hz);
    worst_db = std::max(worst_db, error_db);
    rows[0].push_back(number(error_db, 3));
  }
  if (run.with_peers) {
    const std::size_t count = peers_for(kBells[0]).size();
    for (std::size_t p = 0; p < count; ++p) {
      std::vector<std::string> row = {peers_for(kBells[0])[p].name};
      for (const Bell& bell : kBells) {
        if (p + 1 == count) {
          row.push_back(best_of_lsp_rlc(run, bell, rate_hz));
          continue;
        }
        const Run::Heard heard = run.hear(peers_for(bell)[p], impulse(), rate_hz, &bell == &kBells[0]);
        row.push_back(heard.out ? number(peer_error_db(*heard.out, bell, rate_hz), 3) : heard.why_not);
      }
      rows.push_back(row);
    }
  }
  run.report.table(header, rows);
  run.report.figure("bells, worst of the eight, " + plain(rate_hz / 1000.0) + " kHz", worst_db, 3, "dB", at_most(kGoalDb));
}

void other_types(Run& run, double rate_hz) {
  struct Kind {
    const char* name;
    EqType type;
  };
  const std::string at_rate = ", 30 Hz to 16 kHz, " + plain(rate_hz / 1000.0) + " kHz";
  const std::vector<double> freqs_hz = {30.0, 100.0, 1000.0, 5000.0, 10000.0, 16000.0};
  for (const Kind& kind :
       {Kind{"low shelf", EqType::low_shelf}, Kind{"high shelf", EqType::high_shelf}, Kind{"tilt", EqType::tilt}, Kind{"notch", EqType::notch}}) {
    const bool has_gain = kind.type != EqType::notch;
    double worst_db = 0.0;
    for (const double freq_hz : freqs_hz)
      for (const double gain_db : has_gain ? std::vector<double>{-12.0, 6.0, 12.0} : std::vector<double>{0.0})
        for (const double q : has_gain ? std::vector<double>{0.707} : std::vector<double>{1.0, 4.0})
          worst_db = std::max(worst_db, our_error_db(band_of(kind.type, freq_hz, gain_db, q), rate_hz, -40.0));
    run.report.figure(kind.name + at_rate, worst_db, 3, "dB", at_most(kGoalDb));
  }
  for (const Kind& kind : {Kind{"high-pass", EqType::high_pass}, Kind{"low-pass", EqType::low_pass}}) {
    double worst_db = 0.0;
    for (const double freq_hz : freqs_hz)
      for (int slope = 0; slope <= static_cast<int>(dsp::EqSlope::db48); ++slope) {
        EqBand band = band_of(kind.type, freq_hz, 0.0, 0.707);
        band.slope = static_cast<dsp::EqSlope>(slope);
        worst_db = std::max(worst_db, our_error_db(band, rate_hz, -40.0));
      }
    run.report.figure(std::string(kind.name) + " of 6 to 48 dB per octave, down to -40 dB" + at_rate, worst_db, 3, "dB", at_most(kGoalDb));
  }
}

// What f64 state leaves of rounding: our f32 output against the same biquads in long double.
[[nodiscard]] double rounding_noise_dbfs(const Run& run) {
  constexpr double kRateHz = 48000.0;
  const EqBand band = band_of(EqType::bell, 20.0, 12.0, 10.0);
  dsp::ParametricEqParams params;
  params.bands[0] = band;
  const Planes in = test::noise(1, run.quick ? 48000 : 480000, 0.25, 9);
  const Planes out = processed<dsp::ParametricEq>(in, kRateHz, params);
  std::vector<long double> exact(in.samples[0].begin(), in.samples[0].end());
  for (const dsp::Biquad& biquad : dsp::design_band(band, kRateHz)) {
    long double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (long double& v : exact) {
      const long double x = v;
      v = static_cast<long double>(biquad.b0) * x + static_cast<long double>(biquad.b1) * x1 + static_cast<long double>(biquad.b2) * x2 -
          static_cast<long double>(biquad.a1) * y1 - static_cast<long double>(biquad.a2) * y2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = v;
    }
  }
  std::vector<double> error;
  for (std::size_t i = 0; i < exact.size(); ++i) error.push_back(static_cast<double>(static_cast<long double>(out.samples[0][i]) - exact[i]));
  return test::to_db(test::rms_of(error));
}

[[nodiscard]] double null_db() {
  double worst_db = -300.0;
  for (const Bell& bell : kBells) {
    dsp::ParametricEqParams params;
    params.bands[0] = band_of(EqType::bell, bell.freq_hz, bell.gain_db, bell.q);
    params.bands[1] = band_of(EqType::bell, bell.freq_hz, -bell.gain_db, bell.q);
    const Planes in = test::noise(1, 48000, 0.25, 10);
    Planes out = processed<dsp::ParametricEq>(in, 48000.0, params);
    for (std::size_t i = 0; i < in.samples[0].size(); ++i) out.samples[0][i] -= in.samples[0][i];
    worst_db = std::max(worst_db, test::to_db(test::rms_of(out.samples[0]) / test::rms_of(in.samples[0])));
  }
  return worst_db;
}

}  // namespace

void eq_table(Run& run) {
  run.report.section(
      "Parametric EQ",
      "Largest difference between the measured response (by impulse) and the analogue prototype, 20 Hz to 20 kHz, in dB. A bilinear bell "
      "(RBJ's cookbook) cramps towards Nyquist; ours is fitted to the analogue curve. LSP's RLC bells define Q "
      "otherwise: theirs is the error at the Q that makes it least.");
  for (const double rate_hz : kRatesHz) bells_at(run, rate_hz);
  for (const double rate_hz : kRatesHz) other_types(run, rate_hz);
  run.report.figure("rounding noise, 20 Hz Q 10 +12 dB, against long double", rounding_noise_dbfs(run), 1, "dBFS", at_most(-140.0));
  run.report.figure("boost and cut of the same band, worst null", null_db(), 1, "dB", at_most(-120.0));
  dsp::ParametricEqParams zero;
  for (EqBand& band : zero.bands) band = band_of(EqType::bell, 1000.0, 0.0, 1.0);
  const Planes in = test::noise(2, 48000, 0.5, 11);
  run.report.figure("every band at 0 dB: frames that differ from the input",
                    test::first_difference(in, processed<dsp::ParametricEq>(in, 48000.0, zero)) + 1, 0, "", equal_to(0.0));
}

}  // namespace ag06::measure
