// What browsers and systems do to a page in use: audio that fails, is taken away, screens that change, dialogs pressed away.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpeg } from "./support/oracle";
import { expect, test } from "./support/studio";
import { writeWav } from "./support/wav";

interface Made {
  readonly nodes: AudioWorkletNode[];
  readonly contexts: AudioContext[];
  readonly feeders: Worker[];
}

const folder = mkdtempSync(join(tmpdir(), "ag06-interruptions-"));
const song = writeWav(join(folder, "tone.wav"), { sampleRateHz: 48000, channels: 2, frames: 960_000, bits: 24 });

/** A processor that is told to fails in its next block, as one with a fault would. */
const faulty = `const register = globalThis.registerProcessor;
  globalThis.registerProcessor = (name, Base) => register(name, class extends Base {
    constructor(options) {
      super(options);
      const obey = this.port.onmessage;
      this.port.onmessage = (event) => event.data === "fail" ? (this.process = () => { throw new Error("fault"); }) : obey(event);
    }
  });`;

test.beforeEach(async ({ context, page, studio }) => {
  // The page's policy lets no foreign script in; here one has to come in.
  await (await context.newCDPSession(page)).send("Page.setBypassCSP", { enabled: true });
  await context.addInitScript((faulty) => {
    const made: Made = { nodes: [], contexts: [], feeders: [] };
    const keep = <T extends abstract new (...args: never[]) => object>(base: T, list: object[], wanted: (args: unknown[]) => boolean = () => true): T =>
      new Proxy(base, {
        construct(target, args, self) {
          const object = Reflect.construct(target, args, self) as object;
          if (wanted(args)) list.push(object);
          return object;
        },
      });
    window.AudioWorkletNode = keep(window.AudioWorkletNode, made.nodes);
    window.AudioContext = keep(window.AudioContext, made.contexts);
    window.Worker = keep(window.Worker, made.feeders, ([url]) => String(url).includes("feeder"));
    const addModule = AudioWorklet.prototype.addModule;
    AudioWorklet.prototype.addModule = async function (url, options) {
      await addModule.call(this, URL.createObjectURL(new Blob([faulty], { type: "text/javascript" })));
      return addModule.call(this, url, options);
    };
    (window as unknown as { made: Made }).made = made;
  }, faulty);
  await page.reload();
  await studio.open();
  await studio.addFiles(song);
  await studio.songReady("tone.wav");
  await studio.musicalReady();
});

const breakdowns = {
  "the worklet fails": (made: Made) => {
    made.nodes.at(-1)!.port.postMessage("fail");
  },
  "the feeder fails": (made: Made) => {
    const feeder = made.feeders.at(-1)!;
    feeder.terminate();
    feeder.dispatchEvent(new ErrorEvent("error", { message: "gone", cancelable: true }));
  },
};
for (const [what, breakDown] of Object.entries(breakdowns)) {
  test(`${what}: the page says so, and Play goes on from there`, async ({ studio, page }) => {
    await studio.seekTo(0.5);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(490_000);
    await page.evaluate(`(${breakDown.toString()})(window.made)`);
    await expect(page.getByRole("alert").filter({ hasText: "playback stopped" })).toBeVisible();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    const from = Number((await studio.telemetry())["positionFrames"]);
    expect(from).toBeGreaterThan(480_000);
    await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(from + 24_000);
    expect((await studio.telemetry())["underruns"]).toBe(0);
    await expect.poll(async () => (await studio.telemetry())["momentaryLufs"]).not.toBeNull();
    // The browser reports the fault itself, which is no fault of the page.
    expect(studio.pageErrors.splice(0).filter((error) => !error.includes("fault"))).toEqual([]);
  });
}

test("sound taken away by the system shows as a pause, and Play takes it back", async ({ studio, page }) => {
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(4800);
  await page.evaluate(() => (window as unknown as { made: Made }).made.contexts.at(-1)!.suspend());
  await page.getByRole("button", { name: "Play", exact: true }).click();
  const at = Number((await studio.telemetry())["positionFrames"]);
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(at + 24_000);
});

test("Play pressed in the moment the idle studio puts its sound to sleep is obeyed", async ({ studio, page }) => {
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(4800);
  await page.evaluate(() => {
    const context = (window as unknown as { made: Made }).made.contexts.at(-1)!;
    const suspend = context.suspend.bind(context);
    context.suspend = (): Promise<void> => {
      const asleep = suspend();
      void Promise.resolve().then(() => document.querySelector<HTMLElement>('button[aria-label="Play"]')?.click());
      return asleep;
    };
  });
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const at = Number((await studio.telemetry())["positionFrames"]);
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(at + 24_000);
});

test("a screen of another density gets sharp pictures", async ({ context, page }) => {
  const session = await context.newCDPSession(page);
  const densities = (): Promise<number[]> => page.locator("canvas").evaluateAll((all) => all.map((c) => Math.round((c as HTMLCanvasElement).width / c.getBoundingClientRect().width)));
  for (const deviceScaleFactor of [2, 3, 1]) {
    await session.send("Emulation.setDeviceMetricsOverride", { width: 1440, height: 900, deviceScaleFactor, mobile: false });
    await expect.poll(async () => [...new Set(await densities())]).toEqual([deviceScaleFactor]);
  }
});

test("every control of the transport is on screen at every width", async ({ page }) => {
  for (const width of [1920, 1440, 1180, 1024, 900, 861, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    const outside = await page.locator(".transport").evaluate((bar) =>
      [...bar.querySelectorAll<HTMLElement>("button, label")].filter((control) => {
        const box = control.getBoundingClientRect();
        const frame = bar.getBoundingClientRect();
        return box.width > 0 && (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom + 1);
      }).map((control) => control.getAttribute("aria-label") ?? control.textContent));
    expect(outside, `${width} px`).toEqual([]);
  }
});

test("with forced colours it stays visible what is switched on", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  const look = (selector: string, property: string): Promise<string> => page.locator(selector).first().evaluate((e, name) => getComputedStyle(e).getPropertyValue(name), property);
  expect(await look(".power.on", "background-color")).not.toBe(await look(".power:not(.on)", "background-color"));
  expect(await look(".segment.on", "outline-style")).not.toBe(await look(".segment:not(.on)", "outline-style"));
});

test("after a song is removed the keyboard stands at its neighbour", async ({ studio, page }) => {
  await studio.addFiles(song);
  await studio.songReady("tone (2).wav");
  for (const [name, next] of [["tone (2).wav", /tone\.wav/], ["tone.wav", /Choose files/]] as const) {
    await page.getByRole("button", { name: `Remove ${name}` }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove", exact: true }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: `Remove ${name}` })).toHaveCount(0);
    await expect(page.locator(":focus")).toHaveAccessibleName(next);
  }
});

test("pressing Escape again and again does not throw a running export away", async ({ studio, page }) => {
  const long = join(folder, "long.flac");
  ffmpeg("-f", "lavfi", "-i", "anoisesrc=r=48000:d=600:a=0.2:s=1", "-ac", "2", "-c:a", "flac", "-compression_level", "0", long);
  await studio.addFiles(long);
  await studio.songReady("long.flac");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("button", { name: "Render" }).click();
  await expect(dialog.getByRole("progressbar")).toBeVisible();
  for (let k = 0; k < 4; ++k) await page.keyboard.press("Escape");
  await expect(dialog.getByRole("progressbar")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("full storage: import and export say so, and what is there stays", async ({ studio, page, context }) => {
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  for (const [quotaSize, file] of [[9_000_000, "second.wav"], [1, "third.wav"]] as const) {
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
    await studio.addFiles(writeWav(join(folder, file), { sampleRateHz: 48000, channels: 2, frames: 960_000, bits: 24 }));
    await expect(page.getByRole("alert").filter({ hasText: `${file}: the browser's storage is full` })).toBeVisible();
  }
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("button", { name: "Render" }).click();
  await expect(dialog.getByRole("alert").filter({ hasText: "storage is full" })).toBeVisible();
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  await dialog.getByRole("button", { name: "Render" }).click();
  await expect(dialog.getByRole("link", { name: "Download" })).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(4800);
});
