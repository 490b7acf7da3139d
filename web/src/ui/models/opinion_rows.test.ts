import { describe, expect, it } from "vitest";
import type { SettingOpinion, SongOpinion } from "../../protocol/models";
import { NEUTRAL_VALUES } from "../../state/document";
import { agreement, opinionRows, shareRows, sureness } from "./opinion_rows";

const setting = (change: Partial<SettingOpinion>): SettingOpinion => ({
  id: "high", label: "High", param: "eq.5.gain_db", wished: 2.4, neutral: 0, position: 0.63, spread: 0.05, disagreement: 0.03, confidence: 0.7, ...change,
});
const opinion = (...settings: SettingOpinion[]): SongOpinion => ({ settings, models: [], excerpts: 6 });
const only = (change: Partial<SettingOpinion>, values = NEUTRAL_VALUES, amount = 1) => opinionRows(opinion(setting(change)), values, amount)[0]!;

describe("the panel of what models heard", () => {
  it("tells what a setting became in the chain, where its unit is on", () => {
    const values = { ...NEUTRAL_VALUES, "eq.5.gain_db": 1.2, "eq.5.enabled": 1, "eq.enabled": 1 };
    expect(only({}, values)).toMatchObject({ name: "High", wish: "2.4 dB", became: "EQ 5 gain 1.2 dB", inChain: true, sure: "sure", agreement: "agree ±3 %" });
    expect(only({}, { ...values, "eq.enabled": 0 }).inChain).toBe(false);
    expect(only({ param: "comp.ratio", wished: 1.8, neutral: 1 }, { ...NEUTRAL_VALUES, "comp.enabled": 1, "comp.ratio": 1.8 }).became).toBe("Compressor ratio 1.80:1");
  });
  it("says why one stayed at neutral", () => {
    expect(only({ confidence: 0.1 }).became).toBe("left at neutral: cannot be heard");
    expect(only({ wished: 0.1 }).became).toBe("left at neutral: nothing to correct");
    expect(only({}, NEUTRAL_VALUES, 0).became).toBe("left at neutral: no amount wanted");
    // The compressor's ratio is 2:1 in the table: as long as it is off, nothing is compressed.
    expect(only({ param: "comp.ratio", wished: 1.8, neutral: 1 }).inChain).toBe(false);
  });
  it("shows levels as what they are: measured, not taken from the models", () => {
    expect(only({ param: "output.gain_db", wished: 3 }, { ...NEUTRAL_VALUES, "output.gain_db": -2 })).toMatchObject({ wish: "3.00 dB", became: "measured: Output level −2.00 dB", inChain: false });
  });
  it("has words for sureness and agreement beside the bars", () => {
    expect([0.8, 0.5, 0.3, 0.1].map(sureness)).toEqual(["sure", "fairly sure", "unsure", "cannot tell"]);
    expect([agreement(0.02, 6), agreement(0.08, 6), agreement(0.3, 2), agreement(0, 1)]).toEqual(["agree ±2 %", "mostly agree ±8 %", "differ ±30 %", ""]);
  });
  it("gives each model's say over the settings", () => {
    expect(shareRows([{ id: "ast", label: "AST", weights: [0.1, 0.3] }, { id: "enhanced-cnn", label: "Enhanced CNN", weights: [1, 1] }])).toEqual([
      { id: "ast", label: "AST", mean: 0.2, text: "20 % (10 to 30)" }, { id: "enhanced-cnn", label: "Enhanced CNN", mean: 1, text: "100 %" },
    ]);
  });
});
