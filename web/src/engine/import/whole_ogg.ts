/** Finds where the last complete page of an Ogg file ends: demuxers stumble over a page that was cut short. */
// Source: RFC 3533, section 6: "OggS", 23 more header bytes, a table of segment sizes, the segments.
const HEADER_BYTES = 27;
const LARGEST_PAGE_BYTES = HEADER_BYTES + 255 + 255 * 255;

const startsPage = (bytes: Uint8Array, at: number): boolean => bytes[at] === 0x4f && bytes[at + 1] === 0x67 && bytes[at + 2] === 0x67 && bytes[at + 3] === 0x53;

/** End of the page at this place, or null when it reaches beyond the bytes. */
function pageEnd(bytes: Uint8Array, at: number): number | null {
  const segments = bytes[at + HEADER_BYTES - 1];
  if (segments === undefined || at + HEADER_BYTES + segments > bytes.length) return null;
  const end = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + segments).reduce((sum, size) => sum + size, at + HEADER_BYTES + segments);
  return end <= bytes.length ? end : null;
}

/** The file itself when it is no Ogg file or whole; else the part of it that is. */
export async function wholeOgg(file: Blob): Promise<Blob> {
  if (!startsPage(new Uint8Array(await file.slice(0, 4).arrayBuffer()), 0)) return file;
  const from = Math.max(0, file.size - 2 * LARGEST_PAGE_BYTES);
  const tail = new Uint8Array(await file.slice(from).arrayBuffer());
  for (let at = tail.length - HEADER_BYTES; at >= 0; --at) {
    const end = startsPage(tail, at) ? pageEnd(tail, at) : null;
    if (end !== null) return end === tail.length ? file : file.slice(0, from + end);
  }
  return file;
}
