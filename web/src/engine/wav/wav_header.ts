/** Headers of the WAV files the studio writes: plain RIFF up to 4 GiB, RF64 (EBU Tech 3306) beyond. Sizes are known before the first sample. */
import type { ExportFormat } from "../../protocol/types";

export const BYTES_PER_SAMPLE: Readonly<Record<ExportFormat, number>> = { wav16: 2, "wav16-shaped": 2, wav24: 3, wav32f: 4 };

const RIFF_LIMIT_BYTES = 0xffffffff;
const UNKNOWN_SIZE = 0xffffffff;
const FMT_BYTES = 16;
const FLOAT_FMT_BYTES = 18; // float asks for the extension size field, and for a fact chunk
const DS64_BYTES = 28;

class Bytes {
  private readonly view: DataView<ArrayBuffer>;
  private at = 0;

  constructor(count: number) {
    this.view = new DataView(new ArrayBuffer(count));
  }

  id(four: string): this {
    for (const letter of four) this.view.setUint8(this.at++, letter.charCodeAt(0));
    return this;
  }

  u16(value: number): this {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
    return this;
  }

  u32(value: number): this {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
    return this;
  }

  u64(value: number): this {
    this.view.setBigUint64(this.at, BigInt(value), true);
    this.at += 8;
    return this;
  }

  done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.view.buffer);
  }
}

export function wavHeader(format: ExportFormat, sampleRateHz: number, channels: number, frames: number): Uint8Array<ArrayBuffer> {
  const frameBytes = channels * BYTES_PER_SAMPLE[format];
  const dataBytes = frames * frameBytes;
  const isFloat = format === "wav32f";
  const fmtBytes = isFloat ? FLOAT_FMT_BYTES : FMT_BYTES;
  const plainBytes = 12 + 8 + fmtBytes + (isFloat ? 12 : 0) + 8;
  const wide = plainBytes - 8 + dataBytes + (dataBytes % 2) > RIFF_LIMIT_BYTES;
  const headerBytes = plainBytes + (wide ? 8 + DS64_BYTES : 0);
  const riffBytes = headerBytes - 8 + dataBytes + (dataBytes % 2);
  const out = new Bytes(headerBytes).id(wide ? "RF64" : "RIFF").u32(wide ? UNKNOWN_SIZE : riffBytes).id("WAVE");
  if (wide) out.id("ds64").u32(DS64_BYTES).u64(riffBytes).u64(dataBytes).u64(frames).u32(0);
  out.id("fmt ").u32(fmtBytes).u16(isFloat ? 3 : 1).u16(channels).u32(sampleRateHz);
  out.u32(sampleRateHz * frameBytes).u16(frameBytes).u16(8 * BYTES_PER_SAMPLE[format]);
  if (isFloat) out.u16(0).id("fact").u32(4).u32(wide ? UNKNOWN_SIZE : frames);
  return out.id("data").u32(wide ? UNKNOWN_SIZE : dataBytes).done();
}

/** A data chunk of odd size is followed by one byte of padding. */
export function wavPaddingBytes(format: ExportFormat, channels: number, frames: number): number {
  return (frames * channels * BYTES_PER_SAMPLE[format]) % 2;
}
