import { describe, expect, it } from "vitest";
import { parameter } from "../../state/document";
import { beatsOf, chorusPath, decayPath, delayTimeMs, echoes } from "./effect_shapes";

const free = { timeMs: 350, syncChoice: 0, tempoBpm: 120, feedback: 0.5, send: 0.8 };

describe("pictures of the effects", () => {
  it("reads every note value of the table, and free as none", () => {
    expect(beatsOf("1/4")).toBe(1);
    expect(beatsOf("1/8 dotted")).toBe(0.75);
    expect(beatsOf("1/2 triplet")).toBeCloseTo(4 / 3, 12);
    expect(parameter("delay.sync").choices.map(beatsOf).filter((beats) => beats === null)).toHaveLength(1);
    expect(beatsOf(parameter("delay.sync").choices[0] ?? "")).toBeNull();
  });
  it("follows the tempo when synced, up to the longest delay", () => {
    const quarter = parameter("delay.sync").choices.indexOf("1/4");
    expect(delayTimeMs(free)).toBe(350);
    expect(delayTimeMs({ ...free, syncChoice: quarter })).toBe(500);
    expect(delayTimeMs({ ...free, syncChoice: quarter, tempoBpm: 90 })).toBeCloseTo(666.667, 2);
    expect(delayTimeMs({ ...free, syncChoice: 1, tempoBpm: 40 })).toBe(4000);
  });
  it("draws the song, then echoes that fall by the feedback, and ends", () => {
    const [song, first, second] = echoes(free);
    expect(song!.height).toBe(1);
    expect(first!.height).toBe(0.8);
    expect(second!.height).toBe(0.4);
    expect(second!.x - first!.x).toBeCloseTo(0.175, 9);
    expect(echoes({ ...free, feedback: 1, timeMs: 1 }).length).toBeLessThan(70);
    expect(echoes({ ...free, send: 0 })).toHaveLength(1);
  });
  it("keeps voices and decays in their frames", () => {
    const voice = { voice: 1, count: 3, rateHz: 2, depthMs: 10, delayMs: 40, triangle: true, width: 200, height: 100 };
    for (const y of [...chorusPath(voice).matchAll(/ (-?[\d.]+)/g)].map((m) => Number(m[1]))) expect(y).toBeLessThanOrEqual(100);
    expect(decayPath(0.1, 2, 200, 100)).toBe("M5.0 100V4L105.0 100");
  });
});
