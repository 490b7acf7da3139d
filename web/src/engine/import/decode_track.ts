/** One track through the worker's decoders, block by block, keeping what can be kept of a damaged file. */
import { AudioSampleSink, type AudioSample, type InputAudioTrack } from "mediabunny";
import { StudioError } from "../engine";
import { decodeInterleaved } from "../wav/pcm";
import type { PcmEncoding } from "../wav/wav_format";
import { seconds } from "./checks";
import type { Trim, Take } from "./trim";

export interface TrackFacts {
  readonly fileName: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** By the file's own header; 0 where it does not say. */
  readonly promisedFrames: number;
  readonly warnings: string[];
}

export async function decodeTrack(track: InputAudioTrack, facts: TrackFacts, trim: Trim, take: Take, progress: (ratio: number) => void): Promise<void> {
  const { fileName, sampleRateHz, channels, promisedFrames, warnings } = facts;
  let decoded = 0;
  try {
    for await (const sample of new AudioSampleSink(track).samples()) {
      try {
        if (sample.numberOfChannels !== channels || sample.sampleRate !== sampleRateHz)
          throw new StudioError(`${fileName}: channels or sample rate change within the file, which cannot be mixed`);
        // Before time zero lies what the decoder needed to start.
        const early = Math.min(sample.numberOfFrames, Math.max(0, Math.round(-sample.timestamp * sampleRateHz)));
        const frames = sample.numberOfFrames - early;
        if (frames > 0) trim.pass(planesOf(sample).map((plane) => plane.subarray(early)), frames, take);
        decoded += frames;
      } finally {
        sample.close();
      }
      progress(promisedFrames > 0 ? Math.min(1, decoded / promisedFrames) : 0);
    }
  } catch (error) {
    if (error instanceof StudioError) throw error;
    if (decoded === 0) throw new StudioError(`${fileName}: it cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
    warnings.push(`The file is damaged or truncated: decoding stopped after ${seconds(decoded, sampleRateHz)}.`);
    return;
  }
  // A second short of what the container says is no rounding of durations.
  if (decoded < promisedFrames - sampleRateHz)
    warnings.push(`The file is truncated: it promises ${seconds(promisedFrames, sampleRateHz)}, ${seconds(decoded, sampleRateHz)} are there.`);
}

/** In the decoder's own sample format: conversions inside browsers scale positive 16-bit values by 32767, which is not exact. */
function planesOf(sample: AudioSample): Float32Array[] {
  const { format, numberOfFrames: frames, numberOfChannels: channels } = sample;
  const planes = Array.from({ length: channels }, () => new Float32Array(frames));
  const encoding = format.replace("-planar", "") as PcmEncoding;
  if (format.endsWith("-planar")) {
    planes.forEach((plane, c) => decodeInterleaved(encoding, copy(sample, c), [plane], frames));
  } else {
    decodeInterleaved(encoding, copy(sample, 0), planes, frames);
  }
  return planes;
}

function copy(sample: AudioSample, planeIndex: number): ArrayBuffer {
  const bytes = new ArrayBuffer(sample.allocationSize({ planeIndex, format: sample.format }));
  sample.copyTo(bytes, { planeIndex, format: sample.format });
  return bytes;
}
