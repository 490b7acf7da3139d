// @libraz/libsonare (Apache-2.0, run and never linked): node libsonare.mjs PACKAGES_FOLDER TOPIC LIST. Its own defaults throughout.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tellAll } from './wav.mjs';

const folder = join(process.argv[2], 'node_modules/@libraz/libsonare');
if (process.argv[3] === '--version') {
  console.log(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
  process.exit(0);
}
const sonare = await import(pathToFileURL(join(folder, 'dist/analysis.js')).href);
await sonare.init();

function hearRhythm(samples, sampleRate) {
  const whole = sonare.analyze({ samples, sampleRate });
  return {
    tempo_bpm: whole.bpm,
    beats_s: [...whole.beatTimes],
    downbeats_s: [...sonare.detectDownbeats({ samples, sampleRate })],
    onsets_s: [...sonare.detectOnsets({ samples, sampleRate })],
    beats_per_bar: whole.timeSignature.numerator,
    beat_unit: whole.timeSignature.denominator,
  };
}

const QUALITIES = new Map([
  [sonare.ChordQuality.Major, 'major'],
  [sonare.ChordQuality.Minor, 'minor'],
]);

function hearTonality(samples, sampleRate) {
  const key = sonare.detectKey({ samples, sampleRate });
  return {
    key: key.root,
    mode: key.mode === sonare.Mode.Major ? 'major' : key.mode === sonare.Mode.Minor ? 'minor' : 'unknown',
    // a share of a semitone from the nearest note of 440 Hz
    tuning_hz: 440 * 2 ** (sonare.estimateTuning({ samples, sampleRate }) / 12),
    chords: sonare
      .detectChords({ samples, sampleRate, useTriadsOnly: true })
      .chords.filter((chord) => QUALITIES.has(chord.quality))
      .map((chord) => [chord.start, chord.end, chord.root, QUALITIES.get(chord.quality)]),
  };
}

tellAll(process.argv[4], process.argv[3], (samples, sampleRate, topic) => ({
  ...(topic === 'tonality' ? {} : hearRhythm(samples, sampleRate)),
  ...(topic === 'rhythm' ? {} : hearTonality(samples, sampleRate)),
}));
