/** What an engine offers beyond playing songs: a choice of where the sound is made, live input, the bridge's device, recordings. State uses it, the ui does not see it. */
import type {
  BridgeFacts, ChangedValues, DeviceChoice, DeviceRequest, EngineChoice, InputSource, LinkStatus, LiveFigures, MixingMode, RecordWishes, Take,
} from "../protocol/rig";
import type { Move, VersionId } from "../protocol/types";
import type { JobOptions } from "./engine";

export interface RigState {
  readonly engine: EngineChoice;
  readonly source: InputSource;
  readonly link: LinkStatus;
  /** null unless the bridge makes the sound and is connected. */
  readonly bridge: BridgeFacts | null;
  /** What the browser calls the page's live input; empty: it is not open, or has no name. */
  readonly inputName: string;
  /** Whether the page passes its live input on to the loudspeakers. */
  readonly hearsInput: boolean;
  readonly recording: boolean;
  /** False: the engine in use cannot attenuate one version for listening. */
  readonly matchesLoudness: boolean;
}

export interface RigEvents {
  changed(state: RigState): void;
  /** Another page, or the bridge's own listening, set these; the engine runs with them already. */
  valuesChanged(values: ChangedValues): void;
  versionChanged(version: VersionId): void;
  /** Steps of the automatic mode, as they happen. */
  moved(moves: readonly Move[]): void;
  takesChanged(takes: readonly Take[]): void;
  devicesChanged(devices: readonly DeviceChoice[]): void;
  /** A recording ended by itself; what it holds is handed over. */
  recordingEnded(recordings: readonly Recording[], why: string): void;
  /** A sentence for people about something that went wrong by itself. */
  problem(message: string): void;
}

export interface Recording {
  readonly file: File;
  /** Its bytes are no longer needed. */
  dispose(): Promise<void>;
}

/** Failures reject with StudioError and leave everything as it was. */
export interface Rig {
  readonly state: RigState;
  listen(events: RigEvents): void;
  figures(): LiveFigures;

  /** Place in the song, parameters, version, loop and whether it plays go along. */
  setEngine(choice: EngineChoice): Promise<void>;
  /** Live input asks for the microphone, or takes the device's input. */
  setSource(source: InputSource): Promise<void>;
  setHearsInput(on: boolean): void;
  /** Where else than at the page's own server a bridge may be; null: at its usual address. */
  readonly address: string | null;
  setAddress(address: string | null, token: string | null): void;
  /** Of a connection that was lost: without waiting any longer. */
  retryNow(): void;

  setMode(mode: MixingMode): void;
  setWet(wetRatio: number): void;
  devices(): Promise<readonly DeviceChoice[]>;
  openDevice(request: DeviceRequest): Promise<void>;
  closeDevice(): Promise<void>;
  calibrate(): Promise<void>;

  startRecording(wishes: RecordWishes): Promise<void>;
  stopRecording(options: JobOptions): Promise<readonly Recording[]>;
  takes(): Promise<readonly Take[]>;
  removeTake(takeId: string): Promise<void>;
  /** Where a browser can download the take itself. */
  takeAddress(take: Take): string;
  fetchTake(take: Take, options: JobOptions): Promise<File>;
}
