// Original without a target: what goes in comes out, bit for bit.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf } from "./support/oracle";
import { expect, test } from "./support/studio";
import { samples, writeWav, type WavShape } from "./support/wav";

const folder = mkdtempSync(join(tmpdir(), "ag06-untouched-"));

for (const sampleRateHz of [44100, 48000, 96000]) {
  for (const bits of [24, 32] as const) {
    test(`${bits === 24 ? "24-bit integer" : "32-bit float"} at ${sampleRateHz} Hz`, async ({ studio }) => {
      const shape: WavShape = { sampleRateHz, channels: 2, frames: 3 * sampleRateHz + 17, bits };
      const input = writeWav(join(folder, `in-${bits}-${sampleRateHz}.wav`), shape, bits + sampleRateHz);
      await studio.addFiles(input);
      await studio.songReady(`in-${bits}-${sampleRateHz}.wav`);
      await studio.listenTo("Original");
      const output = join(folder, `out-${bits}-${sampleRateHz}.wav`);
      await studio.exportAs("Original", bits === 24 ? /24/ : /32/, output);
      const out = bytesOf(output);
      const data = out.indexOf("data", 12, "latin1");
      expect(out.subarray(data + 8).equals(samples(shape, bits + sampleRateHz))).toBe(true);
    });
  }
}
