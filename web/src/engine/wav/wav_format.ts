/** Reads the header of RIFF, RF64 and BW64 WAVE files. Only linear PCM and IEEE float are described; other codings are left to the media decoders. */
// Source: Microsoft/IBM "Multimedia Programming Interface" 1991 (RIFF WAVE); EBU Tech 3306 (RF64); Microsoft WAVE_FORMAT_EXTENSIBLE.
import { StudioError } from "../engine";

export type PcmEncoding = "u8" | "s16" | "s24" | "s32" | "f32" | "f64";

export interface WavFormat {
  readonly encoding: PcmEncoding;
  readonly bitDepth: number;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly frameBytes: number;
  readonly dataOffset: number;
  /** Whole frames that are really there. */
  readonly frames: number;
  /** Frames the header promises; more than `frames` when the file was cut short. */
  readonly promisedFrames: number;
}

const TAG_PCM = 1;
const TAG_FLOAT = 3;
const TAG_EXTENSIBLE = 0xfffe;
const UNKNOWN_SIZE = 0xffffffff;
const CHUNK_HEADER_BYTES = 8;
const MAX_CHUNKS = 4096;

const text = (view: DataView, at: number): string => String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

async function bytes(blob: Blob, at: number, count: number): Promise<DataView> {
  return new DataView(await blob.slice(at, at + count).arrayBuffer());
}

/** True for a file that calls itself WAVE. */
export async function looksLikeWav(blob: Blob): Promise<boolean> {
  const head = await bytes(blob, 0, 12);
  return head.byteLength === 12 && ["RIFF", "RF64", "BW64"].includes(text(head, 0)) && text(head, 8) === "WAVE";
}

/** null: a WAVE file in a coding that is not linear PCM. Throws StudioError for a header that makes no sense. */
export async function readWavFormat(blob: Blob, name: string): Promise<WavFormat | null> {
  let format: DataView | null = null;
  let wideDataBytes: number | null = null;
  let at = 12;
  for (let chunks = 0; chunks < MAX_CHUNKS; ++chunks) {
    const head = await bytes(blob, at, CHUNK_HEADER_BYTES);
    if (head.byteLength < CHUNK_HEADER_BYTES) break;
    const id = text(head, 0);
    const size = head.getUint32(4, true);
    at += CHUNK_HEADER_BYTES;
    if (id === "data") {
      if (!format) throw new StudioError(`${name}: its WAV header has no format before the audio`);
      return describe(format, name, at, promisedBytes(size, wideDataBytes, blob.size - at), blob.size - at);
    }
    if (id === "fmt ") format = await bytes(blob, at, Math.min(size, 40));
    if (id === "ds64") {
      const wide = await bytes(blob, at, 16);
      if (wide.byteLength === 16) wideDataBytes = Number(wide.getBigUint64(8, true));
    }
    at += size + (size & 1);
  }
  throw new StudioError(`${name}: ${format ? "the WAV file holds no audio data: it is cut short after its header" : "not audio: the WAV file ends inside its header"}`);
}

/** A writer that could not go back to its header leaves 0 or all ones: then the audio reaches to the end of the file. */
function promisedBytes(size: number, wideDataBytes: number | null, available: number): number {
  if (size === UNKNOWN_SIZE) return wideDataBytes ?? available;
  return size === 0 ? available : size;
}

function describe(format: DataView, name: string, dataOffset: number, promised: number, available: number): WavFormat | null {
  if (format.byteLength < 16) throw new StudioError(`${name}: its WAV header is ${format.byteLength} bytes long; at least 16 are needed`);
  let tag = format.getUint16(0, true);
  const channels = format.getUint16(2, true);
  const sampleRateHz = format.getUint32(4, true);
  const bitDepth = format.getUint16(14, true);
  if (tag === TAG_EXTENSIBLE && format.byteLength >= 26) tag = format.getUint16(24, true);
  if (channels === 0) throw new StudioError(`${name}: its header says 0 channels, so there is nothing to hear`);
  const encoding = encodingOf(tag, bitDepth);
  if (encoding === "other coding") return null;
  const kind = tag === TAG_FLOAT ? "float" : "integer";
  if (encoding === null) throw new StudioError(`${name}: ${bitDepth}-bit ${kind} WAV cannot be read (8, 16, 24, 32-bit integer; 32, 64-bit float)`);
  const frameBytes = channels * Math.ceil(bitDepth / 8);
  return {
    encoding,
    bitDepth,
    sampleRateHz,
    channels,
    frameBytes,
    dataOffset,
    frames: Math.floor(Math.min(promised, Math.max(0, available)) / frameBytes),
    promisedFrames: Math.floor(promised / frameBytes),
  };
}

function encodingOf(tag: number, bits: number): PcmEncoding | "other coding" | null {
  if (tag === TAG_FLOAT) return bits === 32 ? "f32" : bits === 64 ? "f64" : null;
  if (tag !== TAG_PCM) return "other coding";
  if (bits === 8) return "u8";
  // Odd depths (12, 20 bits) stand left-justified in the next whole byte.
  if (bits > 8 && bits <= 16) return "s16";
  if (bits > 16 && bits <= 24) return "s24";
  return bits > 24 && bits <= 32 ? "s32" : null;
}
