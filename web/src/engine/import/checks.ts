/** What can be said about a file before anybody hears it: refusals that name the reason, and warnings from a look at the samples. */
import { StudioError } from "../engine";

export const MIN_SAMPLE_RATE_HZ = 8000;
export const MAX_SAMPLE_RATE_HZ = 192000;

export function checkShape(name: string, channels: number, sampleRateHz: number): void {
  if (channels < 1) throw new StudioError(`${name}: its header says 0 channels, so there is nothing to hear`);
  if (channels > 2) throw new StudioError(`${name}: ${channels} channels: only mono and stereo can be mixed`);
  if (sampleRateHz < MIN_SAMPLE_RATE_HZ || sampleRateHz > MAX_SAMPLE_RATE_HZ)
    throw new StudioError(`${name}: sample rate ${sampleRateHz} Hz: 8000 to 192000 Hz can be mixed`);
}

export function notAudio(name: string): StudioError {
  return new StudioError(`${name}: not audio that can be read here (WAV, FLAC, MP3, OGG, M4A and AAC can)`);
}

export const seconds = (frames: number, sampleRateHz: number): string => `${(frames / sampleRateHz).toFixed(1)} s`;

const samples = (count: number): string => (count === 1 ? "1 sample is" : `${count} samples are`);

const FULL_SCALE = 0.9999;
const FLAT_SAMPLES = 3;
const FEW_CLIPS = 3;
const AUDIBLE_DC_RATIO = 0.01;

/** Looks at every sample once while a file is read. */
export class SampleChecks {
  private clips = 0;
  private beyond = 0;
  private nonFinite = 0;
  private same = true;
  private inverted = true;
  private silent = true;
  private readonly last: number[];
  private readonly flat: number[];

  constructor(private readonly channels: number) {
    this.last = new Array<number>(channels).fill(0);
    this.flat = new Array<number>(channels).fill(0);
  }

  feed(planes: readonly Float32Array[], frames: number): void {
    for (let c = 0; c < this.channels; ++c) this.feedChannel(planes[c] as Float32Array, frames, c);
    if (this.channels === 2 && (this.same || this.inverted)) this.comparePair(planes[0] as Float32Array, planes[1] as Float32Array, frames);
  }

  warnings(dcOffsetRatio: number | null): string[] {
    const out: string[] = [];
    if (this.silent) out.push("The file is silent from start to end.");
    if (this.nonFinite > 0) out.push(`${samples(this.nonFinite)} not a number, heard as silence.`);
    if (this.clips > FEW_CLIPS) out.push(`Clipped: the peaks are cut flat in ${this.clips} places. Mixing cannot bring them back.`);
    if (this.beyond > 0) out.push(`${samples(this.beyond)} above full scale (floating point); the mix brings the peaks back below it.`);
    if (!this.silent && this.channels === 2 && this.same) out.push("Left and right are the same: the file is mono in a stereo file.");
    if (!this.silent && this.channels === 2 && this.inverted && !this.same) out.push("Right is left with its polarity reversed: in mono the song disappears.");
    if (dcOffsetRatio !== null && dcOffsetRatio > AUDIBLE_DC_RATIO)
      out.push(`The waveform is off centre by ${(100 * dcOffsetRatio).toFixed(1)} % of full scale (DC offset).`);
    return out;
  }

  private feedChannel(plane: Float32Array, frames: number, channel: number): void {
    let last = this.last[channel] as number;
    let flat = this.flat[channel] as number;
    for (let i = 0; i < frames; ++i) {
      const x = plane[i] as number;
      if (x !== 0) {
        this.silent = false;
        if (x - x !== 0) ++this.nonFinite;
        else if (x > 1 || x < -1) ++this.beyond;
        if (x === last && (x >= FULL_SCALE || x <= -FULL_SCALE)) {
          if (++flat === FLAT_SAMPLES) ++this.clips;
        } else flat = 1;
      } else flat = 1;
      last = x;
    }
    this.last[channel] = last;
    this.flat[channel] = flat;
  }

  private comparePair(left: Float32Array, right: Float32Array, frames: number): void {
    let { same, inverted } = this;
    for (let i = 0; i < frames && (same || inverted); ++i) {
      if (left[i] !== right[i]) same = false;
      if (left[i] !== -(right[i] as number)) inverted = false;
    }
    this.same = same;
    this.inverted = inverted;
  }
}
