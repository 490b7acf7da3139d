// TARGETS 2.2: static curve, attack, release, distortion and stereo image of the compressor beside the peers.
#include <algorithm>
#include <cmath>
#include <string>

#include "dsp/dynamics/compressor.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {

constexpr double kRateHz = 48000.0, kThresholdDbfs = -20.0, kRatio = 4.0, kToneHz = 997.0;

// Giannoulis, Massberg, Reiss, JAES 60(6) 2012, eq. 4.
[[nodiscard]] double curve_db(double x, double threshold, double ratio, double knee) {
  const double over = x - threshold;
  if (2.0 * over < -knee) return x;
  if (knee > 0.0 && 2.0 * std::fabs(over) <= knee) return x + (1.0 / ratio - 1.0) * (over + knee / 2.0) * (over + knee / 2.0) / (2.0 * knee);
  return threshold + over / ratio;
}

[[nodiscard]] dsp::CompressorParams hard_knee(double attack_ms, double release_ms) {
  dsp::CompressorParams params;
  params.threshold_dbfs = static_cast<float>(kThresholdDbfs);
  params.ratio = static_cast<float>(kRatio);
  params.knee_db = 0.0f;
  params.attack_ms = static_cast<float>(attack_ms);
  params.release_ms = static_cast<float>(release_ms);
  params.sidechain_hp_hz = 10.0f;
  return params;
}

[[nodiscard]] std::vector<Peer> peers_at(double attack_ms, double release_ms) {
  const std::string a = number(attack_ms, 0), r = number(release_ms, 0);
  return {{"ffmpeg acompressor, peak",
           "ffmpeg",
           Host::ffmpeg,
           "",
           {"acompressor=threshold=0.1:ratio=4:attack=" + a + ":release=" + r + ":knee=1:makeup=1:detection=peak:link=maximum"}},
          {"LSP compressor, peak", "lsp-plugins-lv2", Host::ffmpeg, "/usr/lib/lv2/lsp-plugins.lv2",
           lv2("http://lsp-plug.in/plugins/lv2/compressor_stereo", "al=0.1|cr=4|kn=1|at=" + a + "|rt=" + r + "|scm=0|scr=0|cm=0|mk=1|cdr=0|cwt=1")},
          {"Calf compressor, peak", "calf-plugins", Host::ffmpeg, "/usr/lib/lv2/calf.lv2",
           lv2("http://calf.sourceforge.net/plugins/Compressor",
               "threshold=0.1|ratio=4|attack=" + a + "|release=" + r + "|knee=1|makeup=1|detection=1|stereo_link=1")},
          {"ZamComp", "zam-plugins", Host::ffmpeg, "/usr/lib/ladspa/ZamComp-ladspa.so",
           ladspa("ZamComp-ladspa", "ZamComp", "c0=" + a + "|c1=" + r + "|c2=0|c3=4|c4=-20|c5=0|c6=1|c7=0")}};
}

struct Figures {
  double curve_error_db, attack_ms, release_ms, thd_db;
};

// Hears a processor on: a staircase of tones; a magnitude that steps 20 dB up and down; 100 Hz at 6 dB of reduction.
class Bench {
 public:
  explicit Bench(const Run& run) {
    for (double level_db = -50.0; level_db <= 0.0; level_db += run.quick ? 5.0 : 2.0) levels_db_.push_back(level_db);
    stairs_ = measure::staircase(levels_db_, kHoldFrames, kRateHz, kToneHz);
    // Half the sample rate: a magnitude without ripple, whatever the detector.
    step_ = Planes(2, 3 * kStepFrames);
    for (Samples& plane : step_.samples)
      for (std::size_t i = 0; i < plane.size(); ++i)
        plane[i] = static_cast<float>((i % 2 ? -1.0 : 1.0) * test::from_db(i / kStepFrames == 1 ? kThresholdDbfs + 20.0 : kThresholdDbfs - 20.0));
    bass_ = test::sine(2, 4 * 48000, kRateHz, 100.0, test::from_db(kThresholdDbfs + 8.0));
  }

  // process(planes) gives the output, or nothing.
  template <class Process>
  [[nodiscard]] std::optional<Figures> measure(const Process& process) const {
    const std::optional<Planes> stairs = process(stairs_), step = process(step_), bass = process(bass_);
    if (!stairs || !step || !bass) return std::nullopt;
    Figures figures{};
    const std::vector<double> gains_db = gains_of_staircase(stairs->samples[0], levels_db_, kHoldFrames, kRateHz, kToneHz);
    for (std::size_t k = 0; k < levels_db_.size(); ++k)
      figures.curve_error_db =
          std::max(figures.curve_error_db, std::fabs(levels_db_[k] + gains_db[k] - curve_db(levels_db_[k], kThresholdDbfs, kRatio, 0.0)));
    std::vector<double> track_db(step_.samples[0].size());
    for (std::size_t i = 0; i < track_db.size(); ++i)
      track_db[i] = test::to_db(std::fabs(static_cast<double>(step->samples[0][i]) / static_cast<double>(step_.samples[0][i])));
    // From the frame before the step; the frame of the step itself is one frame of attack.
    figures.attack_ms = step_time_ms(track_db, kStepFrames - 1, 2 * kStepFrames - 1, 1.0 - std::exp(-1.0), kRateHz);
    figures.release_ms = step_time_ms(track_db, 2 * kStepFrames - 1, 3 * kStepFrames - 1, 1.0 - std::exp(-1.0), kRateHz);
    figures.thd_db = test::thd_db(bass->samples[0], 3 * 48000, 48000, kRateHz, 100.0);
    return figures;
  }

 private:
  static constexpr int kHoldFrames = 72000, kStepFrames = 96000;
  std::vector<double> levels_db_;
  Planes stairs_{1, 1}, step_{1, 1}, bass_{1, 1};
};

[[nodiscard]] std::vector<std::string> row_of(const std::string& name, const Figures& f) {
  return {name, number(f.curve_error_db, 2), number(f.attack_ms, 2), number(f.release_ms, 1),
          number(f.thd_db, 1) + " dB = " + number(100.0 * test::from_db(f.thd_db), 2) + " %"};
}

// How long the vintage style takes back half and nine tenths of a reduction that was held for a while, in ms.
struct Recovery {
  double half_ms, most_ms;
};
[[nodiscard]] Recovery vintage_recovery(double held_s) {
  dsp::CompressorParams params = hard_knee(10.0, 150.0);
  params.style = dsp::CompressorStyle::vintage;
  const auto from = static_cast<std::size_t>(0.5 * kRateHz), to = from + static_cast<std::size_t>(held_s * kRateHz);
  Planes in = test::sine(1, static_cast<int>(to) + static_cast<int>(8.0 * kRateHz), kRateHz, 6000.0, 1.0);
  for (std::size_t i = 0; i < in.samples[0].size(); ++i)
    in.samples[0][i] *= static_cast<float>(test::from_db(i >= from && i < to ? kThresholdDbfs + 18.0 : kThresholdDbfs - 20.0));
  const Planes out = aligned<dsp::Compressor>(in, kRateHz, params);
  const std::vector<double> track_db = gain_track_db(in.samples[0], out.samples[0], kRateHz, 6000.0, 4);
  // Clear of the demodulator's window, which spans the step.
  const std::size_t start = to + 32, end = track_db.size() - 64;
  return {step_time_ms(track_db, start, end, 0.5, kRateHz), step_time_ms(track_db, start, end, 0.9, kRateHz)};
}

// The whole grid of thresholds, ratios and knees that the goal names.
[[nodiscard]] double worst_of_grid_db(const Run& run) {
  double worst_db = 0.0;
  std::vector<double> levels_db;
  for (double level_db = -50.0; level_db <= 0.0; level_db += 5.0) levels_db.push_back(level_db);
  const std::vector<double> ratios = run.quick ? std::vector<double>{2.0, 20.0} : std::vector<double>{1.5, 2.0, 4.0, 10.0, 20.0};
  for (const double threshold : {-40.0, -20.0, -6.0})
    for (const double ratio : ratios)
      for (const double knee : {0.0, 6.0, 24.0}) {
        dsp::CompressorParams params = hard_knee(10.0, 100.0);
        params.threshold_dbfs = static_cast<float>(threshold);
        params.ratio = static_cast<float>(ratio);
        params.knee_db = static_cast<float>(knee);
        params.sidechain_hp_hz = dsp::CompressorParams{}.sidechain_hp_hz;
        constexpr int kHoldFrames = 36000;
        const Planes out = aligned<dsp::Compressor>(staircase(levels_db, kHoldFrames, kRateHz, kToneHz, 1), kRateHz, params);
        const std::vector<double> gains_db = gains_of_staircase(out.samples[0], levels_db, kHoldFrames, kRateHz, kToneHz);
        for (std::size_t k = 0; k < levels_db.size(); ++k)
          worst_db = std::max(worst_db, std::fabs(levels_db[k] + gains_db[k] - curve_db(levels_db[k], threshold, ratio, knee)));
      }
  return worst_db;
}

// Unlike channels: how far the gain of one leaves that of the other while compressing.
[[nodiscard]] double image_shift_db() {
  Planes in = test::sine(2, 48000, kRateHz, 440.0, 0.9);
  for (float& x : in.samples[1]) x *= 0.125f;
  const Planes out = aligned<dsp::Compressor>(in, kRateHz, hard_knee(10.0, 100.0));
  double worst = 0.0;
  for (std::size_t i = 0; i < out.samples[0].size(); ++i)
    worst = std::max(worst, std::fabs(static_cast<double>(out.samples[1][i]) - 0.125 * static_cast<double>(out.samples[0][i])));
  return worst == 0.0 ? 0.0 : 20.0 * std::log10(1.0 + worst / test::peak_of(out.samples[1]));
}

}  // namespace

void compressor_table(Run& run) {
  run.report.section(
      "Compressor",
      "Threshold -20 dBFS, 4:1, hard knee, peak detection. Static curve: the largest error for a 997 Hz tone from -50 to 0 dBFS, in dB. Times: "
      "63 % in dB of a step of 20 dB over the threshold, in ms (what makers call attack differs; ours is that 63 %). Distortion: 100 Hz at 6 dB "
      "of reduction.");
  const Bench bench(run);
  struct Setting {
    double attack_ms, release_ms;
  };
  for (const Setting& setting : {Setting{10.0, 100.0}, Setting{1.0, 500.0}}) {
    const std::string name = number(setting.attack_ms, 0) + "/" + number(setting.release_ms, 0) + " ms";
    const auto ours = bench.measure([&](const Planes& in) -> std::optional<Planes> {
      return aligned<dsp::Compressor>(in, kRateHz, hard_knee(setting.attack_ms, setting.release_ms));
    });
    std::vector<std::vector<std::string>> rows = {row_of("**ours**", *ours)};
    if (run.with_peers) {
      for (const Peer& peer : peers_at(setting.attack_ms, setting.release_ms)) {
        std::string why_not;
        const auto figures = bench.measure([&](const Planes& in) {
          Run::Heard heard = run.hear(peer, in, kRateHz, setting.attack_ms == 10.0);
          if (!heard.out) why_not = heard.why_not;
          return heard.out;
        });
        rows.push_back(figures ? row_of(peer.name, *figures) : std::vector<std::string>{peer.name, why_not, "", "", ""});
      }
    }
    run.report.table({"at " + name, "static curve, dB", "attack, ms", "release, ms", "THD, 100 Hz"}, rows);
    run.report.figure("static curve, " + name, ours->curve_error_db, 3, "dB", at_most(0.1));
    run.report.figure("attack, 63 % of the step, error at " + name, 100.0 * std::fabs(ours->attack_ms / setting.attack_ms - 1.0), 1, "%",
                      at_most(5.0));
    // The smooth decoupled detector's release runs through the attack smoother too (Giannoulis et al., eq. 17): the times add.
    run.report.figure("release, 63 % of the step, error against release + attack at " + name,
                      100.0 * std::fabs(ours->release_ms / (setting.release_ms + setting.attack_ms) - 1.0), 1, "%", at_most(5.0));
  }
  std::vector<std::vector<std::string>> recoveries;
  for (const double held_s : {0.05, 0.5, 4.0}) {
    const Recovery recovery = vintage_recovery(held_s);
    recoveries.push_back({number(1000.0 * held_s, 0), number(recovery.half_ms, 0), number(recovery.most_ms, 0)});
  }
  run.report.paragraph("The vintage style at 10/150 ms releases by what went before, as an optical cell does: fast to the half, slow from there.");
  run.report.table({"reduction held for, ms", "half of it gone after, ms", "nine tenths after, ms"}, recoveries);
  run.report.figure("static curve, whole grid of thresholds, ratios and knees", worst_of_grid_db(run), 3, "dB", at_most(0.1));
  run.report.figure("image shift, unlike channels", image_shift_db(), 3, "dB", equal_to(0.0));
  const Planes in = test::noise(2, 48000, 0.05, 12);
  dsp::CompressorParams unreduced;
  unreduced.threshold_dbfs = 0.0f;
  run.report.figure("nothing reduced: frames that differ from the input",
                    test::first_difference(in, aligned<dsp::Compressor>(in, kRateHz, unreduced)) + 1, 0, "", equal_to(0.0));
}

}  // namespace ag06::measure
