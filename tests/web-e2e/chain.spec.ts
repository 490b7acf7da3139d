// The whole chain in the page: styles and their effects give the same bits everywhere; every unit is worked, seen and undone.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ag06, ffmpeg, loudnessByFfmpeg, realSong, repository, run, sampleHash } from "./support/oracle";
import { expect, test } from "./support/studio";

interface Parameter {
  readonly key: string;
  readonly label: string;
  readonly curve: string;
  readonly default: number;
  readonly choices?: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), "ag06-chain-"));
const table = (JSON.parse(readFileSync(join(repository, "core/params/params.json"), "utf8")) as { parameters: Parameter[] }).parameters;
const song = join(folder, "song.wav");
const style = join(folder, "night.json");
test.describe.configure({ timeout: 300_000 });
test.beforeAll(() => {
  ffmpeg("-ss", "40", "-t", "20", "-i", realSong(), "-c:a", "pcm_s16le", song);
  writeFileSync(style, JSON.stringify({
    id: "night", label: "Night", description: "All of it.",
    dynamics: { spread_db: 3, style: "Vintage" },
    delay: { note: "1/8 dotted", send_ratio: 0.2, feedback_ratio: 0.5 },
    reverb: { type: "Plate", send_ratio: 0.2, decay_s: 2.5 },
    stereo: { width_ratio: 1.3, mono_below_hz: 110 },
    harmonics: { character: "Tape", amount_ratio: 0.3 },
  }));
});

test.beforeEach(async ({ studio }) => {
  await studio.addFiles(song);
  await studio.songReady("song.wav");
  await studio.musicalReady();
});

test("a profile of one's own with every effect: page, worklet and ag06 mix give the same bits, on target", async ({ studio, page }) => {
  await studio.addFiles(style);
  await page.getByRole("combobox", { name: "Profile" }).selectOption({ label: "Night" });
  await expect(page.getByRole("switch", { name: "Reverb", exact: true })).toHaveAttribute("aria-checked", "true", { timeout: 60_000 });
  const exported = join(folder, "page.wav");
  await studio.exportAs("Musical", /24/, exported);
  const measured = loudnessByFfmpeg(exported);
  expect(Math.abs(measured.lufs - -14)).toBeLessThanOrEqual(0.1);
  expect(measured.dbtp).toBeLessThanOrEqual(-0.9);
  for (const [format, sample] of [["wav24", "s32le"], ["wav32f", "f32le"]] as const) {
    const native = join(folder, `${format}.wav`);
    expect(run(ag06, ["mix", song, "-o", native, "--version", "musical", "--profile", style, "--target", "spotify", "--format", format, "--quiet"]).status).toBe(0);
    if (format === "wav24") expect(sampleHash(exported, sample)).toBe(sampleHash(native, sample));
    else expect(await studio.listenedHash("musical")).toBe(sampleHash(native, sample));
  }
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByRole("combobox", { name: "Profile" })).toHaveValue("balanced");
  await expect(page.getByRole("switch", { name: "Reverb", exact: true })).toHaveAttribute("aria-checked", "false");
});

test("export at another sample rate: its length, on target, the original as the resampler of ag06 makes it", async ({ studio, page }) => {
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("combobox", { name: "Export sample rate" }).selectOption("96000");
  await dialog.getByRole("button", { name: "Close" }).click();
  const exported = join(folder, "page-96k.wav");
  await studio.exportAs("Musical", /24/, exported);
  const measured = loudnessByFfmpeg(exported);
  expect(Math.abs(measured.lufs - -14)).toBeLessThanOrEqual(0.1);
  expect(measured.dbtp).toBeLessThanOrEqual(-0.9);
  const original = join(folder, "original-96k.wav");
  await studio.exportAs("Original", /32/, original);
  const native = join(folder, "native-96k.wav");
  expect(run(ag06, ["mix", song, "-o", native, "--version", "original", "--rate-hz", "96000", "--format", "wav32f", "--quiet"]).status).toBe(0);
  expect(sampleHash(original, "f32le")).toBe(sampleHash(native, "f32le"));
});

test("a profile that cannot be used says why", async ({ studio, page }) => {
  const broken = join(folder, "broken.json");
  writeFileSync(broken, JSON.stringify({ id: "x", label: "x", reverb: { type: "Cave" } }));
  await studio.addFiles(broken);
  await expect(page.getByRole("alert").filter({ hasText: "broken.json: reverb.type must be one of Room, Hall, Plate, Chamber" })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Profile" }).locator("option")).toHaveCount(9);
});

test("every choice is a combo box and every toggle a switch, worked by the keyboard", async ({ page }) => {
  for (const { label, curve, choices } of table.filter((parameter) => parameter.curve === "choice" || parameter.curve === "toggle")) {
    const control = page.getByRole(curve === "choice" ? "combobox" : "switch", { name: label, exact: true });
    await expect(control, label).toHaveCount(1);
    await control.focus();
    if (curve === "toggle") {
      const before = await control.getAttribute("aria-checked");
      await page.keyboard.press("Space");
      await expect(control, label).toHaveAttribute("aria-checked", before === "true" ? "false" : "true");
    } else {
      const before = Number(await control.inputValue());
      await page.keyboard.press(before === (choices?.length ?? 0) - 1 ? "ArrowUp" : "ArrowDown");
      expect(Number(await control.inputValue()), label).not.toBe(before);
    }
  }
});

test("low latency: at most 1.5 ms, shown, and the song plays on", async ({ studio, page }) => {
  const shown = page.locator("#chain-latency");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(22_050);
  await expect(shown).toHaveText(/^1\d\.\d ms$/);
  const from = Number((await studio.telemetry())["positionFrames"]);
  await page.getByRole("switch", { name: "Low latency" }).click();
  await expect(shown).toHaveText(/^1\.[0-4] ms$/);
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(from + 22_050);
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
});

test("spectrum, stereo picture, correlation and histories live while it plays", async ({ studio, page }) => {
  const painted = (selector: string): Promise<number> => page.locator(selector).first().evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, byte) => sum + (byte > 0 ? 1 : 0), 0);
  });
  expect(await painted(".eq-spectrum")).toBe(0);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(44_100);
  await expect.poll(() => painted(".eq-spectrum")).toBeGreaterThan(1000);
  await page.locator(".goniometer canvas").first().scrollIntoViewIfNeeded(); // what is out of sight is not painted
  await expect.poll(() => painted(".goniometer canvas")).toBeGreaterThan(100);
  await expect(page.getByRole("meter", { name: "Correlation" })).toHaveAttribute("aria-valuetext", /^-?[01]\.\d\d$/);
  const telemetry = await studio.telemetry();
  expect(telemetry["compressorInputDbfs"]).toBeGreaterThan(-60);
  expect(telemetry["chainLatencyFrames"]).toBeGreaterThan(0);
});

test("a reverb preset sets the room at once, and one Undo takes it back", async ({ page }) => {
  const decay = page.getByRole("slider", { name: "Reverb decay", exact: true });
  const before = await decay.getAttribute("aria-valuetext");
  await page.getByRole("combobox", { name: "Reverb preset" }).selectOption({ label: "Spacious" });
  await expect(decay).toHaveAttribute("aria-valuetext", "4.20 s");
  await expect(page.getByRole("switch", { name: "Reverb", exact: true })).toHaveAttribute("aria-checked", "true");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(decay).toHaveAttribute("aria-valuetext", before ?? "");
});

test("the rack leads to every unit", async ({ page }) => {
  for (const unit of ["Gate", "Compressor", "EQ", "Delay", "Chorus", "Reverb", "Imager", "Exciter", "Limiter"]) {
    await page.getByRole("button", { name: new RegExp(`^Go to ${unit},`) }).click();
    await expect(page.getByRole("switch", { name: unit, exact: true })).toBeFocused();
    await expect(page.getByRole("switch", { name: unit, exact: true })).toBeInViewport();
  }
});
