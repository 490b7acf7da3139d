// The Analysis view with a real song: heard in a worker while it plays, read from the panel, cancelled, taken into the mix, undone, kept over a reload.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { realSong, repository } from "./support/oracle";
import { expect, test, type Studio } from "./support/studio";

const pictures = join(repository, "build/e2e/looks");
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

const panel = (page: Page) => page.getByRole("region", { name: "Analysis", exact: true });
const facts = (page: Page) => panel(page).getByLabel("At a glance");
const fact = (page: Page, name: string) => facts(page).locator(".fact").filter({ hasText: new RegExp(`^${name}`) });

async function addSong(studio: Studio, title?: string): Promise<void> {
  await studio.addFiles(realSong(title));
  await studio.songReady("song.ogg");
  await studio.musicalReady();
}

async function analyse(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Analyse", exact: true }).click();
  await expect(facts(page)).toBeVisible({ timeout: 120_000 });
  await expect(panel(page).getByRole("progressbar")).toHaveCount(0);
}

test("a song is heard while it plays, without a dropout, and read from the panel", async ({ studio, page }) => {
  await addSong(studio, "Metal madness");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(44_100);
  const before = Number((await studio.telemetry())["positionFrames"]);
  await analyse(page);
  await page.waitForTimeout(1000);
  const { underruns, positionFrames, playing } = await studio.telemetry();
  expect(underruns).toBe(0);
  expect(playing).toBe(true);
  expect(Number(positionFrames)).toBeGreaterThan(before + 22_050);

  await expect(fact(page, "Key")).toContainText(/[A-G][#♯b♭]? (major|minor)/);
  await expect(fact(page, "Tempo")).toContainText(/\d{2,3}\.\d BPM/);
  await expect(fact(page, "Time signature")).toContainText(/\d\/\d/);
  await expect(fact(page, "Loudness")).toContainText(/\u2212\d+\.\d LUFS/);
  await expect(fact(page, "Length")).toContainText(/1:4\d/);
  for (const card of ["Tone", "Findings", "Character", "Harmony", "Rhythm", "Genre and production", "Loudness and dynamics", "Stereo", "Over time"])
    await expect(panel(page).getByRole("region", { name: card, exact: true }), card).toHaveCount(1);
  for (const picture of [/^Spectrum of the song/, /^Spectrogram, 30 Hz to 16 kHz over time: strongest around/, /^Loudness over time: -\d/, /^Chords: \d+ in order/, /^Radar of the features/, /^Pitch classes: /])
    await expect(page.getByRole("img", { name: picture }), String(picture)).toHaveCount(1);
  await expect(page.getByRole("img", { name: /^Beat grid: \d{2,} beats, \d{2,} bars/ })).toBeVisible();
  await page.getByRole("switch", { name: "Beat grid" }).click();
  await expect(page.getByRole("img", { name: /^Beat grid/ })).toHaveCount(0);
});

test("pictures follow the zoom, and sections, places and lanes lead into the song", async ({ studio, page }) => {
  await addSong(studio, "Metal madness");
  await analyse(page);
  const painted = (): Promise<string> => page.locator(".lane-spectrogram canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const whole = await painted();
  await page.getByRole("button", { name: "Zoom in", exact: true }).click();
  await expect.poll(painted).not.toBe(whole);
  await page.getByRole("button", { name: "Show the whole song" }).click();
  await expect.poll(painted).toBe(whole);

  const sections = page.getByRole("group", { name: "Sections" }).getByRole("button");
  expect(await sections.count()).toBeGreaterThan(1);
  await sections.nth(1).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(44_100);
  const lanes = page.locator(".lanes");
  const box = await lanes.boundingBox();
  if (box === null) throw new Error("the lanes are not on screen");
  await lanes.click({ position: { x: box.width / 2, y: 60 } });
  await expect.poll(async () => Math.abs(Number((await studio.telemetry())["positionFrames"]) / 44_100 - 52.5)).toBeLessThan(2);
  await lanes.hover({ position: { x: box.width / 4, y: 180 } });
  await expect(page.locator(".readout")).toHaveText(/^0:2\d\.\d .*LUFS.*Hz/);
});

test("it can be cancelled and started again; nothing of the song is lost", async ({ studio, page }) => {
  await addSong(studio, "Escape from chaosland");
  await page.getByRole("button", { name: "Analyse", exact: true }).click();
  await page.getByRole("button", { name: "Cancel the analysis" }).click();
  await expect(panel(page).getByRole("progressbar")).toHaveCount(0);
  await expect(facts(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Mix", exact: true }).click();
  await expect(page.getByRole("region", { name: "Chain" })).toBeVisible();
  await page.getByRole("button", { name: "Analysis", exact: true }).click();
  await expect(facts(page)).toBeVisible({ timeout: 120_000 });
});

test("tempo and a remedy go into the mix, Undo takes them back, and a reload shows everything at once", async ({ studio, page }) => {
  await addSong(studio, "Metal madness");
  await analyse(page);
  const tempo = Number(/(\d+\.\d)/.exec((await fact(page, "Tempo").textContent()) ?? "")?.[1]);
  await page.getByRole("button", { name: "Use tempo" }).click();
  await expect(fact(page, "Tempo")).toContainText("in the mix");
  const apply = panel(page).getByRole("button", { name: /^Apply: / }).first();
  const title = ((await apply.getAttribute("aria-label")) ?? "").replace("Apply: ", "");
  await apply.click();
  await expect(panel(page).getByRole("button", { name: `Take back: ${title}` })).toBeVisible();

  const read = async (): Promise<string> => (await panel(page).locator(".cards, .summary").allTextContents()).join("|");
  const before = await read();
  await page.waitForTimeout(600); // kept within 0.3 s
  const workers: string[] = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  await page.reload();
  await page.waitForFunction(() => (window as unknown as { ag06?: { ready: boolean } }).ag06?.ready === true);
  await page.getByRole("button", { name: "Analysis", exact: true }).click();
  await expect(facts(page)).toBeVisible({ timeout: 5000 });
  expect(await read()).toBe(before);
  expect(workers.filter((url) => url.includes("analysis_worker"))).toEqual([]);
  await panel(page).getByRole("button", { name: `Take back: ${title}` }).click();
  await expect(panel(page).getByRole("button", { name: `Apply: ${title}` })).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(panel(page).getByRole("button", { name: `Take back: ${title}` })).toBeVisible();

  await page.getByRole("button", { name: "Mix", exact: true }).click();
  await expect(page.getByRole("slider", { name: "Tempo", exact: true })).toHaveAttribute("aria-valuetext", `${tempo.toFixed(1)} BPM`);
});

test("Undo takes back a remedy in one step", async ({ studio, page }) => {
  await addSong(studio, "Metal madness");
  await analyse(page);
  const values = async (): Promise<(string | null)[]> => {
    await page.getByRole("button", { name: "Mix", exact: true }).click();
    const found = await page.getByRole("region", { name: "Chain" }).getByRole("slider").evaluateAll((sliders) => sliders.map((slider) => slider.getAttribute("aria-valuetext")));
    await page.getByRole("button", { name: "Analysis", exact: true }).click();
    return found;
  };
  const before = await values();
  await panel(page).getByRole("button", { name: /^Apply: / }).first().click();
  expect(await values()).not.toEqual(before);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  expect(await values()).toEqual(before);
});

test("explanations come with hover, with the keyboard, and go with Escape", async ({ studio, page }) => {
  await addSong(studio, "Metal madness");
  await analyse(page);
  await facts(page).getByText("Tempo", { exact: true }).hover();
  await expect(page.getByRole("tooltip")).toContainText("Beats per minute");
  await facts(page).getByText("Key", { exact: true }).focus();
  await expect(page.getByRole("tooltip")).toContainText("tonal centre");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("tooltip")).toContainText("Beats per minute");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toHaveCount(0);
});

for (const [name, size] of Object.entries(SIZES)) {
  test(`looks, ${name} ${size.width}x${size.height}`, async ({ studio, page }) => {
    mkdirSync(pictures, { recursive: true });
    await page.setViewportSize(size);
    await addSong(studio, "Metal madness");
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
