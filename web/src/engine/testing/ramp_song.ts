/** A song for tests whose samples tell their own place: left counts frames in steps of 2^-20, right the same with the sign changed. */
import { PAGE_FRAMES, type SongAudio } from "../store/pages";

export const RAMP_STEP = 2 ** -20;

export function rampSong(frames: number, channels: 1 | 2 = 2, sampleRateHz = 48000): SongAudio {
  const pages = Math.ceil(frames / PAGE_FRAMES);
  const samples = new Float32Array(pages * PAGE_FRAMES * channels);
  for (let i = 0; i < frames; ++i) {
    const at = Math.floor(i / PAGE_FRAMES) * PAGE_FRAMES * channels + (i % PAGE_FRAMES);
    samples[at] = i * RAMP_STEP;
    if (channels === 2) samples[at + PAGE_FRAMES] = -i * RAMP_STEP;
  }
  return { blob: new Blob([samples]), sampleRateHz, channels, frames };
}

/** Which song frames these samples are. */
export function framesIn(interleaved: Float32Array): number[] {
  return Array.from({ length: interleaved.length / 2 }, (_, i) => Math.round((interleaved[2 * i] as number) / RAMP_STEP));
}
