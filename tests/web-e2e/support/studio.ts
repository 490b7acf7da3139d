// The studio in a fresh browser profile, driven by roles and names as a person or an assistive tool would.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test as base, type BrowserContext, type Page } from "@playwright/test";

// A profile on disk: the origin-private file system of an incognito context lives in memory and is small.
export const test = base.extend<{ context: BrowserContext; page: Page; studio: Studio }>({
  context: async ({ baseURL }, use, info) => {
    const profile = mkdtempSync(join(tmpdir(), "ag06-e2e-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: info.config.metadata["chromium"] as string,
      headless: true,
      baseURL,
      viewport: { width: 1440, height: 900 },
      acceptDownloads: true,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--autoplay-policy=no-user-gesture-required"],
    });
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

export class Studio {
  readonly pageErrors: string[] = [];
  readonly foreignRequests: string[] = [];

  constructor(readonly page: Page) {
    page.on("pageerror", (error) => this.pageErrors.push(error.message));
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
  async songReady(name: string): Promise<void> {
    await expect(this.page.getByRole("listitem").filter({ hasText: name })).toBeVisible({ timeout: 120_000 });
    await expect(this.page.getByRole("button", { name: "Play", exact: true })).toBeEnabled({ timeout: 120_000 });
  }

  async listenTo(version: "Original" | "Musical"): Promise<void> {
    await this.page.getByRole("radio", { name: version }).check({ force: true });
    await expect(this.page.getByRole("radio", { name: version })).toBeChecked();
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

  telemetry(): Promise<Record<string, unknown>> {
    return this.page.evaluate(() => (window as unknown as { ag06: { telemetry(): Record<string, unknown> } }).ag06.telemetry());
  }
}
