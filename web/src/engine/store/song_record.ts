/** A song as it is kept: a JSON record of its facts, and its waveform as the raw floats of all levels, fine to coarse. */
import { Damaged, asFields, asReport, asText, list, nullable, number, openDocument, text, whole } from "../../protocol/checked";
import type { Song, Waveform, WaveformLevel } from "../../protocol/types";
import { MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ } from "../import/checks";

const FORMAT = "ag06-song";
const VERSION = 1;
const VALUES_PER_BIN = 3;

export interface SongRecord {
  readonly song: Omit<Song, "waveform">;
  readonly addedMs: number;
  readonly waveform: { readonly levels: readonly { readonly framesPerBin: number; readonly bins: number }[] };
}

export function songRecord({ waveform, ...song }: Song, addedMs: number): string {
  const levels = waveform.levels.map(({ framesPerBin, bins }) => ({ framesPerBin, bins }));
  return JSON.stringify({ format: FORMAT, version: VERSION, addedMs, song, waveform: { levels } });
}

export function readSongRecord(json: string, songId: string): SongRecord {
  const fields = openDocument(json, FORMAT, VERSION);
  const from = asFields(fields["song"], "song");
  if (text(from, "id") !== songId) throw new Damaged("it belongs to another song");
  const frames = whole(from, "frames", 1);
  const level = (value: unknown, what: string): { framesPerBin: number; bins: number } => {
    const found = asFields(value, what);
    const framesPerBin = whole(found, "framesPerBin", 1);
    const bins = whole(found, "bins", 1);
    if (bins !== Math.ceil(frames / framesPerBin)) throw new Damaged(`${what} does not span the song`);
    return { framesPerBin, bins };
  };
  const levels = list(asFields(fields["waveform"], "waveform"), "levels", level);
  if (levels.length === 0) throw new Damaged("it has no waveform");
  return {
    addedMs: number(fields, "addedMs"),
    waveform: { levels },
    song: {
      id: songId, name: text(from, "name"), sampleRateHz: whole(from, "sampleRateHz", MIN_SAMPLE_RATE_HZ, MAX_SAMPLE_RATE_HZ),
      channels: whole(from, "channels", 1, 2) as 1 | 2, frames, codec: text(from, "codec"), bitDepth: nullable(from, "bitDepth", (_, key) => whole(from, key, 1)),
      report: asReport(from["report"], "report"), warnings: list(from, "warnings", asText),
    },
  };
}

export function waveformBlob({ levels }: Waveform): Blob {
  return new Blob(levels.map(({ data }) => data as Float32Array<ArrayBuffer>));
}

export function readWaveform(record: SongRecord, bytes: ArrayBuffer): Waveform {
  const { channels, frames } = record.song;
  const values = record.waveform.levels.map(({ bins }) => bins * channels * VALUES_PER_BIN);
  if (bytes.byteLength !== 4 * values.reduce((sum, count) => sum + count, 0)) throw new Damaged("its waveform is incomplete");
  let at = 0;
  const levels = record.waveform.levels.map((level, i): WaveformLevel => {
    const data = new Float32Array(bytes, at, values[i] as number);
    at += data.byteLength;
    return { ...level, data };
  });
  return { channels, frames, levels };
}
