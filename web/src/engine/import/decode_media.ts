/** FLAC, MP3, OGG, M4A and whatever else the browser's decoders take, demuxed by mediabunny at the file's own rate. */
import { ALL_FORMATS, AudioSampleSink, BlobSource, Input, type AudioSample, type InputAudioTrack } from "mediabunny";
import { StudioError } from "../engine";
import { decodeInterleaved } from "../wav/pcm";
import type { PcmEncoding } from "../wav/wav_format";
import { notAudio, seconds } from "./checks";
import type { Source } from "./decoded";
import { mp3Gap, type Gap } from "./gapless_mp3";
import { restoreIntegers } from "./restore_integers";
import type { DecodeQuestion, DecodeReply } from "./messages";

const LOSSLESS = new Set(["flac", "alac"]);
const CODEC_NAMES: Readonly<Record<string, string>> = { mp3: "MP3", aac: "AAC", vorbis: "Ogg Vorbis", opus: "Opus", flac: "FLAC", alaw: "A-law", ulaw: "µ-law" };

export async function openMedia(file: File, ask: (question: DecodeQuestion) => Promise<DecodeReply>): Promise<Source> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  if (!(await input.canRead().catch(() => false))) throw notAudio(file.name);
  const track = await input.getPrimaryAudioTrack().catch(() => null);
  if (!track) throw new StudioError(`${file.name}: it holds no audio track`);
  const codec = (await track.getCodec()) ?? String((await track.getInternalCodecId().catch(() => null)) ?? "unknown coding");
  const sampleRateHz = await track.getSampleRate();
  const channels = await track.getNumberOfChannels();
  const durationS = await track.computeDuration().catch(() => null);
  const promisedS = await track.getDurationFromMetadata().catch(() => null);
  const warnings: string[] = [];
  const lossy = !LOSSLESS.has(codec) && !codec.startsWith("pcm") && codec !== "alaw" && codec !== "ulaw";
  const name = CODEC_NAMES[codec] ?? codec.toUpperCase();
  if (lossy) warnings.push(`${name} is a lossy format: what its encoder left out cannot be brought back.`);
  const expectedFrames = durationS === null ? null : Math.round(durationS * sampleRateHz);
  const promisedFrames = Math.max(expectedFrames ?? 0, Math.round((promisedS ?? 0) * sampleRateHz));
  const gap = codec === "mp3" ? await mp3Gap(file) : { startFrames: 0, endFrames: 0 };
  const here = await track.canDecode().catch(() => false);
  const bitDepth = codec === "flac" ? await flacBitDepth(track) : null;
  return {
    codec: name,
    bitDepth,
    sampleRateHz,
    channels,
    warnings,
    decode: here
      ? (take, progress) => decodeTrack(track, { file, sampleRateHz, channels, promisedFrames, warnings }, new Trim(gap, expectedFrames), take, progress)
      : (take) => decodeElsewhere({ fileName: file.name, codecName: name, gap, expectedFrames, bitDepth, warnings }, () => ask({ sampleRateHz, channels }), take),
  };
}

interface Facts {
  readonly file: File;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** By the file's own header; 0 where it does not say. */
  readonly promisedFrames: number;
  readonly warnings: string[];
}
type Take = (planes: readonly Float32Array[], frames: number) => void;

/** Takes the encoder's lead-in and the padding after the last frame off a decoded stream. */
class Trim {
  private at = 0;

  constructor(
    private readonly gap: Gap,
    private readonly totalFrames: number | null,
  ) {}

  pass(planes: readonly Float32Array[], frames: number, take: Take): void {
    const end = this.totalFrames === null ? Infinity : this.totalFrames - this.gap.endFrames;
    const from = Math.min(frames, Math.max(0, this.gap.startFrames - this.at));
    const to = Math.max(from, Math.min(frames, end - this.at));
    this.at += frames;
    if (to > from) take(planes.map((plane) => plane.subarray(from, to)), to - from);
  }
}

async function decodeTrack(track: InputAudioTrack, facts: Facts, trim: Trim, take: Take, progress: (ratio: number) => void): Promise<void> {
  const { sampleRateHz, channels, promisedFrames, file, warnings } = facts;
  let decoded = 0;
  try {
    for await (const sample of new AudioSampleSink(track).samples()) {
      try {
        if (sample.numberOfChannels !== channels || sample.sampleRate !== sampleRateHz)
          throw new StudioError(`${file.name}: channels or sample rate change within the file, which cannot be mixed`);
        // Before time zero lies what the decoder needed to start.
        const early = Math.min(sample.numberOfFrames, Math.max(0, Math.round(-sample.timestamp * sampleRateHz)));
        const planes = planesOf(sample).map((plane) => plane.subarray(early));
        const frames = sample.numberOfFrames - early;
        if (frames > 0) trim.pass(planes, frames, take);
        decoded += frames;
      } finally {
        sample.close();
      }
      progress(promisedFrames > 0 ? Math.min(1, decoded / promisedFrames) : 0);
    }
  } catch (error) {
    if (error instanceof StudioError) throw error;
    if (decoded === 0) throw new StudioError(`${file.name}: it cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
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

interface ElsewhereFacts {
  readonly fileName: string;
  readonly codecName: string;
  readonly gap: Gap;
  readonly expectedFrames: number | null;
  readonly bitDepth: number | null;
  readonly warnings: string[];
}

async function decodeElsewhere(facts: ElsewhereFacts, ask: () => Promise<DecodeReply>, take: Take): Promise<void> {
  const reply = await ask();
  if ("failure" in reply) throw new StudioError(`${facts.fileName}: ${facts.codecName}: ${reply.failure}`);
  if (facts.bitDepth !== null && !restoreIntegers(reply.planes, facts.bitDepth))
    facts.warnings.push("This browser decodes the file with small rounding errors; WAV is read exactly.");
  const frames = reply.planes[0]?.length ?? 0;
  // Fewer frames than the container holds: this decoder has taken the encoder's gaps off itself.
  const trimmed = facts.expectedFrames !== null && frames <= facts.expectedFrames - facts.gap.startFrames;
  new Trim(trimmed ? { startFrames: 0, endFrames: 0 } : facts.gap, facts.expectedFrames).pass(reply.planes, frames, take);
}

/** STREAMINFO: 20 bits of rate, 3 of channels - 1, 5 of bits - 1. */
async function flacBitDepth(track: InputAudioTrack): Promise<number | null> {
  const description = (await track.getDecoderConfig())?.description;
  if (!description) return null;
  const bytes = ArrayBuffer.isView(description) ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength) : new Uint8Array(description);
  const streamInfo = 8; // behind "fLaC" and the block's own header
  const high = bytes[streamInfo + 12];
  const low = bytes[streamInfo + 13];
  return high === undefined || low === undefined ? null : (((high & 1) << 4) | (low >> 4)) + 1;
}
