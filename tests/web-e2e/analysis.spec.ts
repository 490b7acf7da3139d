// The Analysis view with a real song: heard in a worker while it plays, read from the panel, cancelled, taken into the mix, undone, kept over a reload.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ag06, ffmpeg, realSong, repository, run } from "./support/oracle";
import { expect, test, type Studio } from "./support/studio";

const pictures = join(repository, "build/e2e/looks");
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

const folder = mkdtempSync(join(tmpdir(), "ag06-analysis-"));
/** Decoded once, so that the page and the command line hear the same samples. */
const song = join(folder, "metal.wav");
const SONG_S = 143.679;

interface Told {
  readonly loudness: { readonly integrated_lufs: number };
  readonly rhythm: { readonly tempo_bpm: number | null; readonly beats_s: readonly number[]; readonly downbeats_s: readonly number[]; readonly time_signature: string | null };
  readonly tonality: { readonly key: string | null; readonly mode: string | null; readonly chords: readonly unknown[] };
  readonly structure: { readonly sections: readonly { readonly start_s: number }[] };
  readonly genre: { readonly label: string | null };
  readonly music: Readonly<Record<string, number | null>>;
  readonly defects: readonly unknown[];
  readonly suggestions: readonly unknown[];
}
let told: Told;

test.beforeAll(() => {
  ffmpeg("-i", realSong("Metal madness"), "-c:a", "pcm_s16le", song);
  const { status, stdout, stderr } = run(ag06, ["analyze", "--json", song]);
  if (status !== 0) throw new Error(`ag06 analyze: ${stderr}`);
  told = JSON.parse(stdout) as Told;
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const panel = (page: Page) => page.getByRole("region", { name: "Analysis", exact: true });
const facts = (page: Page) => panel(page).getByLabel("At a glance");
const fact = (page: Page, name: string) => facts(page).locator(".fact").filter({ hasText: new RegExp(`^${name}`) });
const typeset = (figure: string): string => figure.replace("-", "\u2212");

async function addSong(studio: Studio): Promise<void> {
  await studio.addFiles(song);
  await studio.songReady("metal.wav");
}

async function analyse(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Analyse", exact: true }).click();
  await expect(facts(page)).toBeVisible({ timeout: 120_000 });
  await expect(panel(page).getByRole("progressbar")).toHaveCount(0);
}

test("a song is heard while it plays, without a dropout, read from the panel, and the pictures lead into it", async ({ studio, page }) => {
  await addSong(studio);
  await studio.musicalReady();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(44_100);
  const before = Number((await studio.telemetry())["positionFrames"]);
  await analyse(page);
  await page.waitForTimeout(1000);
  const { underruns, positionFrames, playing } = await studio.telemetry();
  expect(underruns).toBe(0);
  expect(playing).toBe(true);
  expect(Number(positionFrames)).toBeGreaterThan(before + 22_050);
  await page.getByRole("button", { name: "Pause", exact: true }).click();

  // What the native program tells of the same samples.
  const { rhythm, tonality, structure, genre, loudness, music } = told;
  await expect(fact(page, "Key")).toContainText(tonality.key === null ? "– no clear key" : `${tonality.key} ${tonality.mode}`);
  await expect(fact(page, "Tempo")).toContainText(rhythm.tempo_bpm === null ? "– no steady beat" : `${rhythm.tempo_bpm.toFixed(1)} BPM`);
  await expect(fact(page, "Time signature")).toContainText(rhythm.time_signature ?? "– no clear bars");
  await expect(fact(page, "Genre")).toContainText(genre.label === null ? "– cannot be told" : new RegExp(genre.label, "i"));
  await expect(fact(page, "Loudness")).toContainText(`${typeset(loudness.integrated_lufs.toFixed(1))} LUFS`);
  await expect(fact(page, "Length")).toContainText("2:23 min");
  for (const [name, value] of Object.entries(music)) {
    const row = panel(page).locator("#analysis-character tr").filter({ hasText: new RegExp(`^${name}`, "i") });
    await expect(row, name).toContainText(value === null ? "cannot be told" : `${Math.round(value * 100)} %`);
  }
  await expect(panel(page).getByRole("list", { name: "Suggestions" }).locator("> li")).toHaveCount(told.suggestions.length);
  await expect(page.getByRole("group", { name: "Sections" }).getByRole("button")).toHaveCount(structure.sections.length);
  for (const card of ["Tone", "Findings", "Character", "Harmony", "Rhythm", "Genre and production", "Loudness and dynamics", "Stereo", "Over time"])
    await expect(panel(page).getByRole("region", { name: card, exact: true }), card).toHaveCount(1);
  for (const picture of [/^Spectrum of the song/, /^Spectrogram, 30 Hz to 16 kHz over time: strongest around/, /^Loudness over time: -\d/, /^Chords: \d+ in order/, /^Radar of the features/, /^Pitch classes: /])
    await expect(page.getByRole("img", { name: picture }), String(picture)).toHaveCount(1);
  await expect(page.getByRole("img", { name: `Beat grid: ${rhythm.beats_s.length} beats, ${rhythm.downbeats_s.length} bars` })).toBeVisible();
  await page.getByRole("switch", { name: "Beat grid" }).click();
  await expect(page.getByRole("img", { name: /^Beat grid/ })).toHaveCount(0);

  const painted = (): Promise<string> => page.locator(".lane-spectrogram canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const whole = await painted();
  await page.getByRole("button", { name: "Zoom in", exact: true }).click();
  await expect.poll(painted).not.toBe(whole);
  await page.getByRole("button", { name: "Show the whole song" }).click();
  await expect.poll(painted).toBe(whole);
  const positionS = async (): Promise<number> => Number((await studio.telemetry())["positionFrames"]) / 44_100;
  const last = page.getByRole("group", { name: "Sections" }).getByRole("button").last();
  await last.click();
  await expect.poll(async () => Math.abs((await positionS()) - (structure.sections.at(-1)?.start_s ?? 0))).toBeLessThan(0.1);
  const lanes = page.locator(".lanes");
  const box = await lanes.boundingBox();
  if (box === null) throw new Error("the lanes are not on screen");
  await lanes.click({ position: { x: box.width / 2, y: 60 } });
  await expect.poll(async () => Math.abs((await positionS()) - SONG_S / 2)).toBeLessThan(1);
  await lanes.hover({ position: { x: box.width / 4, y: 180 } });
  await expect(page.locator(".readout")).toHaveText(/^0:3\d\.\d .*LUFS.*Hz/);

  const term = (name: string) => facts(page).locator(".term").filter({ hasText: new RegExp(`^${name}`) });
  await term("Tempo").hover();
  await expect(page.getByRole("tooltip")).toContainText("Beats per minute");
  await term("Key").focus();
  await expect(page.getByRole("tooltip")).toContainText("tonal centre");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("tooltip")).toContainText("Beats per minute");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toHaveCount(0);
});

test("it can be cancelled and started again; nothing of the song is lost", async ({ studio, page }) => {
  await addSong(studio);
  await page.getByRole("button", { name: "Analyse", exact: true }).click();
  await page.getByRole("button", { name: "Cancel the analysis" }).click();
  await expect(panel(page).getByRole("progressbar")).toHaveCount(0);
  await expect(facts(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Mix", exact: true }).click();
  await expect(page.getByRole("region", { name: "Chain" })).toBeVisible();
  await page.getByRole("button", { name: "Analysis", exact: true }).click();
  await expect(facts(page)).toBeVisible({ timeout: 120_000 });
});

test("silence and a blink of noise are told as unknown, never invented", async ({ studio, page }) => {
  ffmpeg("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo:d=12", "-c:a", "pcm_s16le", join(folder, "silence.wav"));
  ffmpeg("-f", "lavfi", "-i", "anoisesrc=r=44100:d=0.2:a=0.2:s=1", "-ac", "1", "-c:a", "pcm_s16le", join(folder, "blink.wav"));
  for (const name of ["silence.wav", "blink.wav"]) {
    await studio.addFiles(join(folder, name));
    await studio.songReady(name);
    await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
    await page.getByRole("button", { name: "Analyse", exact: true }).click();
    await expect(page.locator(".now-name")).toHaveText(name);
    await expect(facts(page)).toBeVisible();
    await expect(fact(page, "Key")).toContainText("– no clear key");
    await expect(fact(page, "Tempo")).toContainText("– no steady beat");
    await expect(fact(page, "Time signature")).toContainText("– no clear bars");
    await expect(page.getByRole("img", { name: /^Beat grid/ })).toHaveCount(0);
    expect(await panel(page).textContent()).not.toMatch(/NaN|undefined|null|Infinity/);
  }
  await page.getByRole("button", { name: /^silence\.wav/ }).click();
  await expect(fact(page, "Loudness")).toContainText("– silent or too short");
  await expect(page.getByRole("img", { name: "Spectrogram: silence" })).toBeVisible();
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, "analysis-silence.png") });
});

test("tempo and a remedy go into the mix, Undo takes a remedy back in one step, and a reload shows everything at once", async ({ studio, page }) => {
  await addSong(studio);
  await studio.musicalReady();
  await analyse(page);
  const sliders = async (): Promise<(string | null)[]> => {
    await page.getByRole("button", { name: "Mix", exact: true }).click();
    const found = await page.getByRole("region", { name: "Chain" }).getByRole("slider").evaluateAll((all) => all.map((slider) => `${slider.getAttribute("aria-label")} ${slider.getAttribute("aria-valuetext")}`));
    await page.getByRole("button", { name: "Analysis", exact: true }).click();
    return found;
  };
  const tempo = Number(/(\d+\.\d)/.exec((await fact(page, "Tempo").textContent()) ?? "")?.[1]);
  await page.getByRole("button", { name: "Use tempo" }).click();
  await expect(fact(page, "Tempo")).toContainText("in the mix");
  const before = await sliders();
  expect(before).toContain(`Tempo ${tempo.toFixed(1)} BPM`);

  const apply = panel(page).getByRole("button", { name: /^Apply: / }).first();
  const title = ((await apply.getAttribute("aria-label")) ?? "").replace("Apply: ", "");
  const takeBack = panel(page).getByRole("button", { name: `Take back: ${title}`, exact: true });
  await apply.click();
  await expect(takeBack).toBeVisible();
  expect(await sliders()).not.toEqual(before);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(takeBack).toHaveCount(0);
  expect(await sliders()).toEqual(before);
  await page.getByRole("button", { name: "Redo", exact: true }).click();
  await expect(takeBack).toBeVisible();
  await expect(page.getByRole("region", { name: "What Musical did" }).getByRole("button", { name: `Take back ${title.split(",")[0]}`, exact: true })).toBeVisible();

  const read = async (): Promise<string> => (await panel(page).locator(".cards, .summary").allTextContents()).join("|");
  const shown = await read();
  await page.waitForTimeout(600); // kept within 0.3 s
  const workers: string[] = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  await page.reload();
  await page.waitForFunction(() => (window as unknown as { ag06?: { ready: boolean } }).ag06?.ready === true);
  await page.getByRole("button", { name: "Analysis", exact: true }).click();
  await expect(facts(page)).toBeVisible({ timeout: 5000 });
  expect(await read()).toBe(shown);
  expect(workers.filter((url) => url.includes("analysis_worker"))).toEqual([]);
  await takeBack.click();
  await expect(panel(page).getByRole("button", { name: `Apply: ${title}`, exact: true })).toBeVisible();
  expect(await sliders()).toEqual(before);
});

for (const [name, size] of Object.entries(SIZES)) {
  test(`looks, ${name} ${size.width}x${size.height}`, async ({ studio, page }) => {
    mkdirSync(pictures, { recursive: true });
    await page.setViewportSize(size);
    await addSong(studio);
    await studio.musicalReady();
    await analyse(page);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(8 * 44_100);
    const overflow = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(pictures, `analysis-${name}.png`) });
    for (const card of ["tone", "character", "harmony", "dynamics"]) {
      await page.locator(`#analysis-${card}`).evaluate((element) => element.scrollIntoView({ block: "start" }));
      expect(await overflow()).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(pictures, `analysis-${name}-${card}.png`) });
    }
  });
}
