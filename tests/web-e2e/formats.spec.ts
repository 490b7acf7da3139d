// Every format a person may drop: at its own rate, with its own length, in time with the source it was encoded from.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, ffmpeg } from "./support/oracle";
import { expect, test } from "./support/studio";

const folder = mkdtempSync(join(tmpdir(), "ag06-formats-"));
const SECONDS = 6;
const formats = [
  { name: "song.flac", rateHz: 96000, encoder: ["-c:a", "flac"] },
  { name: "song.mp3", rateHz: 44100, encoder: ["-c:a", "libmp3lame", "-b:a", "256k"] },
  { name: "song.ogg", rateHz: 22050, encoder: ["-c:a", "libvorbis", "-q:a", "7"] },
  { name: "song.m4a", rateHz: 48000, encoder: ["-c:a", "aac", "-b:a", "256k"] },
] as const;

function floatsOf(wav: Buffer): Float32Array {
  const data = wav.indexOf("data", 12, "latin1") + 8;
  return new Float32Array(wav.buffer.slice(wav.byteOffset + data, wav.byteOffset + wav.length - ((wav.length - data) % 4)));
}

/** Lag in frames (left channel) at which b fits a best, within a tenth of a second. */
function lagOf(a: Float32Array, b: Float32Array, rateHz: number): number {
  let best = -Infinity;
  let lag = 0;
  const reach = Math.round(rateHz / 10);
  const from = rateHz * 2;
  for (let shift = -reach; shift <= reach; ++shift) {
    let sum = 0;
    for (let i = from; i < from + 4096; ++i) sum += (a[2 * i] as number) * (b[2 * (i + shift)] as number);
    if (sum > best) {
      best = sum;
      lag = shift;
    }
  }
  return lag;
}

for (const { name, rateHz, encoder } of formats) {
  test(`${name} at ${rateHz} Hz`, async ({ studio, page }) => {
    const source = join(folder, `${name}-source.wav`);
    ffmpeg("-f", "lavfi", "-i", `anoisesrc=r=${rateHz}:d=${SECONDS}:a=0.3:c=pink:s=5`, "-ac", "2", "-c:a", "pcm_f32le", source);
    ffmpeg("-i", source, ...encoder, join(folder, name));
    await studio.addFiles(join(folder, name));
    await studio.songReady(name);
    await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText(`${rateHz / 1000} kHz`);
    const exported = join(folder, `${name}-out.wav`);
    await studio.exportAs("Original", /32/, exported);
    const before = floatsOf(bytesOf(source));
    const after = floatsOf(bytesOf(exported));
    expect(after.length).toBe(before.length);
    expect(lagOf(before, after, rateHz)).toBe(0);
  });
}
