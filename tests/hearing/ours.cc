#include <algorithm>
#include <ctime>

#include "analysis/rhythm/find_rhythm.h"
#include "analysis/song_analyser.h"
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

// The rhythm alone once more: nothing else is asked of the range.
[[nodiscard]] RhythmReport rhythm_in_range(test::Planes& audio, const StreamSpec& spec, double duration_s, const TempoRange& range) {
  Stft stft;
  OnsetHistory onsets;
  if (stft.prepare(short_grid(spec)) != Status::ok || onsets.prepare(stft.grid(), duration_s) != Status::ok) return {};
  const auto take = [&](const SpectrumFrame& frame) { onsets.process(frame); };
  const int frames = static_cast<int>(audio.samples[0].size());
  for (int at = 0; at < frames; at += kBlockFrames) stft.process(audio.slice(at, std::min(kBlockFrames, frames - at)), take);
  stft.finish(take);
  RhythmOptions options;
  options.tempo = range;
  return find_rhythm(onsets, options);
}

}  // namespace

Heard heard_by_us(test::Planes& audio, double sample_rate_hz, double range_around_bpm) {
  Heard heard;
  const int frames = static_cast<int>(audio.samples[0].size()), channels = static_cast<int>(audio.samples.size());
  const StreamSpec spec{sample_rate_hz, channels, kBlockFrames};
  const double duration_s = frames / sample_rate_hz + 1.0;
  const std::clock_t started = std::clock();
  SongAnalyser analyser;
  if (analyser.prepare(spec, duration_s) != Status::ok) return heard;
  for (int at = 0; at < frames; at += kBlockFrames) analyser.process(audio.slice(at, std::min(kBlockFrames, frames - at)));
  const SongAnalysis song = analyser.finish();
  heard.processor_s = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
  heard.spoke = true;
  heard.tempo_bpm = song.rhythm.tempo_bpm;
  heard.beats_s = song.rhythm.beats_s;
  heard.onsets_s = song.rhythm.onsets_s;
  for (const int at : song.rhythm.downbeats) heard.downbeats_s.push_back(song.rhythm.beats_s[static_cast<std::size_t>(at)]);
  heard.beats_per_bar = song.rhythm.beats_per_bar;
  heard.beat_unit = song.rhythm.beat_unit;
  heard.key = song.tonality.key;
  heard.mode = song.tonality.mode;
  heard.tuning_hz = song.tonality.tuning_hz;
  heard.chords = song.tonality.chords;
  heard.dominant_frequencies_hz = song.spectrum.dominant_frequencies_hz;
  if (song.genre.label >= 0) heard.genre = kGenreNames[static_cast<std::size_t>(song.genre.label)];
  if (!std::isnan(range_around_bpm)) {
    const RhythmReport ranged = rhythm_in_range(audio, spec, duration_s, octave_around(range_around_bpm));
    heard.takes_a_range = true;
    heard.ranged_tempo_bpm = ranged.tempo_bpm;
    heard.ranged_beats_s = ranged.beats_s;
  }
  return heard;
}

}  // namespace ag06::hearing
