/** What the page asks of an import worker, what the worker may ask back, and what it hands over. */
import type { Song } from "../../protocol/types";

export interface ImportRequest {
  readonly module: WebAssembly.Module;
  readonly file: File;
  readonly songId: string;
  readonly songName: string;
  readonly folderName: string | null;
  /** Where the decoded audio goes in that folder. */
  readonly fileName: string;
}

/** Only the page's own thread has decodeAudioData. */
export interface DecodeQuestion {
  readonly sampleRateHz: number;
  readonly channels: number;
}

export type DecodeReply = { readonly planes: readonly Float32Array<ArrayBuffer>[] } | { readonly failure: string };

export interface Imported {
  readonly song: Song;
  readonly blob: Blob;
}
