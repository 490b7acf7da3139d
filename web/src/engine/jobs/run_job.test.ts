import { describe, expect, it } from "vitest";
import { StudioError } from "../engine";
import { runJob, type JobMessage } from "./run_job";

class FakeWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  readonly sent: unknown[] = [];
  terminated = 0;
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  terminate(): void {
    ++this.terminated;
  }
  say(message: JobMessage<number, string>): void {
    this.onmessage?.({ data: message });
  }
}

const start = (answer?: (question: string) => Promise<{ message: unknown; transfer: Transferable[] }>) => {
  const worker = new FakeWorker();
  const controller = new AbortController();
  const progress: string[] = [];
  const options = { signal: controller.signal, onProgress: (ratio: number, what: string) => void progress.push(`${ratio} ${what}`) };
  return { worker, controller, progress, result: runJob<string, number, string>(worker as unknown as Worker, "request", options, answer) };
};

describe("a job", () => {
  it("reports progress, then its result, and frees its worker", async () => {
    const { worker, progress, result } = start();
    expect(worker.sent).toEqual(["request"]);
    worker.say({ kind: "progress", ratio: 0.5, what: "Decoding" });
    worker.say({ kind: "done", result: 42 });
    expect(await result).toBe(42);
    expect(progress).toEqual(["0.5 Decoding"]);
    expect(worker.terminated).toBe(1);
  });
  it("ends its worker at once when it is cancelled", async () => {
    const { worker, controller, result } = start();
    controller.abort();
    expect(worker.terminated).toBe(1);
    await expect(result).rejects.toMatchObject({ name: "AbortError" });
    worker.say({ kind: "done", result: 1 }); // too late: nobody listens
    expect(worker.terminated).toBe(1);
  });
  it("does not start when it was cancelled before", async () => {
    const worker = new FakeWorker();
    const signal = AbortSignal.abort();
    await expect(runJob(worker as unknown as Worker, 1, { signal, onProgress: () => undefined })).rejects.toMatchObject({ name: "AbortError" });
    expect(worker.sent).toEqual([]);
    expect(worker.terminated).toBe(1);
  });
  it("tells sentences for people from bugs", async () => {
    const forPeople = start();
    forPeople.worker.say({ kind: "failed", message: "a.wav: empty", forPeople: true });
    await expect(forPeople.result).rejects.toBeInstanceOf(StudioError);
    const bug = start();
    bug.worker.say({ kind: "failed", message: "undefined is not a function", forPeople: false });
    await expect(bug.result).rejects.not.toBeInstanceOf(StudioError);
    const unloaded = start();
    unloaded.worker.onerror?.({ message: "", preventDefault: () => undefined });
    await expect(unloaded.result).rejects.toThrow(/could not be started/);
  });
  it("answers what only the page can do", async () => {
    const { worker, result } = start((question) => Promise.resolve({ message: `${question}!`, transfer: [] }));
    worker.say({ kind: "ask", question: "decode" });
    await Promise.resolve();
    await Promise.resolve();
    expect(worker.sent).toEqual(["request", "decode!"]);
    worker.say({ kind: "done", result: 7 });
    expect(await result).toBe(7);
  });
});
