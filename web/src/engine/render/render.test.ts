import { describe, expect, it } from "vitest";
import { PARAMS, type ParamKey } from "../../protocol/params.gen";
import type { ParamValues } from "../../protocol/types";
import { PAGE_FRAMES, PageWriter, type SongAudio } from "../store/pages";
import { stubCore } from "../testing/stub_core";
import { SampleWriter } from "./sample_writer";
import { renderSong } from "./stream_song";

const defaults = Object.fromEntries(PARAMS.map((p) => [p.key, p.defaultValue])) as Record<ParamKey, number> as ParamValues;

async function ramp(frames: number): Promise<SongAudio> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const writer = new PageWriter({ write: (bytes) => void parts.push(bytes.slice()), finish: () => Promise.resolve(new Blob(parts)), discard: () => Promise.resolve() }, 2);
  writer.append([Float32Array.from({ length: frames }, (_, i) => i + 1), Float32Array.from({ length: frames }, (_, i) => -i - 1)], frames);
  return { blob: await writer.finish(), sampleRateHz: 48000, channels: 2, frames };
}

describe("rendering a song", () => {
  // Shorter than the delay, about a block, across a page, and a song whose tail lies in a block of its own.
  it.each([[1, 300], [4096, 300], [PAGE_FRAMES + 5, 300], [8192, 4096], [8192, 5000], [100, 0]])("%i frames through a delay of %i: frame for frame", async (frames, latency) => {
    const song = await ramp(frames);
    const heard: number[][] = [[], []];
    let ratio = 0;
    await renderSong(stubCore(latency), song, defaults, (planes, count) => planes.forEach((plane, c) => {
      expect(plane.length).toBe(count);
      heard[c]?.push(...plane);
    }), (at) => {
      expect(at).toBeGreaterThan(ratio);
      ratio = at;
    });
    expect(heard[0]).toEqual(Array.from({ length: frames }, (_, i) => i + 1));
    expect(heard[1]).toEqual(Array.from({ length: frames }, (_, i) => -i - 1));
    expect(ratio).toBe(1);
  });
});

describe("samples to bytes", () => {
  const planes = [Float32Array.of(0.5, -1, 1.5), Float32Array.of(-0.25, 1 / 8388608, -2)];
  const bytes = (writer: SampleWriter): number[] => [...writer.encode(planes, 3).bytes];

  it("16 bits: little-endian, interleaved, clipped and counted", () => {
    const writer = new SampleWriter(stubCore(0), "wav16", 2, 48000);
    expect(bytes(writer)).toEqual([0x00, 0x40, 0x00, 0xe0, 0x00, 0x80, 0x00, 0x00, 0xff, 0x7f, 0x00, 0x80]);
    expect(writer.clippedSamples()).toBe(2);
  });
  it("24 bits", () => {
    const writer = new SampleWriter(stubCore(0), "wav24", 2, 48000);
    expect(bytes(writer)).toEqual([0, 0, 0x40, 0, 0, 0xe0, 0, 0, 0x80, 1, 0, 0, 0xff, 0xff, 0x7f, 0, 0, 0x80]);
  });
  it("32-bit float: as they are, also above full scale", () => {
    const writer = new SampleWriter(stubCore(0), "wav32f", 2, 48000);
    const { bytes: out } = writer.encode(planes, 3);
    expect([...new Float32Array(out.slice().buffer)]).toEqual([0.5, -0.25, -1, Math.fround(1 / 8388608), 1.5, -2]);
    expect(writer.clippedSamples()).toBe(0);
  });
  it("tell what a reader of the bytes will hear", () => {
    const { heard } = new SampleWriter(stubCore(0), "wav16", 2, 48000).encode(planes, 3);
    expect([...(heard[0] as Float32Array).subarray(0, 3)]).toEqual([0.5, -1, 32767 / 32768]);
  });
});
