#include <cstdio>

#include "hearing/scores.h"
#include "hearing/tables.h"
#include "support/signals.h"

namespace ag06::hearing {
namespace {

using measure::number;
using test::Planes;

constexpr double kRateHz = 44100.0;

struct Nothing {
  const char* name;
  bool may_have_tempo, may_have_key;
  Planes audio;
};

[[nodiscard]] Planes single_click(int frames) {
  Planes planes = test::constant(2, frames, 0.0f);
  for (auto& plane : planes.samples) plane[static_cast<std::size_t>(frames / 2)] = 0.9f;
  return planes;
}

[[nodiscard]] Planes pulses(int frames, double every_s) {
  Planes planes = test::constant(2, frames, 0.0f);
  for (auto& plane : planes.samples)
    for (int beat = 0; beat * every_s * kRateHz < frames; ++beat) plane[static_cast<std::size_t>(beat * every_s * kRateHz)] = 0.9f;
  return planes;
}

// Clicks at the moments of radioactive decay: four a second on average, no pulse.
[[nodiscard]] Planes geiger(int frames) {
  Planes planes = test::constant(2, frames, 0.0f);
  test::Random random(77);
  for (int at = 0; at < frames; ++at)
    if (random.unit() < 4.0 / kRateHz)
      for (auto& plane : planes.samples)
        for (int i = 0; i < 200 && at + i < frames; ++i)
          plane[static_cast<std::size_t>(at + i)] += static_cast<float>(0.8 * exp_exact(-i / 40.0) * (2.0 * random.unit() - 1.0));
  return planes;
}

[[nodiscard]] Planes drums_alone(int frames) {
  test::tunes::TuneSpec spec;
  spec.duration_s = frames / kRateHz;
  spec.chords = spec.bass = spec.melody = false;
  return test::tunes::make_tune(spec).audio;
}

// Every semitone of six octaves at once: notes, but no key.
[[nodiscard]] Planes cluster(int frames) {
  Planes planes = test::constant(2, frames, 0.0f);
  for (int step = 0; step < 72; ++step) test::add_sine(planes, 0, frames, kRateHz, 65.4064 * std::exp2(step / 12.0), 0.012, 0.7 * step * step);
  return planes;
}

}  // namespace

void nothing_table(Sheet& sheet) {
  const int frames = static_cast<int>(20.0 * kRateHz);
  Nothing all[] = {{"silence", false, false, test::constant(2, frames, 0.0f)},
                   {"DC of half scale", false, false, test::constant(2, frames, 0.5f)},
                   {"white noise", false, false, test::noise(2, frames, 0.5, 3)},
                   {"quiet white noise, -90 dBFS", false, false, test::noise(2, frames, 3e-5, 4)},
                   {"a steady sine of 440 Hz", false, true, test::sine(2, frames, kRateHz, 440.0, 0.5)},
                   {"one click in 20 s", false, false, single_click(frames)},
                   {"Geiger clicks, four a second", false, false, geiger(frames)},
                   {"clicks every 0.5 s", true, false, pulses(frames, 0.5)},
                   {"72 semitones at once", false, false, cluster(frames)},
                   {"drums alone", true, false, drums_alone(frames)},
                   {"0.2 s of noise", false, false, test::noise(2, static_cast<int>(0.2 * kRateHz), 0.5, 5)}};
  std::vector<std::vector<std::string>> rows;
  int tempi = 0, keys = 0;
  for (Nothing& nothing : all) {
    const Heard heard = heard_by_us(nothing.audio, kRateHz, std::nan(""));
    const bool invented_tempo = !nothing.may_have_tempo && !std::isnan(heard.tempo_bpm), invented_key = !nothing.may_have_key && heard.key >= 0;
    tempi += invented_tempo ? 1 : 0;
    keys += invented_key ? 1 : 0;
    rows.push_back({nothing.name, number(heard.tempo_bpm, 2) + (invented_tempo ? " (invented)" : ""), std::to_string(heard.beats_s.size()),
                    std::to_string(heard.onsets_s.size()), heard.key < 0 ? "-" : std::to_string(heard.key) + (invented_key ? " (invented)" : ""),
                    number(heard.tuning_hz, 2), std::to_string(heard.chords.size())});
  }
  sheet.report.section("Where there is nothing to hear",
                       "Twenty seconds each; a dash is the right answer wherever the music has no pulse or no key.");
  sheet.report.table({"signal", "tempo, bpm", "beats", "onsets", "key (0 = C)", "tuning, Hz", "chords"}, rows);
  sheet.report.figure("tempi invented", tempi, 0, "", measure::equal_to(0.0));
  sheet.report.figure("keys invented", keys, 0, "", measure::equal_to(0.0));
}

}  // namespace ag06::hearing
