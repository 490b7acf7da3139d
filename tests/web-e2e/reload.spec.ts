// Songs and mixes outlive the page: a reload, the end of the browser, a second tab, damaged files, an import that was cut off.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { bytesOf, ffmpeg, realSong } from "./support/oracle";
import { Studio, expect, launch, test } from "./support/studio";
import { samples, writeWav, type WavShape } from "./support/wav";

const folder = mkdtempSync(join(tmpdir(), "ag06-reload-"));
const shape: WavShape = { sampleRateHz: 48000, channels: 2, frames: 480_000, bits: 24 };
const wav = writeWav(join(folder, "tone.wav"), shape, 7);
const ogg = join(folder, "song.ogg");
test.describe.configure({ timeout: 180_000 });
test.beforeAll(() => ffmpeg("-ss", "20", "-t", "30", "-i", realSong(), "-c:a", "libvorbis", "-ar", "44100", ogg));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const slider = (page: Page, name: string) => page.getByRole("slider", { name, exact: true });
const songRows = (page: Page) => page.getByRole("button", { name: /^Remove / });
const waveformOf = (page: Page): Promise<string> => page.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Two songs; in the first a value set by hand and a move taken back; a loop, Original, no matching. */
async function work(studio: Studio): Promise<void> {
  const { page } = studio;
  await studio.addFiles(wav, ogg);
  await studio.songReady("tone.wav");
  await studio.songReady("song.ogg");
  await studio.musicalReady();
  await page.getByRole("button", { name: /^song\.ogg/ }).click();
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeEnabled();
  await studio.musicalReady();
  await page.getByRole("button", { name: /^tone\.wav/ }).click();
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeEnabled();
  await studio.chooseTarget(/EBU/);
  await studio.musicalReady();
  await page.getByRole("button", { name: /^Take back: Input gain/ }).click();
  await slider(page, "Output level").focus();
  for (let k = 0; k < 7; ++k) await page.keyboard.press("ArrowDown");
  await page.getByRole("button", { name: "Loop", exact: true }).click();
  await page.getByRole("switch", { name: "Match loudness" }).click();
  await studio.listenTo("Original");
}

async function facts(page: Page): Promise<Record<string, unknown>> {
  const values = await page.getByRole("slider").evaluateAll((all) => all.filter((one) => one.getAttribute("aria-label") !== "Position")
    .map((one) => [one.getAttribute("aria-label"), one.getAttribute("aria-valuenow")]));
  return {
    values,
    songs: await page.getByRole("region", { name: "Songs" }).getByRole("listitem").allInnerTexts(),
    moves: await page.getByRole("region", { name: "What Musical did" }).getByRole("listitem").allInnerTexts(),
    target: await page.getByRole("combobox", { name: "Loudness target" }).inputValue(),
    original: await page.getByRole("radio", { name: "Original" }).isChecked(),
    loop: await page.getByRole("button", { name: "Loop", exact: true }).getAttribute("aria-pressed"),
    match: await page.getByRole("switch", { name: "Match loudness" }).getAttribute("aria-checked"),
    title: await page.title(),
  };
}

async function expectUntouched(studio: Studio, path: string): Promise<void> {
  await studio.exportAs("Original", /24/, path);
  const out = bytesOf(path);
  expect(out.subarray(out.indexOf("data", 12, "latin1") + 8).equals(samples(shape, 7))).toBe(true);
}

async function musicalExport(studio: Studio, path: string): Promise<Buffer> {
  await studio.exportAs("Musical", /24/, path);
  return bytesOf(path);
}

/** Everything the studio keeps, as folder/file. */
function storedFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    type Listed = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> };
    const names: string[] = [];
    for await (const entry of ((await navigator.storage.getDirectory()) as Listed).values())
      if (entry.kind === "directory") for await (const file of (entry as Listed).values()) names.push(`${entry.name}/${file.name}`);
    return names.sort();
  });
}

test("a reload right after an edit brings back songs, mixes and what was listened to; nothing is decoded or decided again", async ({ studio, page }) => {
  await work(studio);
  const musicalBefore = await musicalExport(studio, join(folder, "before.wav"));
  const output = slider(page, "Output level");
  await output.focus();
  await page.keyboard.press("ArrowUp");
  const before = await facts(page);
  const picture = await waveformOf(page);
  await page.keyboard.press("ArrowDown");
  await page.waitForTimeout(1000); // the state without the last edit is on disk
  const workers: string[] = [];
  const questions: string[] = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  page.on("dialog", (dialog) => {
    questions.push(dialog.type());
    void dialog.accept();
  });
  const reloadBegan = Date.now();
  await page.keyboard.press("ArrowUp");
  await page.reload();
  await studio.songReady("tone.wav");
  console.log(`back after ${Date.now() - reloadBegan} ms`);
  await expect.poll(() => facts(page)).toEqual(before);
  await expect.poll(() => waveformOf(page)).toBe(picture);
  expect(questions).toEqual([]);
  await page.getByRole("button", { name: /^song\.ogg/ }).click();
  await expect(page.getByRole("region", { name: "What Musical did" }).getByRole("listitem").first()).toBeVisible();
  await page.getByRole("button", { name: /^tone\.wav/ }).click();
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeEnabled();
  expect(workers.filter((url) => url.includes("import_worker"))).toEqual([]);
  await expectUntouched(studio, join(folder, "original.wav"));
  await output.focus();
  await page.keyboard.press("ArrowDown");
  expect((await musicalExport(studio, join(folder, "after.wav"))).equals(musicalBefore)).toBe(true);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(4800);
});

test("a killed browser, started again on its profile, has everything", async ({}, info) => {
  const profile = mkdtempSync(join(tmpdir(), "ag06-e2e-"));
  let context = await launch(profile, info);
  const studio = new Studio(context.pages()[0] as Page);
  await studio.open();
  await work(studio);
  const before = await facts(studio.page);
  const musicalBefore = await musicalExport(studio, join(folder, "alive.wav"));
  await studio.page.waitForTimeout(1000);
  await kill(context);

  context = await launch(profile, info);
  const again = new Studio(context.pages()[0] as Page);
  await again.open();
  await again.songReady("tone.wav");
  await expect.poll(() => facts(again.page)).toEqual(before);
  await expectUntouched(again, join(folder, "revived-original.wav"));
  expect((await musicalExport(again, join(folder, "revived.wav"))).equals(musicalBefore)).toBe(true);
  expect((await storedFiles(again.page)).filter((name) => name.includes("export"))).toEqual([]);
  expect(again.pageErrors).toEqual([]);
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});

/** Ends the browser as the operating system would. */
async function kill(context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(context.pages()[0] as Page);
  const own = (await session.send("SystemInfo.getProcessInfo" as never).catch(() => null)) as { processInfo: { type: string; id: number }[] } | null;
  const all = own ?? ((await (await context.browser()!.newBrowserCDPSession()).send("SystemInfo.getProcessInfo")) as { processInfo: { type: string; id: number }[] });
  const browser = all.processInfo.find(({ type }) => type === "browser");
  if (browser === undefined) throw new Error("no browser process found");
  const closed = context.waitForEvent("close");
  process.kill(browser.id, "SIGKILL");
  await closed;
}

test("a second tab starts empty while the first lives, and each comes back with its own", async ({ studio, page, context }) => {
  await studio.addFiles(wav);
  await studio.songReady("tone.wav");
  const second = new Studio(await context.newPage());
  await second.open();
  await expect(songRows(second.page)).toHaveCount(0);
  await second.addFiles(ogg);
  await second.songReady("song.ogg");
  await second.page.waitForTimeout(500);
  await second.open();
  await second.songReady("song.ogg");
  await expect(songRows(second.page)).toHaveCount(1);
  await studio.open();
  await studio.songReady("tone.wav");
  await expect(songRows(page)).toHaveCount(1);

  // Of two closed tabs a new one takes the latest used, says that there is more, and the next takes the other.
  await page.goto("about:blank");
  await second.page.close();
  const third = new Studio(await context.newPage());
  await third.open();
  await expect(songRows(third.page)).toHaveCount(1);
  await expect(third.page.getByRole("alert").filter({ hasText: "open the studio in a second tab" })).toBeVisible();
  const fourth = new Studio(await context.newPage());
  await fourth.open();
  await expect(songRows(fourth.page)).toHaveCount(1);
  const names = await Promise.all([third, fourth].map(async (one) => (await songRows(one.page).first().getAttribute("aria-label")) ?? ""));
  expect(names.sort()).toEqual(["Remove song.ogg", "Remove tone.wav"]);
});

test("damaged files are survived, named and cleared away", async ({ studio, page }) => {
  await studio.addFiles(wav, ogg);
  await studio.songReady("song.ogg");
  await studio.musicalReady();
  await page.waitForTimeout(1000);
  await page.evaluate(async () => {
    type Listed = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> };
    const spoil = async (handle: FileSystemHandle, text: string): Promise<void> => {
      const writable = await (handle as FileSystemFileHandle).createWritable();
      await writable.write(text);
      await writable.close();
    };
    for await (const entry of ((await navigator.storage.getDirectory()) as Listed).values()) {
      if (entry.kind !== "directory") continue;
      for await (const file of (entry as Listed).values()) {
        const content = /^song-\w+\.json$/.test(file.name) ? await (await (file as FileSystemFileHandle).getFile()).text() : "";
        if (content.includes("song.ogg")) await spoil(file, content.slice(0, content.length / 2));
        else if (file.name.endsWith(".mix.json") || file.name === "session.json") await spoil(file, '{"format":"somebody else\'s"}');
      }
    }
  });
  await studio.open();
  await studio.songReady("tone.wav");
  await expect(songRows(page)).toHaveCount(1);
  await expect(page.getByRole("alert").filter({ hasText: /cannot be restored \(song-\w+\.json\)/ })).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: /tone\.wav: its saved mix.*\.mix\.json/ })).toBeVisible();
  await studio.musicalReady();
  await expect(page.getByRole("button", { name: /^Take back: Input gain/ })).toBeVisible();
  expect((await storedFiles(page)).filter((name) => name.endsWith(".audio"))).toHaveLength(1);
});

test("an import that was cut off leaves no bytes, and a removed song none either", async ({ studio, page }) => {
  const long = join(folder, "long.flac");
  ffmpeg("-f", "lavfi", "-i", "anoisesrc=r=48000:d=1200:a=0.2:s=1", "-ac", "2", "-c:a", "flac", "-compression_level", "0", long);
  await studio.addFiles(wav);
  await studio.songReady("tone.wav");
  await studio.addFiles(long);
  await expect.poll(async () => (await storedFiles(page)).filter((name) => name.endsWith(".audio")).length).toBe(2);
  await studio.open();
  await studio.songReady("tone.wav");
  await expect(songRows(page)).toHaveCount(1);
  await expect.poll(async () => (await storedFiles(page)).filter((name) => name.endsWith(".audio")).length).toBe(1);
  await page.getByRole("button", { name: "Remove tone.wav" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect.poll(async () => (await storedFiles(page)).filter((name) => name.includes("song-"))).toEqual([]);
  await studio.open();
  await expect(songRows(page)).toHaveCount(0);
});
