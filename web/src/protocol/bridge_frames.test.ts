import { describe, expect, it } from "vitest";
import vectors from "../../../tests/bridge/conformance/frames.gen.json";
import type { BridgeFrame, FrameKind } from "./bridge_frames";
import { FRAME_KINDS, MAX_FRAME_BYTES, decodeFrame, encodeFrame, encodeSongAudio, featureOf, meterOf } from "./bridge_frames";
import { Damaged } from "./checked";

const bytesOf = (hex: string): ArrayBuffer => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
const hexOf = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const sampleOf = (value: number | string): number => (value === "nan" ? NaN : value === "-inf" ? -Infinity : Number(value));

const good = (name: string): ArrayBuffer => {
  const found = vectors.good.find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`no frame ${name}`);
  return bytesOf(found.hex);
};

describe("binary frames of the bridge", () => {
  it.each(vectors.good.map((vector) => [vector.name, vector] as const))("reads and writes to the bit: %s", (_, vector) => {
    const frame = decodeFrame(bytesOf(vector.hex));
    expect(FRAME_KINDS[frame.kind]).toBe(vector.kind);
    expect([frame.channels, frame.sequence, frame.frames, frame.sampleRateHz, frame.isLast]).toEqual(
      [vector.channels, vector.sequence, vector.frames, vector.sample_rate_hz, vector.is_last]);
    expect(frame.sampleTime).toBe(BigInt(vector.sample_time));
    expect(frame.samples).toEqual(Float32Array.from(vector.samples, sampleOf));
    expect(hexOf(encodeFrame(frame))).toBe(vector.hex);
  });

  it.each(vectors.bad.map((vector) => [vector.name, vector.hex] as const))("refuses: %s", (_, hex) => {
    expect(() => decodeFrame(bytesOf(hex))).toThrow(Damaged);
  });

  it("refuses every frame that was cut short, and one that is too long", () => {
    const wire = good("song");
    for (let length = 0; length < wire.byteLength; ++length) expect(() => decodeFrame(wire.slice(0, length)), String(length)).toThrow(Damaged);
    expect(() => decodeFrame(new ArrayBuffer(MAX_FRAME_BYTES + 1))).toThrow("too long");
  });

  it("finds meters and features by name", () => {
    const meters = decodeFrame(good("meters"));
    expect(meterOf(meters, "momentary_lufs")).toBe(0.5);
    expect(meterOf(meters, "integrated_lufs")).toBeNull();
    expect(meterOf(meters, "recorder_lost_frames")).toBe(31.5);
    const features = decodeFrame(good("features"));
    expect(featureOf(features, "correlation")).toBe(0.5);
    expect(featureOf(features, "high_dbfs")).toBe(2.5);
  });

  it("keeps its samples when the message is thrown away", () => {
    const wire = good("output");
    const { samples } = decodeFrame(wire);
    new Uint8Array(wire).fill(0);
    expect(Array.from(samples)).toEqual([0.5, -0.5]);
  });

  it("writes pieces of a song", () => {
    const frame = decodeFrame(encodeSongAudio(3, 44100, 2 ** 53 - 1, new Float32Array([0.1, 0.2]), true));
    expect(frame).toEqual({
      kind: "song_audio", sequence: 3, frames: 1, channels: 2, sampleRateHz: 44100, sampleTime: 2n ** 53n - 1n, isLast: true,
      samples: new Float32Array([0.1, 0.2]),
    });
    expect(decodeFrame(encodeSongAudio(3, 44100, 0, new Float32Array(0), true)).frames).toBe(0);
    expect(() => encodeSongAudio(3, 44100, 0, new Float32Array([0.1]), false)).toThrow(RangeError);
    expect(() => encodeSongAudio(3, 44100, 0, new Float32Array(0), false)).toThrow(RangeError);
  });

  it("does not write what no one would read", () => {
    const kinds = Object.keys(FRAME_KINDS) as FrameKind[];
    for (const kind of kinds) {
      const frame: BridgeFrame = {
        kind, sequence: 0, frames: 513, channels: 3, sampleRateHz: 48000, sampleTime: 0n, isLast: false, samples: new Float32Array(3 * 513),
      };
      expect(() => encodeFrame(frame), kind).toThrow(RangeError);
    }
    const meters = decodeFrame(good("meters"));
    expect(() => encodeFrame({ ...meters, isLast: true })).toThrow(RangeError);
  });
});
