// How much memory the page's own process holds, as the operating system sees it.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

/** Samples the proportional set size of the page's renderer process until stopped; stop() gives the peak in MiB. */
export async function watchMemory(page: Page): Promise<{ stop(): number }> {
  const browser = page.context().browser();
  const session = browser ? await browser.newBrowserCDPSession() : await page.context().newCDPSession(page);
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo" as never)) as { processInfo: { type: string; id: number }[] };
  const renderers = processInfo.filter((process) => process.type === "renderer").map((process) => process.id);
  if (renderers.length === 0) throw new Error("no renderer process found");
  let peak = 0;
  const sample = (): void => {
    for (const id of renderers) {
      try {
        const rollup = readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
        peak = Math.max(peak, Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024);
      } catch {
        // The process ended between two samples.
      }
    }
  };
  sample();
  const timer = setInterval(sample, 250);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      return Math.round(peak);
    },
  };
}
