/** Linear PCM WAV, decoded exactly and in bounded memory. */
import { decodeInterleaved } from "../wav/pcm";
import { readWavFormat } from "../wav/wav_format";
import { seconds } from "./checks";
import type { Source } from "./decoded";

const BLOCK_FRAMES = 65536;

/** null: another coding in a WAV file. */
export async function openWav(file: File): Promise<Source | null> {
  const format = await readWavFormat(file, file.name);
  if (!format) return null;
  const { encoding, channels, sampleRateHz, frameBytes, dataOffset, frames } = format;
  const warnings: string[] = [];
  if (frames < format.promisedFrames)
    warnings.push(`The file is truncated: its header promises ${seconds(format.promisedFrames, sampleRateHz)}, ${seconds(frames, sampleRateHz)} are there.`);
  return {
    codec: encoding === "f32" || encoding === "f64" ? "WAV (float)" : "WAV (PCM)",
    bitDepth: format.bitDepth,
    sampleRateHz,
    channels,
    warnings,
    async decode(take, progress) {
      const planes = Array.from({ length: channels }, () => new Float32Array(BLOCK_FRAMES));
      for (let at = 0; at < frames; at += BLOCK_FRAMES) {
        const count = Math.min(BLOCK_FRAMES, frames - at);
        const start = dataOffset + at * frameBytes;
        decodeInterleaved(encoding, await file.slice(start, start + count * frameBytes).arrayBuffer(), planes, count);
        take(planes, count);
        progress((at + count) / frames);
      }
    },
  };
}
