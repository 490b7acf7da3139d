/** The meter column: integrated loudness large, the other figures as a table, the bars between. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";
import { NEUTRAL_VALUES } from "../../state/document";
import { DEFAULT_TARGET } from "../../state/mix";
import { useStudio } from "../shell/context";
import { decimal, quantity, signed, typeset } from "../shell/format";
import { useFrame } from "../shell/frame";
import { Icon } from "../shell/icons";
import { LoudnessHistory } from "./loudness_history";
import { MeterBridge } from "./meter_bridge";
import { useSpoken } from "./spoken";

const TEXT_INTERVAL_MS = 100;

export function LoudnessPanel(): VNode {
  const { player, mix } = useStudio();
  const target = mix.document.value?.target ?? DEFAULT_TARGET;
  const ceiling = mix.values.value["limiter.ceiling_dbtp"];
  return (
    <aside class="meters" aria-label="Meters">
      <header class="panel-head">
        <h2>Loudness</h2>
        <button type="button" class="icon-button" aria-label="Reset meters" title="Reset meters" onClick={() => player.resetMeters()}>
          <Icon name="reset" size={14} />
        </button>
      </header>
      <div class="meter-main">
        <Figure name="Integrated loudness" unit="LUFS" low={-70} high={0} read={(t) => t.integratedLufs} class="big" />
        <TargetLine targetLufs={target.lufs} />
      </div>
      <LoudnessHistory key={mix.current.value?.song.id ?? "none"} targetLufs={target.lufs} />
      <MeterBridge targetLufs={target.lufs} />
      <div class="meter-table">
        <Figure name="Momentary loudness" short="Momentary" unit="LUFS" low={-70} high={0} read={(t) => t.momentaryLufs} />
        <Figure name="Short-term loudness" short="Short-term" unit="LUFS" low={-70} high={0} read={(t) => t.shortTermLufs} />
        <Figure name="Loudness range" short="Range" unit="LU" low={0} high={40} read={(t) => t.loudnessRangeLu} />
        <Figure name="True peak" short="True peak" unit="dBTP" low={-60} high={6} read={(t) => t.truePeakMaxDbtp} alarm={(db) => db > Math.max(ceiling, -1) + 0.1} />
      </div>
      {mix.current.value?.isLive !== true && <WholeSong />}
    </aside>
  );
}

interface FigureProps {
  readonly name: string;
  readonly short?: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly read: (t: Telemetry) => number | null;
  readonly class?: string;
  readonly alarm?: (value: number) => boolean;
}

function Figure({ name, short, unit, low, high, read, class: extra, alarm }: FigureProps): VNode {
  const figure = useRef<HTMLSpanElement>(null);
  const flag = useRef<HTMLSpanElement>(null);
  const nextMs = useRef(0);
  const spoken = useSpoken(read, (value) => quantity(value, unit));
  useFrame((telemetry, nowMs) => {
    if (figure.current === null || nowMs < nextMs.current) return;
    nextMs.current = nowMs + TEXT_INTERVAL_MS;
    const value = read(telemetry);
    const text = typeset(decimal(value));
    if (figure.current.textContent !== text) figure.current.textContent = text;
    const over = value !== null && alarm !== undefined && alarm(value);
    if (flag.current !== null && flag.current.hidden === over) flag.current.hidden = !over;
    figure.current.classList.toggle("over", over);
    figure.current.classList.toggle("none", value === null);
  });
  return (
    <div class={`figure ${extra ?? ""}`} role="meter" aria-label={name} aria-valuemin={low} aria-valuemax={high} aria-valuenow={low} aria-valuetext="not measurable" ref={spoken}>
      {short !== undefined && <span class="figure-name">{short}</span>}
      {alarm !== undefined && <span class="figure-flag" ref={flag} hidden>over</span>}
      <span class="figure-value none" ref={figure}>–</span>
      <span class="figure-unit">{unit}</span>
    </div>
  );
}

function TargetLine({ targetLufs }: { readonly targetLufs: number | null }): VNode {
  return <p class="target-line">{targetLufs === null ? "No loudness target" : `Target ${typeset(decimal(targetLufs))} LUFS`}</p>;
}

/** What the whole file measures, not only what was played so far. */
function WholeSong(): VNode {
  const { mix } = useStudio();
  const current = mix.current.value;
  const original = current?.song.report ?? null;
  const result = current?.report.value ?? null;
  const miss = mix.missLu.value;
  const measuring = current?.measuring.view.value ?? current?.planning.view.value ?? null;
  const processed = current !== null && current.values.value !== NEUTRAL_VALUES;
  return (
    <div class="whole">
      <h3>Whole song</h3>
      <table>
        <thead>
          <tr><td /><th scope="col" class="is-original">Original</th><th scope="col" class={current === null || current.version === "musical" ? "is-musical" : "is-ai"}>{current?.label ?? "Musical"}</th></tr>
        </thead>
        <tbody>
          <Row name="LUFS" a={original?.integratedLufs} b={result?.integratedLufs} />
          <Row name="dBTP" a={original?.truePeakDbtp} b={result?.truePeakDbtp} />
          <Row name="LRA" a={original?.rangeLu} b={result?.rangeLu} />
          <Row name="PLR" a={original?.plrDb} b={result?.plrDb} />
        </tbody>
      </table>
      <div class="whole-state">
        {measuring !== null ? (
          <span class="dim">{`${measuring.title}… ${Math.round(measuring.ratio * 100)} %`}</span>
        ) : miss !== null && processed && Math.abs(miss) <= 0.1 ? (
          <span class="ok"><Icon name="check" size={12} /> On target</span>
        ) : miss !== null && processed ? (
          <>
            <span class="off-target"><Icon name="warning" size={12} /> {typeset(signed(miss))} LU off</span>
            <button type="button" class="small" onClick={() => mix.fitToTarget()}>Fit to target</button>
          </>
        ) : null}
      </div>
    </div>
  );
}

function Row({ name, a, b }: { readonly name: string; readonly a: number | null | undefined; readonly b: number | null | undefined }): VNode {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{typeset(decimal(a ?? null))}</td>
      <td>{typeset(decimal(b ?? null))}</td>
    </tr>
  );
}
