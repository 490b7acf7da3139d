import { describe, expect, it } from "vitest";
import { readProfile, asProfileValues } from "./profile";
import { BUILT_IN_PROFILES, PROFILE_FIELDS } from "./profiles.gen";

const balanced = BUILT_IN_PROFILES[0]!;
const read = (content: unknown) => readProfile(JSON.stringify(content), PROFILE_FIELDS, balanced);
const at = (path: string): number => PROFILE_FIELDS.find((field) => field.path === path)!.at;

describe("mixing profiles", () => {
  it("takes what is said and keeps balanced for the rest", () => {
    const mine = read({ id: "mine", label: "Mine", reverb: { type: "Plate", send_ratio: 0.2 }, dynamics: { style: "Vintage" } });
    expect(mine.values[at("reverb.type")]).toBe(2);
    expect(mine.values[at("reverb.send_ratio")]).toBe(0.2);
    expect(mine.values[at("dynamics.style")]).toBe(1);
    expect(mine.values[at("tone.limit_db")]).toBe(balanced.values[at("tone.limit_db")]);
  });
  it.each([
    [{ label: "x" }, "id is missing"],
    [{ id: "x", label: "" }, "label is empty"],
    [{ id: "x", label: "x", tone: { limit_db: 99 } }, "tone.limit_db is 99, outside 0 to 12"],
    [{ id: "x", label: "x", tone: { limit_db: "3" } }, "tone.limit_db must be a number"],
    [{ id: "x", label: "x", tone: { limits_db: 3 } }, "no field is called tone.limits_db"],
    [{ id: "x", label: "x", tone: 3 }, "tone is no object"],
    [{ id: "x", label: "x", tone: { octaves_db: [1, 2] } }, "tone.octaves_db must be a list of 11 numbers"],
    [{ id: "x", label: "x", reverb: { type: "Cave" } }, "reverb.type must be one of Room, Hall, Plate, Chamber"],
    [{ id: "x".repeat(61), label: "x" }, "id is longer than 60 letters"],
    [[], "the profile is no object"],
  ])("refuses %j", (content, message) => expect(() => read(content)).toThrow(message));
  it("refuses what is no JSON, and kept numbers that do not fit", () => {
    expect(() => readProfile("{", PROFILE_FIELDS, balanced)).toThrow("it is no JSON");
    expect(asProfileValues([...balanced.values], PROFILE_FIELDS)).toEqual(balanced.values);
    expect(() => asProfileValues([1], PROFILE_FIELDS)).toThrow("numbers");
    expect(() => asProfileValues(balanced.values.map(() => 1000), PROFILE_FIELDS)).toThrow("outside");
  });
  it("comes with the eight styles and a neutral one, each inside every range", () => {
    expect(BUILT_IN_PROFILES.map((profile) => profile.id).sort()).toEqual(["balanced", "ballad", "classical", "electronic", "jazz", "podcast", "pop", "rock", "speech"]);
    for (const profile of BUILT_IN_PROFILES) expect(asProfileValues(profile.values, PROFILE_FIELDS)).toEqual(profile.values);
  });
});
