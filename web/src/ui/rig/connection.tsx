/** Whether the bridge is there; where it is not, why, what to do about it, and where else to look. Never a spinner without an end. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useStudio } from "../shell/context";
import { Icon } from "../shell/icons";

export function Connection(): VNode {
  const { rig } = useStudio();
  const { engine, link, bridge } = rig.state.value;
  const problem = rig.problem.value;
  const trying = rig.wantedEngine.value !== engine;
  const [asking, setAsking] = useState(false);
  const online = engine === "bridge" && link.phase === "online";
  const words = problem !== null ? problem
    : trying ? (rig.wantedEngine.value === "bridge" ? "Looking for the bridge" : "Going back to the page")
    : online ? `Connected to ${hostOf(link.address)}`
    : engine === "bridge" ? link.message
    : "The browser makes the sound. Choose AG06 bridge to use the mixer with the least delay.";
  const bad = problem !== null || (engine === "bridge" && !online && !trying);
  return (
    <div class="rig-connection">
      <p class={`rig-words ${bad ? "bad" : online ? "good" : ""}`} id={problem === null ? undefined : "rig-problem"} role={problem === null ? undefined : "alert"}>
        <Icon name={bad ? "warning" : online ? "check" : "info"} size={13} /> <span>{words}</span>
      </p>
      {online && bridge !== null && bridge.device.message !== "" && <p class="dim">{bridge.device.message}</p>}
      <div class="rig-row">
        {bad && <button type="button" class="small" onClick={() => rig.retryNow()}>Try again</button>}
        <button type="button" class="small" aria-expanded={asking} onClick={() => setAsking(!asking)}>Address</button>
      </div>
      {asking && <AddressForm done={() => setAsking(false)} />}
    </div>
  );
}

/** A page that the bridge itself serves never needs this. */
function AddressForm({ done }: { readonly done: () => void }): VNode {
  const { rig } = useStudio();
  const [address, setAddress] = useState(rig.address ?? "");
  const [token, setToken] = useState("");
  return (
    <form class="rig-address" onSubmit={(event) => {
      event.preventDefault();
      done();
      void rig.setAddress(address.trim() === "" ? null : address, token.trim() === "" ? null : token);
    }}>
      <label class="field"><span>Bridge address</span>
        <input type="text" inputMode="url" autoComplete="off" spellcheck={false} placeholder="ws://127.0.0.1:5001" value={address} onInput={(event) => setAddress(event.currentTarget.value)} />
      </label>
      <label class="field"><span>Token, from the bridge's token file</span>
        <input type="password" autoComplete="off" value={token} onInput={(event) => setToken(event.currentTarget.value)} />
      </label>
      <button type="submit" class="small">Connect</button>
    </form>
  );
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}
