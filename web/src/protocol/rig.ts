/** The vocabulary of where the sound is made: which engine runs, what goes into it, the bridge's device, recordings. Quantities carry their unit. */
import type { ParamKey } from "./params.gen";
import type { ProcessedId } from "./types";

export type EngineChoice = "in-page" | "bridge";

/** What goes into the chain: the song that is loaded, or what the microphone or mixer delivers. */
export type InputSource = "file" | "live";

/** Who sets the chain on the bridge: the studio by listening, or the person. */
export type MixingMode = "auto" | "manual";

export interface LinkStatus {
  /** off: not wanted or never reached; waiting: was lost and is tried again; refused: a person has to do something first. */
  readonly phase: "off" | "connecting" | "online" | "waiting" | "refused";
  readonly address: string;
  /** A sentence for people; empty: nothing to say. */
  readonly message: string;
}

export interface DeviceFacts {
  readonly phase: "none" | "opening" | "running" | "lost" | "failed";
  readonly id: string;
  readonly name: string;
  readonly backend: string;
  readonly sampleRateHz: number;
  readonly blockFrames: number;
  /** As the device declares it, in and out together. */
  readonly deviceLatencyFrames: number;
  readonly bufferLatencyFrames: number;
  readonly engineLatencyFrames: number;
  /** By calibration; null: not measured. */
  readonly measuredRoundTripFrames: number | null;
  readonly isRealtime: boolean;
  readonly message: string;
}

export interface DeviceChoice {
  readonly id: string;
  readonly name: string;
  readonly backend: string;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly defaultSampleRateHz: number;
  /** Another program owns the clock: rate and block are as they are. */
  readonly rateIsFixed: boolean;
}

export interface DeviceRequest {
  /** null: the best there is. */
  readonly deviceId: string | null;
  readonly sampleRateHz: number | null;
  readonly blockFrames: number | null;
}

/** idle: nothing to tell; loopback: the device sends what it plays back to its input. */
export type GuardPhase = "idle" | "checking" | "clear" | "loopback";

/** What the bridge is like right now; null while it is not connected. */
export interface BridgeFacts {
  readonly device: DeviceFacts;
  readonly guard: GuardPhase;
  readonly mode: MixingMode;
  /** The version that mode auto goes by. */
  readonly autoBy: ProcessedId;
  /** 0: the dry input is heard, 1: the processed. */
  readonly wetRatio: number;
  readonly recordingMessage: string;
}

/** Moves quickly; read once per frame like Telemetry. null: cannot be measured. */
export interface LiveFigures {
  readonly inputPeakDbfs: readonly [number | null, number | null];
  /** Share of a block's time that its processing takes; null where the page cannot tell. */
  readonly loadRatio: number | null;
  readonly loadMaxRatio: number | null;
  readonly xruns: number | null;
  readonly deadlineMisses: number | null;
  readonly inputClips: number;
  readonly songUnderruns: number;
  readonly recordedS: number;
  readonly recorderLostFrames: number;
  /** From the input to the loudspeakers through the page, as far as the browser tells; null where the bridge makes the sound. */
  readonly pageLatencyMs: number | null;
}

/** A recording that lies on the bridge's disk. */
export interface Take {
  readonly id: string;
  readonly fileName: string;
  readonly format: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly frames: number;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly isComplete: boolean;
}

export interface RecordWishes {
  /** Also the input as it came. */
  readonly dry: boolean;
}

export type ChangedValues = Partial<Record<ParamKey, number>>;
