/** The frame of one subject of the analysis, and its list of figures. */
import type { ComponentChildren, VNode } from "preact";
import { NOTHING, percent, spoken, type Reading } from "./figures";
import { Term, roveTerms } from "./hint";

interface CardProps {
  readonly title: string;
  readonly name: string;
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Card({ title, name, note, children }: CardProps): VNode {
  return (
    <section id={`analysis-${name}`} class={`card card-${name}`} aria-label={title}>
      <header class="card-head">
        <h3>{title}</h3>
        {note !== undefined && <span class="card-note">{note}</span>}
      </header>
      {children}
    </section>
  );
}

export interface Figure {
  readonly name: string;
  readonly is: Reading;
  /** What it means. */
  readonly means: string;
  /** Why it may not be known, in a few words. */
  readonly why?: string;
  readonly note?: ComponentChildren;
}

export function Figures({ rows }: { readonly rows: readonly Figure[] }): VNode {
  return (
    <dl class="figures" onKeyDown={roveTerms}>
      {rows.map(({ name, is, means, why, note }, i) => (
        <div key={name}>
          <dt><Term hint={means} first={i === 0}>{name}</Term></dt>
          <dd>
            <Value is={is} why={why ?? "not enough sound"} />
            {note !== undefined && note !== false && <span class="figure-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A figure with its unit; a dash with a word why when it is not known. */
export function Value({ is, why }: { readonly is: Reading; readonly why: string }): VNode {
  if (is === NOTHING) return <span class="unknown">– <small>{why}</small></span>;
  return (
    <>
      <b>{is.value}</b>
      {is.unit !== "" && <small>{is.unit === "%" ? "\u202f%" : ` ${is.unit}`}</small>}
    </>
  );
}

export interface BarRow {
  readonly key: string;
  readonly name: ComponentChildren;
  readonly ratio: number | null;
  readonly chosen?: boolean;
}

/** Shares as bars with their percentages. */
export function BarTable({ caption, rows, class: extra = "" }: { readonly caption: string; readonly rows: readonly BarRow[]; readonly class?: string }): VNode {
  return (
    <table class={`bars ${extra}`}>
      <caption>{caption}</caption>
      <tbody>
        {rows.map(({ key, name, ratio, chosen = false }) => (
          <tr key={key} class={chosen ? "chosen" : ""}>
            <th scope="row">{name}</th>
            <td class="bar-cell"><Bar ratio={ratio} /></td>
            <td>{ratio === null ? <span class="unknown" title="cannot be told">–<span class="visually-hidden"> cannot be told</span></span> : spoken(percent(ratio))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A share as a bar; the number beside it says the same. */
export function Bar({ ratio, mark }: { readonly ratio: number | null; readonly mark?: number }): VNode {
  return (
    <span class="bar" aria-hidden="true">
      {ratio !== null && <span style={{ width: `${Math.min(1, Math.max(0, ratio)) * 100}%` }} />}
      {mark !== undefined && <i style={{ left: `${mark * 100}%` }} />}
    </span>
  );
}
