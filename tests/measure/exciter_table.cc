// TARGETS 2.7: aliases of the exciter at any drive, beside other people's exciters and soft clippers.
#include <algorithm>
#include <cmath>
#include <string>

#include "dsp/saturation/exciter.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {

constexpr double kRateHz = 48000.0;
constexpr int kFrames = 32768, kHoldFrames = 2 * kFrames;
constexpr double kTonesHz[] = {1000.0, 1900.0, 2700.0, 3600.0, 5000.0, 6300.0, 7100.0, 8300.0, 9100.0, 10000.0};

// Full-scale tones one after the other, each held long enough to be in steady state over its second half.
[[nodiscard]] Planes tones(double peak_lin) {
  Planes planes(2, static_cast<int>(std::size(kTonesHz)) * kHoldFrames + 4096);
  for (Samples& plane : planes.samples)
    for (std::size_t k = 0; k < std::size(kTonesHz); ++k) {
      const CoherentTone tone = coherent_tone(kTonesHz[k], kRateHz, kFrames);
      for (int i = 0; i < kHoldFrames; ++i)
        plane[k * kHoldFrames + static_cast<std::size_t>(i)] =
            static_cast<float>(peak_lin * std::sin(2.0 * kPi * tone.freq_hz(kRateHz) * i / kRateHz));
    }
  return planes;
}

struct Figures {
  double alias_db = -300.0;      // worst of the tones
  double harmonics_db = -300.0;  // strongest harmonic of 1 kHz: without any there is nothing to alias
};
[[nodiscard]] Figures measured(const Planes& out) {
  Figures figures;
  for (std::size_t k = 0; k < std::size(kTonesHz); ++k) {
    const CoherentTone tone = coherent_tone(kTonesHz[k], kRateHz, kFrames);
    const std::size_t from = k * kHoldFrames + (kHoldFrames - kFrames) - 256;
    figures.alias_db = std::max(figures.alias_db, alias_db(out.samples[0], from, tone, kRateHz));
    if (k > 0) continue;
    const auto level_db = [&](int h) { return test::tone_db(out.samples[0], static_cast<int>(from), kFrames, kRateHz, h * tone.freq_hz(kRateHz)); };
    for (int h = 2; h <= 5; ++h) figures.harmonics_db = std::max(figures.harmonics_db, level_db(h) - level_db(1));
  }
  return figures;
}

[[nodiscard]] Planes excited(const Planes& in, dsp::ExciterType type, double drive_db) {
  dsp::ExciterParams params;
  params.type = type;
  params.freq_hz = 1000.0f;
  params.drive_db = static_cast<float>(drive_db);
  params.amount_lin = 1.0f;
  params.tone_hz = 20000.0f;
  return processed<dsp::Exciter>(in, kRateHz, params);
}

[[nodiscard]] std::vector<Peer> peers(double drive_db) {
  const std::string drive = number(drive_db, 0), in = number(test::from_db(drive_db), 4), out = number(test::from_db(-drive_db), 6);
  const auto soft_clip = [&](const std::string& oversampling) {
    return Peer{"ffmpeg asoftclip tanh, x" + oversampling,
                "ffmpeg",
                Host::ffmpeg,
                "",
                {"volume=" + drive + "dB:precision=float,asoftclip=type=tanh:oversample=" + oversampling}};
  };
  const std::string calf = "/usr/lib/lv2/calf.lv2";
  return {soft_clip("1"),
          soft_clip("4"),
          soft_clip("16"),
          {"ffmpeg aexciter", "ffmpeg", Host::ffmpeg, "", {"aexciter=freq=2000:level_in=" + in + ":level_out=" + out}},
          {"Calf Exciter", "calf-plugins", Host::ffmpeg, calf,
           lv2("http://calf.sourceforge.net/plugins/Exciter", "freq=2000|level_in=" + in + "|level_out=" + out)},
          {"Calf Saturator", "calf-plugins", Host::ffmpeg, calf,
           lv2("http://calf.sourceforge.net/plugins/Saturator", "level_in=" + in + "|level_out=" + out)}};
}

}  // namespace

void exciter_table(Run& run) {
  run.report.section(
      "Exciter",
      "Strongest line up to 20 kHz that is no harmonic, against the tone: the worst of ten full-scale tones from 1 to 10 kHz, in dB; in brackets the "
      "strongest harmonic of 1 kHz. Peers get the drive as input level.");
  const std::vector<double> drives_db = {6.0, 12.0, 18.0, 24.0};
  std::vector<std::string> header = {"drive"};
  for (const double drive_db : drives_db) header.push_back(number(drive_db, 0) + " dB");
  const Planes in = tones(1.0);
  const auto cell = [](const Figures& f) { return number(f.alias_db, 1) + " (" + number(f.harmonics_db, 0) + ")"; };
  std::vector<std::vector<std::string>> rows;
  double worst_db = -300.0, worst_default_db = -300.0, weakest_harmonic_db = 0.0;
  struct Kind {
    const char* name;
    dsp::ExciterType type;
  };
  for (const Kind& kind : {Kind{"tube", dsp::ExciterType::tube}, Kind{"tape", dsp::ExciterType::tape}, Kind{"bright", dsp::ExciterType::bright}}) {
    std::vector<std::string> row = {std::string("**ours**, ") + kind.name};
    for (const double drive_db : drives_db) {
      const Figures figures = measured(excited(in, kind.type, drive_db));
      row.push_back(cell(figures));
      worst_db = std::max(worst_db, figures.alias_db);
      weakest_harmonic_db = std::min(weakest_harmonic_db, figures.harmonics_db);
      if (drive_db == static_cast<double>(dsp::ExciterParams{}.drive_db)) worst_default_db = std::max(worst_default_db, figures.alias_db);
    }
    rows.push_back(row);
  }
  if (run.with_peers) {
    for (std::size_t p = 0; p < peers(0.0).size(); ++p) {
      std::vector<std::string> row = {peers(0.0)[p].name};
      for (const double drive_db : drives_db) {
        const Run::Heard heard = run.hear(peers(drive_db)[p], in, kRateHz, drive_db == drives_db[0]);
        row.push_back(heard.out ? cell(measured(*heard.out)) : heard.why_not);
      }
      rows.push_back(row);
    }
  }
  run.report.table(header, rows);
  run.report.figure("alias, any type, drive to +24 dB", worst_db, 1, "dB", at_most(-90.0));
  run.report.figure("alias, any type, default drive", worst_default_db, 1, "dB", at_most(-120.0));
  run.report.figure("harmonics really made: the weakest of the strongest, 1 kHz", weakest_harmonic_db, 1, "dB", at_least(-40.0));
  const Planes noise = test::noise(2, 48000, 0.5, 14);
  run.report.figure("amount 0: frames that differ from the input", test::first_difference(noise, processed<dsp::Exciter>(noise, kRateHz, {})) + 1, 0,
                    "", equal_to(0.0));
}

}  // namespace ag06::measure
