/** One track through the worker's decoders, block by block, keeping what can be kept of a damaged file. */
import { AudioSampleSink, EncodedPacketSink, type AudioSample, type InputAudioTrack } from "mediabunny";
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
  const { fileName, sampleRateHz, promisedFrames, warnings } = facts;
  let decoded = 0;
  const deliver = (planes: readonly Float32Array[], frames: number): void => {
    trim.pass(planes, frames, take);
    decoded += frames;
    progress(promisedFrames > 0 ? Math.min(1, decoded / promisedFrames) : 0);
  };
  let failure = await decodeUntil(track, facts, undefined, 0, deliver);
  if (failure) {
    // A reader that fails at the cut throws away what its decoder still holds: once more, stopping before the cut.
    const readableS = await readableUntil(track);
    if (readableS !== null && readableS * sampleRateHz > decoded) failure = (await decodeUntil(track, facts, readableS, decoded, deliver)) ?? failure;
  }
  if (failure && decoded === 0) throw new StudioError(`${fileName}: it cannot be decoded: ${failure.message}`);
  // A second short of what the container says is no rounding of durations.
  if (failure) warnings.push(`The file is damaged or truncated: decoding stopped after ${seconds(decoded, sampleRateHz)}.`);
  else if (decoded < promisedFrames - sampleRateHz)
    warnings.push(`The file is truncated: it promises ${seconds(promisedFrames, sampleRateHz)}, ${seconds(decoded, sampleRateHz)} are there.`);
}

/** Delivers what lies behind `skipFrames`; returns why it stopped early, or null. */
async function decodeUntil(track: InputAudioTrack, facts: TrackFacts, endS: number | undefined, skipFrames: number, deliver: Take): Promise<Error | null> {
  const { fileName, channels, sampleRateHz } = facts;
  let toSkip = skipFrames;
  try {
    for await (const sample of new AudioSampleSink(track).samples(undefined, endS)) {
      try {
        if (sample.numberOfChannels !== channels || sample.sampleRate !== sampleRateHz)
          throw new StudioError(`${fileName}: channels or sample rate change within the file, which cannot be mixed`);
        // Before time zero lies what the decoder needed to start.
        const early = Math.min(sample.numberOfFrames, Math.max(0, Math.round(-sample.timestamp * sampleRateHz)));
        const skipped = Math.min(sample.numberOfFrames - early, toSkip);
        toSkip -= skipped;
        const from = early + skipped;
        if (from < sample.numberOfFrames) deliver(planesOf(sample).map((plane) => plane.subarray(from)), sample.numberOfFrames - from);
      } finally {
        sample.close();
      }
    }
    return null;
  } catch (error) {
    if (error instanceof StudioError) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** When the last packet starts that can be read, for a file that cannot be read to its end; else null. */
async function readableUntil(track: InputAudioTrack): Promise<number | null> {
  let lastS: number | null = null;
  try {
    for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) lastS = packet.timestamp;
    return null;
  } catch {
    return lastS;
  }
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
