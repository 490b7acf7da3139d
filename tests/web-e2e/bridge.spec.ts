// The page with a real bridge: jackd's dummy driver, a virtual AG06, ag06-bridge that serves the page. What is claimed to be heard is asked of the device.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { DeskStudio, deskTest as test } from "./support/bridge";
import { header } from "./support/wav";

const RATE_HZ = 48000;

/** Stereo, 24 bit: a tone of that peak, as long as asked for. */
function writeTone(path: string, seconds: number, hz: number, peak: number): string {
  const shape = { sampleRateHz: RATE_HZ, channels: 2, frames: seconds * RATE_HZ, bits: 24 as const };
  const samples = Buffer.alloc(shape.frames * 6);
  for (let i = 0; i < shape.frames; ++i) {
    const sample = Math.round(8388607 * peak * Math.sin((2 * Math.PI * hz * i) / RATE_HZ));
    samples.writeIntLE(sample, 6 * i, 3);
    samples.writeIntLE(sample, 6 * i + 3, 3);
  }
  writeFileSync(path, Buffer.concat([header(shape), samples]));
  return path;
}

/** Left samples of a 24-bit stereo WAV file of the studio. */
function leftOf(path: string): Float64Array {
  const bytes = readFileSync(path);
  expect(bytes.toString("latin1", 0, 4)).toBe("RIFF");
  const frames = (bytes.length - 44) / 6;
  return Float64Array.from({ length: Math.floor(frames) }, (_, i) => bytes.readIntLE(44 + 6 * i, 3) / 8388608);
}

/** Amplitude of one frequency in these samples. */
function amplitudeAt(samples: Float64Array, hz: number): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < samples.length; ++i) {
    const angle = (2 * Math.PI * hz * i) / RATE_HZ;
    re += (samples[i] as number) * Math.cos(angle);
    im += (samples[i] as number) * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

async function withTone(studio: DeskStudio, folder: string): Promise<void> {
  await studio.addFiles(writeTone(join(folder, "tone.wav"), 60, 1000, 0.25));
  await studio.songReady("tone.wav");
  await studio.musicalReady();
}

test("switches In page, AG06 bridge, In page during playback: same place, same settings, A/B in both, and the device really sounds", async ({ studio, desk, page }) => {
  await withTone(studio, desk.folder);
  const gain = page.getByRole("slider", { name: "Input gain", exact: true });
  await gain.focus();
  for (let i = 0; i < 4; ++i) await gain.press("ArrowUp");
  const setting = await gain.getAttribute("aria-valuetext");
  await page.getByRole("switch", { name: "Match loudness" }).click(); // off: levels below are the song's own
  expect((await desk.listen(500)).peak).toBe(0);

  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => studio.figure("positionFrames")).toBeGreaterThan(RATE_HZ);
  const left = (await studio.figure("positionFrames")) as number;

  await studio.chooseEngine("AG06 bridge");
  await expect(page.getByRole("radio", { name: "AG06 bridge" })).toBeChecked();
  await expect.poll(async () => (await desk.listen(300)).peak).toBeGreaterThan(0.01);
  expect(await studio.figure("playing")).toBe(true);
  await expect.poll(() => studio.figure("positionFrames")).toBeGreaterThan(left);
  const arrived = (await studio.figure("positionFrames")) as number;
  expect(arrived).toBeLessThan(left + 15 * RATE_HZ); // it went on, it did not start somewhere else
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  expect(await gain.getAttribute("aria-valuetext")).toBe(setting);

  // A/B: the original is what was sent, the tone at its own peak.
  await studio.listenTo("Original");
  await expect.poll(() => studio.figure("processedMixRatio")).toBe(0);
  await expect.poll(async () => Math.abs((await desk.listen(300)).peak - 0.25)).toBeLessThan(0.003);
  await studio.listenTo("Musical");
  await expect.poll(() => studio.figure("processedMixRatio")).toBe(1);
  await gain.focus();
  const loud = await desk.listen(700);
  for (let i = 0; i < 12; ++i) await gain.press("ArrowDown");
  await gain.press("Home");
  await expect.poll(async () => (await desk.listen(300)).rms).toBeLessThan(0.5 * loud.rms);
  await page.keyboard.press("Control+z");

  const there = (await studio.figure("positionFrames")) as number;
  await studio.chooseEngine("In page");
  await expect.poll(() => studio.figure("playing")).toBe(true);
  await expect.poll(() => studio.figure("positionFrames")).toBeGreaterThan(there);
  expect(await studio.figure("positionFrames")).toBeLessThan(there + 15 * RATE_HZ);
  await expect.poll(async () => (await desk.listen(300)).peak).toBeLessThan(1e-4);
  await studio.listenTo("Original");
  await expect.poll(() => studio.figure("processedMixRatio")).toBe(0);
  await studio.listenTo("Musical");
  await expect.poll(() => studio.figure("processedMixRatio")).toBe(1);
  expect(studio.pageErrors).toEqual([]);
  expect(studio.foreignRequests).toEqual([]);
});

test("records a take of the mixer's input, brings it in as a track, and exports it", async ({ studio, desk, page }) => {
  desk.command("input sine 1000 -20");
  await studio.chooseEngine("AG06 bridge");
  await studio.chooseSource("Live input");
  await expect.poll(async () => Number(await page.getByRole("meter", { name: "Input level" }).getAttribute("aria-valuenow"))).toBeGreaterThan(-23);
  await expect.poll(async () => (await desk.listen(300)).peak).toBeGreaterThan(0.09); // it is heard, too

  const record = page.getByRole("button", { name: "Record", exact: true });
  await record.click();
  await expect(record).toHaveAttribute("aria-pressed", "true");
  await page.waitForTimeout(4000);
  await record.click();
  await expect(record).toHaveAttribute("aria-pressed", "false");
  const remove = page.getByRole("region", { name: "Songs" }).getByRole("button", { name: /^Remove Take / });
  await expect(remove).toBeVisible({ timeout: 60_000 });
  const name = ((await remove.getAttribute("aria-label")) ?? "").replace(/^Remove /, "");
  await expect(page.getByRole("region", { name: "Takes" }).getByRole("link", { name: /^Download / })).toHaveCount(1);

  await page.getByRole("region", { name: "Songs" }).getByRole("button", { name }).first().click();
  await studio.songReady(name);
  await studio.exportAs("Original", /24/, join(desk.folder, "take.wav"));
  const samples = leftOf(join(desk.folder, "take.wav"));
  expect(samples.length).toBeGreaterThan(3 * RATE_HZ);
  expect(samples.length).toBeLessThan(12 * RATE_HZ);
  // Pieces of 50 ms: a drop-out of the busy machine is a jump in phase, which would spoil a longer look.
  const levels = Array.from({ length: 40 }, (_, i) => samples.subarray(RATE_HZ / 2 + i * 2400, RATE_HZ / 2 + (i + 1) * 2400))
    .map((piece) => 20 * Math.log10(amplitudeAt(piece, 1000)))
    .sort((a, b) => a - b);
  expect(Math.abs((levels[20] as number) + 20)).toBeLessThan(0.1);
  expect(studio.pageErrors).toEqual([]);
});

test("a change on another page is followed as an undoable step, and undoing it is followed there", async ({ studio, desk, page, context }) => {
  await studio.chooseEngine("AG06 bridge");
  await studio.chooseSource("Live input");
  const other = new DeskStudio(await context.newPage());
  await other.openAt(desk.origin);
  await other.chooseSource("Live input");
  await other.chooseEngine("AG06 bridge");
  const here = page.getByRole("slider", { name: "Output level", exact: true });
  const there = other.page.getByRole("slider", { name: "Output level", exact: true });
  const before = await here.getAttribute("aria-valuenow");
  await there.focus();
  await there.press("PageDown");
  const changed = await there.getAttribute("aria-valuenow");
  expect(changed).not.toBe(before);
  await expect(here).toHaveAttribute("aria-valuenow", changed as string);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(here).toHaveAttribute("aria-valuenow", before as string);
  await expect(there).toHaveAttribute("aria-valuenow", before as string);
});

test("an AG06 that is pulled out and put back, and a bridge that is ended and started, come back by themselves", async ({ studio, desk, page }) => {
  await withTone(studio, desk.folder);
  await studio.chooseEngine("AG06 bridge");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => (await desk.listen(300)).peak).toBeGreaterThan(0.01);

  await desk.pullOut();
  const panel = page.getByRole("region", { name: "Live", exact: true });
  await expect(panel.getByText(/device is gone/i)).toBeVisible();
  await desk.plugIn();
  await expect.poll(async () => (await desk.listen(300)).peak).toBeGreaterThan(0.01);

  const before = (await studio.figure("positionFrames")) as number;
  await desk.endBridge("SIGKILL");
  await expect(panel.getByText(/trying again in/i)).toBeVisible();
  await expect(page.getByRole("radio", { name: "AG06 bridge" })).toBeChecked();
  await desk.startBridge();
  await expect(panel.getByText(/^Connected to/)).toBeVisible({ timeout: 30_000 });
  await expect.poll(async () => (await desk.listen(300)).peak, { timeout: 30_000 }).toBeGreaterThan(0.01);
  expect(await studio.figure("positionFrames")).toBeGreaterThan(before - RATE_HZ);
});

test("says what the LOOPBACK switch does and what to set instead", async ({ studio, desk, page }) => {
  await studio.chooseEngine("AG06 bridge");
  await studio.chooseSource("Live input");
  desk.command("input sine 440 -30");
  desk.command("loopback on");
  await expect(page.getByRole("alert").filter({ hasText: "DRY CH 1-2" })).toBeVisible({ timeout: 60_000 });
});

test("with the bridge gone, the choice says why and how to start it, and the song plays on in the page", async ({ studio, desk, page }) => {
  await withTone(studio, desk.folder);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => studio.figure("playing")).toBe(true);
  await desk.endBridge();
  await page.getByRole("radio", { name: "AG06 bridge" }).check({ force: true });
  await expect(page.getByRole("alert").filter({ hasText: /start ag06-bridge/ })).toBeVisible();
  await expect(page.getByRole("radio", { name: "In page" })).toBeChecked();
  expect(await page.evaluate(() => (window as unknown as { ag06: { engine: string } }).ag06.engine)).toBe("in-page");
  expect(await studio.figure("playing")).toBe(true);
});

test("live input in the page: the microphone through the chain, with a warning, recorded as a track", async ({ studio, page }) => {
  await studio.chooseSource("Live input");
  await expect(page.getByText(/Put on headphones first/)).toBeVisible();
  const hear = page.getByRole("switch", { name: "Hear live input" });
  await expect(hear).toHaveAttribute("aria-checked", "false");
  await hear.click();
  await expect(hear).toHaveAttribute("aria-checked", "true");
  await expect.poll(async () => Number(await page.getByRole("meter", { name: "Input level" }).getAttribute("aria-valuenow"))).toBeGreaterThan(-55);
  await expect.poll(async () => Number((await studio.telemetry())["chainLatencyFrames"])).toBeGreaterThan(0);

  await page.getByRole("switch", { name: "Record the dry input too" }).click();
  const record = page.getByRole("button", { name: "Record", exact: true });
  await record.click();
  await page.waitForTimeout(2500);
  await record.click();
  const songs = page.getByRole("region", { name: "Songs" });
  await expect(songs.getByRole("button", { name: /^Remove Take .*\d\.wav$/ })).toBeVisible({ timeout: 60_000 });
  await expect(songs.getByRole("button", { name: /^Remove Take .*\(dry\)\.wav$/ })).toBeVisible({ timeout: 60_000 });
  await studio.chooseSource("File");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeEnabled();
  expect(studio.pageErrors).toEqual([]);
});
