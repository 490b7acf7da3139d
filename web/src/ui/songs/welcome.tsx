/** What stands in the waveform's place before the first song. */
import type { VNode } from "preact";
import { openPicker } from "./file_input";
import { Icon } from "../shell/icons";

const BARS = 120;

export function Welcome(): VNode {
  return (
    <div class="welcome">
      <Skyline />
      <div class="welcome-text">
        <h2><span>Drop a song.</span> <span>Hear it mixed.</span></h2>
        <p>It is measured, mixed with reasons you can read and undo, and exported at its own rate. Nothing leaves this machine.</p>
        <button type="button" class="primary big" onClick={openPicker}><Icon name="add" /> Choose files</button>
        <p class="formats">WAV · FLAC · MP3 · OGG · M4A, mono or stereo, 8 to 192 kHz</p>
      </div>
    </div>
  );
}

/** A still waveform from a sum of sines: decoration that costs no request. */
function Skyline(): VNode {
  const bars = Array.from({ length: BARS }, (_, i) => {
    const swell = 0.35 + 0.3 * Math.sin((i / BARS) * Math.PI * 3 + 0.4) + 0.2 * Math.sin((i / BARS) * Math.PI * 7.3);
    const grain = 0.55 + 0.45 * Math.sin(i * 12.9898) * Math.sin(i * 4.1414);
    return Math.max(0.04, Math.abs(swell * grain));
  });
  return (
    <svg class="skyline" viewBox={`0 0 ${BARS * 10} 200`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {bars.map((bar, i) => <rect key={i} x={i * 10 + 2} y={100 - bar * 95} width="6" height={bar * 190} rx="3" />)}
    </svg>
  );
}
