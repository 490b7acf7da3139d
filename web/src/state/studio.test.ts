import { describe, expect, it } from "vitest";
import { TARGETS } from "../protocol/targets";
import { NEUTRAL_VALUES } from "./document";
import { Studio } from "./studio";
import { ScriptedEngine, settled } from "./testing/scripted_engine";

const file = (name: string, text = "audio"): File => new File([text], name);

async function withSong(name = "a.wav"): Promise<{ engine: ScriptedEngine; studio: Studio }> {
  const engine = new ScriptedEngine();
  const studio = new Studio(engine);
  await studio.songs.add([file(name)]);
  await settled();
  return { engine, studio };
}

describe("songs", () => {
  it("loads the first of a drop, reads the rest, and says why one failed without losing any", async () => {
    const engine = new ScriptedEngine();
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
    const studio = new Studio(new ScriptedEngine());
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
    expect(engine.log).toContain("remove id-b.wav");
    expect(studio.songs.current.value?.name).toBe("a.wav");
    expect(studio.player.ready.value).toBe(true);
  });

  it("keeps each song's mix while another is worked on", async () => {
    const { studio, engine } = await withSong();
    studio.mix.setValue("comp.ratio", 4);
    await studio.songs.add([file("b.wav")]);
    await settled();
    expect(engine.params["comp.ratio"]).toBe(2);
    studio.select(studio.songs.list.value[0]!);
    await settled();
    expect(engine.params["comp.ratio"]).toBe(4);
  });
});

describe("Musical", () => {
  it("decides by itself once a song is loaded, and its values reach the engine", async () => {
    const { engine, studio } = await withSong();
    expect(engine.plans).toBe(1);
    expect(studio.mix.document.value?.decision?.moves.length).toBe(2);
    expect(engine.params["output.gain_db"]).toBe(6);
    expect(studio.mix.missLu.value).toBe(0);
  });

  it("is undoable as one step and does not come back by itself", async () => {
    const { engine, studio } = await withSong();
    studio.mix.undo();
    await settled();
    expect(studio.mix.values.value).toBe(NEUTRAL_VALUES);
    expect(engine.params["limiter.enabled"]).toBe(0);
    studio.mix.ensurePlanned();
    expect(engine.plans).toBe(1);
    studio.mix.redo();
    expect(engine.params["limiter.enabled"]).toBe(1);
  });

  it("has moves that can be taken back and applied one by one", async () => {
    const { engine, studio } = await withSong();
    const move = studio.mix.document.value!.decision!.moves[1]!;
    studio.mix.toggleMove(move);
    expect(engine.params["limiter.enabled"]).toBe(0);
    expect(engine.params["output.gain_db"]).toBe(6);
    studio.mix.toggleMove(move);
    expect(engine.params["limiter.enabled"]).toBe(1);
    studio.mix.undo();
    expect(engine.params["limiter.enabled"]).toBe(0);
  });

  it("decides anew for another target when untouched, and only fits when edited by hand", async () => {
    const { engine, studio } = await withSong();
    studio.mix.setTarget(TARGETS.find((target) => target.id === "ebu-r128")!);
    await settled();
    expect([engine.plans, engine.fits]).toEqual([2, 0]);
    expect(engine.params["output.gain_db"]).toBe(-3);
    studio.mix.setValue("comp.ratio", 4);
    studio.mix.setTarget(TARGETS.find((target) => target.id === "spotify")!);
    await settled();
    expect([engine.plans, engine.fits]).toEqual([2, 1]);
    expect(engine.params["comp.ratio"]).toBe(4);
    expect(engine.params["output.gain_db"]).toBe(3.5);
  });

  it("can be cancelled and leaves the song as it was, without an error", async () => {
    const engine = new ScriptedEngine();
    let open = (): void => undefined;
    engine.gate = new Promise((resolve) => (open = resolve));
    const studio = new Studio(engine);
    await studio.songs.add([file("a.wav")]);
    await settled();
    expect(studio.mix.current.value?.planning.view.value?.title).toBe("Making the Musical mix");
    studio.mix.cancelPlanning();
    open();
    await settled();
    expect(studio.mix.document.value?.decision).toBeNull();
    expect(studio.notices.errors.value).toEqual([]);
  });
});

describe("listening", () => {
  it("matches loudness in the monitor only: the louder version is turned down", async () => {
    const { engine, studio } = await withSong();
    expect(engine.monitor).toEqual({ version: "musical", originalGainDb: 0, processedGainDb: -6 });
    studio.player.version.value = "original";
    expect(engine.monitor.version).toBe("original");
    studio.player.matchLoudness.value = false;
    expect(engine.monitor).toEqual({ version: "original", originalGainDb: 0, processedGainDb: 0 });
  });

  it("holds the matching gain while an edit is not measured yet", async () => {
    const { engine, studio } = await withSong();
    studio.mix.setValue("comp.makeup_db", 3);
    expect(studio.mix.current.value?.report.value).toBeNull();
    expect(engine.monitor.processedGainDb).toBe(-6);
  });

  it("starts the meters anew when another version is heard", async () => {
    const { engine, studio } = await withSong();
    const before = engine.log.filter((line) => line === "reset meters").length;
    studio.player.version.value = "original";
    expect(engine.log.filter((line) => line === "reset meters").length).toBe(before + 1);
  });

  it("keeps a loop inside the song, in order and not too short", async () => {
    const { studio, engine } = await withSong();
    studio.player.setLoopOn(true);
    expect(engine.log.at(-1)).toBe("loop 0-480000");
    studio.player.setLoopRange({ startFrame: 96000, endFrame: 48000 });
    expect(engine.log.at(-1)).toBe("loop 48000-96000");
    studio.player.setLoopRange({ startFrame: 479999, endFrame: 999999 });
    expect(studio.player.loopRange.value).toEqual({ startFrame: 477600, endFrame: 480000 });
    studio.player.setLoopOn(false);
    expect(engine.log.at(-1)).toBe("loop off");
  });

  it("shows Play again when the song ends by itself", async () => {
    const { studio, engine } = await withSong();
    await studio.player.toggle();
    studio.player.follow(engine.telemetry());
    expect(studio.player.playing.value).toBe(true);
    engine.playing = false;
    studio.player.follow(engine.telemetry());
    expect(studio.player.playing.value).toBe(false);
  });
});

describe("export", () => {
  it("sends the original through a neutral chain, Musical through its values", async () => {
    const { engine, studio } = await withSong("My song.flac");
    studio.exports.show("original");
    await studio.exports.start(studio.mix.current.value!);
    expect(engine.exportedValues).toBe(NEUTRAL_VALUES);
    expect(studio.exports.finished.value?.fileName).toBe("My song (Original).wav");
    studio.exports.version.value = "musical";
    await studio.exports.start(studio.mix.current.value!);
    expect(engine.exportedValues?.["output.gain_db"]).toBe(6);
    expect(engine.log.filter((line) => line === "dispose export").length).toBe(1);
    await studio.exports.close();
    expect(engine.log.filter((line) => line === "dispose export").length).toBe(2);
  });

  it("waits for a decision that is still being made", async () => {
    const engine = new ScriptedEngine();
    let open = (): void => undefined;
    engine.gate = new Promise((resolve) => (open = resolve));
    const studio = new Studio(engine);
    await studio.songs.add([file("a.wav")]);
    await settled();
    const done = studio.exports.start(studio.mix.current.value!);
    await settled();
    expect(engine.exportedValues).toBeNull();
    open();
    await done;
    expect(engine.exportedValues?.["output.gain_db"]).toBe(6);
  });

  it("tells in the dialog why it failed and nothing when cancelled", async () => {
    const { engine, studio } = await withSong();
    engine.exportSong = async () => Promise.reject(new Error("the disk is full"));
    await studio.exports.start(studio.mix.current.value!);
    expect(studio.exports.failure.value).toBe("the disk is full");
    engine.exportSong = (_song, _values, _format, options?: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => options?.signal.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError"))));
    const running = studio.exports.start(studio.mix.current.value!);
    await settled();
    studio.exports.job.cancel();
    await running;
    expect(studio.exports.failure.value).toBeNull();
    expect(studio.exports.finished.value).toBeNull();
  });
});
