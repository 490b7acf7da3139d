/** Starts and ends a recording; what was recorded becomes a song of the project. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { useStudio } from "../shell/context";
import { clock } from "../shell/format";
import { useFrame } from "../shell/frame";
import { Icon } from "../shell/icons";

export function RecordButton(): VNode | null {
  const { rig } = useStudio();
  const { recording } = rig.state.value;
  const ending = rig.recordingJob.view.value !== null;
  const time = useRef<HTMLSpanElement>(null);
  useFrame(() => {
    if (time.current === null) return;
    const text = rig.state.peek().recording ? clock(rig.figures().recordedS) : "";
    if (time.current.textContent !== text) time.current.textContent = text;
  });
  if (!rig.available) return null;
  const able = rig.canRecord.value;
  const why = able ? (recording ? "End the recording" : "Record what is heard") : rig.onBridge.value ? "The bridge has no audio device to record from" : "In the page the live input can be recorded: choose Live input";
  return (
    <button type="button" class={`record ${recording ? "on" : ""}`} aria-label="Record" aria-pressed={recording} title={why} disabled={!able || ending} onClick={() => void rig.toggleRecording()}>
      <Icon name={recording ? "stop" : "record"} size={14} />
      <span class="record-time" ref={time} />
    </button>
  );
}
