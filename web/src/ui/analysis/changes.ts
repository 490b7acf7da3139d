/** What a remedy would change, in as few words as a musician needs: an EQ band as one setting, anything else from its value to the new one. */
import type { ParamKey } from "../../protocol/params.gen";
import type { ParamValues } from "../../protocol/types";
import { parameter } from "../../state/document";
import { hasGain } from "../eq/response";
import { parameterReadout } from "../shell/format";

const BAND_KEY = /^eq\.(\d)\./;
const BAND_FIELDS = ["type", "freq_hz", "gain_db", "q"] as const;

/** Pairs of what is changed and what it becomes. */
export function changeTexts(values: Partial<Record<ParamKey, number>>, now: ParamValues): readonly (readonly [what: string, to: string])[] {
  const texts: (readonly [string, string])[] = [];
  const bands = new Set<string>();
  for (const [key, value] of Object.entries(values) as [ParamKey, number][]) {
    const band = BAND_KEY.exec(key)?.[1];
    if (band !== undefined) bands.add(band);
    else if (now[key] !== value) texts.push([`${parameter(key).label} ${parameterReadout(parameter(key), now[key])} \u2192`, parameterReadout(parameter(key), value)]);
  }
  for (const band of bands) {
    const after = { ...now, ...values };
    if (after[`eq.${band}.enabled` as ParamKey] < 0.5) texts.push([`EQ ${band}`, "Off"]);
    else {
      const fields = hasGain(after[`eq.${band}.type` as ParamKey]) ? BAND_FIELDS : BAND_FIELDS.filter((field) => field !== "gain_db");
      const set = fields.map((field) => {
        const key = `eq.${band}.${field}` as ParamKey;
        return `${field === "q" ? "Q " : ""}${parameterReadout(parameter(key), after[key])}`;
      });
      texts.push([`EQ ${band}`, set.join(" \u00b7 ")]);
    }
  }
  return texts;
}
