import { describe, expect, it, vi } from "vitest";
import { StudioError } from "../engine/engine";
import { FakeDisk, FakeEngine } from "../engine/fake_engine";
import { TARGETS } from "../protocol/targets";
import type { VersionId } from "../protocol/types";
import { NEUTRAL_VALUES } from "./document";
import { Studio } from "./studio";

async function settled(): Promise<void> {
  for (let i = 0; i < 150; i++) await Promise.resolve();
}

async function withSong(engine = new FakeEngine()): Promise<{ engine: FakeEngine; studio: Studio; listenTo: (version: VersionId) => Promise<void> }> {
  const studio = new Studio(engine);
  await studio.restore();
  await studio.songs.add([new File(["audio"], "a.wav")]);
  await settled();
  const listenTo = async (version: VersionId): Promise<void> => {
    studio.player.version.value = version;
    await settled();
  };
  return { engine, studio, listenTo };
}

const jobs = (engine: FakeEngine, kind: RegExp): string[] => engine.calls.filter((call) => kind.test(call));

describe("a version of trained models", () => {
  it("is made when it is first chosen: analysis and models hear the song, then the planner decides", async () => {
    const { engine, studio, listenTo } = await withSong();
    expect(jobs(engine, /^(consult|plan)/)).toEqual(["plan song-1"]);
    await listenTo("ensemble");
    expect(jobs(engine, /^analyse/)).toEqual(["analyse song-1"]);
    expect(jobs(engine, /^(consult|plan)/)).toEqual(["plan song-1", "consult song-1 baseline-cnn enhanced-cnn ast", "plan song-1 by baseline-cnn enhanced-cnn ast"]);
    expect(studio.mix.document.value?.decision?.opinion?.settings).toHaveLength(10);
    expect(engine.params.get("eq.5.gain_db")).toBe(2);
    await listenTo("ast");
    expect(jobs(engine, /^plan/).at(-1)).toBe("plan song-1 by ast");
  });

  it("has moves and a history of its own, and comes back as it was", async () => {
    const { engine, studio, listenTo } = await withSong();
    await listenTo("ensemble");
    expect(studio.mix.undoLabel.value).toBe("AI mix");
    studio.mix.setValue("comp.ratio", 4);
    await listenTo("musical");
    expect(studio.mix.undoLabel.value).toBe("Musical mix");
    expect([engine.params.get("comp.ratio"), engine.params.get("eq.5.gain_db")]).toEqual([2, 0]);
    await listenTo("original");
    expect(studio.mix.current.value?.version).toBe("musical");
    await listenTo("ensemble");
    expect([engine.params.get("comp.ratio"), engine.params.get("eq.5.gain_db")]).toEqual([4, 2]);
    expect(jobs(engine, /^plan/)).toHaveLength(2);
    studio.mix.undo();
    studio.mix.undo();
    expect(studio.mix.values.value).toBe(NEUTRAL_VALUES);
  });

  it("takes the target along that was chosen for another version", async () => {
    const { engine, studio, listenTo } = await withSong();
    await listenTo("ensemble");
    await listenTo("musical");
    studio.mix.setTarget(TARGETS.find(({ id }) => id === "ebu-r128")!);
    await settled();
    await listenTo("ensemble");
    expect(studio.mix.document.value?.target.id).toBe("ebu-r128");
    expect(studio.mix.missLu.value).toBe(0);
    expect(jobs(engine, /^plan song-1 by/)).toHaveLength(2);
    await listenTo("ast");
    expect(studio.mix.undoLabel.value).toBe("AST mix");
    expect(studio.mix.document.value?.target.id).toBe("ebu-r128");
  });

  it("is decided anew by another amount, once the hand rests, as one step with edits on top", async () => {
    const { engine, studio, listenTo } = await withSong();
    await listenTo("ensemble");
    const before = studio.mix.document.value;
    vi.useFakeTimers();
    try {
      studio.mix.beginDrag("amount");
      for (const amount of [0.9, 0.7, 0.5]) studio.mix.setAmount(amount);
      studio.mix.endDrag();
      await vi.advanceTimersByTimeAsync(400);
      await settled();
      expect(jobs(engine, /^plan song-1 by/)).toEqual(["plan song-1 by baseline-cnn enhanced-cnn ast", "plan song-1 by baseline-cnn enhanced-cnn ast at 0.5"]);
      expect(engine.params.get("eq.5.gain_db")).toBe(1);
      studio.mix.undo();
      expect(studio.mix.document.value).toBe(before);
      studio.mix.redo();
      studio.mix.setValue("comp.ratio", 5);
      studio.mix.setAmount(0);
      await vi.advanceTimersByTimeAsync(400);
      await settled();
      expect([engine.params.get("eq.5.gain_db"), engine.params.get("comp.ratio")]).toEqual([0, 5]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("can be cancelled while the song is heard, and made later", async () => {
    const { engine, studio, listenTo } = await withSong();
    engine.holdJobs = true;
    await listenTo("ensemble");
    expect(studio.mix.current.value?.planning.view.value?.title).toBe("Making the AI mix");
    studio.mix.cancelPlanning();
    await settled();
    expect([studio.mix.document.value?.decision, studio.analyses.current.value?.status.value]).toEqual([null, "idle"]);
    expect(studio.notices.errors.value).toEqual([]);
    engine.holdJobs = false;
    engine.release();
    studio.mix.replan();
    await settled();
    expect(studio.mix.document.value?.decision?.opinion).not.toBeNull();
  });

  it("goes on without what the analysis could not tell", async () => {
    const { engine, studio, listenTo } = await withSong();
    engine.analyse = () => Promise.reject(new Error("out of memory"));
    await listenTo("ensemble");
    expect(studio.mix.document.value?.decision?.moves).toHaveLength(2);
  });

  it("is kept: the next page has it without asking anybody", async () => {
    const disk = new FakeDisk();
    const { studio, listenTo } = await withSong(new FakeEngine(disk));
    await listenTo("ensemble");
    const document = studio.mix.document.value;
    studio.kept.leave();
    const engine = new FakeEngine(disk);
    const next = new Studio(engine);
    await next.restore();
    await settled();
    expect(next.player.version.value).toBe("ensemble");
    expect(next.mix.document.value).toEqual(document);
    expect(engine.params.get("eq.5.gain_db")).toBe(2);
    expect(jobs(engine, /^(plan|consult)/)).toEqual([]);
    expect([...disk.texts.keys()].filter((name) => name.endsWith("mix.json")).sort()).toEqual(["song-1.ensemble.mix.json", "song-1.mix.json"]);
  });

  it("is exported under its name, and made first when nobody has heard it", async () => {
    const { engine, studio } = await withSong();
    studio.exports.show("enhanced-cnn");
    await studio.exports.start(studio.mix.current.value!);
    expect(jobs(engine, /^(plan|export)/)).toEqual(["plan song-1", "plan song-1 by enhanced-cnn", "export song-1 wav24"]);
    expect(studio.exports.finished.value?.fileName).toBe("a (Enhanced CNN).wav");
  });
});

describe("models that cannot be had", () => {
  it("are not offered when there is no registry, and Musical works", async () => {
    const engine = new FakeEngine();
    engine.registryFailure = new StudioError("This studio came without trained models (models/registry.json is missing)");
    const { studio } = await withSong(engine);
    expect(["musical", "ensemble", "ast"].map((version) => studio.offers(version as VersionId))).toEqual([true, false, false]);
    expect(studio.models.reasons.value).toEqual(["This studio came without trained models (models/registry.json is missing)"]);
    expect(studio.mix.document.value?.decision).not.toBeNull();
    expect(studio.notices.errors.value).toEqual([]);
  });

  it("take only the versions along that need them, and say which file is at fault", async () => {
    const engine = new FakeEngine();
    engine.modelFailures.set("ast", new StudioError("models/weights/ast.onnx is truncated: it has 3 of the 7 bytes that models/registry.json states"));
    const { studio, listenTo } = await withSong(engine);
    expect(["musical", "ensemble", "ast", "enhanced-cnn"].map((version) => studio.offers(version as VersionId))).toEqual([true, false, false, true]);
    expect(studio.notices.errors.value.map(({ text }) => text)).toEqual(["models/weights/ast.onnx is truncated: it has 3 of the 7 bytes that models/registry.json states"]);
    await listenTo("enhanced-cnn");
    expect(studio.mix.document.value?.decision?.opinion?.models.map(({ id }) => id)).toEqual(["enhanced-cnn"]);
  });

  it("leave a failed version unprocessed with the reason, and it can be tried again", async () => {
    const { engine, studio, listenTo } = await withSong();
    engine.modelFailures.set("ast", new StudioError("models/weights/ast.onnx is missing: the server answered 404"));
    await listenTo("ast");
    expect(studio.mix.current.value?.failure.value).toMatch(/ast.onnx is missing/);
    expect(studio.mix.values.value).toBe(NEUTRAL_VALUES);
    engine.modelFailures.clear();
    studio.mix.replan();
    await settled();
    expect(studio.mix.current.value?.failure.value).toBeNull();
    expect(studio.mix.document.value?.decision?.opinion).not.toBeNull();
  });
});
