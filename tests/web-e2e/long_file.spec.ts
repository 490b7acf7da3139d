// An hour of stereo at 48 kHz: loads, plays, seeks and exports while the page's memory stays bounded.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpeg } from "./support/oracle";
import { watchMemory } from "./support/memory";
import { expect, test } from "./support/studio";

const GOAL_MIB = 500;
const HOUR_FRAMES = 3600 * 48000;
const folder = mkdtempSync(join(tmpdir(), "ag06-long-"));
test.describe.configure({ timeout: 1_800_000 });
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a 60-minute stereo file @slow", async ({ studio, page }) => {
  const song = join(folder, "hour.wav");
  ffmpeg("-f", "lavfi", "-i", "sine=frequency=220:sample_rate=48000:duration=3600", "-f", "lavfi", "-i", "sine=frequency=331:sample_rate=48000:duration=3600",
    "-filter_complex", "[0][1]join=inputs=2:channel_layout=stereo,tremolo=f=0.5:d=0.7", "-c:a", "pcm_s16le", song);
  const memory = await watchMemory(page);
  const began = Date.now();
  await studio.addFiles(song);
  await studio.songReady("hour.wav", 900_000);
  const loadedAfterS = (Date.now() - began) / 1000;

  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(48000);
  // Near the end and back: both ends of the file are in reach at once.
  await studio.seekTo(0.97);
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(0.965 * HOUR_FRAMES);
  await studio.seekTo(0.25);
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeLessThan(0.3 * HOUR_FRAMES);
  await page.getByRole("button", { name: "Stop", exact: true }).click();

  await studio.listenTo("Original");
  const exportBegan = Date.now();
  const exported = join(folder, "hour-out.wav");
  await studio.exportAs("Original", /24/, exported, 900_000);
  const exportedAfterS = (Date.now() - exportBegan) / 1000;
  expect(statSync(exported).size).toBeGreaterThanOrEqual(44 + HOUR_FRAMES * 6);

  const reloadBegan = Date.now();
  await studio.open();
  await studio.songReady("hour.wav");
  const afterReload = await watchMemory(page);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(48000);
  const reloadMib = afterReload.stop();
  console.log(`after a reload it is back and plays in ${((Date.now() - reloadBegan) / 1000).toFixed(1)} s, page memory at most ${reloadMib} MiB`);
  expect(reloadMib).toBeLessThan(GOAL_MIB);

  const peakMib = memory.stop();
  console.log(`60 minutes of stereo: loaded in ${loadedAfterS.toFixed(0)} s, exported in ${exportedAfterS.toFixed(0)} s, page memory at most ${peakMib} MiB`);
  expect(peakMib).toBeLessThan(GOAL_MIB);
});
