/** How many frames an MP3 encoder put before and after the song, from the LAME part of the Xing/Info frame. Not a demuxer. */
// Source: G. Bouvigne, "MP3 Info Tag revision 1 specification" (LAME tag); decoder delay of 528 + 1 samples as in LAME's own decoder.
const DECODER_DELAY_FRAMES = 529;
const SEARCH_BYTES = 4096;
const LAME_OFFSET = 120;
const DELAYS_OFFSET = LAME_OFFSET + 21;

export interface Gap {
  readonly startFrames: number;
  readonly endFrames: number;
}

const isTag = (bytes: Uint8Array, at: number): boolean => {
  const four = String.fromCharCode(...bytes.subarray(at, at + 4));
  return four === "Xing" || four === "Info";
};

/** `head` starts at the file's first byte after any ID3v2 tag. */
export function gapFromTag(head: Uint8Array): Gap {
  for (let at = 0; at + DELAYS_OFFSET + 3 <= head.length; ++at) {
    if (!isTag(head, at)) continue;
    const [a, b, c] = head.subarray(at + DELAYS_OFFSET, at + DELAYS_OFFSET + 3) as unknown as [number, number, number];
    const encoderDelay = (a << 4) | (b >> 4);
    const padding = ((b & 15) << 8) | c;
    if (encoderDelay === 0 && padding === 0) break;
    return { startFrames: encoderDelay + DECODER_DELAY_FRAMES, endFrames: Math.max(0, padding - DECODER_DELAY_FRAMES) };
  }
  return { startFrames: 0, endFrames: 0 };
}

export async function mp3Gap(file: Blob): Promise<Gap> {
  const id3 = new Uint8Array(await file.slice(0, 10).arrayBuffer());
  let start = 0;
  if (id3.length === 10 && String.fromCharCode(...id3.subarray(0, 3)) === "ID3")
    start = 10 + id3.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 127), 0);
  return gapFromTag(new Uint8Array(await file.slice(start, start + SEARCH_BYTES).arrayBuffer()));
}
