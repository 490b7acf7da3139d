import { describe, expect, it, vi } from "vitest";
import { FakeDisk, FakeEngine } from "../engine/fake_engine";
import { TARGETS } from "../protocol/targets";
import { DEFAULT_PROFILE, NEUTRAL_VALUES, moveState } from "./document";
import { mixText, readMix } from "./saved_mix";
import { readSession, sessionText } from "./saved_session";
import { Studio } from "./studio";

async function settled(): Promise<void> {
  for (let i = 0; i < 80; i++) await Promise.resolve();
}

async function start(disk: FakeDisk | null): Promise<{ engine: FakeEngine; studio: Studio }> {
  const engine = new FakeEngine(disk);
  const studio = new Studio(engine);
  await studio.restore();
  await settled();
  return { engine, studio };
}

const add = async (studio: Studio, ...names: string[]): Promise<void> => {
  await studio.songs.add(names.map((name) => new File(["x"], name)));
  await settled();
};
const jobs = (engine: FakeEngine): string[] => engine.calls.filter((call) => /^(import|plan|fit)/.test(call));

describe("kept work", () => {
  it("comes back whole in the next page, and nothing is decoded or decided again", async () => {
    const disk = new FakeDisk();
    const { studio } = await start(disk);
    await add(studio, "a.wav", "b.wav");
    const move = studio.mix.document.value!.decision!.moves[1]!;
    studio.mix.toggleMove(move);
    studio.mix.setValue("comp.ratio", 4.123456789);
    studio.player.version.value = "original";
    studio.player.matchLoudness.value = false;
    studio.player.setLoopRange({ startFrame: 48000, endFrame: 96000 });
    studio.player.setLoopOn(true);
    const document = studio.mix.document.value;
    studio.kept.leave();

    const next = await start(disk);
    expect(next.studio.songs.list.value.map((song) => song.name)).toEqual(["a.wav", "b.wav"]);
    expect(next.studio.songs.current.value?.name).toBe("a.wav");
    expect(next.studio.mix.document.value).toEqual(document);
    expect(moveState(move, next.studio.mix.values.value)).toBe("reverted");
    expect(next.studio.mix.undoLabel.value).toBeNull();
    expect([next.engine.version, ...next.engine.monitorGainsDb]).toEqual(["original", 0, 0]);
    expect(next.engine.loop).toEqual({ startFrame: 48000, endFrame: 96000 });
    expect(next.engine.params.get("comp.ratio")).toBe(4.123456789);
    expect(jobs(next.engine)).toEqual([]);
    // b was never looked at: its first decision is still to come.
    void next.studio.select(next.studio.songs.list.value[1]!);
    await settled();
    expect(jobs(next.engine)).toEqual(["plan song-2"]);
  });

  it("matches loudness at once, from the measurement of the page before", async () => {
    const disk = new FakeDisk();
    const { studio, engine } = await start(disk);
    await add(studio, "a.wav");
    expect(engine.monitorGainsDb).toEqual([0, -6]);
    studio.kept.leave();
    expect((await start(disk)).engine.monitorGainsDb).toEqual([0, -6]);
  });

  it("does not bring an undone decision back, but makes one that was cut off", async () => {
    const disk = new FakeDisk();
    const { studio, engine } = await start(disk);
    await add(studio, "a.wav");
    studio.mix.undo();
    studio.kept.leave();
    const next = await start(disk);
    expect(jobs(next.engine)).toEqual([]);
    expect(next.studio.mix.values.value).toBe(NEUTRAL_VALUES);

    engine.holdJobs = true;
    studio.mix.redo();
    studio.mix.setTarget(TARGETS.find((target) => target.id === "ebu-r128")!);
    studio.mix.setValue("gate.range_db", 12);
    await settled();
    studio.kept.leave();
    const third = await start(disk);
    expect(jobs(third.engine)).toEqual(["plan song-1"]);
    expect(third.studio.mix.missLu.value).toBeNull();
    expect(third.studio.mix.values.value["gate.range_db"]).toBe(12);
    expect(third.studio.mix.document.value?.target.id).toBe("ebu-r128");
  });

  it("saves soon after the last of a burst of changes, once", async () => {
    vi.useFakeTimers();
    try {
      const disk = new FakeDisk();
      const write = vi.spyOn(disk, "write");
      const { studio } = await start(disk);
      await add(studio, "a.wav");
      await vi.advanceTimersByTimeAsync(400);
      write.mockClear();
      for (let ratio = 2; ratio < 4; ratio += 0.01) studio.mix.setValue("comp.ratio", ratio);
      await vi.advanceTimersByTimeAsync(400);
      expect(write.mock.calls.map(([name]) => name)).toEqual(["song-1.mix.json"]);
      expect(readMix(disk.texts.get("song-1.mix.json")!).document).toEqual(studio.mix.document.value);
    } finally {
      vi.useRealTimers();
    }
  });

  it("says when saving fails, keeps the change for the next try, and warns before leaving", async () => {
    vi.useFakeTimers();
    try {
      const disk = new FakeDisk();
      const { studio } = await start(disk);
      await add(studio, "a.wav");
      await vi.advanceTimersByTimeAsync(400);
      expect(studio.leavingLoses).toBe(false);
      const write = vi.spyOn(disk, "write").mockRejectedValue(new Error("the disk is full"));
      studio.mix.setValue("comp.ratio", 3);
      await vi.advanceTimersByTimeAsync(400);
      expect(studio.notices.errors.value.map((error) => error.text)).toEqual(["Changes cannot be saved in this browser: the disk is full"]);
      expect(studio.leavingLoses).toBe(true);
      write.mockRestore();
      studio.mix.setValue("comp.knee_db", 3);
      await vi.advanceTimersByTimeAsync(400);
      expect(studio.leavingLoses).toBe(false);
      expect(readMix(disk.texts.get("song-1.mix.json")!).document.values["comp.ratio"]).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it("warns before leaving while work is under way, and with songs where nothing can be kept", async () => {
    const { studio, engine } = await start(new FakeDisk());
    engine.holdJobs = true;
    const reading = studio.songs.add([new File(["x"], "a.wav")]);
    await settled();
    expect(studio.leavingLoses).toBe(true);
    engine.holdJobs = false;
    engine.release();
    await reading;
    await settled();
    expect(studio.leavingLoses).toBe(false);
    const bare = await start(null);
    expect(bare.studio.leavingLoses).toBe(false);
    await add(bare.studio, "a.wav");
    expect(bare.studio.leavingLoses).toBe(true);
  });

  it("forgets a removed song", async () => {
    const disk = new FakeDisk();
    const { studio } = await start(disk);
    await add(studio, "a.wav", "b.wav");
    await studio.remove(studio.songs.list.value[0]!);
    await settled();
    studio.kept.leave();
    expect(disk.texts.has("song-1.mix.json")).toBe(false);
    expect((await start(disk)).studio.songs.current.value?.name).toBe("b.wav");
  });

  it("leaves no mix of a song that is removed while the mix is being written", async () => {
    const disk = new FakeDisk();
    const { studio } = await start(disk);
    await add(studio, "a.wav");
    await settled();
    let release = (): void => undefined;
    const write = disk.write.bind(disk);
    disk.write = async (name, text) => {
      if (name === "song-1.mix.json") await new Promise<void>((resolve) => (release = resolve));
      await write(name, text);
    };
    studio.mix.setValue("output.gain_db", 3);
    studio.kept.leave();
    await settled();
    await studio.remove(studio.songs.list.value[0]!);
    release();
    await settled();
    expect(disk.texts.has("song-1.mix.json")).toBe(false);
  });

  it("goes on with the songs when the texts are damaged, and names them", async () => {
    const disk = new FakeDisk();
    const { studio } = await start(disk);
    await add(studio, "a.wav");
    disk.texts.set("song-1.mix.json", '{"format":"ag06-mix"');
    disk.texts.set("session.json", "null");
    const next = await start(disk);
    expect(next.studio.songs.current.value?.name).toBe("a.wav");
    expect(next.studio.notices.errors.value.map((error) => /\((.+?)\)/.exec(error.text)?.[1])).toEqual(["song-1.mix.json", "session.json"]);
    expect(jobs(next.engine)).toEqual(["plan song-1"]);
  });
});

describe("own profiles", () => {
  const mine = new File([JSON.stringify({ id: "mine", label: "Mine", reverb: { send_ratio: 0.3 } })], "mine.json");

  it("are dropped like songs, chosen, undone, and come back in the next page with the song that uses them", async () => {
    const disk = new FakeDisk();
    const { studio, engine } = await start(disk);
    await studio.addFiles([new File(["x"], "a.wav"), mine]);
    await settled();
    const profile = studio.profiles.all.value.find(({ id }) => id === "mine")!;
    studio.mix.setProfile(profile);
    await settled();
    expect(jobs(engine).filter((call) => call === "plan song-1")).toHaveLength(2);
    studio.mix.undo();
    expect(studio.mix.document.value!.profile).toBe(DEFAULT_PROFILE);
    studio.mix.redo();
    studio.kept.leave();
    await settled();
    const next = await start(disk);
    expect(next.studio.profiles.own.value).toEqual([profile]);
    expect(next.studio.mix.document.value!.profile).toEqual(profile);
  });

  it("that cannot be used say why, and leave what is there", async () => {
    const { studio } = await start(new FakeDisk());
    await studio.addFiles([mine, new File(["{"], "broken.json"), new File([JSON.stringify({ id: "rock", label: "My rock" })], "rock.json")]);
    await settled();
    expect(studio.profiles.own.value.map(({ label }) => label)).toEqual(["Mine"]);
    expect(studio.notices.errors.value.map(({ text }) => text)).toEqual([expect.stringMatching(/broken\.json.*no JSON/), expect.stringMatching(/rock\.json.*belongs to a profile of the studio/)]);
  });
});

describe("saved texts", () => {
  const values = { ...NEUTRAL_VALUES, "comp.ratio": 3.3000001 };
  const move = { param: "comp.ratio" as const, from: 2, to: 3.3, reason: "r", evidence: "e", confidence: 0.5 };
  const mix = { document: { values, target: { id: "none", label: "None", lufs: null }, profile: { id: "mine", label: "Mine", description: "", values: DEFAULT_PROFILE.values }, amount: 0.75, decision: { params: values, moves: [move], notes: ["n"], keepsEdits: true, opinion: null }, remedies: [] }, decided: true, report: null };

  it("give back exactly what was saved", () => {
    expect(readMix(mixText(mix))).toEqual(mix);
    const session = { songId: "song-1", heard: "musical" as const, matchLoudness: true, loopOn: false, loopRange: { startFrame: 0, endFrame: 9 } };
    expect(readSession(sessionText(session))).toEqual(session);
  });

  it("know the neutral chain", () => {
    expect(readMix(mixText({ ...mix, document: { ...mix.document, values: { ...NEUTRAL_VALUES } } })).document.values).toBe(NEUTRAL_VALUES);
  });

  it.each([
    ['"comp.ratio":3.3000001', '"comp.ratio":1000'], ['"comp.ratio":3.3000001', '"comp.ratio":"3"'], ['"param":"comp.ratio"', '"param":"comp.magic"'], ['"to":3.3', '"to":null'],
    ['"decided":true', '"decided":1'], ['"lufs":null', '"lufs":12'], ['"notes":["n"]', '"notes":"n"'], ['"keepsEdits":true', '"keeps":true'], ['"format":"ag06-mix"', '"format":"x"'],
    ['"version":1', '"version":2'], ['"report":null', '"report":{}'], ['"values":[-30,', '"values":[-300,'],
  ])("refuse %s changed to %s", (good, bad) => {
    const text = mixText(mix);
    expect(text).toContain(good);
    expect(() => readMix(text.replace(good, bad))).toThrow();
  });

  it("have no profile where they are older than profiles", () => {
    const { profile: _, ...older } = mix.document;
    expect(readMix(JSON.stringify({ format: "ag06-mix", version: 1, ...mix, document: older })).document.profile).toBe(DEFAULT_PROFILE);
  });

  it("take a parameter that is new since then as neutral", () => {
    expect(readMix(mixText(mix).replaceAll('"comp.knee_db":', '"comp.gone":')).document.values).toEqual(values);
  });
});
