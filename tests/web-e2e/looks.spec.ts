// What a person sees first and while mixing, at a desktop's and a phone's size: pictures in build/e2e/looks, and nothing sticks out.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { realSong, repository } from "./support/oracle";
import { expect, test } from "./support/studio";

const pictures = join(repository, "build/e2e/looks");
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

for (const [name, size] of Object.entries(SIZES)) {
  test(`${name} ${size.width}x${size.height}`, async ({ studio, page }) => {
    mkdirSync(pictures, { recursive: true });
    await page.setViewportSize(size);
    const overflow = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(pictures, `${name}-first.png`) });

    await studio.addFiles(realSong("Metal madness"));
    await studio.songReady("song.ogg");
    await studio.musicalReady();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(async () => Number((await studio.telemetry())["positionFrames"])).toBeGreaterThan(5 * 44100);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(pictures, `${name}-mixing.png`) });

    for (const unit of ["EQ", "Reverb", "Exciter"]) {
      await page.getByRole("button", { name: new RegExp(`^Go to ${unit},`) }).click();
      await expect(page.getByRole("switch", { name: unit, exact: true })).toBeInViewport();
      await page.waitForTimeout(600); // the scroll is smooth
      expect(await overflow()).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(pictures, `${name}-${unit.toLowerCase()}.png`) });
    }

    await page.getByRole("button", { name: "Export", exact: true }).click();
    await expect(page.getByRole("dialog", { name: "Export" })).toBeVisible();
    await page.screenshot({ path: join(pictures, `${name}-export.png`) });
  });
}

test("a page made small and large again looks as before", async ({ studio, page }) => {
  await page.setViewportSize(SIZES.desktop);
  await studio.addFiles(realSong("Metal madness"));
  await studio.songReady("song.ogg");
  const heights = (): Promise<number[]> => page.locator(".unit").evaluateAll((units) => units.map((unit) => unit.getBoundingClientRect().height));
  const before = await heights();
  expect(before.length).toBeGreaterThan(8);
  for (const size of [SIZES.phone, { width: 1920, height: 1080 }, SIZES.desktop]) {
    await page.setViewportSize(size);
    await page.waitForTimeout(400); // canvases follow a frame later
  }
  expect(await heights()).toEqual(before);
});
