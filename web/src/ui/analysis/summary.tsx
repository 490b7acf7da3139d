/** What a musician asks first: key, tempo, metre, genre, length, loudness. */
import type { ComponentChildren, VNode } from "preact";
import { snapToStep } from "../../protocol/curves";
import type { Analysis } from "../../protocol/analysis";
import { parameter } from "../../state/document";
import { useStudio } from "../shell/context";
import { Icon } from "../shell/icons";
import { Value } from "./card";
import { centsFromA440, percent, reading, signedReading, spoken, time, wording, type Reading } from "./figures";
import { Term, roveTerms } from "./hint";
import { sureness, titled } from "./words";

export function Summary({ analysis }: { readonly analysis: Analysis }): VNode {
  const { tonality, rhythm, genre, loudness, durationS } = analysis;
  const key = wording(tonality.key === null ? null : [tonality.key, tonality.mode].filter((word) => word !== null).join(" "));
  const tuning = tonality.tuningHz === null ? "" : `A = ${tonality.tuningHz.toFixed(1)} Hz (${spoken(signedReading(centsFromA440(tonality.tuningHz), "ct", 0))})`;
  return (
    <dl class="summary" aria-label="At a glance" onKeyDown={roveTerms}>
      <Fact name="Key" is={key} why="no clear key" first hint={`The tonal centre and mode of the whole song. ${tuning}`}>{tonality.key !== null && <Sure ratio={tonality.keyConfidence} />}</Fact>
      <Fact name="Tempo" is={reading(rhythm.tempoBpm, "BPM")} why="no steady beat" hint="Beats per minute over the whole song. One press makes the delay times follow it.">
        {rhythm.tempoBpm !== null && <><Sure ratio={rhythm.tempoConfidence} /><UseTempo bpm={rhythm.tempoBpm} /></>}
      </Fact>
      <Fact name="Time signature" is={wording(rhythm.timeSignature)} why="no clear bars" hint="Beats in a bar, from which beats carry the weight.">
        {rhythm.timeSignature !== null && <Sure ratio={rhythm.meterConfidence} />}
      </Fact>
      <Fact name="Genre" is={wording(genre.label === null ? null : titled(genre.label))} why="cannot be told"
        hint="The closest of seven kinds of sound, by a small classifier that was trained on recordings. The percentage is its calibrated confidence.">
        {genre.label !== null && <Sure ratio={genre.confidence} />}
      </Fact>
      <Fact name="Loudness" is={reading(loudness.integratedLufs, "LUFS")} why="silent or too short" hint="Integrated loudness of the original by ITU-R BS.1770-5, and its highest true peak.">
        {loudness.truePeakDbtp !== null && <span class="fact-sub">peak {spoken(reading(loudness.truePeakDbtp, "dBTP"))}</span>}
      </Fact>
      <Fact name="Length" is={time(durationS)} why="empty" hint="How long the song lasts, and how many parts it falls into.">
        <span class="fact-sub">{parts(analysis.structure.sections.length)}</span>
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly is: Reading;
  readonly why: string;
  readonly hint: string;
  readonly first?: boolean;
  readonly children?: ComponentChildren;
}

function Fact({ name, is, why, hint, first = false, children }: FactProps): VNode {
  return (
    <div class="fact">
      <dt><Term hint={hint} first={first}>{name}</Term></dt>
      <dd>
        <span class="fact-value"><Value is={is} why={why} /></span>
        <span class="fact-notes">{children}</span>
      </dd>
    </div>
  );
}

function Sure({ ratio }: { readonly ratio: number | null }): VNode {
  return <span class="fact-sub" title="Confidence">{spoken(percent(ratio))} · {sureness(ratio)}</span>;
}

function parts(count: number): string {
  return count === 0 ? "no parts found" : count === 1 ? "one part" : `${count} parts`;
}

/** Hands the tempo to the chain, whose delay and modulation times can follow it. */
function UseTempo({ bpm }: { readonly bpm: number }): VNode | null {
  const { mix } = useStudio();
  const p = parameter("tempo.bpm");
  if (bpm < p.min || bpm > p.max) return null;
  const wanted = snapToStep(p, bpm);
  if (mix.values.value["tempo.bpm"] === wanted) return <span class="in-use"><Icon name="check" size={11} /> in the mix</span>;
  const title = `Sets Tempo to ${wanted.toFixed(p.decimals)} BPM; undoable`;
  return <button type="button" class="small" title={title} onClick={() => mix.setValue("tempo.bpm", wanted)}>Use tempo</button>;
}
