/** The slider of one continuous parameter; label, range, unit and steps all come from the table. */
import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { toNorm, snapToStep } from "../../protocol/curves";
import type { ParamKey } from "../../protocol/params.gen";
import { parameter } from "../../state/document";
import { useStudio } from "../shell/context";
import { editableText, editedValue, parameterReadout, parameterText } from "../shell/format";
import { dragged, keyed, nudged, originNorm } from "./slider_moves";

interface Props {
  readonly id: ParamKey;
  /** What the panel around it already says is left out of the visible label. */
  readonly short: string;
}

/** A press this close to the thumb takes hold of it instead of jumping. */
const GRAB_PX = 12;

export function Slider({ id, short }: Props): VNode {
  const { mix } = useStudio();
  const p = parameter(id);
  const value = useComputed(() => mix.values.value[id]).value;
  const track = useRef<HTMLDivElement>(null);
  const thumb = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; positionNorm: number } | null>(null);
  const [typing, setTyping] = useState<string | null>(null);
  const entering = useRef(false);
  const enter = (text: string): void => {
    entering.current = true;
    setTyping(text);
  };
  const leave = (): void => {
    entering.current = false;
    setTyping(null);
    thumb.current?.focus();
  };

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || track.current === null) return;
    thumb.current?.focus();
    const box = track.current.getBoundingClientRect();
    const now = toNorm(p, value);
    const at = (event.clientX - box.left) / box.width;
    const jumps = event.pointerType === "mouse" && !event.shiftKey && Math.abs(at - now) * box.width > GRAB_PX;
    mix.beginDrag(id);
    grip.current = { x: event.clientX, positionNorm: jumps ? Math.min(1, Math.max(0, at)) : now };
    if (jumps) mix.setValue(id, dragged(p, grip.current.positionNorm, 0, false).value);
    track.current.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (grip.current === null || track.current === null) return;
    const delta = (event.clientX - grip.current.x) / track.current.getBoundingClientRect().width;
    const next = dragged(p, grip.current.positionNorm, delta, event.shiftKey);
    grip.current = { x: event.clientX, positionNorm: next.positionNorm };
    if (delta !== 0) mix.setValue(id, next.value);
  };
  const onPointerUp = (): void => {
    if (grip.current === null) return;
    grip.current = null;
    mix.endDrag();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keyed(p, value, event.key, event.shiftKey);
    if (next !== null) mix.setValue(id, next);
    else if (event.key === "Enter" || /^[\d.,-]$/.test(event.key)) enter(event.key === "Enter" ? editableText(p, value) : event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onWheel = (event: WheelEvent): void => {
    if (document.activeElement !== thumb.current) return;
    event.preventDefault();
    mix.setValue(id, nudged(p, value, event.deltaY < 0 ? 1 : -1, event.shiftKey));
  };
  const accept = (text: string): void => {
    if (!entering.current) return;
    entering.current = false;
    const typed = editedValue(p, text);
    if (typed !== null) mix.setValue(id, snapToStep(p, typed));
    leave();
  };

  const at = toNorm(p, value);
  const from = originNorm(p);
  return (
    <div class="slider" title={p.help}>
      <span class="slider-label" aria-hidden="true">{short}</span>
      {typing === null ? (
        <button type="button" class="slider-value" tabIndex={-1} aria-hidden="true" onClick={() => enter(editableText(p, value))}>
          {parameterReadout(p, value)}
        </button>
      ) : (
        <input class="slider-entry" type="text" inputMode="decimal" aria-label={`${p.label} value`} value={typing} ref={(field) => placeCaret(field)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Enter") accept(event.currentTarget.value);
            else if (event.key === "Escape") leave();
          }}
          onBlur={(event) => accept(event.currentTarget.value)} />
      )}
      <div class="slider-track" ref={track} onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={onPointerUp}
        onDblClick={() => mix.setValue(id, p.defaultValue)} onWheel={onWheel}>
        <div class="slider-fill" style={{ left: `${Math.min(at, from) * 100}%`, width: `${Math.abs(at - from) * 100}%` }} />
        <div class="slider-thumb" ref={thumb} role="slider" tabIndex={0} aria-label={p.label} aria-valuemin={p.min} aria-valuemax={p.max} aria-valuenow={value}
          aria-valuetext={parameterText(p, value)} aria-orientation="horizontal" aria-description={p.help} onKeyDown={onKeyDown} style={{ left: `${at * 100}%` }} />
      </div>
    </div>
  );
}

function placeCaret(field: HTMLInputElement | null): void {
  if (field === null || document.activeElement === field) return;
  field.focus();
  if (field.value.length > 1) field.select();
}
