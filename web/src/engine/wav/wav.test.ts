import { describe, expect, it } from "vitest";
import type { ExportFormat } from "../../protocol/types";
import { decodeInterleaved } from "./pcm";
import { looksLikeWav, readWavFormat } from "./wav_format";
import { BYTES_PER_SAMPLE, wavHeader, wavPaddingBytes } from "./wav_header";

const le = (bytes: number, ...values: number[]): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(bytes * values.length);
  values.forEach((value, i) => {
    for (let b = 0, rest = BigInt.asUintN(64, BigInt(value)); b < bytes; ++b, rest >>= 8n) out[i * bytes + b] = Number(rest & 255n);
  });
  return out;
};
const ascii = (s: string): Uint8Array<ArrayBuffer> => Uint8Array.from(s, (c) => c.charCodeAt(0));
const chunk = (id: string, ...parts: Uint8Array<ArrayBuffer>[]): Blob => {
  const size = parts.reduce((sum, p) => sum + p.byteLength, 0);
  return new Blob([ascii(id), le(4, size), ...parts, new Uint8Array(size % 2)]);
};
const fmt = (tag: number, channels: number, rate: number, bits: number, more: Uint8Array<ArrayBuffer> = new Uint8Array()): Blob => {
  const frame = channels * Math.ceil(bits / 8);
  return chunk("fmt ", le(2, tag, channels), le(4, rate, rate * frame), le(2, frame, bits), more);
};
const wav = (...chunks: Blob[]): Blob => new Blob([ascii("RIFF"), le(4, 0), ascii("WAVE"), ...chunks]);
const tenStereoFrames = new Uint8Array(40);

describe("WAV header reader", () => {
  it("skips odd-sized unknown chunks with their padding", async () => {
    const file = wav(chunk("LIST", ascii("odd")), fmt(1, 2, 44100, 16), chunk("junk", ascii("x")), chunk("data", tenStereoFrames));
    expect(await looksLikeWav(file)).toBe(true);
    const format = await readWavFormat(file, "a.wav");
    expect(format).toMatchObject({ encoding: "s16", channels: 2, sampleRateHz: 44100, frames: 10, promisedFrames: 10 });
    expect(file.size - (format?.dataOffset ?? 0)).toBe(40);
  });

  it("looks into WAVE_FORMAT_EXTENSIBLE", async () => {
    const guid = (tag: number): Uint8Array<ArrayBuffer> =>
      new Uint8Array([...le(2, 22, 24), ...le(4, 3), ...le(2, tag), 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]);
    expect(await readWavFormat(wav(fmt(0xfffe, 2, 96000, 24, guid(1)), chunk("data", new Uint8Array(60))), "a")).toMatchObject({ encoding: "s24", frames: 10 });
    expect(await readWavFormat(wav(fmt(0xfffe, 1, 96000, 32, guid(3)), chunk("data", new Uint8Array(40))), "a")).toMatchObject({ encoding: "f32", frames: 10 });
  });

  it("reads RF64 sizes from ds64", async () => {
    const file = new Blob([ascii("RF64"), le(4, 0xffffffff), ascii("WAVE"), chunk("ds64", le(8, 100, 40, 10), le(4, 0)), fmt(1, 2, 48000, 16), ascii("data"), le(4, 0xffffffff), tenStereoFrames]);
    expect(await readWavFormat(file, "a")).toMatchObject({ frames: 10, promisedFrames: 10 });
  });

  it("takes what is there of a truncated file and says what was promised", async () => {
    const file = wav(fmt(1, 2, 48000, 16), chunk("data", new Uint8Array(400)));
    expect(await readWavFormat(file.slice(0, file.size - 361), "a")).toMatchObject({ frames: 9, promisedFrames: 100 });
  });

  it("reads to the end where a stream writer left the size open", async () => {
    for (const size of [0, 0xffffffff])
      expect(await readWavFormat(wav(fmt(1, 2, 48000, 16), new Blob([ascii("data"), le(4, size), tenStereoFrames])), "a")).toMatchObject({ frames: 10, promisedFrames: 10 });
  });

  it("names the file and the reason when it refuses", async () => {
    await expect(readWavFormat(wav(fmt(1, 0, 48000, 16), chunk("data", tenStereoFrames)), "x.wav")).rejects.toThrow(/x\.wav.*0 channels/);
    await expect(readWavFormat(wav(chunk("data", tenStereoFrames)), "x.wav")).rejects.toThrow(/x\.wav.*no format/);
    await expect(readWavFormat(wav(fmt(1, 2, 48000, 16)), "x.wav")).rejects.toThrow(/x\.wav.*no audio data/);
    await expect(readWavFormat(wav(), "x.wav")).rejects.toThrow(/x\.wav.*not audio/);
    await expect(readWavFormat(wav(fmt(3, 2, 48000, 16), chunk("data", tenStereoFrames)), "x.wav")).rejects.toThrow(/x\.wav.*16-bit float/);
    expect(await looksLikeWav(new Blob(["A shopping list, not a song"]))).toBe(false);
    expect(await looksLikeWav(new Blob([]))).toBe(false);
    expect(await readWavFormat(wav(fmt(0x11, 2, 48000, 4), chunk("data", tenStereoFrames)), "adpcm.wav")).toBeNull();
  });
});

describe("PCM decoding", () => {
  const decode = (encoding: Parameters<typeof decodeInterleaved>[0], bytes: Uint8Array<ArrayBuffer>, frames: number): number[] => {
    const plane = new Float32Array(frames);
    decodeInterleaved(encoding, bytes.buffer, [plane], frames);
    return [...plane];
  };
  it("is exact at the ends and around zero", () => {
    expect(decode("u8", Uint8Array.of(0, 128, 255), 3)).toEqual([-1, 0, 127 / 128]);
    expect(decode("s16", le(2, -32768, -1, 0, 1, 32767), 5)).toEqual([-1, -1 / 32768, 0, 1 / 32768, 32767 / 32768]);
    expect(decode("s24", le(3, -8388608, -1, 0, 1, 8388607), 5)).toEqual([-1, -1 / 8388608, 0, 1 / 8388608, 8388607 / 8388608]);
    // Beyond 24 bits the nearest float: 2^24 + 1 lies halfway and goes to the even neighbour.
    expect(decode("s32", le(4, 2 ** 24 + 1, 2 ** 24 + 3, 2147483647, -2147483648), 4)).toEqual([2 ** -7, (2 ** 24 + 4) / 2 ** 31, 1, -1]);
    const doubles = new Float64Array([0.1, -2]);
    expect(decode("f64", new Uint8Array(doubles.buffer), 2)).toEqual([Math.fround(0.1), -2]);
  });
  it("every 24-bit step survives the way back", () => {
    for (let n = -8388608; n < 8388608; n += 4093) expect((decode("s24", le(3, n), 1)[0] as number) * 8388608).toBe(n);
  });
  it("parts the channels", () => {
    const planes = [new Float32Array(2), new Float32Array(2)];
    decodeInterleaved("s16", le(2, 16384, -16384, 8192, -8192).buffer, planes, 2);
    expect(planes.map((p) => [...p])).toEqual([[0.5, 0.25], [-0.5, -0.25]]);
  });
});

describe("WAV header writer", () => {
  it.each(["wav16", "wav24", "wav32f"] as const)("%s headers are read back", async (format: ExportFormat) => {
    for (const channels of [1, 2]) {
      const frames = 7;
      const data = new Uint8Array(frames * channels * BYTES_PER_SAMPLE[format] + wavPaddingBytes(format, channels, frames));
      const header = wavHeader(format, 44100, channels, frames);
      const file = new Blob([header, data]);
      expect(file.size % 2).toBe(0);
      expect(new DataView(header.buffer).getUint32(4, true)).toBe(file.size - 8);
      expect(await readWavFormat(file, "a")).toMatchObject({ channels, sampleRateHz: 44100, frames, promisedFrames: frames, dataOffset: header.byteLength,
        encoding: format === "wav16" ? "s16" : format === "wav24" ? "s24" : "f32" });
    }
  });
  it("turns to RF64 beyond 4 GiB and not before", async () => {
    const largest = Math.floor((0xffffffff - 36) / 4);
    expect(String.fromCharCode(...wavHeader("wav16", 48000, 2, largest).subarray(0, 4))).toBe("RIFF");
    const header = wavHeader("wav16", 48000, 2, largest + 1);
    expect(String.fromCharCode(...header.subarray(0, 4))).toBe("RF64");
    expect(await readWavFormat(new Blob([header]), "a")).toMatchObject({ promisedFrames: largest + 1, frames: 0 });
  });
});
