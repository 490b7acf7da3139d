// TARGETS section 5: every parameter of the chain jumped between its ends and through random positions while a 100 Hz tone plays.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/session.h"
#include "measure/meters.h"
#include "measure/tables.h"
#include "params/curves.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::measure {
namespace {
namespace p = ag06::params;

constexpr double kRateHz = 48000.0, kGoalDb = -75.0;
constexpr int kHoldFrames = 4800;  // 100 ms

// -30 dBFS: no gain of the chain takes it above full scale, where the delay's loop begins to bend it.
constexpr double kCarrierLin = 0.03;

// The chain at work, each unit slowly enough not to bend the tone itself: what is above 2 kHz are then the jumps. By key, so that a table may lack
// some.
struct Setting {
  const char* key;
  double value;
};
constexpr Setting kAtWork[] = {{"gate.threshold_dbfs", -60.0},
                               {"gate.hold_ms", 100.0},
                               {"gate.attack_ms", 50.0},
                               {"comp.threshold_dbfs", -48.0},
                               {"comp.ratio", 3.0},
                               {"comp.attack_ms", 30.0},
                               {"comp.release_ms", 400.0},
                               {"comp.sidechain_hp_hz", 20.0},
                               {"limiter.ceiling_dbtp", -20.0},
                               {"limiter.release_ms", 300.0},
                               {"imager.width_ratio", 1.3},
                               {"imager.mono_below_hz", 60.0},
                               {"delay.send_ratio", 0.3},
                               {"chorus.send_ratio", 0.3},
                               {"reverb.send_ratio", 0.3},
                               {"exciter.amount_ratio", 0.3}};

[[nodiscard]] bool starts_with(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }

// "eq.3." of "eq.3.gain_db", whatever the number of bands; nothing for parameters of no band.
[[nodiscard]] std::string band_of(const p::Parameter& parameter) {
  const std::string key = parameter.key;
  const std::size_t dot = key.find('.'), next = key.find('.', dot + 1);
  return starts_with(key, "eq.") && next != std::string::npos ? key.substr(0, next + 1) : "";
}

void set(engine::Session& session, int id, double value) {
  if (session.set_param(id, value) != Status::ok) std::abort();
}

// Every unit on, every band on; the band of the jumping parameter, or that parameter's whole unit, in the way of the tone. A high-pass above the tone
// would leave nothing to click: the first band is off unless it jumps.
void set_to_work(engine::Session& session, const p::Parameter& jumping) {
  const std::string jumping_band = band_of(jumping);
  for (const p::Parameter& parameter : p::kTable) {
    const std::string key = parameter.key, band = band_of(parameter);
    const bool jumps = !band.empty() && band == jumping_band;
    if (key.ends_with(".enabled")) set(session, parameter.id, band == "eq.1." && !jumps ? 0.0 : 1.0);
    if (!band.empty() && key == band + "gain_db") set(session, parameter.id, jumps ? 12.0 : 3.0);
    if (jumps && key == band + "freq_hz") set(session, parameter.id, 120.0);
    for (const Setting& setting : kAtWork)
      if (key == setting.key) set(session, parameter.id, setting.value);
  }
}

[[nodiscard]] double above_2_khz_db(const p::Parameter& jumping, const std::vector<double>& positions_norm) {
  // The first position stands until the chain's own start, the gate's opening among it, has died away in the echoes.
  constexpr int kSettlingHolds = 20, kSettledFrames = kSettlingHolds * kHoldFrames;
  engine::Session session;
  if (session.prepare({kRateHz, 2, 512}) != Status::ok) std::abort();
  set_to_work(session, jumping);
  set(session, jumping.id, p::from_norm(jumping, positions_norm[0]));
  session.reset();
  Planes io = click_carrier((kSettlingHolds + static_cast<int>(positions_norm.size())) * kHoldFrames, kRateHz, kCarrierLin);
  session.process(io.slice(0, kSettledFrames));
  for (std::size_t k = 0; k < positions_norm.size(); ++k) {
    set(session, jumping.id, p::from_norm(jumping, positions_norm[k]));
    session.process(io.slice((kSettlingHolds + static_cast<int>(k)) * kHoldFrames, kHoldFrames));
  }
  double click_db = -300.0;
  for (const Samples& plane : io.samples)
    click_db = std::max(click_db, test::click_db(plane, kRateHz, test::peak_of(io.samples[0], kSettledFrames), kSettledFrames));
  return click_db;
}

// One control jumped between two values every 100 ms, on the unit itself.
[[nodiscard]] Planes carrier(int holds) { return click_carrier(holds * kHoldFrames, kRateHz, 0.25); }

[[nodiscard]] double click_of(const Planes& out, int skip_frames = 3 * kHoldFrames) {
  return test::click_db(out.samples[0], kRateHz, test::peak_of(out.samples[0], static_cast<std::size_t>(skip_frames)), skip_frames);
}

template <class Unit>
[[nodiscard]] double our_jumps_db(int holds, const typename Unit::Params& a, const typename Unit::Params& b) {
  Unit unit;
  if (unit.prepare({kRateHz, 2, 512}) != Status::ok) std::abort();
  unit.set_params(a);
  unit.reset();
  Planes io = carrier(holds);
  for (int k = 0; k < holds; ++k) {
    unit.set_params(k % 2 ? b : a);
    unit.process(io.slice(k * kHoldFrames, kHoldFrames));
  }
  return click_of(io);
}

[[nodiscard]] dsp::ParametricEqParams bell(float freq_hz, float gain_db) {
  dsp::ParametricEqParams params;
  params.bands[0].enabled = true;
  params.bands[0].freq_hz = freq_hz;
  params.bands[0].gain_db = gain_db;
  params.bands[0].q = 1.0f;
  return params;
}
[[nodiscard]] dsp::CompressorParams compressing(float threshold_dbfs) {
  dsp::CompressorParams params;
  params.threshold_dbfs = threshold_dbfs;
  params.ratio = 3.0f;
  params.attack_ms = 30.0f;
  params.release_ms = 400.0f;
  return params;
}

// A peer whose control ffmpeg turns by its commands (asendcmd): it hears of them at the next of its frames.
[[nodiscard]] Peer jumping(Peer peer, const std::string& filter, const std::string& control, const std::string& a, const std::string& b, int holds) {
  std::string commands;
  for (int k = 1; k < holds; ++k) {
    if (k > 1) commands += ';';
    commands += number(0.1 * k, 1) + ' ' + filter + ' ' + control + ' ' + (k % 2 ? b : a);
  }
  peer.settings = {"asendcmd=c='" + commands + "'," + peer.settings.at(0)};
  return peer;
}

// What the peers do when a control jumps, beside ours.
void jumps_beside_peers(Run& run) {
  constexpr int kHolds = 30;
  const std::string lsp = "/usr/lib/lv2/lsp-plugins.lv2", calf = "/usr/lib/lv2/calf.lv2";
  const auto bells = [&](const std::string& freq_hz) {
    return std::vector<Peer>{
        jumping({"ffmpeg equalizer", "ffmpeg", Host::ffmpeg, "", {"equalizer=f=" + freq_hz + ":t=q:w=1:g=-12"}}, "equalizer", "g", "-12", "12",
                kHolds),
        jumping({"LSP para EQ", "lsp-plugins-lv2", Host::ffmpeg, lsp,
                 lv2("http://lsp-plug.in/plugins/lv2/para_equalizer_x16_stereo", "ft_0=1|fm_0=6|f_0=" + freq_hz + "|q_0=1|g_0=0.251189")},
                "lv2", "g_0", "0.251189", "3.981072", kHolds),
        jumping({"Calf EQ5", "calf-plugins", Host::ffmpeg, calf,
                 lv2("http://calf.sourceforge.net/plugins/Equalizer5Band", "p1_active=1|p1_q=1|p1_freq=" + freq_hz + "|p1_level=0.251189")},
                "lv2", "p1_level", "0.251189", "3.981072", kHolds)};
  };
  struct Jump {
    std::string what;
    double ours_db;
    std::vector<Peer> peers;
  };
  const std::vector<Jump> jumps = {
      {"bell, 120 Hz, -12 to +12 dB", our_jumps_db<dsp::ParametricEq>(kHolds, bell(120.0f, -12.0f), bell(120.0f, 12.0f)), bells("120")},
      {"bell, 1 kHz, -12 to +12 dB", our_jumps_db<dsp::ParametricEq>(kHolds, bell(1000.0f, -12.0f), bell(1000.0f, 12.0f)), bells("1000")},
      {"gain, -12 to 0 dB",
       our_jumps_db<dsp::Gain>(kHolds, {-12.0f}, {0.0f}),
       {jumping({"ffmpeg volume", "ffmpeg", Host::ffmpeg, "", {"volume=-12dB:precision=float"}}, "volume", "volume", "-12dB", "0dB", kHolds)}},
      {"compressor threshold, -30 to -10 dBFS",
       our_jumps_db<dsp::Compressor>(kHolds, compressing(-30.0f), compressing(-10.0f)),
       {jumping({"ffmpeg acompressor", "ffmpeg", Host::ffmpeg, "", {"acompressor=threshold=0.031623:ratio=3:attack=30:release=400"}}, "acompressor",
                "threshold", "0.031623", "0.316228", kHolds),
        jumping({"LSP compressor", "lsp-plugins-lv2", Host::ffmpeg, lsp,
                 lv2("http://lsp-plug.in/plugins/lv2/compressor_stereo", "al=0.031623|cr=3|at=30|rt=400|scm=0")},
                "lv2", "al", "0.031623", "0.316228", kHolds),
        jumping({"Calf compressor", "calf-plugins", Host::ffmpeg, calf,
                 lv2("http://calf.sourceforge.net/plugins/Compressor", "threshold=0.031623|ratio=3|attack=30|release=400")},
                "lv2", "threshold", "0.031623", "0.316228", kHolds)}}};
  std::vector<std::vector<std::string>> rows;
  for (const Jump& jump : jumps) {
    rows.push_back({jump.what, "**ours**", number(jump.ours_db, 1)});
    run.report.figure("click, " + jump.what, jump.ours_db, 1, "dB", at_most(kGoalDb));
    if (!run.with_peers) continue;
    for (const Peer& peer : jump.peers) {
      const Run::Heard heard = run.hear(peer, carrier(kHolds), kRateHz, false);
      rows.push_back({"", peer.name, heard.out ? number(click_of(*heard.out), 1) : heard.why_not});
    }
  }
  run.report.paragraph("One control that jumps between two values every 100 ms, on one unit; peers are turned by ffmpeg's commands.");
  run.report.table({"jump", "", "click, dB"}, rows);
}

struct Worst {
  std::string key = "-";
  double jumping_db = -300.0, standing_db = -300.0;
};

}  // namespace

void click_table(Run& run) {
  run.report.section(
      "Clicks",
      "Every parameter of the chain jumps every 100 ms, on the peak of a 100 Hz tone, through engine::Session: peak above 2 kHz against the tone. "
      "Where "
      "the processor bends the tone so much at an end of the range that the metric reads more than that with nothing moving (an attack of 0.1 ms), "
      "the standing figure is the bar; such parameters are listed apart.");
  std::map<std::string, Worst> worst_of_group;
  std::vector<std::string> groups;
  std::vector<std::vector<std::string>> bent;
  double worst_db = -300.0, worst_excess_db = -300.0;
  // A short run takes the first of a long run's jumps: from end to end, then anywhere.
  constexpr std::size_t kEndToEnd = 8;
  const std::size_t jumps = kEndToEnd + (run.quick ? 8 : 80);
  for (const p::Parameter& parameter : p::kTable) {
    test::Random random(1000u + parameter.id);
    std::vector<double> positions_norm;
    for (std::size_t k = 0; k < jumps; ++k) positions_norm.push_back(k < kEndToEnd ? static_cast<double>(k % 2) : random.unit());
    const double jumping_db = above_2_khz_db(parameter, positions_norm);
    double standing_db = -300.0;
    if (jumping_db > kGoalDb)
      for (const double end_norm : {0.0, 1.0}) standing_db = std::max(standing_db, above_2_khz_db(parameter, std::vector<double>(8, end_norm)));
    if (standing_db > kGoalDb) {
      bent.push_back({parameter.key, number(jumping_db, 1), number(standing_db, 1)});
      worst_excess_db = std::max(worst_excess_db, jumping_db - standing_db);
      continue;
    }
    worst_db = std::max(worst_db, jumping_db);
    const std::string key = parameter.key, group = key.substr(0, key.find('.'));
    if (!worst_of_group.contains(group)) groups.push_back(group);
    Worst& worst = worst_of_group[group];
    if (jumping_db > worst.jumping_db) worst = {key, jumping_db, standing_db};
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string& group : groups) rows.push_back({group, worst_of_group[group].key, number(worst_of_group[group].jumping_db, 1)});
  run.report.table({"unit", "its loudest parameter", "click, dB"}, rows);
  if (!bent.empty()) run.report.table({"bends the tone itself", "jumping, dB", "standing at an end, dB"}, bent);
  jumps_beside_peers(run);
  run.report.figure("loudest click of any parameter", worst_db, 1, "dB", at_most(kGoalDb));
  if (!bent.empty()) run.report.figure("jumping over standing, where the tone is bent anyway", worst_excess_db, 1, "dB", at_most(0.1));
}

}  // namespace ag06::measure
