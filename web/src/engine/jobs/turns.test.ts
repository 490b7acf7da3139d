import { describe, expect, it } from "vitest";
import { Turns } from "./turns";

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

function harness(atOnce: number): { start: (name: string, signal?: AbortSignal) => Promise<void>; finish: (name: string) => void; log: string[] } {
  const turns = new Turns(atOnce);
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, signal = new AbortController().signal): Promise<void> =>
    turns.take(signal, () => log.push(`${name} waits`), () => {
      log.push(`${name} runs`);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  return { start, finish: (name) => ends.get(name)?.(), log };
}

describe("turns", () => {
  it("runs as many as allowed at once and then the newest that waits", async () => {
    const { start, finish, log } = harness(2);
    for (const name of ["a", "b", "c", "d"]) void start(name);
    await settled();
    expect(log).toEqual(["a runs", "b runs", "c waits", "d waits"]);
    finish("a");
    await settled();
    finish("d");
    await settled();
    expect(log.slice(4)).toEqual(["d runs", "c runs"]);
  });

  it("gives the turn on when a job fails, and one that was cancelled while waiting never runs", async () => {
    const turns = new Turns(1);
    const cancel = new AbortController();
    let release: () => void = () => undefined;
    const first = turns.take(new AbortController().signal, () => undefined, () => new Promise<void>((_, reject) => (release = () => reject(new Error("broke")))));
    let ran = false;
    const second = turns.take(cancel.signal, () => undefined, async () => void (ran = true));
    cancel.abort();
    await expect(second).rejects.toMatchObject({ name: "AbortError" });
    release();
    await expect(first).rejects.toThrow("broke");
    expect(await turns.take(new AbortController().signal, () => undefined, async () => "free")).toBe("free");
    expect(ran).toBe(false);
  });
});
