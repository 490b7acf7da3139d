/** What the models heard: ten settings with how sure they are and what became of each, and who took part. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Bar } from "../analysis/card";
import { useStudio } from "../shell/context";
import { typeset } from "../shell/format";
import { Icon } from "../shell/icons";
import { excerptsNote, opinionRows, shareRows, type OpinionRow } from "./opinion_rows";

/** On a phone the moves come first; the panel opens on a tap. */
const PHONE_PX = 860;

export function HeardPanel(): VNode | null {
  const { mix } = useStudio();
  const [open, setOpen] = useState(() => window.innerWidth > PHONE_PX);
  const label = mix.current.value?.label ?? "";
  const document = mix.document.value;
  const opinion = document?.decision?.opinion ?? null;
  if (document === null || opinion === null) return null;
  const rows = opinionRows(opinion, document.values, document.amount);
  const title = `What ${label === "AI" ? "the AI" : label} heard`;
  const atWork = rows.filter(({ inChain }) => inChain).length;
  return (
    <section class="heard" aria-label={title}>
      <button type="button" class="heard-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "minus" : "add"} size={12} />
        <span class="heard-title">{title}</span>
        <span class="dim">{atWork} of {rows.length} used</span>
      </button>
      {open && (
        <>
          <table class="heard-settings">
            <thead class="visually-hidden">
              <tr><th scope="col">Setting</th><th scope="col">Asked for</th><th scope="col">Confidence</th></tr>
            </thead>
            {rows.map((row) => <SettingRows key={row.id} row={row} />)}
          </table>
          <p class="heard-note">{excerptsNote(opinion.excerpts)}</p>
          <h3 class="moves-more">{opinion.models.length === 1 ? "Decided by one model" : "Who took part"}</h3>
          <ul class="heard-models" aria-label="Models that took part">
            {shareRows(opinion.models).map(({ id, label: model, mean, text }) => (
              <li key={id}>
                <span>{model}</span>
                <Bar ratio={mean} />
                <span class="heard-share">{text}</span>
              </li>
            ))}
          </ul>
          {opinion.models.length > 1 && <p class="heard-note">Share of each model in the settings, on average and from least to most. What they leave over is the middle of all the music they learned from.</p>}
        </>
      )}
    </section>
  );
}

/** Two lines: the opinion, and what it became. */
function SettingRows({ row }: { readonly row: OpinionRow }): VNode {
  const percent = Math.round(row.confidence * 100);
  return (
    <tbody class={row.inChain ? "in-chain" : ""}>
      <tr>
        <th scope="row">{row.name}</th>
        <td class="heard-wish">{row.wish}</td>
        <td class="heard-sure" title={`${percent} %: ${row.sure}`}>
          <span>
            <Bar ratio={row.confidence} />
            <span class="heard-percent">{percent} %<span class="visually-hidden"> {row.sure}</span></span>
          </span>
        </td>
      </tr>
      <tr class="heard-more">
        <td colSpan={3}>
          <div>
            <span class="heard-became">{row.inChain && <Icon name="check" size={10} />}{typeset(row.became)}</span>
            {row.agreement !== "" && <span class="heard-agreement" title={`Excerpts ${row.agreement}`}><span class="visually-hidden">excerpts {row.agreement.replace(/±.*/, "")}</span>{row.agreement.replace(/^[^±]*/, "")}</span>}
          </div>
        </td>
      </tr>
    </tbody>
  );
}
