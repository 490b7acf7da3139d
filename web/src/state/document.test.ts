import { describe, expect, it } from "vitest";
import { fakeReport } from "../engine/fake_engine";
import { PARAMS } from "../protocol/params.gen";
import { DEFAULT_PROFILE, NEUTRAL_VALUES, isEdited, mergedDecision, moveState, withValue, type MixDocument } from "./document";
import { matchGains } from "./match";

const document: MixDocument = { values: NEUTRAL_VALUES, target: { id: "spotify", label: "", lufs: -14 }, profile: DEFAULT_PROFILE, amount: 1, decision: null, remedies: [] };
const move = { param: "output.gain_db" as const, from: 0, to: 4, reason: "", evidence: "", confidence: 1 };

describe("mix document", () => {
  it("is neutral at first: every unit off, every gain zero", () => {
    for (const p of PARAMS.filter((row) => row.key.endsWith(".enabled"))) expect(NEUTRAL_VALUES[p.key as keyof typeof NEUTRAL_VALUES], p.key).toBe(0);
    expect(NEUTRAL_VALUES["input.gain_db"]).toBe(0);
    expect(NEUTRAL_VALUES["output.gain_db"]).toBe(0);
  });

  it("knows whether a person changed it", () => {
    expect(isEdited(document)).toBe(false);
    expect(isEdited(withValue(document, "comp.ratio", 3))).toBe(true);
    const decided = { ...withValue(document, "output.gain_db", 4), decision: { params: { ...NEUTRAL_VALUES, "output.gain_db": 4 }, moves: [move], notes: [], keepsEdits: false, opinion: null } };
    expect(isEdited(decided)).toBe(false);
    expect(isEdited(withValue(decided, "output.gain_db", 0))).toBe(true);
  });

  it("tells a move that holds from one taken back and one changed by hand", () => {
    expect(moveState(move, { ...NEUTRAL_VALUES, "output.gain_db": 4 })).toBe("applied");
    expect(moveState(move, NEUTRAL_VALUES)).toBe("reverted");
    expect(moveState(move, { ...NEUTRAL_VALUES, "output.gain_db": 2 })).toBe("edited");
  });

  it("merges a fit into the moves and keeps where each began", () => {
    const other = { ...move, param: "comp.ratio" as const, from: 2, to: 3 };
    const before = { params: NEUTRAL_VALUES, moves: [move, other], notes: ["a"], keepsEdits: false, opinion: null };
    const fit = { params: NEUTRAL_VALUES, moves: [{ ...move, from: 4, to: 6 }], notes: ["a", "b"], input: fakeReport(-20), output: fakeReport(-14), waveform: null, opinion: null };
    const merged = mergedDecision(before, fit);
    expect(merged.moves.map(({ param, from, to }) => [param, from, to])).toEqual([["comp.ratio", 2, 3], ["output.gain_db", 0, 6]]);
    expect(merged.notes).toEqual(["a", "b"]);
    expect(isEdited({ ...document, decision: merged })).toBe(true);
  });
});

describe("loudness matching", () => {
  it("turns the louder one down to the quieter and never anything up", () => {
    expect(matchGains(-20, -14)).toEqual({ originalGainDb: 0, processedGainDb: -6 });
    expect(matchGains(-9, -14)).toEqual({ originalGainDb: -5, processedGainDb: 0 });
    expect(matchGains(-14, -14)).toEqual({ originalGainDb: 0, processedGainDb: 0 });
  });

  it("leaves both alone when one cannot be measured", () => {
    expect(matchGains(null, -14)).toEqual({ originalGainDb: 0, processedGainDb: 0 });
    expect(matchGains(-14, null)).toEqual({ originalGainDb: 0, processedGainDb: 0 });
  });
});
