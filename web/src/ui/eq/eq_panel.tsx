/** The equaliser: response on top, one column per band below it. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { ParamKey } from "../../protocol/params.gen";
import { parameter } from "../../state/document";
import { Power } from "../chain/power";
import { Slider } from "../chain/slider";
import { shortLabel } from "../chain/unit";
import { useStudio } from "../shell/context";
import { BANDS, bandKey, bandOf, type BandNumber } from "./bands";
import { EqCurve } from "./eq_curve";
import { hasGain } from "./response";

const SPANS_DB = [6, 12, 18];

export function EqPanel(): VNode {
  const { mix } = useStudio();
  const [spanDb, setSpanDb] = useState(12);
  const on = mix.values.value["eq.enabled"] >= 0.5;
  return (
    <section class={`unit unit-eq ${on ? "" : "off"}`} aria-label="EQ">
      <header class="unit-head">
        <Power id="eq.enabled" />
        <h3>EQ</h3>
        <span class="unit-state">{on ? "six bands" : "bypassed"}</span>
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
  const state = bandOf(mix.values.value, band);
  const type = parameter(bandKey(band, "type"));
  const column = (field: "freq_hz" | "gain_db" | "q"): VNode => {
    const id: ParamKey = bandKey(band, field);
    return <Slider id={id} short={shortLabel(parameter(id).label, `EQ ${band}`)} />;
  };
  return (
    <div class={`eq-band band-${band} ${state.on ? "" : "off"} ${hasGain(state.type) ? "" : "no-gain"}`} role="group" aria-label={`Band ${band}`}>
      <div class="eq-band-head">
        <Power id={bandKey(band, "enabled")} text={String(band)} />
        <select aria-label={type.label} value={state.type} onChange={(event) => mix.setValue(bandKey(band, "type"), Number(event.currentTarget.value))}>
          {type.choices.map((choice, i) => (
            <option key={choice} value={i + type.min}>{choice}</option>
          ))}
        </select>
      </div>
      {column("freq_hz")}
      {column("gain_db")}
      {column("q")}
    </div>
  );
}
