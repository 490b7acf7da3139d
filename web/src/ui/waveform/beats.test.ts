import { describe, expect, it } from "vitest";
import { beatMarks } from "./beats";

const RATE = 1000;
const beats = Array.from({ length: 400 }, (_, i) => 0.5 * i);
const downbeats = beats.filter((_, i) => i % 4 === 0);

describe("the beat grid", () => {
  it("shows every beat when there is room, bars numbered from one", () => {
    const marks = beatMarks(beats, downbeats, { startFrame: 0, endFrame: 8 * RATE }, RATE, 900);
    expect(marks.filter(({ downbeat }) => downbeat).map(({ bar }) => bar)).toEqual([1, 2, 3, 4, 5]);
    expect(marks.filter(({ downbeat }) => !downbeat)).toHaveLength(12);
    expect(marks.find(({ bar }) => bar === 2)?.share).toBeCloseTo(0.25);
  });

  it("thins out: bars only, then every second, fourth, ... and never closer than it can be read", () => {
    for (const seconds of [60, 200]) {
      const width = 900;
      const marks = beatMarks(beats, downbeats, { startFrame: 0, endFrame: seconds * RATE }, RATE, width);
      const at = marks.map(({ share }) => share * width).sort((a, b) => a - b);
      for (let i = 1; i < at.length; ++i) expect((at[i] as number) - (at[i - 1] as number)).toBeGreaterThan(6.9);
    }
    expect(beatMarks(beats, downbeats, { startFrame: 0, endFrame: 200 * RATE }, RATE, 900).every(({ downbeat }) => downbeat)).toBe(true);
  });

  it("leaves room for every number, however long the song", () => {
    const hour = Array.from({ length: 9000 }, (_, i) => 0.4 * i);
    const numbered = beatMarks(hour, hour.filter((_, i) => i % 4 === 0), { startFrame: 0, endFrame: 3600 * RATE }, RATE, 900).filter(({ bar }) => bar !== null);
    expect(numbered.length).toBeGreaterThan(8);
    for (let i = 1; i < numbered.length; ++i) expect((numbered[i]!.share - numbered[i - 1]!.share) * 900).toBeGreaterThan(47);
  });

  it("thins out beats that have no bars", () => {
    const marks = beatMarks(beats, [], { startFrame: 0, endFrame: 200 * RATE }, RATE, 900);
    expect(marks.length).toBeGreaterThan(50);
    expect((marks[1]!.share - marks[0]!.share) * 900).toBeGreaterThan(6.9);
  });

  it("draws only what is in view, and nothing of nothing", () => {
    const marks = beatMarks(beats, downbeats, { startFrame: 100 * RATE, endFrame: 104 * RATE }, RATE, 900);
    expect(marks.every(({ share }) => share >= 0 && share <= 1)).toBe(true);
    expect(marks).toHaveLength(9);
    expect(beatMarks([], [], { startFrame: 0, endFrame: RATE }, RATE, 900)).toEqual([]);
  });
});
