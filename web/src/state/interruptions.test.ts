/** What happens when a person does the next thing before the last one is done. */
import { describe, expect, it } from "vitest";
import { FAKE_SAMPLE_RATE_HZ, FakeEngine } from "../engine/fake_engine";
import { TARGETS } from "../protocol/targets";
import type { LoudnessTarget } from "../protocol/types";
import { Studio } from "./studio";

const ticks = async (): Promise<void> => {
  for (let i = 0; i < 60; i++) await Promise.resolve();
};
const target = (id: string): LoudnessTarget => TARGETS.find((t) => t.id === id)!;

/** One song loaded; jobs are held from `holdFrom` on: "plan" leaves Musical undecided, "later" lets it decide first. */
async function studioWith(holdFrom: "plan" | "later", ...names: string[]): Promise<{ engine: FakeEngine; studio: Studio; release: () => Promise<void> }> {
  const engine = new FakeEngine();
  const studio = new Studio(engine);
  const plan = engine.plan.bind(engine);
  if (holdFrom === "plan")
    engine.plan = (...job) => {
      engine.holdJobs = true;
      return plan(...job);
    };
  await studio.songs.add(names.map((name) => new File(["audio"], name)));
  await ticks();
  engine.plan = plan;
  engine.holdJobs = true;
  const release = async (): Promise<void> => {
    engine.release();
    await ticks();
  };
  return { engine, studio, release };
}

describe("another target while Musical decides", () => {
  it("decides for the new one and keeps what was edited meanwhile", async () => {
    const { engine, studio, release } = await studioWith("plan", "a.wav");
    studio.mix.setValue("comp.ratio", 4);
    studio.mix.setTarget(target("ebu-r128"));
    await ticks();
    studio.mix.setValue("comp.knee_db", 3);
    await release();
    expect(engine.calls.filter((call) => call.startsWith("fit"))).toEqual([]);
    expect(studio.mix.document.value?.decision?.moves.length).toBe(2);
    expect(studio.mix.values.value).toMatchObject({ "comp.ratio": 4, "comp.knee_db": 3, "limiter.enabled": 1 });
    expect(studio.mix.missLu.value).toBeNull();
    expect(studio.notices.errors.value).toEqual([]);
  });

  it("and Undo before it is done leaves the old decision alone", async () => {
    const { studio, release } = await studioWith("later", "a.wav");
    const before = studio.mix.document.value;
    studio.mix.setTarget(target("ebu-r128"));
    await ticks();
    studio.mix.undo();
    expect(studio.mix.current.value?.planning.view.value).toBeNull();
    await release();
    expect(studio.mix.document.value).toBe(before);
  });

  it("and Undo before the first decision decides for the old target again", async () => {
    const { engine, studio, release } = await studioWith("plan", "a.wav");
    const first = studio.mix.document.value!.target;
    studio.mix.setTarget(target("ebu-r128"));
    await ticks();
    studio.mix.undo();
    await ticks();
    await release();
    expect(engine.calls.filter((call) => call.startsWith("plan"))).toHaveLength(3);
    expect(studio.mix.document.value?.target).toBe(first);
    expect(studio.mix.missLu.value).toBe(0);
  });
});

describe("a song removed while Musical decides", () => {
  it("has its work ended before its audio goes, and nobody is told of a failure", async () => {
    const { engine, studio } = await studioWith("plan", "a.wav");
    const song = studio.songs.current.value!;
    const planning = studio.mix.current.value!.planning;
    const removeSong = engine.removeSong.bind(engine);
    let working: unknown = "not asked";
    engine.removeSong = (id) => {
      working = planning.view.peek();
      return removeSong(id);
    };
    await studio.remove(song);
    expect(working).toBeNull();
    expect(studio.notices.errors.value).toEqual([]);
  });
});

describe("an export that waits for Musical", () => {
  it("is refused when Musical fails, instead of an unprocessed file under its name", async () => {
    const { engine, studio, release } = await studioWith("plan", "a.wav");
    engine.failNext = new Error("out of memory");
    const exporting = studio.exports.start(studio.mix.current.value!);
    await ticks();
    await release();
    await exporting;
    expect(engine.calls.filter((call) => call.startsWith("export"))).toEqual([]);
    expect(studio.exports.failure.value).toMatch(/no Musical mix to export/);
  });
});

describe("files of one name", () => {
  it("get names that can be told apart, in the list and when exported", async () => {
    const { studio } = await studioWith("later", "song.ogg", "song.ogg", "noext", "noext", "song.ogg");
    expect(studio.songs.list.value.map((song) => song.name)).toEqual(["song.ogg", "song (2).ogg", "noext", "noext (2)", "song (3).ogg"]);
  });
});

describe("playback that breaks off by itself", () => {
  it("shows Play again and says why", async () => {
    const { engine, studio } = await studioWith("later", "a.wav");
    await studio.player.toggle();
    engine.onBreakdown?.("The audio engine failed and playback stopped.");
    expect(studio.player.playing.value).toBe(false);
    expect(studio.notices.errors.value.map((error) => error.text)).toEqual(["Playback: The audio engine failed and playback stopped."]);
  });
});

describe("a loop edge dragged across the other", () => {
  it("stops short of it and leaves it where it is", async () => {
    const { studio } = await studioWith("later", "a.wav");
    const shortest = 0.05 * FAKE_SAMPLE_RATE_HZ;
    studio.player.setLoopRange({ startFrame: 48000, endFrame: 96000 });
    studio.player.moveLoopEdge("start", 150000);
    expect(studio.player.loopRange.value).toEqual({ startFrame: 96000 - shortest, endFrame: 96000 });
    studio.player.moveLoopEdge("end", 0);
    expect(studio.player.loopRange.value).toEqual({ startFrame: 96000 - shortest, endFrame: 96000 });
    studio.player.moveLoopEdge("start", 48000);
    studio.player.moveLoopEdge("end", 10);
    expect(studio.player.loopRange.value).toEqual({ startFrame: 48000, endFrame: 48000 + shortest });
  });
});
