import { describe, expect, it, vi } from "vitest";
import type { RigEvents, RigState } from "./engine_rig";
import { happened } from "./testing/fake_bridge";
import { fakeStudio, type FakeStudio } from "./testing/fake_studio";
import { framesIn } from "./testing/ramp_song";
import { paramId } from "./wasm/session";
import { METER_NAMES } from "../protocol/bridge_frames";
import { PARAMS, type ParamKey } from "../protocol/params.gen";
import { SPECTRUM_BINS, WAVE_FRAMES } from "../protocol/scope";
import type { ChangedValues } from "../protocol/rig";
import type { Song } from "../protocol/types";

const DEFAULTS = Object.fromEntries(PARAMS.map((p) => [p.key, p.defaultValue])) as Record<ParamKey, number>;
const OPTIONS = { signal: new AbortController().signal, onProgress: (): void => undefined };

class Told implements RigEvents {
  readonly states: RigState[] = [];
  readonly values: ChangedValues[] = [];
  readonly versions: string[] = [];
  readonly problems: string[] = [];
  readonly ended: string[] = [];
  changed = (state: RigState): void => void this.states.push(state);
  valuesChanged = (values: ChangedValues): void => void this.values.push(values);
  versionChanged = (version: string): void => void this.versions.push(version);
  moved = (): void => undefined;
  takesChanged = (): void => undefined;
  devicesChanged = (): void => undefined;
  recordingEnded = (recordings: readonly unknown[], why: string): void => void this.ended.push(`${recordings.length} ${why}`);
  problem = (message: string): void => void this.problems.push(message);
}

interface Loaded extends FakeStudio {
  readonly song: Song;
  readonly told: Told;
}

async function loaded(): Promise<Loaded> {
  const made = fakeStudio();
  const told = new Told();
  made.engine.listen(told);
  const song = await made.engine.importFile(new File(["audio"], "a.wav"), "a.wav", OPTIONS);
  await made.engine.load(song);
  made.engine.setParams({ ...DEFAULTS, "input.gain_db": 2, "comp.enabled": 1 });
  return { ...made, song, told };
}

async function onBridge(): Promise<Loaded> {
  const made = await loaded();
  await made.engine.setEngine("bridge");
  await happened();
  return made;
}

const starts = ({ bridge }: FakeStudio): { first_frame?: number }[] => bridge.of("transport").filter((request) => request.action === "start") as { first_frame?: number }[];

describe("switching to the bridge", () => {
  it("while playing goes on from the same place with the same settings and version, and the page is silent", async () => {
    const made = await loaded();
    const { engine, page, bridge } = made;
    engine.setMonitor("original", -3, 0);
    await engine.play();
    page.advance(70_000);
    await engine.setEngine("bridge");
    await happened();
    expect(engine.kind).toBe("bridge");
    expect(page.telemetry().playing).toBe(false);
    expect(starts(made)).toMatchObject([{ first_frame: 70_000, sample_rate_hz: 48000 }]);
    expect(bridge.state.params["input.gain_db"]).toBe(2);
    expect(bridge.state.params["comp.enabled"]).toBe(1);
    expect(bridge.state.mode).toBe("bypass");
    expect(engine.telemetry()).toMatchObject({ playing: true, positionFrames: 70_000 });
  });

  it("while paused stays paused at its place", async () => {
    const made = await loaded();
    await made.engine.seek(50_000);
    await made.engine.setEngine("bridge");
    expect(starts(made)).toEqual([]);
    expect(made.engine.telemetry()).toMatchObject({ playing: false, positionFrames: 50_000 });
    await made.engine.play();
    expect(starts(made)).toMatchObject([{ first_frame: 50_000 }]);
  });

  it("that cannot be reached changes nothing: the song plays on in the page", async () => {
    const { engine, page, bridge } = await loaded();
    bridge.reachable = () => false;
    await engine.play();
    await expect(engine.setEngine("bridge")).rejects.toThrow(/start ag06-bridge/);
    expect(engine.kind).toBe("in-page");
    expect(page.telemetry().playing).toBe(true);
    expect(page.calls.filter((call) => call === "pause")).toEqual([]);
  });

  it("takes the loop along", async () => {
    const { engine, bridge } = await loaded();
    engine.setLoop({ startFrame: 1000, endFrame: 9000 });
    await engine.play();
    await engine.setEngine("bridge");
    await vi.waitFor(() => expect(bridge.pieces.length).toBeGreaterThan(4), { timeout: 5000 });
    expect(Math.max(...bridge.pieces.flatMap(({ samples }) => framesIn(samples)))).toBe(8999);
  });
});

describe("switching back to the page", () => {
  it("while playing goes on from what was heard, and the bridge lets go", async () => {
    const made = await loaded();
    const { engine, page, bridge } = made;
    await engine.play();
    await engine.setEngine("bridge");
    await vi.waitFor(() => expect(bridge.pieces.length).toBeGreaterThan(10), { timeout: 5000 });
    bridge.meters({ song_position_frames: 30_000 });
    engine.setParams({ "input.gain_db": 5 });
    await engine.setEngine("in-page");
    expect(engine.kind).toBe("in-page");
    const seek = Number(page.calls.filter((call) => call.startsWith("seek")).at(-1)?.split(" ")[1]);
    expect(seek).toBeGreaterThanOrEqual(30_000);
    expect(seek).toBeLessThan(30_000 + 4800 + 1);
    expect(page.telemetry().playing).toBe(true);
    expect(page.params.get("input.gain_db")).toBe(5);
    expect(bridge.socket.closed).toBe(true);
    expect(bridge.state.transport.is_playing).toBe(false);
  });

  it("and forth many times, asked for at once, ends where the last wish was", async () => {
    const { engine, page } = await loaded();
    await engine.play();
    await Promise.all([engine.setEngine("bridge"), engine.setEngine("in-page"), engine.setEngine("bridge"), engine.setEngine("in-page")]);
    expect(engine.kind).toBe("in-page");
    expect(page.telemetry().playing).toBe(true);
  });
});

describe("on the bridge", () => {
  it("A and B are its bypass and its chain; nothing is said twice", async () => {
    const { engine, bridge } = await onBridge();
    engine.setMonitor("original", 0, 0);
    engine.setMonitor("original", 0, 0);
    await happened();
    engine.setMonitor("musical", 0, 0);
    await happened();
    expect(bridge.of("set_mode").map(({ mode }) => mode)).toEqual(["bypass", "manual"]);
  });

  it("the gains of matched loudness are told; a bridge that does not know them is asked once and the page knows", async () => {
    const { engine, bridge } = await onBridge();
    const known = bridge.requests.length;
    const asked = (): unknown[] => bridge.requests.slice(known).filter(({ type }) => (type as string) === "set_monitor");
    engine.setMonitor("musical", 0, -4.5);
    await happened();
    expect(asked()).toMatchObject([{ original_gain_db: 0, processed_gain_db: -4.5 }]);
    expect(engine.state.matchesLoudness).toBe(true);
    bridge.refusals.set("set_monitor", ["unknown_type", "there is no set_monitor"]);
    engine.setMonitor("musical", 0, -3);
    await happened();
    engine.setMonitor("musical", 0, -2);
    await happened();
    expect(engine.state.matchesLoudness).toBe(false);
    expect(asked()).toHaveLength(2);
  });

  it("what another page sets is told to the document and to the page's own engine, and never sent back", async () => {
    const { engine, bridge, told, page } = await onBridge();
    const sent = bridge.of("set_params").length;
    bridge.change({ params: { "input.gain_db": -7 } });
    expect(told.values).toEqual([{ "input.gain_db": -7 }]);
    expect(page.params.get("input.gain_db")).toBe(-7);
    engine.setParams({ "output.gain_db": 1 });
    await happened();
    expect(bridge.of("set_params").slice(sent)).toMatchObject([{ values: { "output.gain_db": 1 } }]);
    expect(told.values).toHaveLength(1);
  });

  it("another page's bypass switches the version here too", async () => {
    const { bridge, told } = await onBridge();
    bridge.change({ mode: "bypass" });
    expect(told.versions).toEqual(["original"]);
    expect(bridge.of("set_mode")).toHaveLength(0);
    bridge.change({ mode: "auto" });
    expect(told.versions).toEqual(["original", "musical"]);
  });

  it("another page's choice of the live input ends the song here", async () => {
    const { engine, bridge, told } = await onBridge();
    await engine.play();
    await happened();
    bridge.change({ transport: { ...bridge.state.transport, source: "live" } });
    await happened();
    expect(engine.state.source).toBe("live");
    expect(told.states.at(-1)?.source).toBe("live");
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "pause" });
    await engine.setSource("file");
    expect(engine.telemetry().playing).toBe(false);
  });

  it("a song is heard whole, whatever share of dry was set for live sound", async () => {
    const { engine, bridge } = await loaded();
    bridge.state = { ...bridge.state, wet_ratio: 0.3 };
    await engine.setEngine("bridge");
    await happened();
    expect(bridge.state.wet_ratio).toBe(1);
    await engine.setSource("live");
    engine.setWet(0.5);
    await happened();
    expect(bridge.state.wet_ratio).toBe(0.5);
    await engine.setSource("file");
    await happened();
    expect(bridge.state.wet_ratio).toBe(1);
  });

  it("live sound that is mixed automatically stays so when a page joins", async () => {
    const { engine, bridge } = await loaded();
    bridge.state = { ...bridge.state, mode: "auto" };
    await engine.setSource("live");
    await engine.setEngine("bridge");
    await happened();
    expect([bridge.state.mode, engine.state.bridge?.mode]).toEqual(["auto", "auto"]);
    await engine.setEngine("in-page");
    await engine.setSource("file");
    await engine.setEngine("bridge");
    await happened();
    expect(bridge.state.mode).toBe("manual");
  });

  it("meters, spectrum and scope are those of its streams", async () => {
    const { engine, bridge } = await onBridge();
    expect(bridge.of("subscribe")[0]?.streams).toEqual(["meters", "spectrum", "scope", "moves"]);
    bridge.meters({ integrated_lufs: -14.5, peak_left_dbfs: -3, compressor_reduction_db: 2, load_ratio: 0.25, xruns: 1, input_peak_left_dbfs: -20 });
    expect(engine.telemetry()).toMatchObject({ integratedLufs: -14.5, peakDbfs: [-3, null], compressorReductionDb: 2, shortTermLufs: null, chainLatencyFrames: 72 });
    expect(engine.figures()).toMatchObject({ loadRatio: 0.25, xruns: 1, inputPeakDbfs: [-20, null] });
    const spectrum = new Float32Array(SPECTRUM_BINS);
    const [left, right] = [new Float32Array(WAVE_FRAMES), new Float32Array(WAVE_FRAMES)];
    expect(engine.scope.readSpectrum(spectrum)).toBe(false);
    bridge.frame("spectrum", 1, SPECTRUM_BINS, Float32Array.from({ length: SPECTRUM_BINS }, (_, i) => -i));
    bridge.frame("scope", 2, WAVE_FRAMES, Float32Array.from({ length: 2 * WAVE_FRAMES }, (_, i) => (i % 2 === 0 ? i : -i)));
    expect([engine.scope.readSpectrum(spectrum), engine.scope.readWaves(left, right), engine.scope.sampleRateHz]).toEqual([true, true, 48000]);
    expect(spectrum[100]).toBeCloseTo(-113.56, 2); // as an AnalyserNode reads it
    expect([left[10], right[10]]).toEqual([20, -21]);
    bridge.socket.sayBytes(new ArrayBuffer(7)); // no frame at all
    bridge.meters(Object.fromEntries(METER_NAMES.map((name) => [name, Number.NaN])));
    expect(engine.telemetry().integratedLufs).toBeNull();
  });

  it("a lost connection is tried again, and the song goes on when it is back", async () => {
    const made = await onBridge();
    const { engine, bridge, told } = made;
    await engine.play();
    await vi.waitFor(() => expect(bridge.pieces.length).toBeGreaterThan(10), { timeout: 5000 });
    bridge.meters({ song_position_frames: 20_000 });
    bridge.socket.breakOff();
    expect(told.states.at(-1)).toMatchObject({ engine: "bridge", bridge: null, link: { phase: "waiting" } });
    engine.setParams({ "input.gain_db": 6 });
    engine.retryNow();
    await vi.waitFor(() => expect(starts(made)).toHaveLength(2));
    expect(starts(made)[1]?.first_frame).toBeGreaterThanOrEqual(20_000);
    expect(bridge.state.params["input.gain_db"]).toBe(6);
    expect(bridge.of("subscribe")).toHaveLength(2);
  });

  it("a bridge that was started anew gets everything again", async () => {
    const { engine, bridge } = await onBridge();
    engine.setMonitor("original", 0, 0);
    await happened();
    bridge.restart();
    engine.retryNow();
    await vi.waitFor(() => expect(bridge.state.mode).toBe("bypass"));
    expect(bridge.state.params["comp.enabled"]).toBe(1);
    expect(bridge.state.transport.source).toBe("file");
  });

  it("songs are still imported, measured and exported in the page", async () => {
    const { engine, page, song } = await onBridge();
    await engine.measure(song, DEFAULTS, OPTIONS);
    expect(page.calls).toContain(`measure ${song.id}`);
  });

  it("another song is loaded at its start", async () => {
    const made = await onBridge();
    await made.engine.play();
    const other = await made.engine.importFile(new File(["audio"], "b.wav"), "b.wav", OPTIONS);
    await made.engine.load(other);
    expect(made.bridge.state.transport.is_playing).toBe(false);
    expect(made.engine.telemetry()).toMatchObject({ playing: false, positionFrames: 0 });
  });
});

describe("live input", () => {
  it("in the page stops the song and runs the same parameters and version", async () => {
    const { engine, page, live } = await loaded();
    engine.setMonitor("original", 0, 0);
    await engine.play();
    await engine.setSource("live");
    expect([page.telemetry().playing, live.isOpen]).toEqual([false, true]);
    expect(live.params.get(paramId("input.gain_db"))).toBe(2);
    expect(live.monitor?.processed).toBe(false);
    engine.setParams({ "input.gain_db": 4 });
    expect(live.params.get(paramId("input.gain_db"))).toBe(4);
    await engine.setSource("file");
    expect(live.isOpen).toBe(false);
  });

  it("that is refused leaves everything as it was, with the sentence", async () => {
    const { engine, live } = await loaded();
    live.refusal = new Error("The browser does not let this page hear the input");
    await expect(engine.setSource("live")).rejects.toThrow("does not let this page hear");
    expect(engine.state.source).toBe("file");
  });

  it("goes over to the bridge's device and back", async () => {
    const { engine, live, bridge } = await loaded();
    await engine.setSource("live");
    await engine.setEngine("bridge");
    await happened();
    expect([live.isOpen, bridge.state.transport.source, engine.telemetry().playing]).toEqual([false, "live", true]);
    await engine.setSource("file");
    expect(bridge.state.transport.source).toBe("file");
    await engine.setSource("live");
    await engine.setEngine("in-page");
    expect([live.isOpen, engine.state.source]).toEqual([true, "live"]);
  });

  it("joins what is set on the bridge already where nothing is set here", async () => {
    const { engine, bridge, told } = await loaded();
    engine.setParams(DEFAULTS);
    await engine.setSource("live");
    bridge.change({ params: { "input.gain_db": 9 } });
    await engine.setEngine("bridge");
    await happened();
    expect(bridge.of("set_params")).toEqual([]);
    expect(told.values.at(-1)?.["input.gain_db"]).toBe(9);
  });

  it("that goes away is said, and the song can be played again", async () => {
    const { engine, live, told } = await loaded();
    await engine.setSource("live");
    live.lose("The audio input went away");
    await happened();
    expect([engine.state.source, told.problems]).toEqual(["file", ["The audio input went away"]]);
  });
});

describe("recording", () => {
  it("in the page hands over files", async () => {
    const { engine } = await loaded();
    await expect(engine.startRecording({ dry: false })).rejects.toThrow(/no live input/);
    await engine.setSource("live");
    await engine.startRecording({ dry: false });
    expect(engine.state.recording).toBe(true);
    await expect(engine.setEngine("bridge")).rejects.toThrow(/stop it first/);
    await expect(engine.setSource("file")).rejects.toThrow(/stop it first/);
    expect((await engine.stopRecording(OPTIONS)).map(({ file }) => file.name)).toEqual(["Take 2026-11-21 17.40.12.wav"]);
    expect(engine.state.recording).toBe(false);
  });

  it("that loses its input hands over what it has", async () => {
    const { engine, live, told } = await loaded();
    await engine.setSource("live");
    await engine.startRecording({ dry: false });
    live.lose("The audio input went away");
    await happened();
    expect(told.ended).toEqual(["1 The audio input went away"]);
    expect(engine.state.recording).toBe(false);
  });

  it("on the bridge fetches the takes that belong to it", async () => {
    const { engine, bridge } = await onBridge();
    const row = (id: string, bytes: number): (typeof bridge.takes)[number] => ({
      id, file_name: `${id}.wav`, format: "wav24", sample_rate_hz: 48000, channels: 2, frames: 1, bytes, started_at: "2026-11-21T16:40:12Z", is_complete: true,
    });
    bridge.takes = [row("2026-11-21T16-40-12Z-processed", 5), row("2026-11-21T16-40-12Z-input", 5), row("2026-11-20T09-00-00Z-processed", 5)];
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return new Response("audio");
    });
    await engine.startRecording({ dry: true });
    expect(bridge.of("record")[0]).toMatchObject({ action: "start", input: true, processed: true });
    expect(engine.state.recording).toBe(true);
    const recordings = await engine.stopRecording(OPTIONS);
    vi.unstubAllGlobals();
    expect(asked).toEqual(["http://127.0.0.1:5001/api/v1/takes/2026-11-21T16-40-12Z-processed", "http://127.0.0.1:5001/api/v1/takes/2026-11-21T16-40-12Z-input"]);
    expect(recordings.map(({ file }) => file.name.replace(/\d\d\.\d\d\.\d\d/, "TIME"))).toEqual(["Take 2026-11-21 TIME.wav", "Take 2026-11-21 TIME (dry).wav"]);
  });

  it("that the bridge ends by itself is said", async () => {
    const { engine, bridge, told } = await onBridge();
    await engine.startRecording({ dry: false });
    bridge.change({ recorder: { is_recording: false, take_id: "2026-11-21T16-40-12Z-processed", message: "The disk is full" } });
    expect(told.ended).toEqual(["0 The disk is full"]);
  });
});
