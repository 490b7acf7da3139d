/** The equaliser: response on top, one column per band below it. */
import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { ParamKey } from "../../protocol/params.gen";
import { parameter } from "../../state/document";
import { Choice } from "../chain/choice";
import { Power } from "../chain/power";
import { Slider } from "../chain/slider";
import { shortLabel } from "../chain/unit";
import { useStudio } from "../shell/context";
import { BANDS, bandKey, type BandNumber } from "./bands";
import { EqCurve } from "./eq_curve";
import { hasGain, hasSlope } from "./response";

const SPANS_DB = [6, 12, 18];

export function EqPanel(): VNode {
  const { mix } = useStudio();
  const [spanDb, setSpanDb] = useState(12);
  const on = useComputed(() => mix.values.value["eq.enabled"] >= 0.5).value;
  return (
    <section id="unit-eq" class={`unit unit-eq ${on ? "" : "off"}`} aria-label="EQ">
      <header class="unit-head">
        <Power id="eq.enabled" />
        <h3>EQ</h3>
        <span class="unit-state">{on ? "eight bands" : "bypassed"}</span>
        <label class="eq-span">
          <span>Scale</span>
          <select aria-label="EQ scale" value={spanDb} onChange={(event) => setSpanDb(Number(event.currentTarget.value))}>
            {SPANS_DB.map((db) => (
              <option key={db} value={db}>{`±${db} dB`}</option>
            ))}
          </select>
        </label>
      </header>
      <EqCurve spanDb={spanDb} />
      <div class="eq-bands">
        {BANDS.map((band) => (
          <BandColumn key={band} band={band} />
        ))}
      </div>
    </section>
  );
}

function BandColumn({ band }: { readonly band: BandNumber }): VNode {
  const { mix } = useStudio();
  const on = useComputed(() => mix.values.value[bandKey(band, "enabled")] >= 0.5).value;
  const shape = useComputed(() => mix.values.value[bandKey(band, "type")]).value;
  const column = (field: "freq_hz" | "gain_db" | "q"): VNode => {
    const id: ParamKey = bandKey(band, field);
    return <Slider id={id} short={field === "freq_hz" ? "Freq" : shortLabel(parameter(id).label, `EQ ${band}`)} />;
  };
  return (
    <div class={`eq-band band-${band} ${on ? "" : "off"} ${hasGain(shape) ? "" : "no-gain"}`} role="group" aria-label={`Band ${band}`}>
      <div class="eq-band-head">
        <Power id={bandKey(band, "enabled")} text={String(band)} />
        <Choice id={bandKey(band, "type")} />
      </div>
      {column("freq_hz")}
      {column("gain_db")}
      {column("q")}
      <div class={`eq-slope ${hasSlope(shape) ? "" : "unused"}`}>
        <Choice id={bandKey(band, "slope")} short="Slope" />
      </div>
    </div>
  );
}
