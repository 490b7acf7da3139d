/** The response of the EQ with one node per band: drag for frequency and gain, wheel or brackets for Q, arrows from the keyboard. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { snapToStep } from "../../protocol/curves";
import { parameter } from "../../state/document";
import { useStudio } from "../shell/context";
import { LABELLED_HZ, RULED_HZ } from "../shell/frequency_axis";
import { BANDS, bandKey, bandOf, dbOfY, hzOfX, xOfHz, yOfDb } from "./bands";
import { EqNode } from "./eq_node";
import { Spectrum } from "./spectrum";
import { bandDb, totalDb, type Band } from "./response";

const WIDTH = 1000;
const HEIGHT = 300;
const POINTS = 300;

export function EqCurve({ spanDb }: { readonly spanDb: number }): VNode {
  const { mix } = useStudio();
  const box = useRef<HTMLDivElement>(null);
  const values = mix.values.value;
  const bands = BANDS.map((band) => bandOf(values, band));
  const on = values["eq.enabled"] >= 0.5;
  const total = curvePath((hz) => totalDb(bands, hz), spanDb);
  const linesDb = [-2, -1, 1, 2].map((third) => (third * spanDb) / 3);

  const placeFreeBand = (event: MouseEvent): void => {
    const free = BANDS.find((band) => !bandOf(values, band).on);
    if (free === undefined || box.current === null || (event.target as Element).closest(".eq-node") !== null) return;
    const area = box.current.getBoundingClientRect();
    const hz = snapToStep(parameter(bandKey(free, "freq_hz")), hzOfX((event.clientX - area.left) / area.width));
    const db = snapToStep(parameter(bandKey(free, "gain_db")), dbOfY((event.clientY - area.top) / area.height, spanDb));
    mix.setValues(`EQ ${free}`, { "eq.enabled": 1, [bandKey(free, "enabled")]: 1, [bandKey(free, "type")]: 0, [bandKey(free, "freq_hz")]: hz, [bandKey(free, "gain_db")]: db }, `eq-add-${free}`);
  };

  return (
    <div class={`eq-curve ${on ? "" : "off"}`} ref={box} onDblClick={placeFreeBand} title="Double-click to add a band">
      <Spectrum />
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="grid" d={RULED_HZ.map((hz) => `M${(xOfHz(hz) * WIDTH).toFixed(1)} 0V${HEIGHT}`).join("")} />
        <path class="grid" d={linesDb.map((db) => `M0 ${yOfDb(db, spanDb) * HEIGHT}H${WIDTH}`).join("")} />
        <path class="zero" d={`M0 ${HEIGHT / 2}H${WIDTH}`} />
        {bands.map((band, i) => band.on && <path key={i} class={`band band-${i + 1}`} d={`${curvePath((hz) => bandDb(band, hz), spanDb)}L${WIDTH} ${HEIGHT / 2}L0 ${HEIGHT / 2}Z`} />)}
        <path class="total-area" d={`${total}L${WIDTH} ${HEIGHT / 2}L0 ${HEIGHT / 2}Z`} />
        <path class="total" d={total} />
      </svg>
      {LABELLED_HZ.map(([hz, text]) => (
        <span key={hz} class="eq-hz" aria-hidden="true" style={{ left: `${xOfHz(hz) * 100}%` }}>{text}</span>
      ))}
      {linesDb.map((db) => (
        <span key={db} class="eq-db" aria-hidden="true" style={{ top: `${yOfDb(db, spanDb) * 100}%` }}>{db > 0 ? `+${db}` : `\u2212${-db}`}</span>
      ))}
      {BANDS.map((band, i) => (
        <EqNode key={band} band={band} state={bands[i] as Band} spanDb={spanDb} area={box} />
      ))}
    </div>
  );
}

function curvePath(db: (hz: number) => number, spanDb: number): string {
  let path = "";
  for (let i = 0; i <= POINTS; i++) {
    const x = i / POINTS;
    const y = Math.min(1.1, Math.max(-0.1, yOfDb(db(hzOfX(x)), spanDb)));
    path += `${i === 0 ? "M" : "L"}${(x * WIDTH).toFixed(1)} ${(y * HEIGHT).toFixed(2)}`;
  }
  return path;
}
