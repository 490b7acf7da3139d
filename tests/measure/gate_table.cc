// TARGETS 2.1: the gate's thresholds, times, look-ahead, range, delay and splatter.
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>

#include "dsp/dynamics/gate.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {

constexpr double kRateHz = 48000.0;

// Gain in dB, frame by frame, for a signal of these levels in dBFS without any ripple, the gate's delay taken out.
[[nodiscard]] std::vector<double> gains_db(const std::vector<double>& levels_dbfs, const dsp::GateParams& params) {
  const int latency = latency_frames<dsp::Gate>(kRateHz);
  Planes in(1, static_cast<int>(levels_dbfs.size()) + latency);
  for (std::size_t i = 0; i < levels_dbfs.size(); ++i) in.samples[0][i] = static_cast<float>(test::from_db(levels_dbfs[i]));
  const Planes out = processed<dsp::Gate>(in, kRateHz, params);
  std::vector<double> gains;
  for (std::size_t i = 0; i < levels_dbfs.size(); ++i)
    gains.push_back(test::to_db(static_cast<double>(out.samples[0][i + static_cast<std::size_t>(latency)]) / static_cast<double>(in.samples[0][i])));
  return gains;
}

[[nodiscard]] std::vector<double> levels(std::initializer_list<std::pair<double, double>> ms_and_dbfs) {
  std::vector<double> all;
  for (const auto& [ms, dbfs] : ms_and_dbfs) all.insert(all.end(), static_cast<std::size_t>(ms * 0.001 * kRateHz), dbfs);
  return all;
}

template <class Holds>
[[nodiscard]] std::size_t first_where(const std::vector<double>& x, std::size_t from, const Holds& holds) {
  while (from < x.size() && !holds(x[from])) ++from;
  return from;
}

void thresholds(Run& run) {
  dsp::GateParams params;
  params.threshold_dbfs = -40.0f;
  params.hysteresis_db = 6.0f;
  params.range_db = 30.0f;
  params.attack_ms = 0.02f;
  params.release_ms = 1.0f;
  params.hold_ms = params.lookahead_ms = 0.0f;
  std::vector<double> ramp;
  const int half = run.quick ? 96000 : 384000;  // 18 dB each way
  for (int i = 0; i < half; ++i) ramp.push_back(-50.0 + 18.0 * i / half);
  for (int i = 0; i < half; ++i) ramp.push_back(-32.0 - 18.0 * i / half);
  const std::vector<double> gains = gains_db(ramp, params);
  const std::size_t opens = first_where(gains, 0, [](double g) { return g > -0.01; });
  const std::size_t closes = first_where(gains, opens, [](double g) { return g < -0.01; });
  run.report.figure("opens at its threshold, slow ramp, error", opens < ramp.size() ? std::fabs(ramp[opens] + 40.0) : std::nan(""), 3, "dB",
                    at_most(0.1));
  run.report.figure("closes at threshold - hysteresis, slow ramp, error", closes < ramp.size() ? std::fabs(ramp[closes] + 46.0) : std::nan(""), 3,
                    "dB", at_most(0.1));

  dsp::GateParams at_edge;
  at_edge.threshold_dbfs = -30.0f;
  at_edge.hysteresis_db = 4.0f;
  at_edge.hold_ms = 5.0f;
  at_edge.release_ms = 20.0f;
  std::vector<double> wobble;
  for (int i = 0; i < 3 * 48000; ++i) wobble.push_back(-30.0 - std::cos(2.0 * kPi * 3.0 * i / kRateHz));
  const std::vector<double> wobbled = gains_db(wobble, at_edge);
  int transitions = 0;
  for (std::size_t i = 1; i < wobbled.size(); ++i) transitions += (wobbled[i] > -0.01) != (wobbled[i - 1] > -0.01);
  run.report.figure("tone of +-1 dB AM at the threshold, 4 dB of hysteresis: transitions", transitions, 0, "", equal_to(1.0));
}

// Errors of attack, hold and release over a grid, each against the larger of 5 % and one sample, as the goal reads: 1 is the goal.
void times(Run& run) {
  double attack = 0.0, hold = 0.0, release = 0.0;
  for (const double attack_ms : {0.5, 4.0, 20.0})
    for (const double hold_ms : {0.0, 30.0, 200.0})
      for (const double release_ms : {20.0, 80.0}) {
        dsp::GateParams params;
        params.threshold_dbfs = -40.0f;
        params.attack_ms = static_cast<float>(attack_ms);
        params.hold_ms = static_cast<float>(hold_ms);
        params.release_ms = static_cast<float>(release_ms);
        const std::vector<double> gains = gains_db(levels({{100, -70.0}, {200, -20.0}, {600, -70.0}}), params);
        const double floor_db = -static_cast<double>(params.range_db);
        const std::size_t dropped = static_cast<std::size_t>(0.3 * kRateHz);
        const auto of_the_goal = [](double measured_ms, double set_ms) {
          return std::fabs(measured_ms - set_ms) / std::max(0.05 * set_ms, 1000.0 / kRateHz);
        };
        const auto ms = [](std::size_t from, std::size_t to) { return 1000.0 * (static_cast<double>(to) - static_cast<double>(from)) / kRateHz; };
        // The fade is 3p^2 - 2p^3 of its progress: it passes 10 % and 90 % of the way at p = 0.1958 and 0.8042.
        constexpr double kMiddleShare = 0.6084;
        const std::size_t up10 = first_where(gains, 0, [&](double g) { return g >= 0.9 * floor_db; }),
                          up90 = first_where(gains, up10, [&](double g) { return g >= 0.1 * floor_db; });
        attack = std::max(attack, of_the_goal(ms(up10, up90) / kMiddleShare, attack_ms));
        const std::size_t down10 = first_where(gains, dropped, [&](double g) { return g <= 0.1 * floor_db; }),
                          down90 = first_where(gains, down10, [&](double g) { return g <= 0.9 * floor_db; });
        release = std::max(release, of_the_goal(ms(down10, down90) / kMiddleShare, release_ms));
        const std::size_t leaves = first_where(gains, dropped, [](double g) { return g < 0.0; });
        hold = std::max(hold, of_the_goal(ms(dropped, leaves), hold_ms));
      }
  run.report.figure("attack, error over max(5 %, 1 sample)", attack, 2, "", at_most(1.0));
  run.report.figure("hold, error over max(5 %, 1 sample)", hold, 2, "", at_most(1.0));
  run.report.figure("release, error over max(5 %, 1 sample)", release, 2, "", at_most(1.0));
}

void shape(Run& run) {
  dsp::GateParams params;
  params.threshold_dbfs = -40.0f;
  params.range_db = 60.0f;
  params.attack_ms = 4.0f;
  params.lookahead_ms = 5.0f;
  const std::vector<double> transient = gains_db(levels({{100, -80.0}, {10, -10.0}}), params);
  double down_db = 0.0;
  for (std::size_t i = 4800; i < 4848; ++i) down_db = std::max(down_db, -transient[i]);
  run.report.figure("5 ms look-ahead: first ms of a transient, turned down by", down_db, 3, "dB", at_most(0.1));

  double range_error_db = 0.0;
  for (const double range_db : {6.0, 24.0, 60.0, 80.0}) {
    dsp::GateParams closed;
    closed.threshold_dbfs = -40.0f;
    closed.range_db = static_cast<float>(range_db);
    range_error_db = std::max(range_error_db, std::fabs(gains_db(levels({{100, -70.0}}), closed).back() + range_db));
  }
  run.report.figure("range of a closed gate, error", range_error_db, 4, "dB", at_most(0.1));

  int delay_error = 0;
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0}) {
    Planes in(2, 20000);
    for (Samples& plane : in.samples) plane[1000] = 0.5f;
    const Planes out = processed<dsp::Gate>(in, rate_hz, {});
    delay_error = std::max(delay_error, std::abs(impulse_delay_frames(out.samples[0], 1000) - latency_frames<dsp::Gate>(rate_hz)));
  }
  run.report.figure("delay beside the reported one", delay_error, 0, "frames", equal_to(0.0));
}

// A 100 Hz tone whose level falls below the closing threshold inside one of its own periods: what the fade adds above 2 kHz.
[[nodiscard]] double closing_splatter_db(double release_ms) {
  dsp::GateParams params;
  params.threshold_dbfs = -20.0f;
  params.range_db = 60.0f;
  params.hold_ms = 40.0f;
  params.release_ms = static_cast<float>(release_ms);
  Planes io(1, 28800);
  test::add_sine(io, 0, 9600, kRateHz, 100.0, 0.5);
  test::add_sine(io, 9600, 19200, kRateHz, 100.0, 0.05);
  return test::click_db(processed<dsp::Gate>(io, kRateHz, params).samples[0], kRateHz, 0.5, 11000);
}

// A tone that stands while the threshold is moved under and over it, so that the gate alone makes the fades.
[[nodiscard]] double moved_threshold_splatter_db(double attack_ms, double release_ms) {
  dsp::Gate gate;
  if (gate.prepare({kRateHz, 1, 512}) != Status::ok) return std::nan("");
  dsp::GateParams params;
  params.range_db = 60.0f;
  params.hold_ms = 20.0f;
  params.attack_ms = static_cast<float>(attack_ms);
  params.release_ms = static_cast<float>(release_ms);
  params.threshold_dbfs = -40.0f;
  gate.set_params(params);
  gate.reset();
  constexpr int kHoldFrames = 14400, kHolds = 10;
  Planes io = test::sine(1, kHolds * kHoldFrames, kRateHz, 100.0, 0.5);
  for (int k = 0; k < kHolds; ++k) {
    params.threshold_dbfs = k % 2 ? 0.0f : -40.0f;
    gate.set_params(params);
    gate.process(io.slice(k * kHoldFrames, kHoldFrames));
  }
  return test::click_db(io.samples[0], kRateHz, 0.5, kHoldFrames / 2);
}

// What a gate from outside can be asked: where a slowly rising tone opens it, how often a tone that wobbles about the threshold does, and what its
// closing adds above 2 kHz when a tone falls by 20 dB.
constexpr double kToneHz = 1000.0, kPeerThresholdDbfs = -40.0;
struct Heard {
  double opens_db, transitions, splatter_db;
};
template <class Process>
[[nodiscard]] std::optional<Heard> heard_from(const Process& process) {
  constexpr int kRampFrames = 384000;  // 16 dB in 8 s
  const auto tone = [](int frames, const std::function<double(double)>& level_dbfs, double freq_hz) {
    Planes planes(2, frames);
    for (Samples& plane : planes.samples)
      for (int i = 0; i < frames; ++i)
        plane[static_cast<std::size_t>(i)] = static_cast<float>(test::from_db(level_dbfs(i / kRateHz)) * std::sin(2.0 * kPi * freq_hz * i / kRateHz));
    return planes;
  };
  const Planes ramp = tone(
      kRampFrames, [](double t) { return kPeerThresholdDbfs - 8.0 + 2.0 * t; }, kToneHz);
  const Planes wobble = tone(
      6 * 48000, [](double t) { return kPeerThresholdDbfs - std::cos(2.0 * kPi * 3.0 * t); }, kToneHz);
  // The level falls smoothly within 20 ms: in itself nothing above 2 kHz.
  const Planes fall = tone(
      3 * 48000, [](double t) { return kPeerThresholdDbfs + 10.0 - 20.0 * (0.5 - 0.5 * std::cos(kPi * std::clamp((t - 1.5) / 0.02, 0.0, 1.0))); },
      100.0);
  const std::optional<Planes> ramped = process(ramp), wobbled = process(wobble), fallen = process(fall);
  if (!ramped || !wobbled || !fallen) return std::nullopt;
  Heard heard{};
  const auto gains = [](const Planes& in, const Planes& out) { return gain_track_db(in.samples[0], out.samples[0], kRateHz, kToneHz, 4); };
  constexpr double kHalfOpenDb = -15.0;  // of a range of 30 dB
  const std::vector<double> opening = gains(ramp, *ramped);
  const std::size_t opens = first_where(opening, 24000, [](double g) { return g > kHalfOpenDb; });
  heard.opens_db = opens < opening.size() ? -8.0 + 2.0 * static_cast<double>(opens) / kRateHz : std::nan("");
  const std::vector<double> wobbling = gains(wobble, *wobbled);
  for (std::size_t i = 24001; i < wobbling.size(); ++i) heard.transitions += (wobbling[i] > kHalfOpenDb) != (wobbling[i - 1] > kHalfOpenDb);
  heard.splatter_db = test::click_db(fallen->samples[0], kRateHz, test::from_db(kPeerThresholdDbfs + 10.0), 60000);
  return heard;
}

void beside_peers(Run& run) {
  const auto row_of = [](const std::string& name, const Heard& heard) {
    return std::vector<std::string>{name, number(heard.opens_db, 2), number(heard.transitions, 0), number(heard.splatter_db, 1)};
  };
  const auto ours = heard_from([](const Planes& in) -> std::optional<Planes> {
    return aligned<dsp::Gate>(
        in, kRateHz, {.threshold_dbfs = -40.0f, .hysteresis_db = 4.0f, .range_db = 30.0f, .attack_ms = 5.0f, .hold_ms = 20.0f, .release_ms = 100.0f});
  });
  std::vector<std::vector<std::string>> rows = {row_of("**ours**, hysteresis 4 dB", *ours)};
  if (run.with_peers) {
    for (const Peer& peer :
         {Peer{"LSP gate, hysteresis 4 dB", "lsp-plugins-lv2", Host::ffmpeg, "/usr/lib/lv2/lsp-plugins.lv2",
               lv2("http://lsp-plug.in/plugins/lv2/gate_stereo", "gt=0.01|gz=1|gh=1|ht=0.630957|hz=1|at=5|rt=100|gr=0.031623|scm=0|scr=0")},
          Peer{"Calf gate", "calf-plugins", Host::ffmpeg, "/usr/lib/lv2/calf.lv2",
               lv2("http://calf.sourceforge.net/plugins/Gate",
                   "threshold=0.01|ratio=20|range=0.031623|attack=5|release=100|knee=1|detection=1|stereo_link=1")},
          Peer{"ffmpeg agate",
               "ffmpeg",
               Host::ffmpeg,
               "",
               {"agate=threshold=0.01:ratio=9000:range=0.031623:attack=5:release=100:knee=1:detection=peak:link=maximum"}}}) {
      std::string why_not;
      const auto heard = heard_from([&](const Planes& in) {
        Run::Heard result = run.hear(peer, in, kRateHz);
        if (!result.out) why_not = result.why_not;
        return result.out;
      });
      rows.push_back(heard ? row_of(peer.name, *heard) : std::vector<std::string>{peer.name, why_not, "", ""});
    }
  }
  run.report.table({"threshold -40 dBFS, range 30 dB, 5/100 ms", "half open at threshold plus, dB", "transitions after the first, +-1 dB AM",
                    "splatter, closing, dB"},
                   rows);
}

}  // namespace

void gate_table(Run& run) {
  run.report.section(
      "Noise gate",
      "Beside the peers: tones. The figures under the table: levels of constant magnitude, so that no detector's ripple enters; splatter is what "
      "lies above 2 kHz of a 100 Hz tone, against the tone. An edge of 60 dB within 1 ms has that splatter by nature: the default attack buys "
      "the transient with it.");
  beside_peers(run);
  thresholds(run);
  times(run);
  shape(run);
  run.report.figure("splatter, closing, release 50 ms", closing_splatter_db(50.0), 1, "dB", at_most(-75.0));
  run.report.figure("splatter, closing, default release", closing_splatter_db(static_cast<double>(dsp::GateParams{}.release_ms)), 1, "dB",
                    at_most(-75.0));
  run.report.figure("splatter, opening and closing, attack 10 ms, release 50 ms", moved_threshold_splatter_db(10.0, 50.0), 1, "dB", at_most(-75.0));
  run.report.figure("splatter, opening and closing, default attack of 1 ms", moved_threshold_splatter_db(1.0, 150.0), 1, "dB", at_most(-75.0));
}

}  // namespace ag06::measure
