/** A stand-in for the engine in unit tests of what streams through it: the chain is a pure delay, the quantiser rounds without dither. */
import { Core, type CoreExports } from "../wasm/core";

const CAPACITY_FRAMES = 4096;

/** Core without its module: heap views over a plain memory. */
export function stubCore(latencyFrames: number): Core {
  const memory = new WebAssembly.Memory({ initial: 16 });
  let top = 1024;
  const take = (bytes: number): number => (top += bytes) - bytes;
  const planes = (channels: number): number[] => Array.from({ length: channels }, () => take(CAPACITY_FRAMES * 4));
  const at = (address: number): Float32Array => new Float32Array(memory.buffer, address, CAPACITY_FRAMES);
  let session: number[] = [];
  let held: number[][] = [];
  let quantiser = { bits: 16, inputs: [] as number[], output: 0, clipped: 0 };
  const exports: Partial<CoreExports> = {
    memory,
    ag06_session_create: (_rate, channels) => {
      session = planes(channels as number);
      held = session.map(() => new Array<number>(latencyFrames).fill(0));
      return 1;
    },
    ag06_session_destroy: () => undefined,
    ag06_session_reset: () => undefined,
    ag06_session_set_param: () => 0,
    ag06_session_set_monitor: () => undefined,
    ag06_session_buffer: (_handle, channel) => session[channel as number] ?? 0,
    ag06_session_latency_frames: () => latencyFrames,
    ag06_session_telemetry: () => take(64),
    ag06_session_process: (_handle, frames) =>
      session.forEach((address, c) => {
        const line = held[c] as number[];
        const plane = at(address);
        for (let i = 0; i < (frames as number); ++i) {
          line.push(plane[i] as number);
          plane[i] = line.shift() as number;
        }
      }),
    ag06_quantiser_create: (bits, channels) => {
      quantiser = { bits: bits as number, inputs: planes(channels as number), output: take(CAPACITY_FRAMES * (channels as number) * 4), clipped: 0 };
      return 1;
    },
    ag06_quantiser_input: (_handle, channel) => quantiser.inputs[channel as number] ?? 0,
    ag06_quantiser_output: () => quantiser.output,
    ag06_quantiser_clipped: () => quantiser.clipped,
    ag06_quantiser_process: (_handle, frames) => {
      const { inputs, output, bits } = quantiser;
      const out = new Int32Array(memory.buffer, output, (frames as number) * inputs.length);
      const full = 2 ** (bits - 1);
      inputs.forEach((address, c) => {
        for (let i = 0; i < (frames as number); ++i) {
          const value = Math.round((at(address)[i] as number) * full);
          if (value < -full || value > full - 1) ++quantiser.clipped;
          out[i * inputs.length + c] = Math.max(-full, Math.min(full - 1, value));
        }
      });
    },
  };
  return Object.assign(Object.create(Core.prototype) as Core, { exports });
}
