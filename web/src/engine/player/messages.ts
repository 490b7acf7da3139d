/** What the page, the worklet and the feeder say to each other. Parameters travel by id with real values. */
import type { LatencyMode } from "../../protocol/types";
import type { Chunk, LoopRange } from "./chunk_queue";
import type { RingMemory } from "./shared_ring";
import type { SongAudio } from "../store/pages";

export interface MonitorState {
  readonly processed: boolean;
  readonly originalGainDb: number;
  readonly processedGainDb: number;
}

export interface ProcessorOptions {
  readonly module: WebAssembly.Module;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly latency: LatencyMode;
  readonly params: readonly (readonly [id: number, value: number])[];
  readonly monitor: MonitorState;
  /** Shared memory for audio and telemetry; null: both travel over ports. */
  readonly ring: RingMemory | null;
  readonly telemetry: SharedArrayBuffer | null;
  /** A whole song for a render that nobody feeds; it plays at once. */
  readonly preloaded: readonly Omit<Chunk, "generation">[] | null;
}

/** serial: telemetry tells the last one obeyed, so that a page never shows a position from before its own command. */
export type PlayerCommand =
  | { readonly kind: "play" | "pause" | "stop"; readonly serial: number }
  | { readonly kind: "seek"; readonly serial: number; readonly frame: number }
  | { readonly kind: "loop"; readonly loop: LoopRange | null }
  | { readonly kind: "params"; readonly values: readonly (readonly [id: number, value: number])[] }
  | ({ readonly kind: "monitor" } & MonitorState)
  | { readonly kind: "reset-meters" }
  /** A processor without inputs would otherwise run on, and keep its memory, for as long as the context lives. */
  | { readonly kind: "close" }
  | { readonly kind: "feeder"; readonly port: MessagePort };

export type PlayerEvent = { readonly kind: "telemetry"; readonly record: Float64Array<ArrayBuffer> } | { readonly kind: "failed"; readonly message: string };

export interface FeederStart {
  readonly song: SongAudio;
  readonly ring: RingMemory | null;
  readonly port: MessagePort;
  readonly slots: number;
}
