/** How much of a version's decision is wanted. */
import type { VNode } from "preact";
import { useStudio } from "../shell/context";

const STEP_PERCENT = 5;

export function Amount(): VNode | null {
  const { mix } = useStudio();
  const document = mix.document.value;
  if (document === null) return null;
  const percent = Math.round(document.amount * 100);
  return (
    <label class="amount" title="How much of the decision is wanted; double-click: all of it">
      <span>Amount</span>
      <input type="range" min={0} max={100} step={STEP_PERCENT} value={percent} aria-label="Amount" aria-valuetext={`${percent} %`}
        onPointerDown={() => mix.beginDrag("amount")} onPointerUp={() => mix.endDrag()} onPointerCancel={() => mix.endDrag()}
        onInput={(event) => mix.setAmount(Number(event.currentTarget.value) / 100)} onDblClick={() => mix.setAmount(1)} />
      <span class="amount-figure">{percent} %</span>
    </label>
  );
}
