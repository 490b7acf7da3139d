// essentia.js (AGPL-3, run and never linked): node essentia.mjs PACKAGES_FOLDER TOPIC LIST. Tempo and beats by its slowest and best method, multifeature.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pitchClass, tellAll } from './wav.mjs';

const require = createRequire(join(process.argv[2], 'package.json'));
const { Essentia, EssentiaWASM } = require('essentia.js');
if (process.argv[3] === '--version') {
  console.log(require('essentia.js/package.json').version);
  process.exit(0);
}
const essentia = new Essentia(EssentiaWASM);
const kRateHz = 44100; // its rhythm algorithms know no other

function hearRhythm(signal) {
  const rhythm = essentia.RhythmExtractor2013(signal, 208, 'multifeature', 40);
  const onsets = essentia.OnsetRate(signal);
  const heard = { tempo_bpm: rhythm.bpm, beats_s: [...essentia.vectorToArray(rhythm.ticks)], onsets_s: [...essentia.vectorToArray(onsets.onsets)] };
  for (const held of [rhythm.ticks, rhythm.estimates, rhythm.bpmIntervals, onsets.onsets]) held.delete();
  return heard;
}

function hearTonality(signal) {
  const tuning = essentia.TuningFrequencyExtractor(signal);
  const tunings = essentia.vectorToArray(tuning.tuningFrequency);
  const median = [...tunings].sort((a, b) => a - b)[Math.floor(tunings.length / 2)] ?? 440;
  // arguments: averageDetuningCorrection, frameSize, hopSize, hpcpSize, maxFrequency, maximumSpectralPeaks, minFrequency, pcpThreshold, profileType, sampleRate,
  // spectralPeaksThreshold, tuningFrequency; all its own defaults but the tuning
  const key = essentia.KeyExtractor(signal, true, 4096, 4096, 12, 3500, 60, 25, 0.2, 'bgate', kRateHz, 0.0001, median);
  for (const held of [tuning.tuningFrequency, tuning.tuningCents]) held?.delete?.();
  return { key: pitchClass(key.key), mode: key.scale, tuning_hz: median };
}

tellAll(process.argv[4], process.argv[3], (samples, rateHz, topic) => {
  if (rateHz !== kRateHz) throw new Error(`${rateHz} Hz: essentia.js wants ${kRateHz}`);
  const signal = essentia.arrayToVector(samples);
  const heard = { ...(topic === 'tonality' ? {} : hearRhythm(signal)), ...(topic === 'rhythm' ? {} : hearTonality(signal)) };
  signal.delete();
  return heard;
});
