/** Interleaved PCM bytes to planar 32-bit float, exactly: an integer n of b bits becomes n / 2^(b-1). Little-endian hosts only, which all browsers' are. */
import type { PcmEncoding } from "./wav_format";

export const BYTES_OF_ENCODING: Readonly<Record<PcmEncoding, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

function view(encoding: Exclude<PcmEncoding, "s24">, bytes: ArrayBuffer, count: number): ArrayLike<number> {
  switch (encoding) {
    case "u8":
      return new Uint8Array(bytes, 0, count);
    case "s16":
      return new Int16Array(bytes, 0, count);
    case "s32":
      return new Int32Array(bytes, 0, count);
    case "f32":
      return new Float32Array(bytes, 0, count);
    case "f64":
      return new Float64Array(bytes, 0, count);
  }
}

const SCALE: Readonly<Record<PcmEncoding, number>> = { u8: 2 ** -7, s16: 2 ** -15, s24: 2 ** -23, s32: 2 ** -31, f32: 1, f64: 1 };

/** Up to 24 bits nothing is lost; 32-bit integers and 64-bit floats are rounded once, to nearest. */
export function decodeInterleaved(encoding: PcmEncoding, bytes: ArrayBuffer, planes: readonly Float32Array[], frames: number): void {
  const channels = planes.length;
  const scale = SCALE[encoding];
  if (encoding === "s24") {
    const source = new Uint8Array(bytes);
    planes.forEach((plane, c) => {
      for (let i = 0, at = c * 3; i < frames; ++i, at += channels * 3)
        plane[i] = (((source[at] as number) << 8) | ((source[at + 1] as number) << 16) | ((source[at + 2] as number) << 24)) * 2 ** -31;
    });
    return;
  }
  const source = view(encoding, bytes, frames * channels);
  const bias = encoding === "u8" ? 128 : 0;
  planes.forEach((plane, c) => {
    for (let i = 0, at = c; i < frames; ++i, at += channels) plane[i] = ((source[at] as number) - bias) * scale;
  });
}
