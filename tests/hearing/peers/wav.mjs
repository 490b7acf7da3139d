// Reads a 16-bit PCM WAV file as mono, and prints what a peer heard in each file of a list. Only for files that ag06-hearing writes.
import { readFileSync } from 'node:fs';

export function readMono(path) {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 12, channels = 1, rateHz = 44100;
  while (at + 8 <= bytes.length) {
    const id = bytes.toString('latin1', at, at + 4), size = view.getUint32(at + 4, true);
    if (id === 'fmt ') {
      channels = view.getUint16(at + 10, true);
      rateHz = view.getUint32(at + 12, true);
    } else if (id === 'data') {
      const frames = Math.floor(Math.min(size, bytes.length - at - 8) / (2 * channels));
      const samples = new Float32Array(frames);
      for (let i = 0; i < frames; ++i) {
        let sum = 0;
        for (let c = 0; c < channels; ++c) sum += view.getInt16(at + 8 + 2 * (i * channels + c), true);
        samples[i] = sum / (channels * 32768);
      }
      return { samples, rateHz };
    }
    at += 8 + size + (size & 1);
  }
  throw new Error(`${path} holds no samples`);
}

// hear(samples, rateHz, topic): topic is 'rhythm', 'tonality' or 'all'.
export function tellAll(listPath, topic, hear) {
  for (const path of readFileSync(listPath, 'utf8').split('\n').filter(Boolean)) {
    let heard = {};
    try {
      const { samples, rateHz } = readMono(path);
      const started = process.cpuUsage();
      heard = hear(samples, rateHz, topic);
      const used = process.cpuUsage(started);
      heard.processor_s = (used.user + used.system) / 1e6;
    } catch (error) {
      process.stderr.write(`${path}: ${error}\n`);
    }
    process.stdout.write(JSON.stringify(heard) + '\n');
  }
}

const NAMES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const FLATS = { Db: 1, Eb: 3, Gb: 6, Ab: 8, Bb: 10 };
// -1 for a name that is none.
export const pitchClass = (name) => FLATS[name] ?? NAMES.indexOf(name);
