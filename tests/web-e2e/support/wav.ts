// Small WAV files, good and broken, written byte by byte.
import { writeFileSync } from "node:fs";

export interface WavShape {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly frames: number;
  /** 24: integer PCM, 32: float. */
  readonly bits: 24 | 32;
}

/** Header bytes of a canonical WAV file with the given data size. */
export function header(shape: WavShape, dataBytes = shape.frames * shape.channels * (shape.bits / 8)): Buffer {
  const frameBytes = shape.channels * (shape.bits / 8);
  const out = Buffer.alloc(44);
  out.write("RIFF", 0, "latin1");
  out.writeUInt32LE(36 + dataBytes, 4);
  out.write("WAVEfmt ", 8, "latin1");
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(shape.bits === 32 ? 3 : 1, 20);
  out.writeUInt16LE(shape.channels, 22);
  out.writeUInt32LE(shape.sampleRateHz, 24);
  out.writeUInt32LE(shape.sampleRateHz * frameBytes, 28);
  out.writeUInt16LE(frameBytes, 32);
  out.writeUInt16LE(shape.bits, 34);
  out.write("data", 36, "latin1");
  out.writeUInt32LE(dataBytes, 40);
  return out;
}

/** Pseudo-random samples with a tone, over the whole range of the format; for floats also beyond full scale and very small. */
export function samples(shape: WavShape, seed = 1): Buffer {
  const out = Buffer.alloc(shape.frames * shape.channels * (shape.bits / 8));
  let state = seed >>> 0;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  for (let i = 0, at = 0; i < shape.frames * shape.channels; ++i, at += shape.bits / 8) {
    const tone = 0.4 * Math.sin((2 * Math.PI * 440 * Math.floor(i / shape.channels)) / shape.sampleRateHz);
    const x = tone + 0.5 * (random() - 0.5);
    if (shape.bits === 24) out.writeIntLE(Math.max(-8388608, Math.min(8388607, Math.round(x * 8388608))), at, 3);
    else out.writeFloatLE(i % 1000 === 0 ? 1.7 : i % 1000 === 1 ? 1e-12 : x, at);
  }
  return out;
}

export function writeWav(path: string, shape: WavShape, seed = 1): string {
  writeFileSync(path, Buffer.concat([header(shape), samples(shape, seed)]));
  return path;
}

/** The broken and unusual files that page and CLI must handle, by name. */
export function writeOddFiles(folder: string): Record<"truncated" | "text" | "empty" | "noChannels" | "sevenChannels" | "mono8k" | "stereo192k", string> {
  const stereo: WavShape = { sampleRateHz: 48000, channels: 2, frames: 48000, bits: 24 };
  const path = (name: string): string => `${folder}/${name}.wav`;
  writeFileSync(path("truncated"), Buffer.concat([header(stereo), samples(stereo)]).subarray(0, 44 + 150_001));
  writeFileSync(path("text"), "This is a shopping list, not a song.\nMilk, bread, strings.\n");
  writeFileSync(path("empty"), "");
  writeFileSync(path("noChannels"), Buffer.concat([header({ ...stereo, channels: 0 }, 6000), Buffer.alloc(6000)]));
  writeWav(path("sevenChannels"), { sampleRateHz: 48000, channels: 7, frames: 4800, bits: 24 });
  writeWav(path("mono8k"), { sampleRateHz: 8000, channels: 1, frames: 24000, bits: 24 });
  writeWav(path("stereo192k"), { sampleRateHz: 192000, channels: 2, frames: 384000, bits: 24 });
  return { truncated: path("truncated"), text: path("text"), empty: path("empty"), noChannels: path("noChannels"), sevenChannels: path("sevenChannels"),
    mono8k: path("mono8k"), stereo192k: path("stereo192k") };
}
