import { describe, expect, it } from "vitest";
import { extentOf, levelFor } from "./draw";
import { following, frameAt, markSpacingS, panned, shareOf, wholeSong, zoomed } from "./view";

const frames = 480_000;

describe("waveform view", () => {
  it("keeps the anchor in place when zooming, and the view inside the song", () => {
    const view = zoomed(wholeSong(frames), 4, 240_000, frames);
    expect(view).toEqual({ startFrame: 180_000, endFrame: 300_000 });
    expect(shareOf(view, 240_000)).toBeCloseTo(0.5, 12);
    expect(zoomed(view, 0.01, 240_000, frames)).toEqual(wholeSong(frames));
    const edge = zoomed(wholeSong(frames), 8, 0, frames);
    expect(edge.startFrame).toBe(0);
  });

  it("zooms no closer than bins can show", () => {
    const view = zoomed(wholeSong(frames), 1e9, 1000, frames);
    expect(view.endFrame - view.startFrame).toBeCloseTo(16384, 6);
    expect(zoomed(wholeSong(100), 8, 50, 100)).toEqual(wholeSong(100));
  });

  it("pans to the ends and turns the page after the playhead", () => {
    const view = { startFrame: 0, endFrame: 48_000 };
    expect(panned(view, 1e9, frames)).toEqual({ startFrame: 432_000, endFrame: 480_000 });
    expect(panned(view, -5, frames)).toEqual(view);
    expect(following(view, 100, frames)).toBe(view);
    const turned = following(view, 48_000, frames);
    expect(shareOf(turned, 48_000)).toBeCloseTo(0.05, 12);
    expect(frameAt(turned, 0.05)).toBeCloseTo(48_000, 6);
  });

  it("marks time at distances that read well", () => {
    expect(markSpacingS(200, 10)).toBe(30);
    expect(markSpacingS(0.5, 10)).toBe(0.05);
    expect(markSpacingS(100_000, 10)).toBe(3600);
  });

  it("reads the extremes and the rms of a stretch from the fitting level", () => {
    const fine = { framesPerBin: 256, bins: 4, data: new Float32Array([-1, 0.5, 0.3, -0.2, 0.9, 0.4, 0, 0, 0, 0, 0, 0]) };
    const coarse = { framesPerBin: 1024, bins: 1, data: new Float32Array([-1, 0.9, 0.25]) };
    const waveform = { channels: 1, frames: 1024, levels: [fine, coarse] };
    expect(levelFor(waveform, 300)).toBe(fine);
    expect(levelFor(waveform, 1024)).toBe(coarse);
    expect(levelFor(waveform, 10)).toBe(fine);
    const extent = extentOf(fine, 0, 0, 512)!;
    expect([extent.low, extent.high]).toEqual([-1, expect.closeTo(0.9, 6)]);
    expect(extent.rms).toBeCloseTo(Math.sqrt((0.09 + 0.16) / 2), 6);
    expect(extentOf(fine, 0, 2000, 3000)).toBeNull();
  });
});
