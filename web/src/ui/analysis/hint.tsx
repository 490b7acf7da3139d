/** Explanations on hover and focus. One bubble for the page, so that no panel cuts it off; the same words are the term's description. */
import { signal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";

interface Bubble {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly above: boolean;
}

const bubble = signal<Bubble | null>(null);
const WIDTH_PX = 260;

function show(element: Element, text: string): void {
  const box = element.getBoundingClientRect();
  const above = box.bottom > window.innerHeight - 140;
  bubble.value = { text, x: Math.max(8, Math.min(box.left, window.innerWidth - WIDTH_PX - 8)), y: above ? box.top - 6 : box.bottom + 6, above };
}

export function hideHint(): void {
  bubble.value = null;
}

/** A word with an explanation. Only one of a group is in the tab order; arrows lead on (see roveTerms). */
export function Term({ hint, first = false, children }: { readonly hint: string; readonly first?: boolean; readonly children: ComponentChildren }): VNode {
  const id = useId();
  return (
    <dfn class="term" tabIndex={first ? 0 : -1} aria-describedby={id} onPointerEnter={(event) => show(event.currentTarget, hint)} onPointerLeave={hideHint}
      onFocus={(event) => show(event.currentTarget, hint)} onBlur={hideHint}>
      {children}
      <span id={id} hidden>{hint}</span>
    </dfn>
  );
}

/** Up and down lead from term to term; Escape closes the bubble. */
export function roveTerms(event: KeyboardEvent & { readonly currentTarget: Element }): void {
  if (event.key === "Escape") return hideHint();
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.target as Element).matches(".term")) return;
  const terms = [...event.currentTarget.querySelectorAll<HTMLElement>(".term")];
  const next = terms[terms.indexOf(event.target as HTMLElement) + step];
  event.preventDefault();
  event.stopPropagation();
  next?.focus();
}

export function HintBubble(): VNode | null {
  const shown = bubble.value;
  if (shown === null) return null;
  return <div class={`hint ${shown.above ? "above" : ""}`} role="tooltip" style={{ left: `${shown.x}px`, top: `${shown.y}px`, maxWidth: `${WIDTH_PX}px` }}>{shown.text}</div>;
}
