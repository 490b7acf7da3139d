import { describe, expect, it } from "vitest";
import { exampleHeard } from "../../engine/testing/example_analysis";
import { NEUTRAL_VALUES } from "../../state/document";
import { changeTexts } from "./changes";
import { chordParts, commonChords, joinedChords } from "./chords";
import { centsFromA440, hertz, noteOf, percent, reading, spoken } from "./figures";
import { barBeatAt, indexAt, lastNotAfter, linePath, logShare, loudnessSpan, onCircle } from "./geometry";
import { localTempo } from "./local_tempo";
import { momentText } from "./moment";
import { levelRamp } from "./ramp";
import { bandTilt, levelShades, poolColumns } from "./spectrogram_image";
import { loudnessWords, spectrogramWords } from "./spoken_pictures";
import { curveSpan, excessPath, levelAt } from "./tone_curve";
import { FEATURE_GROUPS } from "./words";
import { FEATURE_NAMES } from "../../protocol/analysis";

describe("figures", () => {
  it("carry their unit, and are a dash when unknown", () => {
    expect(spoken(reading(-13.42, "LUFS"))).toBe("\u221213.4 LUFS");
    expect(spoken(percent(0.845))).toBe("85 %");
    expect(spoken(percent(null))).toBe("–");
    expect([82.44, 99.96, 315.2, 999.6, 2140, 9996].map((hz) => spoken(hertz(hz)))).toEqual(["82.4 Hz", "100 Hz", "315 Hz", "1.00 kHz", "2.14 kHz", "10.0 kHz"]);
  });

  it("name notes at the song's tuning", () => {
    expect([440, 261.626, 82.407, 27.5].map((hz) => noteOf(hz, null))).toEqual(["A4", "C4", "E2", "A0"]);
    expect(noteOf(440, 430)).toBe("A4 +40 ct");
    expect(noteOf(432, 432)).toBe("A4");
    expect(centsFromA440(440 * 2 ** (1 / 12))).toBeCloseTo(100, 9);
  });

  it("group all 24 features once", () => {
    expect(FEATURE_GROUPS.flatMap(({ features }) => features.map(([name]) => name)).sort()).toEqual([...FEATURE_NAMES].sort());
  });
});

describe("geometry", () => {
  it("goes clockwise from the top", () => {
    expect(onCircle(0, 1).y).toBeCloseTo(-1);
    expect(onCircle(0.25, 2).x).toBeCloseTo(2);
    expect(logShare(200, 20, 2000)).toBeCloseTo(0.5);
  });

  it("breaks lines where nothing is known", () => {
    expect(linePath([{ x: 0, y: 1 }, { x: 1, y: 2 }, null, { x: 3, y: 4 }])).toBe("M0.0 1.0L1.0 2.0M3.0 4.0");
  });

  it("spans loudness in whole steps around what occurs", () => {
    expect(loudnessSpan([-20, -14, -11.2, null], -14)).toEqual({ lowDb: -24, highDb: -6 });
    expect(loudnessSpan([null, null], null)).toEqual({ lowDb: -42, highDb: -6 });
    expect(loudnessSpan([-10, -10, -70], null).highDb - loudnessSpan([-70, -70, -10], null).lowDb).toBeLessThanOrEqual(36);
    const { lowDb, highDb } = loudnessSpan([-14, -14], null);
    expect([lowDb % 6, highDb % 6]).toEqual([-0, -0]);
    expect(highDb - lowDb).toBeGreaterThanOrEqual(12);
  });

  it("finds the stretch of a time, and none in gaps and beyond", () => {
    const stretches = [{ startS: 0, endS: 2 }, { startS: 3, endS: 4 }];
    expect([-1, 0, 1.9, 2, 2.5, 3, 3.9, 4].map((at) => indexAt(stretches, at))).toEqual([-1, 0, 0, -1, -1, 1, 1, -1]);
    expect(lastNotAfter(0, () => 0, 5)).toBe(-1);
  });

  it("counts bars and beats from one", () => {
    const beats = [0.5, 1, 1.5, 2, 2.5, 3];
    expect(barBeatAt(beats, [1, 2.5], 0.7)).toBeNull();
    expect(barBeatAt(beats, [1, 2.5], 1)).toEqual({ bar: 1, beat: 1 });
    expect(barBeatAt(beats, [1, 2.5], 2.4)).toEqual({ bar: 1, beat: 3 });
    expect(barBeatAt(beats, [1, 2.5], 9)).toEqual({ bar: 2, beat: 2 });
  });

  it("measures the tempo over eight beats", () => {
    const beats = Array.from({ length: 20 }, (_, i) => 0.5 * i);
    expect(localTempo(beats)).toHaveLength(12);
    expect(localTempo(beats).every(({ bpm }) => Math.abs(bpm - 120) < 1e-9)).toBe(true);
    expect(localTempo([0, 1])).toEqual([]);
  });
});

describe("the tone picture", () => {
  it("spans whole steps with the loudest inside", () => {
    expect(curveSpan([-20, -50, null], [-22, -48, -60])).toEqual({ lowDb: -72, highDb: -12 });
    expect(curveSpan([-10, -140], []).lowDb).toBe(-72);
  });

  it("reads between the points, and nothing beside unknown ones", () => {
    expect(levelAt([100, 200, 400], [-10, -20, null], 100 * Math.SQRT2)).toBeCloseTo(-15);
    expect(levelAt([100, 200, 400], [-10, -20, null], 200)).toBeCloseTo(-20);
    expect(levelAt([100, 200, 400], [-10, -20, null], 300)).toBeNull();
    expect(levelAt([100, 200], [-10, -20], 50)).toBeNull();
    expect(levelAt([100, 200], [-10, -20], 500)).toBeNull();
  });

  it("fills what lies above the target, up to where they cross", () => {
    const target = [{ x: 0, y: 10 }, { x: 10, y: 10 }];
    expect(excessPath([{ x: 0, y: 20 }, { x: 10, y: 20 }], target)).toBe("");
    expect(excessPath([{ x: 0, y: 0 }, { x: 10, y: 20 }], target)).toBe("M0.0 0.0L5.0 10.0L0.0 10.0Z");
    expect(excessPath([{ x: 0, y: 0 }, { x: 10, y: 5 }], target)).toBe("M0.0 0.0L10.0 5.0L10.0 10.0L0.0 10.0Z");
    expect(excessPath([null, { x: 10, y: 5 }], target)).toBe("");
  });
});

describe("the spectrogram", () => {
  /** Lightness of OKLab, from sRGB. */
  const lightness = (r: number, g: number, b: number): number => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    const l = Math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z);
    const m = Math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z);
    const s = Math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z);
    return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  };

  it("has colours of evenly rising lightness", () => {
    const ramp = levelRamp();
    const found = Array.from({ length: 256 }, (_, i) => lightness(ramp[3 * i] as number, ramp[3 * i + 1] as number, ramp[3 * i + 2] as number));
    const even = ((found[255] as number) - (found[0] as number)) / 255;
    expect(even).toBeGreaterThan(0.0028);
    // Over 16 steps, so that rounding to whole numbers does not count.
    for (let i = 16; i < 256; ++i) expect(Math.abs(((found[i] as number) - (found[i - 16] as number)) / 16 / even - 1), `step ${i}`).toBeLessThan(0.25);
  });

  it("averages the columns under a pixel, blends between columns, low bands at the bottom, nothing beyond the song", () => {
    const { spectrogram } = exampleHeard(); // band i is at 230 in column i, else at 40
    const shades = levelShades(spectrogram, levelRamp());
    const rgba = (level: number, band: number): number => shades.rgba[level + (shades.tilt[band] as number) + shades.offset] as number;
    const pixels = new Uint32Array(4 * 96);
    const column = (x: number): number[] => Array.from({ length: 96 }, (_, row) => pixels[(95 - row) * 4 + x] as number);
    expect(new Set([rgba(230, 90), rgba(135, 90), rgba(40, 90)]).size).toBe(3);
    poolColumns(spectrogram, shades, 0, 4, 4, pixels);
    for (const x of [0, 1, 2, 3]) expect(column(x)).toEqual(Array.from({ length: 96 }, (_, band) => rgba(band === x ? 230 : 40, band)));
    poolColumns(spectrogram, shades, 88, 96, 4, pixels); // two columns a pixel
    for (const x of [0, 3]) expect(column(x)).toEqual(Array.from({ length: 96 }, (_, band) => rgba((band - 88) >> 1 === x ? 135 : 40, band)));
    poolColumns(spectrogram, shades, 90, 91, 4, pixels); // four pixels a column: band 90 rises out of column 89 and falls again into column 91
    expect([0, 1, 2, 3].map((x) => column(x)[90])).toEqual([159, 206, 206, 159].map((level) => rgba(level, 90)));
    pixels.fill(0);
    poolColumns(spectrogram, shades, 238, 242, 4, pixels);
    expect(column(1).every((shade) => shade !== 0)).toBe(true);
    expect(column(2).every((shade) => shade === 0)).toBe(true);
  });

  it("adds 3 dB per octave, and silence stays dark in every band", () => {
    const tilt = bandTilt(96);
    const octaves = Math.log2(16000 / 30);
    expect(((tilt[95]! - tilt[0]!) * (100 / 255)) / ((octaves * 95) / 96)).toBeCloseTo(3, 1);
    const levels = new Uint8Array(2 * 96);
    levels[95] = 255;
    const shades = levelShades({ columns: 2, bands: 96, stepS: 1, levels }, levelRamp());
    const pixels = new Uint32Array(2 * 96);
    poolColumns({ columns: 2, bands: 96, stepS: 1, levels }, shades, 0, 2, 2, pixels);
    expect(new Set(pixels).size).toBe(2);
    expect(new Set(pixels.slice(1)).size).toBe(1);
  });

  it("is told in words", () => {
    const { analysis, spectrogram } = exampleHeard();
    expect(spectrogramWords({ ...spectrogram, levels: new Uint8Array(spectrogram.levels.length) })).toBe("Spectrogram: silence");
    const one = new Uint8Array(96).fill(0);
    one[48] = 255;
    expect(spectrogramWords({ columns: 1, bands: 96, stepS: 1, levels: one })).toContain("strongest around 716 Hz");
    expect(loudnessWords(analysis, -14)).toMatch(/^Loudness over time: -13\.4 LUFS integrated, short-term up to -10\.8 LUFS, loudest at 0:2\d; target -14\.0 LUFS$/);
  });
});

describe("a moment in words", () => {
  it("tells bar, part, chord, loudness, and the level under the pointer", () => {
    expect(momentText(exampleHeard(), 50.3, null)).toMatch(/^0:50\.3 {2}· {2}bar 26\.1 {2}· {2}Chorus C {2}· {2}F {2}· {2}\u2212\d+\.\d LUFS$/);
    expect(momentText(exampleHeard(), 24.2, 0.505)).toMatch(/716 Hz|7\d\d Hz \u221210 dB$/);
    expect(momentText(exampleHeard(), 500, null)).toMatch(/^8:20\.0/);
  });
});

describe("what a remedy changes", () => {
  it("is one line for a band, and from-to for the rest", () => {
    const now = { ...NEUTRAL_VALUES, "eq.enabled": 1 };
    expect(changeTexts({ "eq.enabled": 1, "eq.3.enabled": 1, "eq.3.gain_db": -2.5, "eq.3.freq_hz": 315, "eq.3.q": 1.4 }, now)).toEqual([["EQ 3", "Bell \u00b7 315 Hz \u00b7 \u22122.5 dB \u00b7 Q 1.40"]]);
    expect(changeTexts({ "eq.1.enabled": 1, "eq.1.type": 3, "eq.1.freq_hz": 22, "eq.1.gain_db": 0 }, now)).toEqual([["EQ 1", "High-pass \u00b7 22 Hz \u00b7 Q 0.71"]]);
    expect(changeTexts({ "comp.ratio": 3, "comp.enabled": 1 }, now)).toEqual([["Compressor ratio 2.00:1 \u2192", "3.00:1"], ["Compressor Off \u2192", "On"]]);
    expect(changeTexts({ "eq.2.enabled": 0 }, now)).toEqual([["EQ 2", "Off"]]);
  });
});

describe("chords", () => {
  it("are read by root and mode", () => {
    expect(["C", "F#m", "Bbm", "A♯", "Gmaj7", "N"].map(chordParts)).toEqual([
      { root: 0, minor: false }, { root: 6, minor: true }, { root: 10, minor: true }, { root: 10, minor: false }, { root: 7, minor: false }, { root: null, minor: false },
    ]);
  });

  it("of one name that follow each other are one", () => {
    const chord = (name: string | null, startS: number, endS: number, confidence = 0.5) => ({ startS, endS, chord: name, confidence });
    expect(joinedChords([chord("C", 0, 1), chord("C", 1, 2, 0.9), chord("G", 2, 3), chord("C", 3, 4), chord("C", 5, 6)])).toEqual([chord("C", 0, 2, 0.9), chord("G", 2, 3), chord("C", 3, 4), chord("C", 5, 6)]);
    expect(joinedChords([])).toEqual([]);
  });

  it("are ranked by how long they last", () => {
    const chord = (name: string | null, startS: number, endS: number) => ({ startS, endS, chord: name, confidence: 1 });
    expect(commonChords([chord("C", 0, 1), chord("Am", 1, 4), chord(null, 4, 9), chord("C", 9, 10)], 5)).toEqual([{ chord: "Am", share: 0.6 }, { chord: "C", share: 0.4 }]);
    expect(commonChords([chord(null, 0, 1)], 5)).toEqual([]);
  });
});
