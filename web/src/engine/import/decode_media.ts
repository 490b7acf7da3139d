/** FLAC, MP3, OGG, M4A and whatever else the browser's decoders take, demuxed by mediabunny at the file's own rate. */
import { ALL_FORMATS, BlobSource, Input, type InputAudioTrack } from "mediabunny";
import { StudioError } from "../engine";
import { notAudio } from "./checks";
import { decodeElsewhere } from "./decode_elsewhere";
import { decodeTrack } from "./decode_track";
import type { Source } from "./decoded";
import { mp3Gap } from "./gapless_mp3";
import type { DecodeQuestion, DecodeReply } from "./messages";
import { Trim } from "./trim";
import { wholeOgg } from "./whole_ogg";

const LOSSLESS = new Set(["flac", "alac"]);
const CODEC_NAMES: Readonly<Record<string, string>> = { mp3: "MP3", aac: "AAC", vorbis: "Ogg Vorbis", opus: "Opus", flac: "FLAC", alaw: "A-law", ulaw: "µ-law" };

type Ask = (question: DecodeQuestion) => Promise<DecodeReply>;

export async function openMedia(file: File, ask: Ask): Promise<Source> {
  const whole = await wholeOgg(file);
  const input = new Input({ source: new BlobSource(whole), formats: ALL_FORMATS });
  if (!(await input.canRead().catch(() => false))) throw notAudio(file.name);
  const track = await input.getPrimaryAudioTrack().catch(() => null);
  if (!track) throw new StudioError(`${file.name}: it holds no audio track`);
  const codec = (await track.getCodec()) ?? String((await track.getInternalCodecId().catch(() => null)) ?? "unknown coding");
  const sampleRateHz = await track.getSampleRate();
  const channels = await track.getNumberOfChannels();
  const durationS = await track.computeDuration().catch(() => null);
  const promisedS = await track.getDurationFromMetadata().catch(() => null);
  const warnings = whole === file ? [] : ["The file is truncated: its last part is missing."];
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
    decode(take, progress) {
      const fileName = file.name;
      if (here) return decodeTrack(track, { fileName, sampleRateHz, channels, promisedFrames, warnings }, new Trim(gap, expectedFrames), take, progress);
      return decodeElsewhere({ fileName, codecName: name, gap, expectedFrames, bitDepth, warnings }, () => ask({ sampleRateHz, channels }), take);
    },
  };
}

/** STREAMINFO: 20 bits of rate, 3 of channels - 1, 5 of bits - 1. */
async function flacBitDepth(track: InputAudioTrack): Promise<number | null> {
  const description = (await track.getDecoderConfig())?.description;
  if (!description) return null;
  const isView = ArrayBuffer.isView(description);
  const bytes = isView ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength) : new Uint8Array(description);
  const streamInfo = 8; // behind "fLaC" and the block's own header
  const high = bytes[streamInfo + 12];
  const low = bytes[streamInfo + 13];
  return high === undefined || low === undefined ? null : (((high & 1) << 4) | (low >> 4)) + 1;
}
