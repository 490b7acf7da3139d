/** The last resort for browsers without WebCodecs: decodeAudioData, which lives on the page's thread and holds the whole song in memory. */
import type { DecodeQuestion, DecodeReply } from "./messages";

/** Float bytes of the decoded song; above it the page could run out of memory. */
const LIMIT_BYTES = 400e6;
/** A lossy file grows by about this much: 400 MB of song are some 36 MB of MP3 or 200 MB of FLAC. */
const LARGEST_FILE_BYTES = 200e6;

export async function decodeOnPage(file: File, { sampleRateHz, channels }: DecodeQuestion): Promise<DecodeReply> {
  const tooLong = { failure: "this browser can only decode it as a whole, and it is too long for that. Convert it to WAV first." };
  if (file.size > LARGEST_FILE_BYTES) return tooLong;
  try {
    const context = new OfflineAudioContext(channels, 1, sampleRateHz);
    const audio = await context.decodeAudioData(await file.arrayBuffer());
    if (audio.length * channels * 4 > LIMIT_BYTES) return tooLong;
    return { planes: Array.from({ length: audio.numberOfChannels }, (_, c) => new Float32Array(audio.getChannelData(c))) };
  } catch {
    return { failure: "this browser cannot decode it" };
  }
}
