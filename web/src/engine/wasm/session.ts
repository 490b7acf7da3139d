/** The chain with its monitor path, as the worklet and the renderer run it. */
import { PARAMS, type ParamKey } from "../../protocol/params.gen";
import type { LatencyMode } from "../../protocol/types";
import type { Core } from "./core";

export const TELEMETRY_FLOATS = 17;
const ID_OF_KEY = new Map<string, number>(PARAMS.map((p) => [p.key, p.id]));

export function paramId(key: ParamKey): number {
  const id = ID_OF_KEY.get(key);
  if (id === undefined) throw new RangeError(`no parameter is called ${key}`);
  return id;
}

/** As the worklets receive parameters. */
export function paramList(values: Partial<Record<ParamKey, number>>): readonly (readonly [id: number, value: number])[] {
  return PARAMS.filter((p) => values[p.key as ParamKey] !== undefined).map((p) => [p.id, values[p.key as ParamKey] as number] as const);
}

export class CoreSession {
  /** One view per channel: write input, process(), read output. */
  readonly planes: readonly Float32Array<ArrayBuffer>[];
  readonly latencyFrames: number;
  private readonly handle: number;
  private readonly telemetryView: Float32Array<ArrayBuffer>;

  constructor(
    private readonly core: Core,
    readonly sampleRateHz: number,
    readonly channels: number,
    readonly blockFrames: number,
    latency: LatencyMode = "studio",
  ) {
    const e = core.exports;
    this.handle = core.handle(e.ag06_session_create(sampleRateHz, channels, blockFrames, latency === "live" ? 1 : 0), "the chain cannot run");
    this.planes = core.planes((c) => e.ag06_session_buffer(this.handle, c), channels, blockFrames);
    this.latencyFrames = e.ag06_session_latency_frames(this.handle);
    this.telemetryView = core.floats(e.ag06_session_telemetry(this.handle), TELEMETRY_FLOATS);
  }

  /** By parameter id: what the worklet receives. */
  setParam(id: number, value: number): void {
    this.core.check(this.core.exports.ag06_session_set_param(this.handle, id, value), `parameter ${id}`);
  }

  setParams(values: Partial<Record<ParamKey, number>>): void {
    for (const [key, value] of Object.entries(values)) this.setParam(paramId(key as ParamKey), value);
  }

  /** As paramList() gives them. */
  setParamList(values: readonly (readonly [id: number, value: number])[]): void {
    for (const [id, value] of values) this.setParam(id, value);
  }

  setMonitor({ processed, originalGainDb, processedGainDb }: { readonly processed: boolean; readonly originalGainDb: number; readonly processedGainDb: number }): void {
    this.core.exports.ag06_session_set_monitor(this.handle, processed ? 1 : 0, originalGainDb, processedGainDb);
  }

  reset(): void {
    this.core.exports.ag06_session_reset(this.handle);
  }

  resetMeters(): void {
    this.core.exports.ag06_session_reset_meters(this.handle);
  }

  process(frames: number): void {
    this.core.exports.ag06_session_process(this.handle, frames);
  }

  /** Reading starts the next interval of peaks and reductions. The view is overwritten by the next call. */
  takeTelemetry(): Float32Array<ArrayBuffer> {
    this.core.exports.ag06_session_telemetry(this.handle);
    return this.telemetryView;
  }

  destroy(): void {
    this.core.exports.ag06_session_destroy(this.handle);
  }
}
