import { describe, expect, it, vi } from "vitest";
import { FakeDisk, FakeEngine } from "../engine/fake_engine";
import { exampleHeard } from "../engine/testing/example_analysis";
import { StudioError } from "../engine/engine";
import { readMix, mixText } from "./saved_mix";
import { Studio } from "./studio";

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 60; ++turn) await Promise.resolve();
};

async function withSong(disk: FakeDisk | null = null): Promise<{ studio: Studio; engine: FakeEngine }> {
  const engine = new FakeEngine(disk);
  const studio = new Studio(engine);
  await studio.restore();
  await studio.addFiles([new File(["x"], "song.wav")]);
  await settled();
  return { studio, engine };
}
const runs = (engine: FakeEngine): number => engine.calls.filter((call) => call.startsWith("analyse")).length;

describe("analyses", () => {
  it("start when they are opened, once, and are there afterwards", async () => {
    const { studio, engine } = await withSong();
    expect(studio.analyses.current.value?.status.value).toBe("idle");
    expect(runs(engine)).toBe(0);
    studio.analyses.open();
    studio.analyses.open();
    await settled();
    expect(studio.analyses.shown.value).toBe(true);
    expect(studio.analyses.current.value?.status.value).toBe("done");
    expect(studio.analyses.heard.value?.analysis.tonality.key).toBe("A");
    studio.analyses.open();
    await settled();
    expect(runs(engine)).toBe(1);
  });

  it("tell how far they are, end when cancelled, and do not start again by themselves", async () => {
    const { studio, engine } = await withSong();
    engine.holdJobs = true;
    studio.analyses.open();
    await settled();
    const current = studio.analyses.current.value!;
    expect(current.status.value).toBe("running");
    await vi.waitFor(() => expect(current.job.view.value).toMatchObject({ what: "Listening", ratio: 0.75 }));
    studio.analyses.cancel();
    await settled();
    expect(current.status.value).toBe("idle");
    expect(studio.notices.errors.value).toEqual([]);
    studio.analyses.shown.value = false;
    studio.analyses.shown.value = true;
    await settled();
    expect(runs(engine)).toBe(1);
    engine.holdJobs = false;
    studio.analyses.open();
    await settled();
    expect(current.status.value).toBe("done");
  });

  it("say why they failed, and can be tried again", async () => {
    const { studio, engine } = await withSong();
    engine.failNext = new StudioError("song.wav: out of memory");
    studio.analyses.open();
    await settled();
    expect(studio.analyses.current.value?.status.value).toBe("failed");
    expect(studio.analyses.current.value?.failure.value).toBe("song.wav: out of memory");
    studio.analyses.rerun();
    await settled();
    expect(studio.analyses.current.value?.status.value).toBe("done");
    expect(studio.analyses.current.value?.failure.value).toBeNull();
  });

  it("of an earlier page are there without being heard again; of another version they are heard anew", async () => {
    const disk = new FakeDisk();
    const first = await withSong(disk);
    first.studio.analyses.open();
    await settled();
    const again = new FakeEngine(disk);
    const studio = new Studio(again);
    await studio.restore();
    await settled();
    expect(studio.analyses.heard.value).toEqual(exampleHeard());
    expect(runs(again)).toBe(0);

    disk.heard.set("song-1", "outdated");
    const newer = new FakeEngine(disk);
    const updated = new Studio(newer);
    await updated.restore();
    await settled();
    expect(runs(newer)).toBe(1);
    expect(updated.analyses.heard.value).toEqual(exampleHeard());
  });

  it("follow the song: the next one is heard when the analysis is what one looks at", async () => {
    const { studio, engine } = await withSong();
    studio.analyses.open();
    await settled();
    await studio.addFiles([new File(["y"], "other.wav")]);
    await settled();
    expect(studio.songs.current.value?.name).toBe("other.wav");
    expect(runs(engine)).toBe(2);
    studio.analyses.shown.value = false;
    await studio.addFiles([new File(["z"], "third.wav")]);
    await settled();
    expect(runs(engine)).toBe(2);
  });

  it("end with their song", async () => {
    const { studio, engine } = await withSong();
    engine.holdJobs = true;
    studio.analyses.open();
    await settled();
    const current = studio.analyses.current.value!;
    engine.holdJobs = false;
    await studio.remove(studio.songs.current.value!);
    await settled();
    expect(current.job.view.value).toBeNull();
    expect(studio.analyses.current.value).toBeNull();
    expect(studio.notices.errors.value).toEqual([]);
  });
});

describe("remedies", () => {
  it("are one step with their reason; Undo takes it back, and so does taking back", async () => {
    const { studio } = await withSong();
    const before = studio.mix.document.value!;
    studio.mix.applyRemedy("Take back the mud", "3.1 dB over", { "eq.enabled": 1, "eq.3.enabled": 1, "eq.3.gain_db": -2.5 });
    const after = studio.mix.document.value!;
    expect(after.values["eq.3.gain_db"]).toBe(-2.5);
    expect(after.remedies).toMatchObject([{ title: "Take back the mud", reason: "3.1 dB over" }]);
    expect(studio.mix.undoLabel.value).toBe("Take back the mud");
    studio.mix.undo();
    expect(studio.mix.document.value).toBe(before);
    studio.mix.redo();
    studio.mix.setValue("eq.3.gain_db", -1);
    studio.mix.takeBackRemedy(studio.mix.document.value!.remedies[0]!);
    const back = studio.mix.document.value!;
    expect(back.values["eq.3.gain_db"]).toBe(-1); // changed by hand since: it stays
    expect(back.values["eq.3.enabled"]).toBe(before.values["eq.3.enabled"]);
    expect(back.remedies).toEqual([]);
  });

  it("are kept with the mix, and a mix from before them has none", async () => {
    const { studio } = await withSong();
    studio.mix.applyRemedy("Louder", "quiet", { "output.gain_db": 3 });
    const saved = studio.mix.current.value!.saved.value;
    expect(readMix(mixText(saved))).toEqual(saved);
    const { remedies: _, ...older } = saved.document;
    expect(readMix(JSON.stringify({ format: "ag06-mix", version: 1, ...saved, document: older })).document.remedies).toEqual([]);
    expect(() => readMix(mixText(saved).replace('"param":"output.gain_db"', '"param":"output.magic"'))).toThrow(/does not exist/);
  });
});
