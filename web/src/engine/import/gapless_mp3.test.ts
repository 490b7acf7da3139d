import { describe, expect, it } from "vitest";
import { gapFromTag, mp3Gap } from "./gapless_mp3";

const tagged = (delay: number, padding: number, tagAt = 36): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(1024);
  bytes.set([0xff, 0xfb, 0x90, 0x64]);
  bytes.set([...("Info")].map((c) => c.charCodeAt(0)), tagAt);
  bytes.set([delay >> 4, ((delay & 15) << 4) | (padding >> 8), padding & 255], tagAt + 141);
  return bytes;
};

describe("MP3 gaps", () => {
  it("take the encoder's and the decoder's delay off both ends", () => {
    expect(gapFromTag(tagged(576, 1728))).toEqual({ startFrames: 1105, endFrames: 1199 });
    expect(gapFromTag(tagged(4095, 0))).toEqual({ startFrames: 4624, endFrames: 0 });
  });
  it("are none without a tag", () => {
    expect(gapFromTag(new Uint8Array(1024))).toEqual({ startFrames: 0, endFrames: 0 });
    expect(gapFromTag(new Uint8Array(3))).toEqual({ startFrames: 0, endFrames: 0 });
  });
  it("are found behind an ID3v2 tag", async () => {
    const id3 = new Uint8Array(10 + 300);
    id3.set([73, 68, 51, 4, 0, 0, 0, 0, 2, 44]); // 2 * 128 + 44 = 300
    expect(await mp3Gap(new Blob([id3, tagged(576, 1728)]))).toEqual({ startFrames: 1105, endFrames: 1199 });
  });
});
