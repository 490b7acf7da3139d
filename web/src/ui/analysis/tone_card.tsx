/** The tone of the song against what its kind usually has, with the trouble spots numbered on the curve and named below. */
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { BAND_NAMES, type Analysis } from "../../protocol/analysis";
import { decimal, signed, typeset } from "../shell/format";
import { LABELLED_HZ, RULED_HZ } from "../shell/frequency_axis";
import { BarTable, Card, Figures } from "./card";
import { hertz, noteOf, percent, reading, spoken } from "./figures";
import { linePath, logShare, type Point } from "./geometry";
import { curveSpan, excessPath, levelAt } from "./tone_curve";
import { BANDS, titled } from "./words";

const WIDTH = 1000;
const HEIGHT = 320;
/** A mark stays inside the picture. */
const LAST_MARK = 0.98;
const HIGHEST_MARK = 0.14;
const LOW_HZ = 20;
const HIGH_HZ = 20000;

export function ToneCard({ analysis }: { readonly analysis: Analysis }): VNode {
  const { spectrum, tonality } = analysis;
  const { curve } = spectrum;
  const known = curve.levelDb.some((db) => db !== null);
  return (
    <Card title="Tone" name="tone" note={curve.target === null || !known ? undefined : <ToneLegend target={curve.target} />}>
      {known ? <Curve spectrum={spectrum} /> : <p class="card-empty">– no sound to draw</p>}
      <div class="tone-below">
        <Figures rows={[
          { name: "Centre of gravity", is: hertz(spectrum.centroidHz), means: "Spectral centroid: where the energy balances. Higher sounds brighter." },
          { name: "85 % lies below", is: hertz(spectrum.rolloffHz), means: "Roll-off: 85 % of the energy lies below this frequency." },
          { name: "Spread", is: hertz(spectrum.bandwidthHz), means: "Bandwidth: how far the energy lies from its centre of gravity, on average." },
          { name: "Noisiness", is: percent(spectrum.flatness), means: "Spectral flatness: 0 % for a pure tone, 100 % for white noise." },
          { name: "Movement", is: percent(spectrum.flux), means: "Spectral flux: how much the spectrum changes from one moment to the next." },
          { name: "Zero crossings", is: percent(spectrum.zeroCrossingRate), means: "How often the wave changes sign, per sample: high for noise, cymbals and sibilants." },
        ]} />
        <BarTable caption="Share of the energy" rows={BAND_NAMES.map((name) => ({ key: name, name: <>{BANDS[name][0]} <small>{BANDS[name][1]}</small></>, ratio: spectrum.bands[name] }))} />
        <div>
          <h4>Strongest tones</h4>
          {spectrum.dominantFrequenciesHz.length === 0 ? <p class="unknown">– <small>no steady tones</small></p> : (
            <ol class="tones">{spectrum.dominantFrequenciesHz.map((hz) => <li key={hz}><b>{spoken(hertz(hz))}</b> <small>{noteOf(hz, tonality.tuningHz)}</small></li>)}</ol>
          )}
        </div>
      </div>
    </Card>
  );
}

function ToneLegend({ target }: { readonly target: string }): VNode {
  return (
    <>
      <svg width="18" height="8" aria-hidden="true"><path class="tone-level" d="M0 4H18" /></svg> this song
      <svg width="18" height="8" aria-hidden="true"><path class="tone-target" d="M0 4H18" /></svg> target: {target}
    </>
  );
}

function Curve({ spectrum }: { readonly spectrum: Analysis["spectrum"] }): VNode {
  const { frequenciesHz, levelDb, targetDb } = spectrum.curve;
  const span = curveSpan(levelDb, targetDb);
  const [at, setAt] = useState<number | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const x = (hz: number): number => logShare(hz, LOW_HZ, HIGH_HZ) * WIDTH;
  const y = (db: number): number => ((span.highDb - db) / (span.highDb - span.lowDb)) * HEIGHT;
  const point = (db: number | null, i: number): Point | null => (db === null ? null : { x: x(frequenciesHz[i] as number), y: y(db) });
  const level = levelDb.map(point);
  const target = targetDb.map(point);
  const lines: number[] = [];
  for (let db = span.highDb - 12; db > span.lowDb; db -= 12) lines.push(db);
  const problems = [...spectrum.problems].sort((a, b) => a.frequencyHz - b.frequencyHz);
  return (
    <>
      <div class="tone-curve" ref={box} onPointerLeave={() => setAt(null)} onPointerMove={(event) => {
        const area = box.current?.getBoundingClientRect();
        if (area !== undefined) setAt(LOW_HZ * (HIGH_HZ / LOW_HZ) ** Math.min(1, Math.max(0, (event.clientX - area.left) / area.width)));
      }}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={toneWords(spectrum)}>
          <path class="grid" d={RULED_HZ.map((hz) => `M${x(hz).toFixed(1)} 0V${HEIGHT}`).join("")} />
          <path class="grid" d={lines.map((db) => `M0 ${y(db).toFixed(1)}H${WIDTH}`).join("")} />
          <path class="tone-excess" d={excessPath(level, target)} />
          <path class="tone-target" d={linePath(target)} />
          <path class="tone-level" d={linePath(level)} />
        </svg>
        {LABELLED_HZ.map(([hz, text]) => <span key={hz} class="eq-hz" aria-hidden="true" style={{ left: `${(x(hz) / WIDTH) * 100}%` }}>{text}</span>)}
        {lines.map((db) => <span key={db} class="eq-db" aria-hidden="true" style={{ top: `${(y(db) / HEIGHT) * 100}%` }}>{typeset(decimal(db, 0))}</span>)}
        {problems.map(({ frequencyHz, kind }, i) => {
          const top = Math.max(HIGHEST_MARK, y(levelAt(frequenciesHz, levelDb, frequencyHz) ?? span.lowDb) / HEIGHT);
          const left = Math.min(LAST_MARK, Math.max(1 - LAST_MARK, x(frequencyHz) / WIDTH));
          return <span key={`${kind}${frequencyHz}`} class="tone-mark" aria-hidden="true" style={{ left: `${left * 100}%`, top: `${top * 100}%` }}>{i + 1}</span>;
        })}
        {at !== null && <Crosshair hz={at} share={x(at) / WIDTH} level={levelAt(frequenciesHz, levelDb, at)} target={levelAt(frequenciesHz, targetDb, at)} />}
      </div>
      {problems.length === 0 ? <p class="tone-fine">No trouble spots: nothing sticks out of the curve.</p> : (
        <ol class="problems" aria-label="Trouble spots">
          {problems.map(({ frequencyHz, kind, excessDb, advice }, i) => (
            <li key={`${kind}${frequencyHz}`}>
              <span class="tone-mark still" aria-hidden="true">{i + 1}</span>
              <b>{titled(kind)}</b> <span class="problem-figures">{spoken(hertz(frequencyHz))}, {typeset(signed(excessDb))} dB</span>
              <span class="problem-advice">{advice}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Crosshair({ hz, share, level, target }: { readonly hz: number; readonly share: number; readonly level: number | null; readonly target: number | null }): VNode {
  const over = level === null || target === null ? "" : ` · ${typeset(signed(level - target))} dB against the target`;
  return (
    <div class={`tone-cross ${share > 0.6 ? "left" : ""}`} aria-hidden="true" style={{ left: `${share * 100}%` }}>
      <span>{spoken(hertz(hz))}{level === null ? "" : ` · ${spoken(reading(level, "dB"))}`}{over}</span>
    </div>
  );
}

function toneWords({ curve, problems }: Analysis["spectrum"]): string {
  const off = curve.levelDb.map((db, i) => {
    const target = curve.targetDb[i] ?? null;
    return { hz: curve.frequenciesHz[i] as number, over: db === null || target === null ? 0 : db - target };
  });
  const most = off.reduce((a, b) => (b.over > a.over ? b : a), { hz: 0, over: 0 });
  const least = off.reduce((a, b) => (b.over < a.over ? b : a), { hz: 0, over: 0 });
  const words = [`Spectrum of the song${curve.target === null ? "" : ` against the target curve ${curve.target}`}`];
  if (most.over > 0) words.push(`most above at ${spoken(hertz(most.hz))} by ${decimal(most.over)} dB`);
  if (least.over < 0) words.push(`most below at ${spoken(hertz(least.hz))} by ${decimal(-least.over)} dB`);
  words.push(problems.length === 0 ? "no trouble spots" : `${problems.length} trouble spots, listed below`);
  return words.join("; ");
}
