/** What the page says to the worklet that plays live input, and what it hears from it. */
import type { MonitorState } from "./messages";

type ParamList = readonly (readonly [id: number, value: number])[];

export interface LiveProcessorOptions {
  readonly module: WebAssembly.Module;
  readonly sampleRateHz: number;
  readonly params: ParamList;
  readonly monitor: MonitorState;
}

export type LiveCommand =
  | { readonly kind: "params"; readonly values: ParamList }
  | ({ readonly kind: "monitor" } & MonitorState)
  | { readonly kind: "reset-meters" }
  /** Chunks go to the recorder at the port: processed left and right, then with dry the input's. */
  | { readonly kind: "record"; readonly port: MessagePort; readonly dry: boolean }
  | { readonly kind: "stop-recording" }
  | { readonly kind: "close" };

export interface LiveEvent {
  /** engine/player/telemetry_record.ts */
  readonly record: Float64Array<ArrayBuffer>;
  /** Largest absolute samples since the last event, in front of the chain. */
  readonly inputPeaks: readonly [number, number];
  /** Input samples at or beyond full scale, since the start. */
  readonly inputClips: number;
  readonly recordedFrames: number;
  /** Frames that the recorder was too slow for. */
  readonly lostFrames: number;
}

/** What the page gives its recorder worker: files of interleaved stereo floats to write, the first processed, the second dry. */
export interface RecorderStart {
  readonly port: MessagePort;
  readonly folderName: string | null;
  readonly fileNames: readonly string[];
}

export type RecorderEvent =
  | { readonly kind: "done"; readonly blobs: readonly Blob[]; readonly frames: number }
  /** What was written until then is handed over. */
  | { readonly kind: "failed"; readonly message: string; readonly blobs: readonly Blob[]; readonly frames: number };
