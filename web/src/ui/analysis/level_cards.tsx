/** Dynamics with the compressor that would suit, and the stereo picture by band. */
import type { VNode } from "preact";
import { BAND_NAMES, type Analysis } from "../../protocol/analysis";
import type { ParamKey } from "../../protocol/params.gen";
import { parameterReadout, typeset, signed } from "../shell/format";
import { parameter } from "../../state/document";
import { Bar, Card, Figures } from "./card";
import { percent, reading, signedReading } from "./figures";
import { Remedy } from "./remedy";
import { BANDS } from "./words";

export function DynamicsCard({ analysis }: { readonly analysis: Analysis }): VNode {
  const { dynamics, loudness } = analysis;
  const { compressor } = dynamics;
  const settings = compressor === null ? null : {
    "comp.threshold_dbfs": compressor.thresholdDbfs, "comp.ratio": compressor.ratio, "comp.attack_ms": compressor.attackMs, "comp.release_ms": compressor.releaseMs,
  };
  const words = (Object.entries(settings ?? {}) as [ParamKey, number][]).map(([key, value]) => `${parameter(key).label.replace("Compressor ", "")} ${parameterReadout(parameter(key), value)}`);
  return (
    <Card title="Loudness and dynamics" name="dynamics">
      <Figures rows={[
        { name: "Integrated loudness", is: reading(loudness.integratedLufs, "LUFS"), means: "Loudness of the whole song by ITU-R BS.1770-5.", why: "silent or too short" },
        { name: "Loudest 3 s", is: reading(loudness.shortTermMaxLufs, "LUFS"), means: "Highest short-term loudness." },
        { name: "Loudest 400 ms", is: reading(loudness.momentaryMaxLufs, "LUFS"), means: "Highest momentary loudness." },
        { name: "True peak", is: reading(loudness.truePeakDbtp, "dBTP"), means: "Highest level between the samples too. Above -1 dBTP lossy encoders may clip.", why: "silence" },
        { name: "Sample peak", is: reading(loudness.samplePeakDbfs, "dBFS"), means: "Highest single sample.", why: "silence" },
        { name: "Loudness range", is: reading(loudness.rangeLu, "LU"), means: "LRA by EBU Tech 3342: from the quiet to the loud passages, without the extremes.", why: "under a minute may not tell" },
        { name: "Peak over loudness", is: reading(loudness.plrDb, "dB"), means: "PLR: headroom of the peaks over the loudness. Small values mean heavy limiting.", why: "silence" },
        { name: "Average level", is: reading(dynamics.rmsDbfs, "dBFS"), means: "Root mean square of the whole song.", why: "silence" },
        { name: "Crest factor", is: reading(dynamics.crestFactorDb, "dB"), means: "Peak over average level.", why: "silence" },
        { name: "Dynamic range", is: reading(dynamics.dynamicRangeDb, "dB"), means: "From the average of the loud passages to their peaks." },
        { name: "Between passages", is: reading(dynamics.macroDynamicsLu, "LU"), means: "Macro-dynamics: how far verse and chorus stand apart in loudness." },
        { name: "Within a beat", is: reading(dynamics.microDynamicsDb, "dB"), means: "Micro-dynamics: how far hits rise over what surrounds them, in pieces of 50 ms." },
        { name: "Attacks rise by", is: reading(dynamics.attackSlopeDbPerMs, "dB/ms"), means: "How steep the attacks are.", why: "no attacks" },
        { name: "Share of attacks", is: percent(dynamics.transientRatio), means: "Pieces of the song that begin with an attack.", why: "no attacks" },
        { name: "Noise floor", is: reading(dynamics.noiseFloorLufs, "LUFS"), means: "Loudness of the quietest passages.", why: "no pauses to hear it in" },
      ]} />
      {settings !== null && compressor !== null && (
        <div class="advice">
          <p><b>A compressor that would suit</b></p>
          <p class="advice-settings">{words.join(" · ")}</p>
          <Remedy title="Compressor to suit" reason={dynamics.suggestions[0] ?? "Set from the song's dynamics."} parameters={settings} />
        </div>
      )}
      {dynamics.suggestions.length > 0 && <ul class="hints">{dynamics.suggestions.map((text) => <li key={text}>{text}</li>)}</ul>}
    </Card>
  );
}

export function StereoCard({ analysis }: { readonly analysis: Analysis }): VNode {
  const { stereo, dynamics } = analysis;
  return (
    <Card title="Stereo" name="stereo" note={stereo.width === 0 ? "mono" : undefined}>
      <div class="two-up">
        <Figures rows={[
          { name: "Width", is: percent(stereo.width), means: "Share of the side signal: 0 % is mono, 50 % two unrelated channels, 100 % inverted.", why: "silence" },
          { name: "Correlation", is: signedReading(stereo.correlation, "", 2), means: "Likeness of the channels: +1 the same, 0 unrelated, below 0 they cancel in mono.", why: "silence" },
          { name: "Lowest correlation", is: signedReading(stereo.correlationMin, "", 2), means: "The worst 400 ms of the song.", why: "silence" },
          { name: "Balance", is: signedReading(stereo.balanceDb, "dB"), means: "Right over left: above 0 leans right.", why: "mono or silence" },
          { name: "Lost in mono", is: signedReading(stereo.monoLossDb, "dB"), why: "mono or silence",
            means: "Loudness that goes missing when both channels are summed, beyond what unrelated channels lose: above 0 is trouble." },
          { name: "DC offset", is: reading(hundredfold(dynamics.dcOffsetRatio), "%", 2), means: "How far the wave's middle lies from zero, of full scale.", why: "silence" },
        ]} />
        <table class="bars stereo-bands">
          <thead><tr><th scope="col">Band</th><th scope="col" colSpan={2}>Width</th><th scope="col" colSpan={2}>Correlation</th></tr></thead>
          <tbody>
            {BAND_NAMES.map((name) => {
              const band = stereo.bands[name];
              const correlation = band?.correlation ?? null;
              return (
                <tr key={name}>
                  <th scope="row" title={BANDS[name][1]}>{BANDS[name][0]}</th>
                  <td class="bar-cell"><Bar ratio={band?.width ?? null} mark={0.5} /></td>
                  <td>{band?.width === null || band === null ? "–" : `${Math.round(band.width * 100)}\u202f%`}</td>
                  <td class="bar-cell"><Correlation value={correlation} /></td>
                  <td>{correlation === null ? "–" : typeset(signed(correlation, 2))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function hundredfold(ratio: number | null): number | null {
  return ratio === null ? null : ratio * 100;
}

/** From the middle to the right for like channels, to the left for channels that cancel. */
function Correlation({ value }: { readonly value: number | null }): VNode {
  const share = value === null ? 0 : Math.min(1, Math.abs(value)) / 2;
  return (
    <span class={`bar ${(value ?? 0) < 0 ? "cancels" : ""}`} aria-hidden="true">
      <span style={{ width: `${share * 100}%`, marginLeft: `${(value ?? 0) < 0 ? 50 - share * 100 : 50}%` }} />
      <i style={{ left: "50%" }} />
    </span>
  );
}
