import { describe, expect, it } from "vitest";
import { BUILT_IN_PROFILES } from "../protocol/profiles.gen";
import { PARAMS, type ParamKey } from "../protocol/params.gen";
import type { ParamValues } from "../protocol/types";
import { FakeEngine } from "./fake_engine";

const defaults = Object.fromEntries(PARAMS.map((p) => [p.key, p.defaultValue])) as Record<ParamKey, number> as ParamValues;
const options = (controller = new AbortController()) => ({ signal: controller.signal, onProgress: () => undefined });

describe("fake engine", () => {
  it("imports, plays by its own clock, wraps loops and ends", async () => {
    const engine = new FakeEngine();
    const song = await engine.importFile(new File(["x"], "a.wav"), "a.wav", options());
    await engine.load(song);
    await engine.play();
    engine.setLoop({ startFrame: 100, endFrame: 1000 });
    engine.advance(1050);
    expect(engine.telemetry()).toMatchObject({ playing: true, positionFrames: 150 });
    engine.setLoop(null);
    engine.advance(1e9);
    expect(engine.telemetry()).toMatchObject({ playing: false, positionFrames: song.frames, momentaryLufs: null });
  });
  it("is as strict about parameters as the real engine", () => {
    const engine = new FakeEngine();
    expect(() => engine.setParams({ "input.gain_db": 25 })).toThrow(RangeError);
    expect(() => engine.setParams({ nonsense: 1 } as never)).toThrow(RangeError);
    engine.setParams({ "input.gain_db": -24 });
    expect(engine.params.get("input.gain_db")).toBe(-24);
  });
  it("reaches targets, fails and aborts on demand", async () => {
    const engine = new FakeEngine();
    const song = await engine.importFile(new File(["x"], "a.wav"), "a.wav", options());
    expect((await engine.plan(song, { from: defaults, profile: BUILT_IN_PROFILES[0]!, target: { lufs: -14, ceilingDbtp: -1 }, amount: 1, advice: null }, options())).output.integratedLufs).toBe(-14);
    expect((await engine.fit(song, defaults, { lufs: -16, ceilingDbtp: -1 }, options())).params["output.gain_db"]).toBe(4);
    engine.failNext = new Error("disk full");
    await expect(engine.exportSong(song, defaults, { format: "wav24", sampleRateHz: 48000, refit: null }, options())).rejects.toThrow("disk full");
    engine.holdJobs = true;
    const controller = new AbortController();
    const measuring = engine.measure(song, defaults, options(controller));
    controller.abort();
    await expect(measuring).rejects.toMatchObject({ name: "AbortError" });
    await expect(engine.importFile(new File([], "e.wav"), "e.wav", options(controller))).rejects.toMatchObject({ name: "AbortError" });
  });
});
