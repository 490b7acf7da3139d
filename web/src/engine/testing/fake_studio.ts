/** A StudioEngine for tests over a fake page engine, a fake live input and a bridge in memory. */
import type { LiveFigures, RecordWishes } from "../../protocol/rig";
import type { Telemetry } from "../../protocol/types";
import { StudioError } from "../engine";
import type { Recording } from "../engine_rig";
import { FakeEngine } from "../fake_engine";
import type { RecordingPlace } from "../live/page_recorder";
import type { MonitorState } from "../player/messages";
import { NO_SCOPE } from "../player/scope";
import type { SongAudio } from "../store/pages";
import { StudioEngine, type BridgePlaces, type PageEngine, type PageLiveInput } from "../studio_engine";
import { FakeBridge } from "./fake_bridge";
import { rampSong } from "./ramp_song";

export class FakePage extends FakeEngine implements PageEngine {
  private readonly audio = rampSong(4 * 48000);

  pagesOf(): SongAudio {
    return this.audio;
  }

  async recordingPlace(): Promise<RecordingPlace> {
    return { folderName: null, removeFile: async (name) => void this.calls.push(`remove file ${name}`) };
  }
}

export class FakeLiveInput implements PageLiveInput {
  readonly scope = NO_SCOPE;
  readonly name = "Fake microphone";
  readonly params = new Map<number, number>();
  monitor: MonitorState | null = null;
  isOpen = false;
  isRecording = false;
  hears = false;
  refusal: Error | null = null;
  disposed = 0;

  constructor(readonly lose: (message: string) => void, readonly breakRecording: () => void) {}

  async start(params: readonly (readonly [number, number])[], monitor: MonitorState): Promise<void> {
    if (this.refusal) throw this.refusal;
    this.isOpen = true;
    this.setParams(params);
    this.monitor = monitor;
  }
  async stop(): Promise<void> {
    this.isOpen = false;
  }
  setHears(on: boolean): void {
    this.hears = on;
  }
  setParams(values: readonly (readonly [number, number])[]): void {
    for (const [id, value] of values) this.params.set(id, value);
  }
  setMonitor(monitor: MonitorState): void {
    this.monitor = monitor;
  }
  resetMeters(): void {}
  telemetry(): Telemetry {
    return new FakeEngine().telemetry();
  }
  figures(): LiveFigures {
    return {
      inputPeakDbfs: [null, null], loadRatio: null, loadMaxRatio: null, xruns: null, deadlineMisses: null, inputClips: 0, songUnderruns: 0, recordedS: 0, recorderLostFrames: 0, pageLatencyMs: null,
    };
  }
  async startRecording(_place: RecordingPlace, _wishes: RecordWishes): Promise<void> {
    if (!this.isOpen) throw new StudioError("There is no live input to record");
    this.isRecording = true;
  }
  async stopRecording(): Promise<{ readonly recordings: readonly Recording[]; readonly problem: string | null }> {
    this.isRecording = false;
    const recording: Recording = { file: new File(["audio"], "Take 2026-11-21 17.40.12.wav"), dispose: async () => void ++this.disposed };
    return { recordings: [recording], problem: null };
  }
}

export class FakePlaces implements BridgePlaces {
  address: string | null = null;
  token: string | null = null;
  set(address: string | null, token: string | null): void {
    this.address = address;
    this.token = token;
  }
  addresses(): readonly string[] {
    return [this.address ?? "ws://127.0.0.1:5001/ws"];
  }
}

export interface FakeStudio {
  readonly engine: StudioEngine;
  readonly page: FakePage;
  readonly live: FakeLiveInput;
  readonly bridge: FakeBridge;
  readonly places: FakePlaces;
}

export function fakeStudio(page = new FakePage()): FakeStudio {
  const bridge = new FakeBridge();
  const places = new FakePlaces();
  let live: FakeLiveInput | null = null;
  const engine = new StudioEngine({ page, environment: bridge, places, liveInput: (onLost, onRecordingEnded) => (live = new FakeLiveInput(onLost, onRecordingEnded)) });
  return { engine, page, live: live as unknown as FakeLiveInput, bridge, places };
}
