import { describe, expect, it } from "vitest";
import { wholeOgg } from "./whole_ogg";

const page = (payload: number): Uint8Array<ArrayBuffer> => {
  const sizes = [...new Array<number>(Math.floor(payload / 255)).fill(255), payload % 255];
  const bytes = new Uint8Array(27 + sizes.length + payload);
  bytes.set([0x4f, 0x67, 0x67, 0x53]);
  bytes[26] = sizes.length;
  bytes.set(sizes, 27);
  return bytes;
};

describe("whole Ogg pages", () => {
  const pages = [page(30), page(60000), page(4000)];
  const bytes = Uint8Array.from(pages.flatMap((p) => [...p]));
  const ends = [pages[0]!.length, pages[0]!.length + pages[1]!.length];

  it("leave a whole file and other files alone", async () => {
    const whole = new Blob([bytes]);
    expect(await wholeOgg(whole)).toBe(whole);
    const other = new Blob(["RIFF and so on"]);
    expect(await wholeOgg(other)).toBe(other);
  });
  it("end before the page that was cut, wherever the cut is", async () => {
    for (const cut of [1, 3, 20, 27, 40, 3999]) expect((await wholeOgg(new Blob([bytes.subarray(0, ends[1]! + cut)]))).size).toBe(ends[1]);
    expect((await wholeOgg(new Blob([bytes.subarray(0, ends[1]! - 1)]))).size).toBe(ends[0]);
  });
});
