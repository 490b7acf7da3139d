// essentia.js (AGPL-3, run and never linked): node essentia.mjs PACKAGES_FOLDER LIST. Tempo and beats by its slowest and best method, multifeature.
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

tellAll(process.argv[3], (samples, rateHz) => {
  if (rateHz !== kRateHz) throw new Error(`${rateHz} Hz: essentia.js wants ${kRateHz}`);
  const signal = essentia.arrayToVector(samples);
  const rhythm = essentia.RhythmExtractor2013(signal, 208, 'multifeature', 40);
  const tuning = essentia.TuningFrequencyExtractor(signal);
  const tunings = essentia.vectorToArray(tuning.tuningFrequency);
  const median = [...tunings].sort((a, b) => a - b)[Math.floor(tunings.length / 2)] ?? 440;
  // arguments: averageDetuningCorrection, frameSize, hopSize, hpcpSize, maxFrequency, maximumSpectralPeaks, minFrequency, pcpThreshold, profileType, sampleRate,
  // spectralPeaksThreshold, tuningFrequency; all its own defaults but the tuning
  const key = essentia.KeyExtractor(signal, true, 4096, 4096, 12, 3500, 60, 25, 0.2, 'bgate', kRateHz, 0.0001, median);
  const onsets = essentia.OnsetRate(signal);
  const heard = {
    tempo_bpm: rhythm.bpm,
    beats_s: [...essentia.vectorToArray(rhythm.ticks)],
    onsets_s: [...essentia.vectorToArray(onsets.onsets)],
    key: pitchClass(key.key),
    mode: key.scale,
    tuning_hz: median,
  };
  for (const held of [signal, rhythm.ticks, rhythm.estimates, rhythm.bpmIntervals, tuning.tuningFrequency, tuning.tuningCents, onsets.onsets]) held?.delete?.();
  return heard;
});
