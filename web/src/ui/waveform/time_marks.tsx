/** The ruler above the waveform. */
import type { VNode } from "preact";
import { clock } from "../shell/format";
import { markSpacingS, shareOf, type View } from "./view";

const MOST_MARKS = 10;

export function TimeMarks({ view, sampleRateHz }: { readonly view: View; readonly sampleRateHz: number }): VNode {
  const spanS = (view.endFrame - view.startFrame) / sampleRateHz;
  const spacing = markSpacingS(spanS, MOST_MARKS);
  const first = Math.ceil(view.startFrame / sampleRateHz / spacing);
  const last = Math.floor(view.endFrame / sampleRateHz / spacing);
  const marks = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * spacing);
  const decimals = spacing >= 1 ? 0 : spacing >= 0.1 ? 1 : 2;
  return (
    <div class="wave-ruler" aria-hidden="true">
      {marks.map((at) => {
        const share = shareOf(view, at * sampleRateHz);
        return share > 0.97 ? null : <span key={at} style={{ left: `${share * 100}%` }}>{clock(at, decimals)}</span>;
      })}
    </div>
  );
}
