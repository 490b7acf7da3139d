import { describe, expect, it } from "vitest";
import { StudioError } from "../engine/engine";
import { FAKE_SAMPLE_RATE_HZ, FakeEngine } from "../engine/fake_engine";
import { TARGETS } from "../protocol/targets";
import type { ParamValues } from "../protocol/types";
import { NEUTRAL_VALUES } from "./document";
import { Studio } from "./studio";

/** Lets every promise that can settle, settle. */
async function settled(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}

const FAKE_FRAMES = 4 * FAKE_SAMPLE_RATE_HZ;
const count = (engine: FakeEngine, call: RegExp): number => engine.calls.filter((line) => call.test(line)).length;
const file = (name: string, text = "audio"): File => new File([text], name);

async function withSong(name = "a.wav"): Promise<{ engine: FakeEngine; studio: Studio }> {
  const engine = new FakeEngine();
  const studio = new Studio(engine);
  await studio.songs.add([file(name)]);
  await settled();
  return { engine, studio };
}

/** The song is loaded; Musical is held in the middle of deciding. */
async function withUndecidedSong(): Promise<{ engine: FakeEngine; studio: Studio }> {
  const engine = new FakeEngine();
  const studio = new Studio(engine);
  const plan = engine.plan.bind(engine);
  engine.plan = (...job) => {
    engine.holdJobs = true;
    return plan(...job);
  };
  await studio.songs.add([file("a.wav")]);
  await settled();
  return { engine, studio };
}

describe("songs", () => {
  it("loads the first of a drop, reads the rest, and says why one failed without losing any", async () => {
    const engine = new FakeEngine();
    const studio = new Studio(engine);
    await studio.songs.add([file("a.wav"), file("empty.wav", ""), file("b.wav")]);
    await settled();
    expect(studio.songs.list.value.map((song) => song.name)).toEqual(["a.wav", "b.wav"]);
    expect(studio.songs.current.value?.name).toBe("a.wav");
    expect(studio.notices.errors.value.map((error) => error.text)).toEqual(["empty.wav: the file is empty"]);
    expect(studio.songs.imports.value).toEqual([]);
    expect(studio.player.ready.value).toBe(true);
  });

  it("does not interrupt a song that plays when another is added, but takes it up when silent", async () => {
    const { studio } = await withSong();
    await studio.player.toggle();
    await studio.songs.add([file("b.wav")]);
    expect(studio.songs.current.value?.name).toBe("a.wav");
    await studio.player.stop();
    await studio.songs.add([file("c.wav")]);
    await settled();
    expect(studio.songs.current.value?.name).toBe("c.wav");
  });

  it("drops a cancelled import silently", async () => {
    const studio = new Studio(new FakeEngine());
    const reading = studio.songs.add([file("a.wav"), file("b.wav")]);
    studio.songs.cancel(studio.songs.imports.value[1]!);
    await reading;
    expect(studio.songs.list.value.map((song) => song.name)).toEqual(["a.wav"]);
    expect(studio.notices.errors.value).toEqual([]);
  });

  it("removes a song with its mix and takes up another", async () => {
    const { studio, engine } = await withSong();
    await studio.songs.add([file("b.wav")]);
    await settled();
    await studio.remove(studio.songs.current.value!);
    await settled();
    expect(engine.calls).toContain("remove song-2");
    expect(studio.songs.current.value?.name).toBe("a.wav");
    expect(studio.player.ready.value).toBe(true);
  });

  it("keeps each song's mix while another is worked on", async () => {
    const { studio, engine } = await withSong();
    studio.mix.setValue("comp.ratio", 4);
    await studio.songs.add([file("b.wav")]);
    await settled();
    expect(engine.params.get("comp.ratio")).toBe(2);
    studio.select(studio.songs.list.value[0]!);
    await settled();
    expect(engine.params.get("comp.ratio")).toBe(4);
  });
});

describe("Musical", () => {
  it("decides by itself once a song is loaded, and its values reach the engine", async () => {
    const { engine, studio } = await withSong();
    expect(count(engine, /^plan/)).toBe(1);
    expect(studio.mix.document.value?.decision?.moves.length).toBe(2);
    expect(engine.params.get("comp.enabled")).toBe(1);
    expect(studio.mix.missLu.value).toBe(0);
  });

  it("is undoable as one step and does not come back by itself", async () => {
    const { engine, studio } = await withSong();
    studio.mix.undo();
    await settled();
    expect(studio.mix.values.value).toBe(NEUTRAL_VALUES);
    expect(engine.params.get("limiter.enabled")).toBe(0);
    studio.mix.ensurePlanned();
    expect(count(engine, /^plan/)).toBe(1);
    studio.mix.redo();
    expect(engine.params.get("limiter.enabled")).toBe(1);
  });

  it("has moves that can be taken back and applied one by one", async () => {
    const { engine, studio } = await withSong();
    const move = studio.mix.document.value!.decision!.moves[1]!;
    studio.mix.toggleMove(move);
    expect(engine.params.get("limiter.enabled")).toBe(0);
    expect(engine.params.get("comp.enabled")).toBe(1);
    studio.mix.toggleMove(move);
    expect(engine.params.get("limiter.enabled")).toBe(1);
    studio.mix.undo();
    expect(engine.params.get("limiter.enabled")).toBe(0);
  });

  it("decides anew for another target when untouched, and only fits when edited by hand", async () => {
    const { engine, studio } = await withSong();
    studio.mix.setTarget(TARGETS.find((target) => target.id === "ebu-r128")!);
    await settled();
    expect([count(engine, /^plan/), count(engine, /^fit/)]).toEqual([2, 0]);
    expect(studio.mix.missLu.value).toBe(0);
    studio.mix.setValue("comp.ratio", 4);
    studio.mix.setTarget(TARGETS.find((target) => target.id === "spotify")!);
    await settled();
    expect([count(engine, /^plan/), count(engine, /^fit/)]).toEqual([2, 1]);
    expect(engine.params.get("comp.ratio")).toBe(4);
    expect(engine.params.get("output.gain_db")).toBe(6);
    studio.mix.setTarget(TARGETS.find((target) => target.id === "podcast")!);
    await settled();
    expect([count(engine, /^plan/), count(engine, /^fit/)]).toEqual([2, 2]);
    expect(engine.params.get("comp.ratio")).toBe(4);
  });

  it("takes a target and what it led to back with one Undo", async () => {
    const { studio } = await withSong();
    const before = studio.mix.document.value;
    studio.mix.setTarget(TARGETS.find((target) => target.id === "ebu-r128")!);
    await settled();
    expect(studio.mix.document.value?.decision).not.toBe(before?.decision);
    studio.mix.undo();
    expect(studio.mix.document.value).toBe(before);
  });

  it("keeps an edit made while a target was being met as a step of its own", async () => {
    const { engine, studio } = await withSong();
    engine.holdJobs = true;
    studio.mix.setTarget(TARGETS.find((target) => target.id === "ebu-r128")!);
    await settled();
    studio.mix.setValue("comp.ratio", 4);
    engine.release();
    await settled();
    expect(studio.mix.values.value["comp.ratio"]).toBe(4);
    expect(studio.mix.undoLabel.value).toBe("Musical mix");
    studio.mix.undo();
    expect(studio.mix.undoLabel.value).toBe("Compressor ratio");
  });

  it("can be cancelled and leaves the song as it was, without an error", async () => {
    const { engine, studio } = await withUndecidedSong();
    expect(studio.mix.current.value?.planning.view.value?.title).toBe("Making the Musical mix");
    studio.mix.cancelPlanning();
    engine.release();
    await settled();
    expect(studio.mix.document.value?.decision).toBeNull();
    expect(studio.notices.errors.value).toEqual([]);
  });
});

describe("listening", () => {
  it("matches loudness in the monitor only: the louder version is turned down", async () => {
    const { engine, studio } = await withSong();
    expect([engine.version, ...engine.monitorGainsDb]).toEqual(["musical", 0, -6]);
    studio.player.version.value = "original";
    expect(engine.version).toBe("original");
    studio.player.matchLoudness.value = false;
    expect([engine.version, ...engine.monitorGainsDb]).toEqual(["original", 0, 0]);
  });

  it("holds the matching gain while an edit is not measured yet", async () => {
    const { engine, studio } = await withSong();
    studio.mix.setValue("comp.makeup_db", 3);
    expect(studio.mix.current.value?.report.value).toBeNull();
    expect(engine.monitorGainsDb[1]).toBe(-6);
  });

  it("starts the meters anew when another version is heard", async () => {
    const { engine, studio } = await withSong();
    const before = count(engine, /^reset meters/);
    studio.player.version.value = "original";
    expect(count(engine, /^reset meters/)).toBe(before + 1);
  });

  it("keeps a loop inside the song, in order and not too short", async () => {
    const { studio, engine } = await withSong();
    studio.player.setLoopOn(true);
    expect(engine.loop).toEqual({ startFrame: 0, endFrame: FAKE_FRAMES });
    studio.player.setLoopRange({ startFrame: 96000, endFrame: 48000 });
    expect(engine.loop).toEqual({ startFrame: 48000, endFrame: 96000 });
    studio.player.setLoopRange({ startFrame: FAKE_FRAMES - 1, endFrame: 999999 });
    expect(studio.player.loopRange.value).toEqual({ startFrame: FAKE_FRAMES - 2400, endFrame: FAKE_FRAMES });
    studio.player.setLoopOn(false);
    expect(engine.loop).toBeNull();
  });

  it("shows Play again when the song ends by itself", async () => {
    const { studio, engine } = await withSong();
    await studio.player.toggle();
    studio.player.follow(engine.telemetry());
    expect(studio.player.playing.value).toBe(true);
    engine.advance(FAKE_FRAMES);
    studio.player.follow(engine.telemetry());
    expect(studio.player.playing.value).toBe(false);
  });
});

describe("export", () => {
  it("sends the original through a neutral chain, Musical through its values", async () => {
    const { engine, studio } = await withSong("My song.flac");
    const sent: ParamValues[] = [];
    const exportSong = engine.exportSong.bind(engine);
    engine.exportSong = (song, values, format, options) => {
      sent.push(values);
      return exportSong(song, values, format, options);
    };
    studio.exports.show("original");
    await studio.exports.start(studio.mix.current.value!);
    expect(studio.exports.finished.value?.fileName).toBe("My song (Original).wav");
    studio.exports.version.value = "musical";
    await studio.exports.start(studio.mix.current.value!);
    expect(sent).toEqual([NEUTRAL_VALUES, studio.mix.values.value]);
    expect(count(engine, /^dispose song/)).toBe(1);
    await studio.exports.close();
    expect(count(engine, /^dispose song/)).toBe(2);
    expect(studio.exports.finished.value).toBeNull();
  });

  it("fits a mix anew at another sample rate, and leaves the original as it is", async () => {
    const { engine, studio } = await withSong();
    studio.exports.sampleRateHz.value = 96000;
    await studio.exports.start(studio.mix.current.value!);
    studio.exports.version.value = "original";
    await studio.exports.start(studio.mix.current.value!);
    expect(engine.calls.filter((call) => call.startsWith("export"))).toEqual(["export song-1 wav24 at 96000 to -14", "export song-1 wav24 at 96000 to any loudness"]);
  });

  it("waits for a decision that is still being made", async () => {
    const { engine, studio } = await withUndecidedSong();
    const done = studio.exports.start(studio.mix.current.value!);
    await settled();
    expect(count(engine, /^export/)).toBe(0);
    expect(studio.exports.job.view.value?.what).toBe("Waiting for the Musical mix");
    engine.holdJobs = false;
    engine.release();
    await done;
    expect(count(engine, /^export/)).toBe(1);
    expect(studio.mix.document.value?.decision).not.toBeNull();
  });

  it("tells in the dialog why it failed", async () => {
    const { engine, studio } = await withSong();
    engine.failNext = new StudioError("the disk is full");
    await studio.exports.start(studio.mix.current.value!);
    expect(studio.exports.failure.value).toBe("the disk is full");
    expect(studio.exports.finished.value).toBeNull();
  });

  it("ends quietly when cancelled", async () => {
    const { engine, studio } = await withSong();
    engine.holdJobs = true;
    const running = studio.exports.start(studio.mix.current.value!);
    await settled();
    studio.exports.job.cancel();
    await running;
    expect(studio.exports.failure.value).toBeNull();
    expect(studio.exports.finished.value).toBeNull();
    expect(studio.exports.job.view.value).toBeNull();
  });
});
