/** A look at the sound on its way to the speakers, for pictures. Not for measuring, which the core does. */
export interface Scope {
  /** Of what is looked at; 0 while there is nothing. */
  readonly sampleRateHz: number;
  /** Magnitudes in dB of SPECTRUM_BINS equal steps from 0 Hz to half the rate; -Infinity where there is nothing. False: nothing to look at. */
  readSpectrum(into: Float32Array<ArrayBuffer>): boolean;
  /** The latest WAVE_FRAMES frames of left and right, oldest first; the same twice for mono. */
  readWaves(left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>): boolean;
}

export const SPECTRUM_BINS = 4096;
export const WAVE_FRAMES = 1024;
