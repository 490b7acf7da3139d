/** How the song moves: tempo and how steadily it is kept, metre, swing. */
import type { VNode } from "preact";
import type { Analysis } from "../../protocol/analysis";
import { Card, Figures } from "./card";
import { percent, reading, wording } from "./figures";
import { linePath } from "./geometry";
import { localTempo } from "./local_tempo";
import { sureness, titled } from "./words";

export function RhythmCard({ analysis }: { readonly analysis: Analysis }): VNode {
  const { rhythm, patterns } = analysis;
  return (
    <Card title="Rhythm" name="rhythm" note={patterns.length === 0 ? undefined : patterns.map(titled).join(" · ")}>
      <TempoCurve beatsS={rhythm.beatsS} tempoBpm={rhythm.tempoBpm} durationS={analysis.durationS} />
      <Figures rows={[
        { name: "Tempo", is: reading(rhythm.tempoBpm, "BPM"), means: "Beats per minute of the whole song.", why: "no steady beat", note: rhythm.tempoBpm !== null && sureness(rhythm.tempoConfidence) },
        { name: "Could also be", is: reading(rhythm.alternativeTempoBpm, "BPM"), means: "The next best reading of the beat, usually half or double.", why: "no other reading" },
        { name: "Time signature", is: wording(rhythm.timeSignature), means: "Beats in a bar.", why: "no clear bars", note: rhythm.timeSignature !== null && sureness(rhythm.meterConfidence) },
        { name: "Pulse clarity", is: percent(rhythm.pulseClarity), means: "How much of the attacks' energy follows one regular pulse.", why: "no attacks" },
        { name: "Steadiness", is: percent(rhythm.tempoStability), means: "How closely the beats keep one period: 100 % is a machine.", why: "no steady beat" },
        { name: "Swing", is: reading(rhythm.swingRatio, ":1", 2), means: "Length of the first eighth against the second: 1 is straight, 2 a triplet feel.", why: "no off-beats" },
        { name: "Attacks", is: reading(rhythm.onsetRateHz, "per s"), means: "Notes and hits that begin, per second." },
        { name: "Beats found", is: reading(rhythm.beatsS.length || null, rhythm.downbeatsS.length === 0 ? "beats" : `in ${rhythm.downbeatsS.length} bars`, 0), means: "Beats and bars of the grid over the waveform.", why: "no steady beat" },
      ]} />
    </Card>
  );
}

const WIDTH = 300;
const HEIGHT = 44;
/** The picture spans at least this much around the tempo, so that a steady song draws a straight line. */
const LEAST_SPAN = 0.06;

function TempoCurve({ beatsS, tempoBpm, durationS }: { readonly beatsS: readonly number[]; readonly tempoBpm: number | null; readonly durationS: number }): VNode | null {
  const curve = localTempo(beatsS);
  if (tempoBpm === null || curve.length < 2 || durationS <= 0) return null;
  const low = Math.min(tempoBpm * (1 - LEAST_SPAN / 2), ...curve.map(({ bpm }) => bpm));
  const high = Math.max(tempoBpm * (1 + LEAST_SPAN / 2), ...curve.map(({ bpm }) => bpm));
  const y = (bpm: number): number => 3 + ((high - bpm) / (high - low)) * (HEIGHT - 6);
  const middle = y(tempoBpm).toFixed(1);
  const points = curve.map(({ atS, bpm }) => ({ x: (atS / durationS) * WIDTH, y: y(bpm) }));
  return (
    <figure class="tempo-curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Tempo over time: from ${low.toFixed(1)} to ${high.toFixed(1)} BPM`}>
        <path class="grid" d={`M0 ${middle}H${WIDTH}`} />
        <path d={linePath(points)} />
      </svg>
      <figcaption aria-hidden="true">Tempo over time</figcaption>
      <span aria-hidden="true">{high.toFixed(0)} BPM</span><span aria-hidden="true">{low.toFixed(0)} BPM</span>
    </figure>
  );
}
