/** Page side of the model worker: starts it once, hands requests over, and starts it anew should it end by itself. */
import runtimeMjs from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import runtimeWasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import type { ModelId, ModelOutputs, ModelRegistry } from "../../protocol/models";
import { StudioError, type JobOptions } from "../engine";
import type { SongAudio } from "../store/pages";
import { analysisModule } from "../wasm/module";
import type { ModelReply, ModelRequest, ModelWorkerStart, StreamShape } from "./messages";
import { fetchRegistry } from "./registry";

interface Pending {
  readonly onProgress: JobOptions["onProgress"];
  readonly resolve: (outputs: readonly ModelOutputs[]) => void;
  readonly reject: (error: unknown) => void;
}

type Wish = { readonly kind: "prepare"; readonly model: ModelId; readonly stream: StreamShape } | { readonly kind: "consult"; readonly songId: string; readonly song: SongAudio; readonly models: readonly ModelId[] };

export class ModelHost {
  private offered: Promise<ModelRegistry> | null = null;
  private worker: Promise<Worker> | null = null;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  /** registryUrl: absolute. */
  constructor(private readonly registryUrl: string) {}

  /** A failure is forgotten, so that the next call tries again. */
  registry(): Promise<ModelRegistry> {
    this.offered ??= fetchRegistry(this.registryUrl).catch((error: unknown) => {
      this.offered = null;
      throw error;
    });
    return this.offered;
  }

  async prepare(model: ModelId, stream: StreamShape): Promise<void> {
    await this.ask({ kind: "prepare", model, stream }, { signal: new AbortController().signal, onProgress: () => undefined });
  }

  consult(songId: string, song: SongAudio, models: readonly ModelId[], options: JobOptions): Promise<readonly ModelOutputs[]> {
    return this.ask({ kind: "consult", songId, song, models }, options);
  }

  dispose(): void {
    void this.worker?.then((worker) => worker.terminate());
    this.worker = null;
  }

  private async ask(wish: Wish, { signal, onProgress }: JobOptions): Promise<readonly ModelOutputs[]> {
    const worker = await (this.worker ??= this.start());
    signal.throwIfAborted();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.pending.delete(id);
        worker.postMessage({ kind: "cancel", id } satisfies ModelRequest);
        reject(new DOMException("The work was cancelled", "AbortError"));
      };
      const settled = <T>(settle: (value: T) => void) => (value: T): void => {
        this.pending.delete(id);
        signal.removeEventListener("abort", abort);
        settle(value);
      };
      this.pending.set(id, { onProgress, resolve: settled(resolve), reject: settled(reject) });
      signal.addEventListener("abort", abort, { once: true });
      worker.postMessage({ ...wish, id } satisfies ModelRequest);
    });
  }

  private async start(): Promise<Worker> {
    try {
      const [registry, module] = await Promise.all([this.registry(), analysisModule()]);
      const worker = new Worker(new URL("../../worker/model_worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<ModelReply>): void => this.hear(data);
      worker.onerror = (event): void => {
        event.preventDefault();
        worker.terminate();
        this.worker = null;
        for (const { reject } of [...this.pending.values()]) reject(new StudioError(`The trained models cannot run: ${event.message || "their worker failed to load"}`));
      };
      const absolute = (url: string): string => new URL(url, document.baseURI).href;
      worker.postMessage({ module, registry, base: this.registryUrl, runtime: { mjs: absolute(runtimeMjs), wasm: absolute(runtimeWasm) }, threads: threads() } satisfies ModelWorkerStart);
      return worker;
    } catch (error) {
      this.worker = null;
      throw error;
    }
  }

  private hear(reply: ModelReply): void {
    const asked = this.pending.get(reply.id);
    if (asked === undefined) return;
    if (reply.kind === "progress") asked.onProgress(reply.ratio, reply.what);
    else if (reply.kind === "done") asked.resolve(reply.outputs);
    else asked.reject(reply.forPeople ? new StudioError(reply.message) : new Error(reply.message));
  }
}

/** The song's analysis runs beside the models and the audio thread wants a core of its own. */
function threads(): number {
  return crossOriginIsolated && navigator.hardwareConcurrency >= 4 ? 2 : 1;
}
