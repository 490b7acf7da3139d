// What every unit costs, and the peers' processor time for the same work in the same run. Times are printed, never asserted.
#include <algorithm>
#include <optional>
#include <string>

#include "dsp/dynamics/compressor.h"
#include "dsp/dynamics/gate.h"
#include "dsp/effects/chorus.h"
#include "dsp/effects/delay.h"
#include "dsp/effects/reverb.h"
#include "dsp/eq/parametric_eq.h"
#include "dsp/limiter/true_peak_limiter.h"
#include "dsp/saturation/exciter.h"
#include "dsp/stereo/imager.h"
#include "measure/stopwatch.h"
#include "measure/tables.h"

namespace ag06::measure {
namespace {

constexpr double kRateHz = 48000.0;
constexpr int kQuantumFrames = 128;

// Processor time of a quantum of music: the least of many short runs, as others use this machine too.
template <class Unit>
[[nodiscard]] double ns_per_quantum(const Run& run, const typename Unit::Params& params) {
  constexpr int kQuanta = 400;
  Unit unit;
  if (unit.prepare({kRateHz, 2, kQuantumFrames}) != Status::ok) std::abort();
  unit.set_params(params);
  unit.reset();
  const Planes music = test::music(2, kQuanta * kQuantumFrames, kRateHz, 1.0, 17);
  Planes work = music;
  double least_s = 1e9;
  for (int repeat = 0; repeat < (run.quick ? 5 : 61); ++repeat) {
    work.samples = music.samples;
    const double start_s = processor_s();
    for (int q = 0; q < kQuanta; ++q) unit.process(work.slice(q * kQuantumFrames, kQuantumFrames));
    least_s = std::min(least_s, processor_s() - start_s);
  }
  return 1e9 * least_s / kQuanta;
}

struct Row {
  std::string what;
  double ours_ns;
  std::vector<Peer> peers;
};

[[nodiscard]] dsp::ParametricEqParams six_bands() {
  using dsp::EqType;
  dsp::ParametricEqParams params;
  const EqType types[] = {EqType::high_pass, EqType::low_shelf, EqType::bell, EqType::bell, EqType::bell, EqType::high_shelf};
  const float freqs_hz[] = {30.0f, 100.0f, 300.0f, 1200.0f, 4000.0f, 10000.0f};
  for (std::size_t b = 0; b < 6; ++b) {
    params.bands[b].enabled = true;
    params.bands[b].type = types[b];
    params.bands[b].freq_hz = freqs_hz[b];
    params.bands[b].gain_db = 3.0f;
  }
  return params;
}

void rows_of_effects(const Run& run, std::vector<Row>& rows) {
  const std::string calf = "/usr/lib/lv2/calf.lv2";
  dsp::CompressorParams vintage{.threshold_dbfs = -24.0f, .ratio = 3.0f};
  vintage.style = dsp::CompressorStyle::vintage;
  rows.push_back({"compressor, vintage", ns_per_quantum<dsp::Compressor>(run, vintage), {}});
  rows.push_back({"exciter",
                  ns_per_quantum<dsp::Exciter>(run, {.amount_lin = 0.5f}),
                  {{"ffmpeg aexciter", "ffmpeg", Host::ffmpeg, "", {"aexciter"}},
                   {"Calf Exciter", "calf-plugins", Host::ffmpeg, calf, lv2("http://calf.sourceforge.net/plugins/Exciter", "amount=1")},
                   {"ffmpeg asoftclip, x16", "ffmpeg", Host::ffmpeg, "", {"asoftclip=oversample=16"}}}});
  rows.push_back({"delay",
                  ns_per_quantum<dsp::Delay>(run, {.feedback_ratio = 0.5f, .ping_pong_ratio = 0.6f, .duck_db = 6.0f, .level_lin = 0.5f}),
                  {{"ffmpeg aecho", "ffmpeg", Host::ffmpeg, "", {"aecho=1:0.5:350:0.5"}}}});
  rows.push_back({"chorus, three voices",
                  ns_per_quantum<dsp::Chorus>(run, {.voices = 3, .level_lin = 0.5f}),
                  {{"ffmpeg chorus, three voices", "ffmpeg", Host::ffmpeg, "", {"chorus=0.5:0.9:50|60|40:0.4|0.32|0.3:0.25|0.4|0.3:2|2.3|1.3"}}}});
  for (const auto& [name, type] : {std::pair{"reverb, hall", dsp::ReverbType::hall}, std::pair{"reverb, plate", dsp::ReverbType::plate}})
    rows.push_back({name, ns_per_quantum<dsp::Reverb>(run, {.type = type, .level_lin = 0.3f}), {}});
  rows.back().peers = {{"sox reverb", "sox", Host::sox, "", {"gain", "-6", "reverb"}},
                       {"Calf Reverb", "calf-plugins", Host::ffmpeg, calf, lv2("http://calf.sourceforge.net/plugins/Reverb", "amount=0.3")}};
  rows.push_back({"imager, three bands and mono bass",
                  ns_per_quantum<dsp::Imager>(run, {.width_ratio = 1.2f, .low_width_ratio = 0.5f, .high_width_ratio = 1.3f, .mono_below_hz = 120.0f}),
                  {{"ffmpeg stereotools, no bands", "ffmpeg", Host::ffmpeg, "", {"stereotools=slev=1.2"}}}});
}

}  // namespace

void speed_table(Run& run) {
  run.report.section("Speed",
                     "Stereo at 48 kHz, processor time. Ours: ns per quantum of 128 frames and times real time, in process. Peers: times real time "
                     "of a long file less a "
                     "short one less the host doing nothing, on one thread; fast ones are good to some tens of per cent only.");
  const std::string lsp = "/usr/lib/lv2/lsp-plugins.lv2", calf = "/usr/lib/lv2/calf.lv2";
  const std::string f6 =
      "highpass=f=30,lowshelf=f=100:g=3,equalizer=f=300:t=q:w=1:g=3,equalizer=f=1200:t=q:w=1:g=3,equalizer=f=4000:t=q:w=1:g=3,highshelf=f=10000:g=3";
  std::string lsp6 = "ft_0=2|fm_0=6|f_0=30|q_0=0.7|ft_1=5|fm_1=6|f_1=100|g_1=1.41|q_1=0.7";
  for (int b = 2; b < 5; ++b) {
    const std::string n = std::to_string(b);
    lsp6 += "|ft_" + n + "=1|fm_" + n + "=6|g_" + n + "=1.41|q_" + n + "=1|f_" + n + "=" + (b == 2 ? "300" : b == 3 ? "1200" : "4000");
  }
  lsp6 += "|ft_5=3|fm_5=6|f_5=10000|g_5=1.41|q_5=0.7";
  std::vector<Row> rows = {
      {"EQ, six bands",
       ns_per_quantum<dsp::ParametricEq>(run, six_bands()),
       {{"ffmpeg, six filters", "ffmpeg", Host::ffmpeg, "", {f6}},
        {"sox, six effects", "sox", Host::sox, "", {"gain", "-12", "highpass", "30",        "bass", "3",    "100", "equalizer",
                                                    "300",  "1q",  "3",        "equalizer", "1200", "1q",   "3",   "equalizer",
                                                    "4000", "1q",  "3",        "treble",    "3",    "10000"}},
        {"LSP para EQ, six filters", "lsp-plugins-lv2", Host::ffmpeg, lsp, lv2("http://lsp-plug.in/plugins/lv2/para_equalizer_x16_stereo", lsp6)}}},
      {"compressor",
       ns_per_quantum<dsp::Compressor>(run, {.threshold_dbfs = -24.0f, .ratio = 3.0f}),
       {{"ffmpeg acompressor", "ffmpeg", Host::ffmpeg, "", {"acompressor=threshold=0.063:ratio=3"}},
        {"LSP compressor", "lsp-plugins-lv2", Host::ffmpeg, lsp, lv2("http://lsp-plug.in/plugins/lv2/compressor_stereo", "al=0.063|cr=3")},
        {"Calf compressor", "calf-plugins", Host::ffmpeg, calf, lv2("http://calf.sourceforge.net/plugins/Compressor", "threshold=0.063|ratio=3")}}},
      {"gate",
       ns_per_quantum<dsp::Gate>(run, {.threshold_dbfs = -30.0f}),
       {{"ffmpeg agate", "ffmpeg", Host::ffmpeg, "", {"agate=threshold=0.0316"}},
        {"LSP gate", "lsp-plugins-lv2", Host::ffmpeg, lsp, lv2("http://lsp-plug.in/plugins/lv2/gate_stereo", "gt=0.0316")},
        {"Calf gate", "calf-plugins", Host::ffmpeg, calf, lv2("http://calf.sourceforge.net/plugins/Gate", "threshold=0.0316")}}},
      {"true-peak limiter",
       ns_per_quantum<dsp::TruePeakLimiter>(run, {.ceiling_dbtp = -6.0f}),
       {{"x42 dpl, truepeak", "x42-plugins", Host::ffmpeg, "/usr/lib/lv2/dpl.lv2",
         lv2("http://gareus.org/oss/lv2/dpl#stereo", "threshold=-6|truepeak=1")},
        {"LSP limiter, Full x8(3L)", "lsp-plugins-lv2", Host::ffmpeg, lsp,
         lv2("http://lsp-plug.in/plugins/lv2/limiter_stereo", "th=0.501|boost=0|ovs=20")},
        {"Calf limiter, x4", "calf-plugins", Host::ffmpeg, calf,
         lv2("http://calf.sourceforge.net/plugins/Limiter", "limit=0.501|oversampling=4|auto_level=0")},
        {"ZaMaximX2", "zam-plugins", Host::ffmpeg, "/usr/lib/ladspa/ZaMaximX2-ladspa.so",
         ladspa("ZaMaximX2-ladspa", "ZaMaximX2", "c0=50|c1=-6|c2=-6")},
        {"ffmpeg alimiter (no true peak)", "ffmpeg", Host::ffmpeg, "", {"alimiter=limit=0.501:level=0"}}}}};
  rows_of_effects(run, rows);
  std::optional<PeerClock> clock;
  if (run.with_peers) clock.emplace(2, kRateHz, run.quick);
  std::vector<std::vector<std::string>> printed;
  for (const Row& row : rows) {
    printed.push_back({row.what, "**ours**", number(row.ours_ns, 0), number(1e9 * kQuantumFrames / kRateHz / row.ours_ns, 0)});
    if (!clock) continue;
    for (const Peer& peer : row.peers) {
      std::string why_not;
      const std::optional<double> load = clock->load(peer, why_not);
      printed.push_back({"", peer.name, load ? number(*load * 1e9 * kQuantumFrames / kRateHz, 0) : why_not, load ? number(1.0 / *load, 0) : ""});
    }
  }
  run.report.table({"unit", "", "ns per quantum", "x real time"}, printed);
  resampler_speed(run);
}

}  // namespace ag06::measure
