// The studio in use: listening, changing, undoing, cancelling, by keyboard and by name.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpeg, repository } from "./support/oracle";
import { expect, test } from "./support/studio";
import { writeWav } from "./support/wav";
import { readFileSync } from "node:fs";

interface Parameter {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly curve: string;
}

const folder = mkdtempSync(join(tmpdir(), "ag06-use-"));
const song = writeWav(join(folder, "tone.wav"), { sampleRateHz: 48000, channels: 2, frames: 480_000, bits: 24 });
const table = (JSON.parse(readFileSync(join(repository, "core/params/params.json"), "utf8")) as { parameters: Parameter[] }).parameters;

test("every continuous parameter is a slider with its name, value and unit", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("tone.wav");
  for (const { label, unit } of table.filter((parameter) => parameter.curve !== "toggle" && parameter.curve !== "choice")) {
    const slider = page.getByRole("slider", { name: label, exact: true });
    await expect(slider, label).toHaveCount(1);
    const text = (await slider.getAttribute("aria-valuetext")) ?? "";
    expect(text, label).toMatch(/\d/);
    if (unit === "dB" || unit === "ms" || unit === "dBFS" || unit === "dBTP") expect(text, label).toContain(unit);
    if (unit === "Hz") expect(text, label).toMatch(/Hz/);
  }
});

test("versions switch while playing, in place, and the meters follow", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("tone.wav");
  await studio.musicalReady();
  await studio.listenTo("Original");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(24000);
  expect((await studio.telemetry())["processedMixRatio"]).toBe(0);
  const before = Number((await studio.telemetry())["positionFrames"]);
  await studio.listenTo("Musical");
  await expect.poll(async () => (await studio.telemetry())["processedMixRatio"]).toBe(1);
  const after = Number((await studio.telemetry())["positionFrames"]);
  expect(after).toBeGreaterThan(before);
  expect(after - before).toBeLessThan(5 * 48000);
  for (const name of ["Integrated loudness", "Short-term loudness", "Momentary loudness", "True peak", "Gate reduction", "Compressor reduction", "Limiter reduction"])
    await expect(page.getByRole("meter", { name, exact: true }), name).toHaveCount(1);
  await expect.poll(async () => (await studio.telemetry())["shortTermLufs"], { timeout: 20_000 }).not.toBeNull();
  expect((await studio.telemetry())["underruns"]).toBe(0);
});

test("a change is heard, undone and redone by keyboard", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("tone.wav");
  await studio.musicalReady();
  const slider = page.getByRole("slider", { name: "Output level", exact: true });
  const first = await slider.getAttribute("aria-valuetext");
  await slider.focus();
  for (let k = 0; k < 5; ++k) await page.keyboard.press("ArrowDown");
  const second = await slider.getAttribute("aria-valuetext");
  expect(second).not.toBe(first);
  await page.keyboard.press("Control+z");
  await expect(slider).toHaveAttribute("aria-valuetext", first ?? "");
  await page.keyboard.press("Control+Shift+z");
  await expect(slider).toHaveAttribute("aria-valuetext", second ?? "");
});

test("a move of the assistant can be taken back and applied again", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("tone.wav");
  await studio.musicalReady();
  const takeBack = page.getByRole("button", { name: /^Take back: Input gain/ });
  await expect(takeBack).toBeVisible();
  const slider = page.getByRole("slider", { name: "Input gain", exact: true });
  const decided = await slider.getAttribute("aria-valuenow");
  await takeBack.click();
  await expect(slider).toHaveAttribute("aria-valuenow", "0");
  await page.getByRole("button", { name: /^Apply: Input gain/ }).click();
  await expect(slider).toHaveAttribute("aria-valuenow", decided ?? "");
});

test("space plays and pauses; loop stays inside its range; stop returns to the start", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("tone.wav");
  await page.locator("body").click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("Space");
  await expect.poll(async () => (await studio.telemetry())["playing"]).toBe(true);
  await page.keyboard.press("Space");
  await expect.poll(async () => (await studio.telemetry())["playing"]).toBe(false);
  await studio.seekTo(0.9);
  await page.getByRole("button", { name: "Loop", exact: true }).click();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  // One second is left before the end: two later the loop has gone round.
  await page.waitForTimeout(2500);
  expect((await studio.telemetry())["playing"]).toBe(true);
  expect(Number((await studio.telemetry())["positionFrames"])).toBeLessThan(0.9 * 480_000);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect.poll(async () => (await studio.telemetry())["positionFrames"]).toBe(0);
});

test("reading and exporting can be cancelled, and what was there stays", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("tone.wav");
  const long = join(folder, "long.flac");
  ffmpeg("-f", "lavfi", "-i", "anoisesrc=r=48000:d=1200:a=0.2:s=1", "-ac", "2", "-c:a", "flac", "-compression_level", "0", long);
  await studio.addFiles(long);
  await page.getByRole("button", { name: "Cancel import of long.flac" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "long.flac" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Remove tone.wav" })).toBeVisible();

  await studio.addFiles(long);
  await studio.songReady("long.flac");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("combobox", { name: "Export version" }).selectOption({ label: "Original" });
  await dialog.getByRole("button", { name: "Render" }).click();
  await expect(dialog.getByRole("progressbar")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog.getByRole("progressbar")).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "Render" })).toBeEnabled();
});
