/** What every decoder of the import worker delivers, whatever the file is. */
export interface Source {
  readonly codec: string;
  readonly bitDepth: number | null;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Sentences for the song's warnings; more may be added while decoding. */
  readonly warnings: string[];
  /** Calls take() with planar blocks in order; the planes may be reused after each call. */
  decode(take: (planes: readonly Float32Array[], frames: number) => void, progress: (ratio: number) => void): Promise<void>;
}
