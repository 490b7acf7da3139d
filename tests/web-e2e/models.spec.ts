// The versions of the trained models in the page: made, judged, taken back and exported; and models that do not belong here, which are refused by name.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page, Route } from "@playwright/test";
import { watchMemory } from "./support/memory";
import { ag06, ffmpeg, floatsOf, loudnessByFfmpeg, realSong, repository, run } from "./support/oracle";
import { expect, test } from "./support/studio";

const registryFile = join(process.env["AG06_MODELS"] ?? join(repository, "models"), "registry.json");
const folder = mkdtempSync(join(tmpdir(), "ag06-models-"));
const AI_MS = 300_000;
const MOST_MIB = 500; // of the page, as for an hour of music

const song = join(folder, "song.wav");

interface Registry {
  readonly parameters_sha256: string;
  readonly models: readonly { readonly id: string; readonly label: string; readonly file: string }[];
}
interface Decided {
  readonly params: Record<string, number>;
  readonly opinion: { readonly settings: readonly { readonly id: string; readonly position: number; readonly confidence: number }[] };
}
const registry = (): Registry => JSON.parse(readFileSync(registryFile, "utf8")) as Registry;

test.describe.configure({ timeout: 900_000 });
test.skip(!existsSync(registryFile), `${registryFile} does not exist: no trained models have been exported yet`);

test.beforeAll(() => ffmpeg("-ss", "40", "-t", "35", "-i", realSong("Metal madness"), "-c:a", "pcm_s16le", song));

const version = (page: Page, name: string) => page.getByRole("radiogroup", { name: "Listen to" }).getByRole("radio", { name, exact: true });
const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const gain = (page: Page) => page.getByRole("slider", { name: "EQ 5 gain", exact: true });

test("AI is made on its first choice, explained, scaled, undone, compared and exported", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("song.wav");
  await studio.musicalReady();
  await studio.listenTo("AI");
  const did = region(page, "What AI did");
  const heard = region(page, "What the AI heard");
  await expect(heard).toBeVisible({ timeout: AI_MS });
  await expect(did.getByRole("progressbar")).toHaveCount(0);
  await expect(did.getByRole("button", { name: /^Take back: / }).first()).toBeVisible();

  await test.step("the panel has the ten settings with their confidence, and the models that took part", async () => {
    for (const name of ["Input gain", "Compression", "High", "Mid", "Low", "Air", "Reverb", "Delay", "Width", "Output level"]) {
      const row = heard.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
      await expect(row).toHaveCount(1);
      await expect(row).toHaveText(/\d+ %/);
    }
    for (const { label } of registry().models) await expect(heard.getByRole("list", { name: "Models that took part" })).toContainText(label);
  });

  const ai = await studio.listenedHash("ensemble");
  await test.step("less of it is another mix, and Undo brings the whole back", async () => {
    const amount = page.getByRole("slider", { name: "Amount", exact: true });
    await expect(amount).toHaveAttribute("aria-valuetext", "100 %");
    await amount.fill("50");
    await expect(amount).toHaveAttribute("aria-valuetext", "50 %");
    await expect.poll(() => studio.listenedHash("ensemble"), { timeout: AI_MS }).not.toBe(ai);
    await expect(did.getByRole("progressbar")).toHaveCount(0, { timeout: AI_MS });
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(amount).toHaveAttribute("aria-valuetext", "100 %");
    expect(await studio.listenedHash("ensemble")).toBe(ai);
  });

  await test.step("a move is taken back and applied again", async () => {
    const move = did.getByRole("button", { name: /^Take back: / }).first();
    const name = ((await move.getAttribute("aria-label")) ?? "").replace("Take back: ", "");
    await move.click();
    await did.getByRole("button", { name: `Apply: ${name}`, exact: true }).click();
    expect(await studio.listenedHash("ensemble")).toBe(ai);
  });

  await test.step("versions are swapped in place, each with its own settings", async () => {
    const mine = await gain(page).getAttribute("aria-valuenow");
    await studio.listenTo("Musical");
    await expect(region(page, "What Musical did")).toBeVisible();
    const musical = await studio.listenedHash("musical");
    expect(musical).not.toBe(ai);
    await studio.listenTo("Original");
    await page.keyboard.press("c");
    await expect(version(page, "AI")).toBeChecked();
    expect(await gain(page).getAttribute("aria-valuenow")).toBe(mine);
    await expect(did.getByRole("progressbar")).toHaveCount(0);
    expect(await studio.listenedHash("musical")).toBe(musical);
  });

  await test.step("the export is on target and named after the version", async () => {
    await studio.chooseTarget(/spotify/);
    const exported = join(folder, "ai.wav");
    await studio.exportAs("AI", /24/, exported);
    const measured = loudnessByFfmpeg(exported);
    expect(Math.abs(measured.lufs - -14)).toBeLessThanOrEqual(0.1);
    expect(measured.dbtp).toBeLessThanOrEqual(-0.9);
  });

  await test.step("a reload brings it back without asking the models again", async () => {
    await page.waitForTimeout(600); // changes are written after 0.3 s
    await page.route("**/models/weights/*", (route) => route.abort());
    await page.reload();
    await expect(version(page, "AI")).toBeChecked();
    await expect(heard).toBeVisible();
    expect(await studio.listenedHash("ensemble")).toBe(ai);
    studio.pageErrors.length = 0; // the models could not be fetched, as intended
  });
});

test("a single model decides alone, and making its version can be cancelled", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("song.wav");
  await studio.musicalReady();
  const { label } = registry().models[0] as Registry["models"][number];
  await studio.listenTo(label);
  const did = region(page, `What ${label} did`);
  await did.getByRole("button", { name: "Cancel", exact: true }).click({ timeout: 20_000 });
  await expect(did.getByRole("progressbar")).toHaveCount(0);
  await did.getByRole("button", { name: `Make the ${label} mix`, exact: true }).click();
  const heard = region(page, `What ${label} heard`);
  await expect(heard).toBeVisible({ timeout: AI_MS });
  await expect(heard.getByRole("list", { name: "Models that took part" }).getByRole("listitem")).toHaveText([new RegExp(`^${label}.*100 %$`)]);
});

// A plan waits for the analysis and the models, which must never have to wait for a plan.
test("versions asked for while others are being made all get done", async ({ studio, page }) => {
  const long = join(folder, "two-minutes.wav");
  ffmpeg("-stream_loop", "-1", "-i", realSong("Metal madness"), "-t", "120", "-c:a", "pcm_s16le", long);
  await studio.addFiles(long);
  await studio.songReady("two-minutes.wav");
  const names = registry().models.map(({ label }) => label);
  for (const name of ["AI", ...names]) await studio.listenTo(name);
  for (const name of [...names, "AI"]) {
    await studio.listenTo(name);
    await expect(region(page, `What ${name === "AI" ? "the AI" : name} heard`)).toBeVisible({ timeout: AI_MS });
  }
});

test("the page and ag06 hear the same, decide the same and make the same mix", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("song.wav");
  await studio.listenTo("AI");
  await studio.chooseTarget(/spotify/);
  const exported = join(folder, "page.wav");
  await studio.exportAs("AI", /32/, exported);
  const mine = await page.evaluate(() => (window as unknown as { ag06: { decided(version: string): Decided } }).ag06.decided("ensemble"));
  const native = join(folder, "native.wav");
  const mixed = run(ag06, ["mix", song, "-o", native, "--version", "ensemble", "--models", join(registryFile, ".."), "--target", "spotify", "--format", "wav32f", "--json", "--quiet"]);
  expect(mixed.stderr).toBe("");
  const theirs = JSON.parse(mixed.stdout) as { readonly params: Record<string, number>; readonly model_params: Record<string, number>; readonly model_confidence: Record<string, number> };
  for (const { id, position, confidence } of mine.opinion.settings) {
    expect(Math.abs(position - (theirs.model_params[id] ?? NaN)), `${id}, heard`).toBeLessThan(1e-4);
    expect(Math.abs(confidence - (theirs.model_confidence[id] ?? NaN)), `confidence of ${id}`).toBeLessThan(1e-4);
  }
  expect(Object.keys(mine.params).sort()).toEqual(Object.keys(theirs.params).sort());
  const apart = Object.entries(theirs.params).map(([key, value]) => ({ key, by: Math.abs(value - (mine.params[key] ?? NaN)) }));
  expect(apart.filter(({ by }) => !(by < 1e-4))).toEqual([]);
  const [a, b] = [floatsOf(exported), floatsOf(native)];
  expect(a.length).toBe(b.length);
  const most = a.reduce((largest, sample, i) => Math.max(largest, Math.abs(sample - (b[i] ?? NaN))), 0);
  console.log(`page and ag06: settings apart by ${Math.max(...mine.opinion.settings.map(({ id, position }) => Math.abs(position - (theirs.model_params[id] ?? NaN)))).toExponential(1)}, parameters by ${Math.max(...apart.map(({ by }) => by)).toExponential(1)}, samples by ${most.toExponential(1)}`);
  expect(most).toBeLessThan(1e-4);
});

test("three minutes of music: how long the AI version takes, and what memory it holds", async ({ studio, page }) => {
  const long = join(folder, "three-minutes.wav");
  ffmpeg("-stream_loop", "-1", "-i", realSong("Metal madness"), "-t", "180", "-c:a", "pcm_s16le", long);
  await studio.addFiles(long);
  await studio.songReady("three-minutes.wav");
  await studio.musicalReady();
  const memory = await watchMemory(page);
  const began = Date.now();
  await studio.listenTo("AI");
  await expect(region(page, "What the AI heard")).toBeVisible({ timeout: AI_MS });
  const heardAfterS = (Date.now() - began) / 1000;
  await studio.musicalReady();
  const decidedAfterS = (Date.now() - began) / 1000;
  const exported = join(folder, "three-minutes-ai.wav");
  await studio.exportAs("AI", /24/, exported);
  const peakMib = memory.stop();
  console.log(`AI of 3 minutes: decided after ${heardAfterS.toFixed(1)} s, measured after ${decidedAfterS.toFixed(1)} s, exported after ${((Date.now() - began) / 1000).toFixed(1)} s, page memory at most ${peakMib} MiB`);
  expect(peakMib).toBeLessThan(MOST_MIB);
});

test.describe("models that do not belong here", () => {
  const bytes = (file: string): Buffer => readFileSync(join(registryFile, "..", file));
  const [first, second] = existsSync(registryFile) ? registry().models : [];
  const served = (body: Buffer | string) => (route: Route) => route.fulfill({ body, contentType: "application/octet-stream" });
  const cases: readonly [what: string, pattern: string, answer: (route: Route) => Promise<void>, says: RegExp][] = [
    ["truncated", `**/models/${first?.file}`, served(first === undefined ? "" : bytes(first.file).subarray(0, 1000)), new RegExp(`${first?.file} is truncated: it has 1000 of the \\d+ bytes`)],
    ["of another name", `**/models/${first?.file}`, served(second === undefined ? "" : bytes(second.file)), new RegExp(`${first?.file} is (another file|truncated)`)],
    ["with one byte changed", `**/models/${first?.file}`, served(first === undefined ? "" : flipped(bytes(first.file))), new RegExp(`${first?.file} is another file than models/registry.json describes: its SHA-256 is`)],
    ["missing", `**/models/${first?.file}`, (route) => route.fulfill({ status: 404, body: "" }), new RegExp(`${first?.file} is missing: the server answered 404`)],
  ];
  for (const [what, pattern, answer, says] of cases) {
    test(`a model's file ${what} is refused by name, and the others and Musical go on`, async ({ studio, page }) => {
      await page.route(pattern, answer);
      await studio.addFiles(song);
      await studio.songReady("song.wav");
      await expect(page.getByRole("alert").filter({ hasText: says }).first()).toBeVisible();
      await expect(version(page, "AI")).toBeDisabled();
      await expect(version(page, (first as Registry["models"][number]).label)).toBeDisabled();
      await studio.musicalReady();
      const { label } = second as Registry["models"][number];
      await studio.listenTo(label);
      await expect(region(page, `What ${label} heard`)).toBeVisible({ timeout: AI_MS });
      studio.pageErrors.length = 0;
    });
  }

  const registries: readonly [what: string, answer: (route: Route) => Promise<void>, says: RegExp][] = [
    ["another parameter table", served(JSON.stringify({ ...(existsSync(registryFile) ? registry() : {}), parameters_sha256: "0".repeat(64) })), /registry.json: its models were trained for another parameter table/],
    ["other features", served(JSON.stringify({ ...(existsSync(registryFile) ? registry() : {}), features: { id: "ear-0", mel: [2, 64, 256], heard: 12, excerpt_s: 10.24 } })), /models hear features ear-0/],
    ["no models at all", (route) => route.fulfill({ status: 404, body: "" }), /came without trained models/],
  ];
  for (const [what, answer, says] of registries) {
    test(`a registry with ${what} is refused with the reason, and Musical goes on`, async ({ studio, page }) => {
      await page.route("**/models/registry.json", answer);
      await page.reload();
      await studio.addFiles(song);
      await studio.songReady("song.wav");
      await studio.musicalReady();
      await expect(region(page, "What Musical did")).toContainText(says);
      await expect(version(page, "AI")).toBeDisabled();
      await studio.listenTo("Musical");
      await expect(region(page, "What Musical did").getByRole("button", { name: /^Take back: / }).first()).toBeVisible();
      studio.pageErrors.length = 0;
    });
  }
});

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const middle = changed.length >> 1;
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  return changed;
}
