#include <algorithm>
#include <ctime>

#include "analysis/rhythm/find_rhythm.h"
#include "analysis/tonality/find_tonality.h"
#include "hearing/listener.h"

namespace ag06::hearing {

using namespace analysis;

namespace {

constexpr int kBlockFrames = 4096;

// The one of four ranges an octave wide in whose middle the tempo lies best: what a user would choose who knows the music roughly.
[[nodiscard]] TempoRange octave_around(double tempo_bpm) {
  TempoRange best{55.0, 110.0};
  double best_ratio = 1e9;
  for (const double low_bpm : {55.0, 70.0, 88.0, 110.0}) {
    const double middle_bpm = low_bpm * std::sqrt(2.0), ratio = std::max(tempo_bpm / middle_bpm, middle_bpm / tempo_bpm);
    if (ratio < best_ratio) {
      best = {low_bpm, 2.0 * low_bpm};
      best_ratio = ratio;
    }
  }
  return best;
}

}  // namespace

Heard heard_by_us(test::Planes& audio, double sample_rate_hz, double range_around_bpm) {
  Heard heard;
  const std::clock_t started = std::clock();
  const int frames = static_cast<int>(audio.samples[0].size()), channels = static_cast<int>(audio.samples.size());
  const StreamSpec spec{sample_rate_hz, channels, kBlockFrames};
  const double duration_s = frames / sample_rate_hz + 1.0;
  Stft short_stft, long_stft;
  OnsetHistory onsets;
  ChromaHistory notes;
  if (short_stft.prepare(short_grid(spec)) != Status::ok || long_stft.prepare(long_grid(spec)) != Status::ok) return heard;
  if (onsets.prepare(short_stft.grid(), duration_s) != Status::ok || notes.prepare(long_stft.grid(), duration_s) != Status::ok) return heard;
  const auto take_onsets = [&](const SpectrumFrame& frame) { onsets.process(frame); };
  const auto take_notes = [&](const SpectrumFrame& frame) { notes.process(frame); };
  for (int at = 0; at < frames; at += kBlockFrames) {
    const AudioBlock block = audio.slice(at, std::min(kBlockFrames, frames - at));
    short_stft.process(block, take_onsets);
    long_stft.process(block, take_notes);
  }
  short_stft.finish(take_onsets);
  long_stft.finish(take_notes);
  const RhythmReport rhythm = find_rhythm(onsets, {});
  const TonalityReport tonality = find_tonality(notes, rhythm.beats_s);
  heard.processor_s = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
  heard.spoke = true;
  heard.tempo_bpm = rhythm.tempo_bpm;
  heard.beats_s = rhythm.beats_s;
  heard.onsets_s = rhythm.onsets_s;
  for (const int at : rhythm.downbeats) heard.downbeats_s.push_back(rhythm.beats_s[static_cast<std::size_t>(at)]);
  heard.beats_per_bar = rhythm.beats_per_bar;
  heard.beat_unit = rhythm.beat_unit;
  heard.key = tonality.key;
  heard.mode = tonality.mode;
  heard.tuning_hz = tonality.tuning_hz;
  heard.chords = tonality.chords;
  if (!std::isnan(range_around_bpm)) {
    heard.takes_a_range = true;
    RhythmOptions options;
    options.tempo = octave_around(range_around_bpm);
    const RhythmReport ranged = find_rhythm(onsets, options);
    heard.ranged_tempo_bpm = ranged.tempo_bpm;
    heard.ranged_beats_s = ranged.beats_s;
  }
  return heard;
}

}  // namespace ag06::hearing
