/** Between the page and the worker that keeps the models. */
import type { ModelId, ModelOutputs, ModelRegistry } from "../../protocol/models";
import type { SongAudio } from "../store/pages";

/** The first message. */
export interface ModelWorkerStart {
  /** ag06_analysis.wasm. */
  readonly module: WebAssembly.Module;
  readonly registry: ModelRegistry;
  /** Where the registry came from: the models lie beside it. */
  readonly base: string;
  /** The files of ONNX Runtime Web. */
  readonly runtime: { readonly mjs: string; readonly wasm: string };
  readonly threads: number;
}

export interface StreamShape {
  readonly sampleRateHz: number;
  readonly channels: number;
}

export type ModelRequest =
  | { readonly kind: "prepare"; readonly id: number; readonly model: ModelId; readonly stream: StreamShape }
  | { readonly kind: "consult"; readonly id: number; readonly songId: string; readonly song: SongAudio; readonly models: readonly ModelId[] }
  | { readonly kind: "cancel"; readonly id: number };

export type ModelReply =
  | { readonly kind: "progress"; readonly id: number; readonly ratio: number; readonly what: string }
  | { readonly kind: "done"; readonly id: number; readonly outputs: readonly ModelOutputs[] }
  | { readonly kind: "failed"; readonly id: number; readonly message: string; readonly forPeople: boolean };
