/** What kind of music it is, and how it was produced. */
import type { VNode } from "preact";
import { GENRE_NAMES, type Analysis } from "../../protocol/analysis";
import { BarTable, Card, Figures } from "./card";
import { percent, reading, wording, type Reading } from "./figures";
import { titled } from "./words";

const word = (text: string | null): Reading => wording(text === null || text === "unknown" ? null : titled(text));

export function StyleCard({ analysis }: { readonly analysis: Analysis }): VNode {
  const { genre, style, voice, structure } = analysis;
  const scores = GENRE_NAMES.map((name) => ({ name, score: genre.scores[name] })).sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  return (
    <Card title="Genre and production" name="style" note={genre.label === null ? "genre cannot be told" : undefined}>
      <div class="two-up">
        {genre.label !== null && (
          <BarTable caption="Genre, by how likely" rows={scores.map(({ name, score }) => ({ key: name, name: titled(name), ratio: score, chosen: name === genre.label }))} />
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
