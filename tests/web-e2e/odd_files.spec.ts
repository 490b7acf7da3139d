// Broken and unusual files: a clear error or a working song, and nothing that was loaded is lost.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./support/studio";
import { writeOddFiles, writeWav } from "./support/wav";

const folder = mkdtempSync(join(tmpdir(), "ag06-odd-"));
const odd = writeOddFiles(folder);
const good = writeWav(join(folder, "good.wav"), { sampleRateHz: 48000, channels: 2, frames: 96000, bits: 24 });

const refused: readonly (readonly [keyof typeof odd, RegExp])[] = [
  ["text", /text\.wav.*(not|no).*(audio|WAV)/is],
  ["empty", /empty\.wav.*empty/is],
  ["noChannels", /noChannels\.wav.*0 channels/is],
  ["sevenChannels", /sevenChannels\.wav.*7 channels: only mono and stereo can be mixed/is],
];

test("each file that cannot be used gives a clear error and the studio goes on", async ({ studio }) => {
  await studio.addFiles(good);
  await studio.songReady("good.wav");
  for (const [kind, message] of refused) {
    await studio.addFiles(odd[kind]);
    await expect(studio.page.getByRole("alert").filter({ hasText: message }).first(), kind).toBeVisible();
    await expect(studio.page.getByRole("listitem").filter({ hasText: "good.wav" })).toBeVisible();
  }
  await studio.page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => (await studio.telemetry())["positionFrames"]).toBeGreaterThan(4800);
});

test("a truncated file gives what it holds and says so", async ({ studio }) => {
  await studio.addFiles(odd.truncated);
  await studio.songReady("truncated.wav");
  await expect(studio.page.getByText(/truncated|ends early|cut short/i).first()).toBeVisible();
});

test("8 kHz mono and 192 kHz stereo load, play and export", async ({ studio }) => {
  await studio.addFiles(odd.mono8k);
  await studio.songReady("mono8k.wav");
  await studio.exportAs("Original", /24/, join(folder, "mono8k-out.wav"));
  await studio.addFiles(odd.stereo192k);
  await studio.songReady("stereo192k.wav");
  await studio.exportAs("Original", /24/, join(folder, "stereo192k-out.wav"));
  await studio.page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => (await studio.telemetry())["positionFrames"]).toBeGreaterThan(4800);
});

test("several files at once: the good ones load, the bad ones say why", async ({ studio }) => {
  await studio.addFiles(odd.text, good, odd.empty, odd.mono8k);
  await studio.songReady("good.wav");
  await studio.songReady("mono8k.wav");
  await expect(studio.page.getByRole("alert").filter({ hasText: "text.wav" }).first()).toBeVisible();
  await expect(studio.page.getByRole("alert").filter({ hasText: "empty.wav" }).first()).toBeVisible();
});
