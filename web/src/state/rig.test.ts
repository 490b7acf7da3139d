import { afterEach, describe, expect, it, vi } from "vitest";
import { happened } from "../engine/testing/fake_bridge";
import { fakeStudio, type FakeStudio } from "../engine/testing/fake_studio";
import { FakeEngine } from "../engine/fake_engine";
import { NEUTRAL_VALUES } from "./document";
import { LIVE_INPUT } from "./live_mix";
import { LOOPBACK_ADVICE } from "./rig";
import { Studio } from "./studio";

interface Loaded extends FakeStudio {
  readonly studio: Studio;
}

async function withSong(): Promise<Loaded> {
  const made = fakeStudio();
  const studio = new Studio(made.engine);
  await studio.songs.add([new File(["audio"], "a.wav")]);
  await happened();
  return { ...made, studio };
}

async function onBridge(): Promise<Loaded> {
  const made = await withSong();
  await made.studio.rig.chooseEngine("bridge");
  await happened();
  return made;
}

afterEach(() => void vi.unstubAllGlobals());

describe("the engine", () => {
  it("is chosen at once for the eye, and really runs when it says so", async () => {
    const { studio, bridge } = await withSong();
    const choosing = studio.rig.chooseEngine("bridge");
    expect([studio.rig.wantedEngine.value, studio.rig.state.value.engine]).toEqual(["bridge", "in-page"]);
    await choosing;
    expect([studio.rig.wantedEngine.value, studio.rig.state.value.engine, studio.engine.kind]).toEqual(["bridge", "bridge", "bridge"]);
    expect(studio.rig.panelOpen.value).toBe(true);
    expect(bridge.state.params["comp.enabled"]).toBe(1); // Musical's
    expect(studio.notices.errors.value).toEqual([]);
  });

  it("that cannot be had says why in one sentence, and the choice goes back", async () => {
    const { studio, bridge } = await withSong();
    bridge.reachable = () => false;
    await studio.rig.chooseEngine("bridge");
    expect(studio.rig.wantedEngine.value).toBe("in-page");
    expect(studio.rig.problem.value).toMatch(/No bridge answers .*: start ag06-bridge on this computer and open the address it prints/);
    expect(studio.notices.announcement.value).toContain("No bridge answers");
    expect(studio.rig.panelOpen.value).toBe(true);
    bridge.reachable = () => true;
    studio.rig.retryNow();
    await happened();
    expect([studio.rig.wantedEngine.value, studio.rig.problem.value]).toEqual(["bridge", null]);
  });

  it("is looked for where a person says, with their token", async () => {
    const { studio, bridge, places } = await withSong();
    bridge.token = "secret";
    await studio.rig.chooseEngine("bridge");
    expect(studio.rig.problem.value).toMatch(/does not know this page/);
    await studio.rig.setAddress("ws://10.0.0.7:5001/ws", "secret");
    expect([studio.rig.state.value.engine, places.address, bridge.socket.address]).toEqual(["bridge", "ws://10.0.0.7:5001/ws", "ws://10.0.0.7:5001/ws"]);
  });

  it("switches during playback, and Play stays what it was", async () => {
    const { studio, bridge } = await withSong();
    await studio.player.toggle();
    await studio.rig.chooseEngine("bridge");
    await vi.waitFor(() => expect(bridge.state.transport.is_playing).toBe(true));
    studio.player.follow(studio.player.telemetry());
    expect(studio.player.playing.value).toBe(true);
    await studio.rig.chooseEngine("in-page");
    studio.player.follow(studio.player.telemetry());
    expect([studio.player.playing.value, studio.engine.telemetry().playing]).toEqual([true, true]);
  });
});

describe("what another page changes on the bridge", () => {
  it("is an undoable step here, goes to the bridge when undone, and makes no echo", async () => {
    const { studio, bridge } = await onBridge();
    const sent = (): unknown[] => bridge.of("set_params").map(({ values }) => values);
    const before = sent().length;
    bridge.change({ params: { "input.gain_db": -6, "output.gain_db": 2 } });
    await happened();
    expect(studio.mix.values.value["input.gain_db"]).toBe(-6);
    expect(studio.mix.undoLabel.value).toBe("Change on another page");
    expect(sent()).toHaveLength(before);
    studio.mix.undo();
    await happened();
    expect(studio.mix.values.value["input.gain_db"]).toBe(0);
    expect(sent().slice(before)).toEqual([{ "input.gain_db": 0, "output.gain_db": 0 }]);
    expect(bridge.state.params["input.gain_db"]).toBe(0);
    studio.mix.redo();
    await happened();
    expect(bridge.state.params["input.gain_db"]).toBe(-6);
  });

  it("does not disturb an edit that is being made", async () => {
    const { studio, bridge } = await onBridge();
    bridge.holds = new Set(["set_params"]);
    studio.mix.setValue("input.gain_db", 3);
    bridge.change({ params: { "input.gain_db": -9 } }); // older than our value, which is on its way
    expect(studio.mix.values.value["input.gain_db"]).toBe(3);
    await happened();
    bridge.releaseAnswers();
    await happened();
    expect([studio.mix.values.value["input.gain_db"], bridge.state.params["input.gain_db"]]).toEqual([3, 3]);
  });

  it("by its own listening is named so", async () => {
    const { studio, bridge } = await onBridge();
    bridge.change({ mode: "auto" });
    bridge.change({ params: { "comp.ratio": 3.5 } });
    expect(studio.mix.undoLabel.value).toBe("Automatic mix");
  });
});

describe("live input", () => {
  it("has settings of its own; the song's are there again afterwards", async () => {
    const { studio, live } = await withSong();
    const ofSong = studio.mix.values.value;
    await studio.rig.chooseSource("live");
    expect(studio.mix.current.value?.song).toBe(LIVE_INPUT);
    expect(studio.mix.values.value).toBe(NEUTRAL_VALUES);
    expect([studio.player.ready.value, live.isOpen]).toEqual([false, true]);
    studio.mix.setValue("input.gain_db", 4);
    await studio.rig.chooseSource("file");
    expect(studio.mix.values.value).toBe(ofSong);
    expect(studio.player.ready.value).toBe(true);
    await studio.rig.chooseSource("live");
    expect(studio.mix.values.value["input.gain_db"]).toBe(4);
  });

  it("is never planned, fitted or measured in advance", async () => {
    const { studio, page } = await withSong();
    await studio.rig.chooseSource("live");
    const before = page.calls.length;
    studio.mix.setValue("input.gain_db", 4);
    studio.mix.ensurePlanned();
    studio.mix.replan();
    studio.mix.fitToTarget();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(page.calls.slice(before).filter((call) => /plan|fit|measure/.test(call))).toEqual([]);
  });

  it("works without any song", async () => {
    const made = fakeStudio();
    const studio = new Studio(made.engine);
    await studio.rig.chooseSource("live");
    studio.mix.setValue("input.gain_db", 4);
    await studio.rig.chooseEngine("bridge");
    await happened();
    expect([made.bridge.state.params["input.gain_db"], made.bridge.state.transport.source]).toEqual([4, "live"]);
  });

  it("that the browser refuses says so and goes back to the file", async () => {
    const { studio, live } = await withSong();
    live.refusal = new Error("The browser does not let this page hear the input: allow the microphone");
    await studio.rig.chooseSource("live");
    expect([studio.rig.wantedSource.value, studio.rig.isLive.value]).toEqual(["file", false]);
    expect(studio.rig.problem.value).toMatch(/allow the microphone/);
  });

  it("gives way to a song that a person picks", async () => {
    const { studio, live } = await withSong();
    await studio.rig.chooseSource("live");
    await studio.pick(studio.songs.list.value[0]!);
    expect([studio.rig.isLive.value, live.isOpen, studio.player.ready.value]).toEqual([false, false, true]);
  });
});

describe("Record", () => {
  it("makes a song of what was recorded, and the file is let go", async () => {
    const { studio, live } = await withSong();
    expect(studio.rig.canRecord.value).toBe(false);
    await studio.rig.chooseSource("live");
    expect(studio.rig.canRecord.value).toBe(true);
    await studio.rig.toggleRecording();
    expect(studio.rig.state.value.recording).toBe(true);
    await studio.rig.toggleRecording();
    await happened();
    expect(studio.songs.list.value.map(({ name }) => name)).toEqual(["a.wav", "Take 2026-11-21 17.40.12.wav"]);
    expect(live.disposed).toBe(1);
    expect(studio.rig.isLive.value).toBe(true);
    await studio.rig.chooseSource("file");
    await happened();
    expect(studio.mix.current.value?.song.name).toBe("Take 2026-11-21 17.40.12.wav");
    expect(studio.mix.document.value?.decision).not.toBeNull(); // it is mixed as any song that was added
  });

  it("on the bridge brings the take into the project, and lists it", async () => {
    const { studio, bridge } = await onBridge();
    bridge.takes = [{ id: "2026-11-21T16-40-12Z-processed", file_name: "2026-11-21T16-40-12Z-processed.wav", format: "wav24", sample_rate_hz: 48000, channels: 2, frames: 1, bytes: 5, started_at: "2026-11-21T16:40:12Z", is_complete: true }];
    vi.stubGlobal("fetch", async () => new Response("audio"));
    await studio.rig.toggleRecording();
    await studio.rig.toggleRecording();
    expect(studio.songs.list.value).toHaveLength(2);
    expect(studio.songs.list.value[1]?.name).toMatch(/^Take 2026-11-21 \d\d\.\d\d\.\d\d\.wav$/);
    expect(studio.rig.takes.value).toHaveLength(1);
    await studio.rig.addTake(studio.rig.takes.value[0]!);
    expect(studio.songs.list.value).toHaveLength(3);
    await studio.rig.removeTake(studio.rig.takes.value[0]!);
    expect([studio.rig.takes.value, bridge.of("remove_take")[0]?.take_id]).toEqual([[], "2026-11-21T16-40-12Z-processed"]);
  });

  it("that fails says why and nothing is recording", async () => {
    const { studio, bridge } = await onBridge();
    bridge.refusals.set("record", ["disk_failed", "The takes folder cannot be written"]);
    await studio.rig.toggleRecording();
    expect(studio.notices.errors.value[0]?.text).toContain("The takes folder cannot be written");
    expect(studio.rig.state.value.recording).toBe(false);
  });
});

describe("what the bridge tells by itself", () => {
  it("is spoken: lost and found again, loopback with what to do", async () => {
    const { studio, bridge } = await onBridge();
    bridge.change({ guard: "loopback" });
    expect(studio.notices.announcement.value).toBe(LOOPBACK_ADVICE);
    bridge.socket.breakOff();
    expect(studio.notices.announcement.value).toMatch(/broke off/);
    studio.rig.retryNow();
    await vi.waitFor(() => expect(studio.notices.announcement.value).toMatch(/connected again/));
  });

  it("dry/wet is followed, and set", async () => {
    const { studio, bridge } = await onBridge();
    bridge.change({ wet_ratio: 0.25 });
    expect(studio.rig.wetRatio.value).toBe(0.25);
    studio.rig.setWet(0.75);
    await happened();
    expect(bridge.state.wet_ratio).toBe(0.75);
  });
});

it("an engine without a rig offers no choice", () => {
  const { rig } = new Studio(new FakeEngine());
  expect([rig.available, rig.canRecord.value, rig.figures().loadRatio]).toEqual([false, false, null]);
});
