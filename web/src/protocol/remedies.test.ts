import { describe, expect, it } from "vitest";
import { NEUTRAL_VALUES } from "../state/document";
import { PARAMS } from "./params.gen";
import { remedyValues } from "./remedies";

const MUD = { "eq.3.gain_db": -2.5, "eq.3.freq_hz": 315, "eq.3.q": 1.4 };

describe("what a suggestion sets", () => {
  it("switches its unit and band on, so that it is heard", () => {
    expect(remedyValues(MUD, NEUTRAL_VALUES)).toEqual({ ...MUD, "eq.enabled": 1, "eq.3.enabled": 1 });
    expect(remedyValues({ "comp.ratio": 3 }, NEUTRAL_VALUES)).toEqual({ "comp.ratio": 3, "comp.enabled": 1 });
  });

  it("switches nothing on that it wants off, and nothing for gains", () => {
    expect(remedyValues({ "gate.enabled": 0 }, NEUTRAL_VALUES)).toEqual({ "gate.enabled": 0 });
    expect(remedyValues({ "input.gain_db": -3 }, NEUTRAL_VALUES)).toEqual({ "input.gain_db": -3 });
  });

  it("takes a free band when its own is at work elsewhere, and its own when that lies at the same place", () => {
    const busy = { ...NEUTRAL_VALUES, "eq.enabled": 1, "eq.3.enabled": 1, "eq.3.freq_hz": 1200, "eq.3.gain_db": 2, "eq.1.enabled": 1 };
    expect(remedyValues(MUD, busy)).toEqual({ "eq.2.gain_db": -2.5, "eq.2.freq_hz": 315, "eq.2.q": 1.4, "eq.2.type": 0, "eq.enabled": 1, "eq.2.enabled": 1 });
    expect(remedyValues(MUD, { ...busy, "eq.3.freq_hz": 315 })).toMatchObject({ "eq.3.gain_db": -2.5 });
  });

  it("leaves no shape behind from what a band did before it was switched off", () => {
    expect(remedyValues(MUD, { ...NEUTRAL_VALUES, "eq.3.type": 5 })).toMatchObject({ "eq.3.type": 0 });
    expect(remedyValues({ ...MUD, "eq.3.type": 1 }, { ...NEUTRAL_VALUES, "eq.3.type": 5 })).toMatchObject({ "eq.3.type": 1 });
  });

  it("never puts two bands of one remedy in one place", () => {
    const busy = { ...NEUTRAL_VALUES, "eq.1.enabled": 1, "eq.1.freq_hz": 1000 };
    const values = remedyValues({ "eq.1.freq_hz": 50, "eq.1.gain_db": -6, "eq.2.freq_hz": 100, "eq.2.gain_db": -3 }, busy);
    expect(values).toMatchObject({ "eq.2.freq_hz": 100, "eq.2.gain_db": -3, "eq.3.freq_hz": 50, "eq.3.gain_db": -6 });
    expect(values).not.toHaveProperty(["eq.1.freq_hz"]);
  });

  it("keeps values inside the table's range", () => {
    const { min, max } = PARAMS.find(({ key }) => key === "eq.3.gain_db")!;
    expect(remedyValues({ "eq.3.gain_db": -99 }, NEUTRAL_VALUES)?.["eq.3.gain_db"]).toBe(min);
    expect(remedyValues({ "eq.3.gain_db": 99 }, NEUTRAL_VALUES)?.["eq.3.gain_db"]).toBe(max);
  });

  it("is advice only when it sets nothing, or what the chain does not have", () => {
    expect(remedyValues({}, NEUTRAL_VALUES)).toBeNull();
    expect(remedyValues({ "declipper.enabled": 1 }, NEUTRAL_VALUES)).toBeNull();
  });
});
