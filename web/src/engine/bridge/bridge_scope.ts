/** The scope of what the bridge plays, from its spectrum and scope streams. */
import { SPECTRUM_BINS, WAVE_FRAMES, type Scope } from "../../protocol/scope";

/**
 * The bridge tells decibels below a sine of full scale; an AnalyserNode, which the pictures are drawn for, reads such a sine as half its height times the mean of its
 * Blackman window. Source: W3C, Web Audio API 1.1, "FFT Windowing and Smoothing over Time" (a0 = 0.42).
 */
const FULL_SCALE_SINE_DB = 20 * Math.log10(0.42 / 2);

export class BridgeScope implements Scope {
  sampleRateHz = 0;
  private spectrum: Float32Array | null = null;
  private waves: Float32Array | null = null;

  takeSpectrum(magnitudesDb: Float32Array, sampleRateHz: number): void {
    this.spectrum = magnitudesDb;
    this.sampleRateHz = sampleRateHz;
  }

  /** Left and right interleaved. */
  takeWaves(interleaved: Float32Array): void {
    this.waves = interleaved;
  }

  clear(): void {
    this.spectrum = null;
    this.waves = null;
  }

  readSpectrum(into: Float32Array<ArrayBuffer>): boolean {
    if (this.spectrum === null || this.spectrum.length !== SPECTRUM_BINS) return false;
    for (let i = 0; i < SPECTRUM_BINS; ++i) into[i] = (this.spectrum[i] as number) + FULL_SCALE_SINE_DB;
    return true;
  }

  readWaves(left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>): boolean {
    const { waves } = this;
    if (waves === null || waves.length !== 2 * WAVE_FRAMES) return false;
    for (let i = 0; i < WAVE_FRAMES; ++i) {
      left[i] = waves[2 * i] as number;
      right[i] = waves[2 * i + 1] as number;
    }
    return true;
  }
}
