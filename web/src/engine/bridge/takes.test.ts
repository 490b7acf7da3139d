import { afterEach, describe, expect, it, vi } from "vitest";
import type { Take } from "../../protocol/rig";
import { fetchTake, httpAddress, isDryTake, takeName } from "./takes";

const TAKE: Take = {
  id: "2026-11-21T16-40-12Z-processed", fileName: "2026-11-21T16-40-12Z-processed.flac", format: "flac24", sampleRateHz: 48000, channels: 2, frames: 4, bytes: 12,
  startedAt: "2026-11-21T16:40:12Z", isComplete: true,
};
const options = (): { signal: AbortSignal; progress: number[]; onProgress: (ratio: number) => void } => {
  const progress: number[] = [];
  return { signal: new AbortController().signal, progress, onProgress: (ratio) => progress.push(ratio) };
};

afterEach(() => void vi.unstubAllGlobals());

describe("a take", () => {
  it("is fetched from the bridge's own HTTP side", () => {
    expect(httpAddress("ws://127.0.0.1:5001/ws", "/api/v1/takes/a")).toBe("http://127.0.0.1:5001/api/v1/takes/a");
    expect(httpAddress("wss://mixer.local/ws", "/x")).toBe("https://mixer.local/x");
  });

  it("is named after its local time", () => {
    const local = new Date(2026, 10, 21, 7, 4, 9);
    expect(takeName(local.toISOString(), false, "wav")).toBe("Take 2026-11-21 07.04.09.wav");
    expect(takeName(local.toISOString(), true, "flac")).toBe("Take 2026-11-21 07.04.09 (dry).flac");
    expect(() => takeName("yesterday", false, "wav")).toThrow(/no time/);
    expect([isDryTake(TAKE), isDryTake({ ...TAKE, id: "2026-11-21T16-40-12Z-input" })]).toEqual([false, true]);
  });

  it("arrives whole, with progress and the token", async () => {
    const asked: RequestInit[] = [];
    vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
      asked.push(init);
      return new Response("hello world!");
    });
    const how = options();
    const file = await fetchTake("http://127.0.0.1:5001/t", "secret", TAKE, how);
    expect([await file.text(), how.progress.at(-1), file.name.endsWith(".flac")]).toEqual(["hello world!", 1, true]);
    expect(asked[0]?.headers).toEqual({ authorization: "Bearer secret" });
  });

  it("that arrives in part, not at all, or is refused says so", async () => {
    vi.stubGlobal("fetch", async () => new Response("hello"));
    await expect(fetchTake("http://x/", null, TAKE, options())).rejects.toThrow(/only 5 of 12 bytes/);
    vi.stubGlobal("fetch", async () => new Response("", { status: 401 }));
    await expect(fetchTake("http://x/", null, TAKE, options())).rejects.toThrow(/401: it does not know this page/);
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    await expect(fetchTake("http://x/", null, TAKE, options())).rejects.toThrow(/could not be reached/);
  });
});
