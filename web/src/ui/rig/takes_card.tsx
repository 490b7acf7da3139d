/** What the bridge has recorded: download, take into the project, remove. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Take } from "../../protocol/rig";
import { useStudio } from "../shell/context";
import { clock, fileSize } from "../shell/format";
import { Icon } from "../shell/icons";
import { ProgressBar } from "../shell/progress_bar";

export function TakesCard(): VNode {
  const { rig } = useStudio();
  const takes = rig.takes.value;
  const fetching = rig.takeJob.view.value ?? rig.recordingJob.view.value;
  return (
    <section class="rig-card rig-takes" aria-label="Takes">
      <h3>Takes</h3>
      {fetching !== null && <ProgressBar label={fetching.title} ratio={fetching.ratio} />}
      {takes.length === 0 ? <p class="dim">Nothing is recorded yet.</p> : <ul>{takes.map((take) => <TakeRow key={take.id} take={take} />)}</ul>}
    </section>
  );
}

function TakeRow({ take }: { readonly take: Take }): VNode {
  const { rig } = useStudio();
  const [asking, setAsking] = useState(false);
  const busy = rig.takeJob.view.value !== null;
  return (
    <li class="take">
      <span class="take-name" title={take.fileName}>{new Date(take.startedAt).toLocaleString([], { dateStyle: "short", timeStyle: "medium" })}{/-input$/.test(take.id) ? " dry" : ""}</span>
      <span class="take-facts">{take.isComplete ? `${clock(take.frames / Math.max(1, take.sampleRateHz), 0)} · ${fileSize(take.bytes)}` : "recording"}</span>
      {asking ? (
        <span class="rig-row" role="group" aria-label={`Remove ${take.fileName}?`} onKeyDown={(event) => event.key === "Escape" && setAsking(false)}>
          <button type="button" class="small danger" onClick={() => void rig.removeTake(take)}>Remove</button>
          <button type="button" class="small" onClick={() => setAsking(false)}>Keep</button>
        </span>
      ) : (
        <span class="rig-row">
          <button type="button" class="icon-button" aria-label={`Add ${take.fileName} to the project`} title="Add to the project" disabled={!take.isComplete || busy} onClick={() => void rig.addTake(take)}><Icon name="add" size={12} /></button>
          {take.isComplete && <a class="icon-button" href={rig.takeAddress(take)} download={take.fileName} aria-label={`Download ${take.fileName}`} title="Download"><Icon name="down" size={12} /></a>}
          <button type="button" class="icon-button" aria-label={`Remove ${take.fileName}`} title="Remove from the bridge's disk" disabled={!take.isComplete} onClick={() => setAsking(true)}><Icon name="close" size={12} /></button>
        </span>
      )}
    </li>
  );
}
