/** One model in ONNX Runtime Web: one excerpt in, its settings and their spreads out. Only for the model worker. */
import * as ort from "onnxruntime-web/wasm";
import type { ModelEntry, ModelRegistry } from "../../protocol/models";
import { StudioError } from "../engine";
import type { ExcerptFeatures } from "../wasm/ear";
import type { ModelWorkerStart } from "./messages";

export interface Answer {
  readonly settings: Float32Array;
  readonly spreads: Float32Array;
}

/** Before the first session. */
export function startRuntime({ runtime, threads }: ModelWorkerStart): void {
  ort.env.wasm.wasmPaths = { mjs: runtime.mjs, wasm: runtime.wasm };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
}

export class ModelSession {
  private constructor(private readonly session: ort.InferenceSession, private readonly entry: ModelEntry, private readonly registry: ModelRegistry) {}

  /** Throws a StudioError for a file that is no model of this shape. */
  static async open(bytes: ArrayBuffer, entry: ModelEntry, registry: ModelRegistry): Promise<ModelSession> {
    const name = `models/${entry.file}`;
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"], graphOptimizationLevel: "all" }).catch((error: unknown) => {
      throw new StudioError(`${name} cannot be started: ${error instanceof Error ? error.message : String(error)}`);
    });
    const expects = (found: readonly string[], wanted: readonly string[], what: string): void => {
      if (!wanted.every((one) => found.includes(one))) throw new StudioError(`${name} is no model of this studio: its ${what} are ${found.join(", ")}, not ${wanted.join(", ")}`);
    };
    expects(session.inputNames, ["mel", "heard"], "inputs");
    expects(session.outputNames, ["settings", "spread"], "outputs");
    return new ModelSession(session, entry, registry);
  }

  async run({ mel, heard }: ExcerptFeatures): Promise<Answer> {
    const { features, settings } = this.registry;
    const inputs = { mel: new ort.Tensor("float32", mel, [1, ...features.mel]), heard: new ort.Tensor("float32", heard, [1, features.heard]) };
    const outputs = await this.session.run(inputs, ["settings", "spread"]);
    const read = (name: string): Float32Array => {
      const found = outputs[name]?.data;
      if (!(found instanceof Float32Array) || found.length !== settings.length || !found.every(Number.isFinite))
        throw new StudioError(`models/${this.entry.file} does not answer with ${settings.length} numbers`);
      return found;
    };
    return { settings: read("settings"), spreads: read("spread") };
  }
}
