/** What kind of music it is, and how it was produced. */
import type { VNode } from "preact";
import { GENRE_NAMES, type Analysis } from "../../protocol/analysis";
import { Bar, Card, Figures } from "./card";
import { NOTHING, percent, reading, spoken, type Reading } from "./figures";
import { titled } from "./words";

const word = (text: string | null): Reading => (text === null || text === "unknown" ? NOTHING : { value: titled(text), unit: "" });

export function StyleCard({ analysis }: { readonly analysis: Analysis }): VNode {
  const { genre, style, voice, structure } = analysis;
  const scores = GENRE_NAMES.map((name) => ({ name, score: genre.scores[name] })).sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  return (
    <Card title="Genre and production" name="style" note={genre.label === null ? "genre cannot be told" : undefined}>
      <div class="two-up">
        {genre.label !== null && (
          <table class="bars">
            <caption>Genre, by how likely</caption>
            <tbody>
              {scores.map(({ name, score }) => (
                <tr key={name} class={name === genre.label ? "chosen" : ""}><th scope="row">{titled(name)}</th><td class="bar-cell"><Bar ratio={score} /></td><td>{spoken(percent(score))}</td></tr>
              ))}
            </tbody>
          </table>
        )}
        <Figures rows={[
          { name: "Compression", is: word(style.compression), means: "Open, vintage, modern or crushed: how the dynamics were handled, from peaks, crest and their movement.", why: "cannot be told" },
          { name: "EQ character", is: word(style.eq), means: "Dark, warm, neutral, bright or scooped: the tilt and shape of the spectrum.", why: "cannot be told" },
          { name: "Reverb", is: word(style.reverb), means: "Dry, room, plate or hall: from the decay of what rings on.", why: "cannot be told" },
          { name: "Decay time", is: reading(style.decayS, "s", 2), means: "T60: how long the room takes to fall by 60 dB, estimated from free decays.", why: "no free decays" },
          { name: "Speech", is: percent(voice.speechRatio), means: "Share of the time in which somebody speaks." },
          { name: "Repetition", is: percent(structure.repetition), means: "Share of the song that comes again." },
        ]} />
      </div>
    </Card>
  );
}
