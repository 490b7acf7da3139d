/** What a version did and why; every move can be taken back and applied again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Move, ParamValues } from "../../protocol/types";
import { isInEffect, moveState, parameter } from "../../state/document";
import { useStudio } from "../shell/context";
import { HeardPanel } from "../models/heard_panel";
import { parameterReadout, typeset } from "../shell/format";
import { Icon } from "../shell/icons";
import { ProgressBar } from "../shell/progress_bar";
import { Amount } from "./amount";

export function Moves(): VNode {
  const { mix, models } = useStudio();
  const [all, setAll] = useState(false);
  if (mix.current.value?.isLive === true) return <LiveMoves />;
  const current = mix.current.value;
  const decision = mix.document.value?.decision ?? null;
  const planning = current?.planning.view.value ?? null;
  const label = current?.label ?? "Musical";
  const failure = current?.failure.value ?? null;
  return (
    <section class={`moves ${all ? "all" : ""}`} aria-label={`What ${label} did`}>
      <header class="panel-head">
        <h2>What {label} did</h2>
        {current !== null && planning === null && (
          <button type="button" class="small" onClick={() => mix.replan()} aria-label={`Make the ${label} mix${decision === null ? "" : " again"}`} title="Measures the song and sets the whole chain; undoable">{decision === null ? "Make it" : "Again"}</button>
        )}
      </header>
      {current !== null && <ProfileChoice />}
      {current !== null && <Amount />}
      {planning !== null && (
        <div class="planning">
          <p>{planning.title} <span class="dim">{planning.what}</span></p>
          <ProgressBar label={planning.title} ratio={planning.ratio} />
          <button type="button" class="small" onClick={() => mix.cancelPlanning()}>Cancel</button>
        </div>
      )}
      {failure !== null && planning === null && <p class="move-note failed" role="alert"><Icon name="warning" size={12} /> The {label} mix could not be made: {failure}</p>}
      <HeardPanel />
      {decision === null ? (
        planning === null && failure === null && <p class="empty-note">{current === null ? "Each setting the assistant chooses is listed here with the measurement behind it." : "The song is unprocessed."}</p>
      ) : (
        <>
          <ul>
            {decision.moves.map((move) => <MoveRow key={move.param} move={move} values={mix.values.value} onToggle={() => mix.toggleMove(move)} />)}
          </ul>
          {!all && decision.moves.length > 4 && <button type="button" class="small show-all" onClick={() => setAll(true)}>Show all {decision.moves.length}</button>}
          {decision.notes.map((note) => <p key={note} class="move-note">{typeset(note)}</p>)}
        </>
      )}
      <Remedies />
      {current !== null && models.reasons.value.map((reason) => <p key={reason} class="move-note"><Icon name="warning" size={12} /> No AI versions: {reason}</p>)}
    </section>
  );
}

/** What the bridge's automatic mode did to the live sound, newest first. */
function LiveMoves(): VNode {
  const { rig } = useStudio();
  const moves = rig.moves.value;
  return (
    <section class="moves" aria-label="What the automatic mode did">
      <header class="panel-head"><h2>What Auto did</h2></header>
      {moves.length === 0 ? (
        <p class="empty-note">{rig.onBridge.value ? "In the mode Auto the bridge listens and sets the chain; each step is listed here with the measurement behind it." : "You set the chain of the live input. With the AG06 bridge it can also be set automatically."}</p>
      ) : (
        <ul>
          {moves.map((move, i) => (
            <li key={`${moves.length - i} ${move.param}`} class="move">
              <div class="move-head">
                <span class="move-name">{parameter(move.param).label}</span>
                <span class="move-value">{parameterReadout(parameter(move.param), move.from)} → {parameterReadout(parameter(move.param), move.to)}</span>
              </div>
              <p class="move-reason">{typeset(move.reason)}</p>
              <p class="move-evidence">{typeset(move.evidence)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Suggestions of the analysis that were taken up and are still at work. */
function Remedies(): VNode | null {
  const { mix } = useStudio();
  const document = mix.document.value;
  const working = document?.remedies.filter((remedy) => isInEffect(remedy, document.values)) ?? [];
  if (working.length === 0) return null;
  return (
    <>
      <h3 class="moves-more">From the analysis</h3>
      <ul>
        {working.map((remedy) => (
          <li key={`${remedy.title}${remedy.reason}`} class="move">
            <div class="move-head">
              <span class="move-name">{remedy.title}</span>
              <span class="move-value">{remedy.changes.filter(({ param }) => parameter(param).curve !== "toggle").map(({ param, to }) => parameterReadout(parameter(param), to)).join(" · ")}</span>
              <button type="button" class="small" aria-label={`Take back ${remedy.title}`} onClick={() => mix.takeBackRemedy(remedy)}>Undo</button>
            </div>
            <p class="move-reason">{typeset(remedy.reason)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Another profile makes Musical decide anew. */
function ProfileChoice(): VNode {
  const { mix, profiles } = useStudio();
  const chosen = mix.document.value?.profile;
  const known = profiles.all.value;
  const listed = chosen === undefined || known.some(({ id }) => id === chosen.id) ? known : [...known, chosen];
  return (
    <label class="profile">
      <span>Profile</span>
      <select aria-label="Profile" value={chosen?.id ?? ""} title={chosen?.description ?? ""} onChange={(event) => {
        const profile = listed.find(({ id }) => id === event.currentTarget.value);
        if (profile !== undefined) mix.setProfile(profile);
      }}>
        {listed.map(({ id, label }) => <option key={id} value={id}>{label}</option>)}
      </select>
    </label>
  );
}

const WORDS = { applied: "", reverted: "taken back", edited: "changed by hand" } as const;

function MoveRow({ move, values, onToggle }: { readonly move: Move; readonly values: ParamValues; readonly onToggle: () => void }): VNode {
  const p = parameter(move.param);
  const state = moveState(move, values);
  const applied = state === "applied";
  return (
    <li class={`move ${state}`}>
      <div class="move-head">
        <span class="move-name">{p.label}</span>
        <span class="move-value">{parameterReadout(p, move.from)} → {parameterReadout(p, move.to)}</span>
        <button type="button" class="small" aria-label={`${applied ? "Take back" : "Apply"}: ${p.label}`} onClick={onToggle}>{applied ? "Undo" : "Apply"}</button>
      </div>
      <p class="move-reason">{typeset(move.reason)}</p>
      <p class="move-evidence">
        {typeset(move.evidence)} <span class="move-confidence" title="How sure the rule is">{Math.round(move.confidence * 100)} % sure</span>
        {WORDS[state] !== "" && <em> {WORDS[state]}</em>}
      </p>
    </li>
  );
}
