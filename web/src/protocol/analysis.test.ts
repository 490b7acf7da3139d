import { describe, expect, it } from "vitest";
import { exampleAnalysisJson } from "../engine/testing/example_analysis";
import { readAnalysis, readAnalysisJson } from "./analysis";
import { camel } from "./shapes";

const spoilt = (spoil: (json: any) => void): unknown => {
  const json = exampleAnalysisJson();
  spoil(json);
  return json;
};

describe("reading an analysis", () => {
  it("keeps every figure under its name with its unit", () => {
    const read = readAnalysisJson(JSON.stringify(exampleAnalysisJson()));
    expect(read.durationS).toBe(120);
    expect(read.loudness.truePeakDbtp).toBe(-0.3);
    expect(read.dynamics.attackSlopeDbPerMs).toBe(1.3);
    expect(read.dynamics.compressor?.thresholdDbfs).toBe(-18.5);
    expect(read.spectrum.bands.sub_bass).toBe(0.08);
    expect(read.spectrum.curve.levelDb.at(-1)).toBeNull();
    expect(read.stereo.bands.sub_bass).toEqual({ width: 0.05, correlation: 0.98 });
    expect(read.rhythm.beatsS).toHaveLength(240);
    expect(read.tonality.chords[0]).toEqual({ startS: 0, endS: 2, chord: null, confidence: 0.5 });
    expect(read.structure.sections[5]?.loudnessLufs).toBeNull();
    expect(read.music.liveness).toBeNull();
    expect(read.genre.scores.rock).toBe(0.81);
    expect(read.suggestions[0]?.parameters).toEqual({ "eq.3.gain_db": -2.5, "eq.3.freq_hz": 315, "eq.3.q": 1.4 });
  });

  it("leaves no field of the example unread: every name of the JSON comes back", () => {
    const names = (value: unknown): string[] =>
      Array.isArray(value) ? [...new Set(value.flatMap(names))] : typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, inner]) => [camel(key), ...names(inner)]) : [];
    const bands = (found: string[]): string[] => found.map(camel);
    const sent = names(exampleAnalysisJson());
    expect(bands(names(readAnalysis(exampleAnalysisJson()))).sort()).toEqual(sent.sort());
  });

  it("takes what is null, or not there, for unknown", () => {
    const read = readAnalysis(spoilt((json) => {
      json.rhythm.tempo_bpm = null;
      delete json.tonality.key;
      delete json.music["energy"];
      json.music = {};
      json.dynamics.compressor = null;
    }));
    expect([read.rhythm.tempoBpm, read.tonality.key, read.music.energy, read.dynamics.compressor]).toEqual([null, null, null, null]);
  });

  it.each<[string, Parameters<typeof spoilt>[0], RegExp]>([
    ["a figure that is text", (json) => void (json.rhythm.tempo_bpm = "120"), /rhythm\.tempo_bpm is no number/],
    ["a share above one", (json) => void (json.music["energy"] = 1.2), /music\.energy is no number it can be/],
    ["beats out of order", (json) => void json.rhythm.beats_s.reverse(), /beats_s is not in order/],
    ["a chroma of eleven", (json) => void json.tonality.chroma.pop(), /chroma has other than 12/],
    ["a curve of unequal lists", (json) => void json.spectrum.curve.level_db.pop(), /lists of different lengths/],
    ["a section without an end", (json) => void (json.structure.sections[0].end_s = null), /sections\[0\]\.end_s is no number/],
    ["a parameter that is text", (json) => void (json.suggestions[0].parameters["eq.3.q"] = "x"), /parameters\.eq\.3\.q is no number/],
    ["no object where one belongs", (json) => void (json.loudness = []), /loudness is no object/],
  ])("refuses %s with a sentence that names it", (_, spoil, says) => {
    expect(() => readAnalysis(spoilt(spoil))).toThrow(says);
  });

  it("refuses what is no JSON", () => {
    expect(() => readAnalysisJson("{")).toThrow(/no JSON/);
  });
});
