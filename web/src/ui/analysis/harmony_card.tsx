/** Key and chords: a wheel of the pitch classes on the circle of fifths, tuning, and the chords by how long they last. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Analysis, Chord } from "../../protocol/analysis";
import { clock } from "../shell/format";
import { BarTable, Card, Figures } from "./card";
import { chordParts, commonChords, joinedChords } from "./chords";
import { NOTES, centsFromA440, percent, reading, signedReading, spoken } from "./figures";
import { onCircle, wedge } from "./geometry";
import { pitchColour } from "./ramp";

const INNER = 0.24;
const COMMON_CHORDS = 5;

export function HarmonyCard({ analysis }: { readonly analysis: Analysis }): VNode {
  const { tonality } = analysis;
  const common = commonChords(tonality.chords, COMMON_CHORDS);
  return (
    <Card title="Harmony" name="harmony" note={tonality.key === null ? "no clear key" : `${tonality.key} ${tonality.mode ?? ""}`}>
      <div class="harmony">
        <ChromaWheel tonality={tonality} />
        <div>
          <Figures rows={[
            { name: "Key confidence", is: percent(tonality.key === null ? null : tonality.keyConfidence), means: "How far the best key stands above the others.", why: "no clear key" },
            { name: "Tuning of A", is: reading(tonality.tuningHz, "Hz"), means: "Frequency of the note A above middle C that fits the song best.", why: "no pitches",
              note: tonality.tuningHz === null ? undefined : spoken(signedReading(centsFromA440(tonality.tuningHz), "ct", 0)) },
            { name: "Tonal clarity", is: percent(tonality.tonalClarity), means: "How well the pitch classes fit the scale of the key.", why: "no pitches" },
            { name: "Chord changes", is: reading(perMinute(tonality.harmonicChangeHz), "/min", 0), means: "How often the harmony moves on, per minute.", why: "no chords" },
          ]} />
          {common.length > 0 && <BarTable caption="Chords by how long they last" rows={common.map(({ chord, share }) => ({ key: chord, name: chord, ratio: share }))} />}
        </div>
      </div>
      {tonality.chords.length > 0 && <ChordList chords={tonality.chords} />}
    </Card>
  );
}

/** Made when it is opened: an hour of music has thousands. */
function ChordList({ chords }: { readonly chords: readonly Chord[] }): VNode {
  const [open, setOpen] = useState(false);
  return (
    <details class="listing" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All chords in order</summary>
      {open && (
        <ol>
          {joinedChords(chords).map(({ startS, chord, confidence }) => (
            <li key={startS}><span>{clock(startS)}</span> <b>{chord ?? "no chord"}</b> <small>{spoken(percent(confidence))}</small></li>
          ))}
        </ol>
      )}
    </details>
  );
}

function ChromaWheel({ tonality }: { readonly tonality: Analysis["tonality"] }): VNode {
  const { chroma, key } = tonality;
  const largest = Math.max(1e-9, ...chroma.map((share) => share ?? 0));
  const known = chroma.length === 12 && chroma.some((share) => (share ?? 0) > 0);
  const tonic = key === null ? null : chordParts(key).root;
  const words = known ? chromaWords(chroma) : "Pitch classes: not known";
  return (
    <svg class="chroma" viewBox="-1.3 -1.3 2.6 2.6" role="img" aria-label={words}>
      <title>{words}</title>
      {Array.from({ length: 12 }, (_, fifth) => {
        const pitch = (fifth * 7) % 12;
        const turn = fifth / 12;
        const reach = INNER + (1 - INNER) * ((chroma[pitch] ?? 0) / largest);
        const label = onCircle(turn, 1.15);
        return (
          <g key={pitch} class={pitch === tonic ? "tonic" : ""}>
            <path class="chroma-ground" d={wedge(turn - 1 / 26, turn + 1 / 26, INNER, 1)} />
            {known && <path d={wedge(turn - 1 / 26, turn + 1 / 26, INNER, Math.max(INNER + 0.01, reach))} style={{ fill: pitchColour(pitch, false) }} />}
            <text x={label.x} y={label.y} dy="0.06">{NOTES[pitch]}</text>
          </g>
        );
      })}
      <text class="chroma-middle" x="0" y="0.07">{tonic === null ? "–" : `${key}${tonality.mode === "minor" ? "m" : ""}`}</text>
    </svg>
  );
}

function chromaWords(chroma: readonly (number | null)[]): string {
  const ranked = NOTES.map((note, i) => ({ note, share: chroma[i] ?? 0 })).sort((a, b) => b.share - a.share);
  return `Pitch classes: ${ranked.map(({ note, share }) => `${note} ${Math.round(share * 100)} %`).join(", ")}`;
}

function perMinute(hz: number | null): number | null {
  return hz === null ? null : hz * 60;
}
