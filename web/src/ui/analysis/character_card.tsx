/** How the song comes across: the features as a radar, and as tables with what each means. */
import type { VNode } from "preact";
import type { Analysis } from "../../protocol/analysis";
import { BarTable, Card } from "./card";
import { onCircle } from "./geometry";
import { Term, roveTerms } from "./hint";
import { FEATURE_GROUPS, titled } from "./words";

const SPOKES = FEATURE_GROUPS.flatMap((group, index) => group.features.map(([name]) => ({ name, group: index })));
const RINGS = [0.25, 0.5, 0.75, 1];

export function CharacterCard({ analysis }: { readonly analysis: Analysis }): VNode {
  return (
    <Card title="Character" name="character" note="0 to 100 % each">
      <div class="character">
        <Radar music={analysis.music} />
        <div class="feature-tables" onKeyDown={roveTerms}>
          {FEATURE_GROUPS.map(({ title, features }, group) => (
            <BarTable key={title} caption={title} class={`group-${group}`}
              rows={features.map(([name, means], i) => ({ key: name, name: <Term hint={means} first={group === 0 && i === 0}>{titled(name)}</Term>, ratio: analysis.music[name] }))} />
          ))}
        </div>
      </div>
    </Card>
  );
}

/** The names next to the top and the bottom would touch their neighbours'. */
function isSteep(index: number): boolean {
  return Math.abs(onCircle((index + 0.5) / SPOKES.length, 1).x) < 0.2;
}

function Radar({ music }: { readonly music: Analysis["music"] }): VNode {
  const corner = (index: number, radius: number): string => {
    const { x, y } = onCircle((index + 0.5) / SPOKES.length, radius);
    return `${x.toFixed(3)} ${y.toFixed(3)}`;
  };
  const known = SPOKES.map(({ name }, i) => ({ i, value: music[name] })).filter((spoke): spoke is { i: number; value: number } => spoke.value !== null);
  return (
    <svg class="radar" viewBox="-1.85 -1.26 3.7 2.5" role="img" aria-label="Radar of the features in the tables beside it">
      {RINGS.map((ring) => <circle key={ring} r={ring} class="radar-ring" />)}
      <path class="radar-ring" d={SPOKES.map((_, i) => `M0 0L${corner(i, 1)}`).join("")} />
      {known.length > 2 && <path class="radar-area" d={`M${known.map(({ i, value }) => corner(i, value)).join("L")}Z`} />}
      {known.map(({ i, value }) => {
        const { x, y } = onCircle((i + 0.5) / SPOKES.length, value);
        return <circle key={i} class={`radar-dot group-${SPOKES[i]?.group ?? 0}`} cx={x} cy={y} r={0.026} />;
      })}
      {SPOKES.map(({ name, group }, i) => {
        const { x, y } = onCircle((i + 0.5) / SPOKES.length, isSteep(i) ? 1.15 : 1.06);
        const look = `radar-name group-${group} ${music[name] === null ? "none" : ""}`;
        return <text key={name} class={look} x={x} y={y} dy={0.03} text-anchor={x > 0 ? "start" : "end"}>{titled(name)}</text>;
      })}
    </svg>
  );
}
