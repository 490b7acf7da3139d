// The studio in a fresh browser profile, driven by roles and names as a person or an assistive tool would.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test as base, type BrowserContext, type Page, type TestInfo } from "@playwright/test";

/** The browser on a profile, which outlives it. */
export function launch(profile: string, info: TestInfo): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: info.config.metadata["chromium"] as string,
    headless: true,
    baseURL: info.project.use.baseURL,
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--autoplay-policy=no-user-gesture-required"],
  });
}

// A profile on disk: the origin-private file system of an incognito context lives in memory and is small.
export const test = base.extend<{ context: BrowserContext; page: Page; studio: Studio }>({
  context: async ({}, use, info) => {
    const profile = mkdtempSync(join(tmpdir(), "ag06-e2e-"));
    const context = await launch(profile, info);
    await use(context);
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  },
  page: async ({ context }, use) => {
    const page = context.pages()[0] ?? (await context.newPage());
    await use(page);
  },
  studio: async ({ page }, use) => {
    const studio = new Studio(page);
    await studio.open();
    await use(studio);
    expect(studio.pageErrors, "uncaught errors in the page").toEqual([]);
    expect(studio.foreignRequests, "requests that leave the machine").toEqual([]);
  },
});
export { expect };

/** A version by the name that people see; single models have theirs from the registry. */
export type VersionName = "Original" | "Musical" | "AI" | (string & {});

export class Studio {
  readonly pageErrors: string[] = [];
  readonly foreignRequests: string[] = [];

  constructor(readonly page: Page) {
    page.on("pageerror", (error) => this.pageErrors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.pageErrors.push(message.text());
    });
    page.on("request", (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|blob:http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) this.foreignRequests.push(request.url());
    });
  }

  async open(): Promise<void> {
    await this.page.goto("/");
    await this.page.waitForFunction(() => (window as unknown as { ag06?: { ready: boolean } }).ag06?.ready === true);
  }

  async addFiles(...paths: string[]): Promise<void> {
    await this.page.getByLabel("Add audio files").setInputFiles(paths);
  }

  /** Waits until the song is in the list and its versions can be heard. */
  async songReady(name: string, timeoutMs = 120_000): Promise<void> {
    await expect(this.page.getByRole("button", { name: `Remove ${name}` })).toBeVisible({ timeout: timeoutMs });
    await expect(this.page.getByRole("button", { name: "Play", exact: true })).toBeEnabled({ timeout: timeoutMs });
  }

  async listenTo(version: VersionName): Promise<void> {
    const radio = this.page.getByRole("radiogroup", { name: "Listen to" }).getByRole("radio", { name: version, exact: true });
    await radio.check({ force: true });
    await expect(radio).toBeChecked();
  }

  async chooseTarget(label: string | RegExp): Promise<void> {
    const box = this.page.getByRole("combobox", { name: "Loudness target" });
    const value = await box.locator("option").evaluateAll(
      (options, wanted) => (options as HTMLOptionElement[]).find((o) => new RegExp(wanted, "i").test(o.textContent ?? ""))?.value,
      typeof label === "string" ? label : label.source,
    );
    if (value === undefined) throw new Error(`no loudness target reads ${label}`);
    await box.selectOption(value);
  }

  /** Exports through the dialog and saves the download. */
  async exportAs(version: VersionName, format: RegExp, path: string, timeoutMs = 300_000): Promise<void> {
    await this.musicalReady(timeoutMs);
    await this.page.getByRole("button", { name: "Export", exact: true }).click();
    const dialog = this.page.getByRole("dialog", { name: "Export" });
    await dialog.getByRole("combobox", { name: "Export version" }).selectOption({ label: version });
    const formats = dialog.getByRole("combobox", { name: "Export format" });
    const label = (await formats.locator("option").allTextContents()).find((text) => format.test(text));
    if (label === undefined) throw new Error(`no export format reads ${format}`);
    await formats.selectOption({ label });
    await dialog.getByRole("button", { name: "Render" }).click();
    const link = dialog.getByRole("link", { name: "Download" });
    await expect(link).toBeVisible({ timeout: timeoutMs });
    const [download] = await Promise.all([this.page.waitForEvent("download"), link.click()]);
    await download.saveAs(path);
    await dialog.getByRole("button", { name: "Close" }).click();
  }

  /** Waits until the version of the current song that is worked on is decided and measured. */
  async musicalReady(timeoutMs = 300_000): Promise<void> {
    await expect(this.page.getByRole("region", { name: /^What .+ did$/ }).getByRole("progressbar")).toHaveCount(0, { timeout: timeoutMs });
  }

  /** Moves the playhead to a share of the song with the keyboard-reachable position slider's mouse counterpart. */
  async seekTo(share: number): Promise<void> {
    const slider = this.page.getByRole("slider", { name: "Position" });
    const box = await slider.boundingBox();
    if (box === null) throw new Error("the position slider is not on screen");
    await slider.click({ position: { x: box.width * share, y: box.height / 2 } });
  }

  /** SHA-256 of the interleaved 32-bit floats that a listener hears, rendered by the worklet faster than real time. */
  listenedHash(version: "original" | "musical" | "ensemble"): Promise<string> {
    return this.page.evaluate(async (wanted) => {
      const ag06 = (window as unknown as { ag06: { listenOffline(version: string): Promise<Float32Array[] | null> } }).ag06;
      const planes = await ag06.listenOffline(wanted);
      if (planes === null || planes[0] === undefined) throw new Error("no song is loaded");
      const interleaved = new Float32Array(planes.length * planes[0].length);
      planes.forEach((plane, c) => {
        for (let i = 0; i < plane.length; ++i) interleaved[i * planes.length + c] = plane[i] as number;
      });
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", interleaved));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }, version);
  }

  telemetry(): Promise<Record<string, unknown>> {
    return this.page.evaluate(() => (window as unknown as { ag06: { telemetry(): Record<string, unknown> } }).ag06.telemetry());
  }
}
