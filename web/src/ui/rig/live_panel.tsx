/** Everything about live sound in one strip: connection, device, monitoring, takes, and the warnings that go with them. */
import type { VNode } from "preact";
import { LOOPBACK_ADVICE } from "../../state/rig";
import { useStudio } from "../shell/context";
import { Icon } from "../shell/icons";
import { Connection } from "./connection";
import { DeviceCard } from "./device_card";
import { MonitorCard } from "./monitor_card";
import { TakesCard } from "./takes_card";

export const PANEL_ID = "live-panel";

export function LivePanel(): VNode | null {
  const { rig } = useStudio();
  const { bridge } = rig.state.value;
  if (!rig.available || !rig.panelOpen.value) return null;
  return (
    <section class="live-panel" id={PANEL_ID} aria-label="Live">
      {bridge?.guard === "loopback" && <p class="rig-warning" role="alert"><Icon name="warning" size={14} /> {LOOPBACK_ADVICE}.</p>}
      {bridge !== null && bridge.recordingMessage !== "" && <p class="rig-warning"><Icon name="warning" size={14} /> {bridge.recordingMessage}</p>}
      <div class="rig-cards">
        <Connection />
        {bridge !== null && <DeviceCard facts={bridge} />}
        {(bridge !== null || rig.isLive.value) && <MonitorCard />}
        {bridge !== null && <TakesCard />}
      </div>
    </section>
  );
}

export function LivePanelToggle(): VNode | null {
  const { rig } = useStudio();
  const open = rig.panelOpen.value;
  const warns = rig.problem.value !== null || rig.state.value.bridge?.guard === "loopback";
  if (!rig.available) return null;
  return (
    <button type="button" class={`view-tab live-toggle ${warns ? "warns" : ""}`} aria-expanded={open} aria-controls={PANEL_ID} title="Connection, device, monitoring and takes" onClick={() => (rig.panelOpen.value = !open)}>
      {warns && <Icon name="warning" size={12} />} Live
    </button>
  );
}
