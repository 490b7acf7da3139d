/** The handle of one EQ band on the response. */
import type { RefObject, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { snapToStep } from "../../protocol/curves";
import type { ParamKey } from "../../protocol/params.gen";
import { parameter } from "../../state/document";
import { nudged } from "../chain/slider_moves";
import { useStudio } from "../shell/context";
import { parameterText } from "../shell/format";
import { bandKey, dbOfY, hzOfX, xOfHz, yOfDb, type BandNumber } from "./bands";
import { bandDb, hasGain, type Band } from "./response";

interface Props {
  readonly band: BandNumber;
  readonly state: Band;
  readonly spanDb: number;
  readonly area: RefObject<HTMLDivElement | null>;
}

const FINE_RATIO = 0.1;

export function EqNode({ band, state, spanDb, area }: Props): VNode {
  const { mix } = useStudio();
  const node = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; y: number; left: number; top: number } | null>(null);
  const freq = parameter(bandKey(band, "freq_hz"));
  const gain = parameter(bandKey(band, "gain_db"));
  const q = parameter(bandKey(band, "q"));
  const name = parameter(bandKey(band, "enabled")).label;
  const height = hasGain(state.type) ? state.gainDb : bandDb({ ...state, on: true }, state.freqHz);
  const x = xOfHz(state.freqHz);
  const y = Math.min(0.96, Math.max(0.04, yOfDb(state.on || hasGain(state.type) ? height : 0, spanDb)));

  const set = (values: Partial<Record<ParamKey, number>>): void =>
    mix.setValues(name, { "eq.enabled": 1, [bandKey(band, "enabled")]: 1, ...values }, `eq-node-${band}`);
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    node.current?.focus();
    node.current?.setPointerCapture(event.pointerId);
    mix.beginDrag(`eq-node-${band}`);
    grip.current = { x: event.clientX, y: event.clientY, left: x, top: yOfDb(state.gainDb, spanDb) };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const held = grip.current;
    const box = area.current?.getBoundingClientRect();
    if (held === null || box === undefined || (event.clientX === held.x && event.clientY === held.y)) return;
    const scale = event.shiftKey ? FINE_RATIO : 1;
    const left = Math.min(1, Math.max(0, held.left + ((event.clientX - held.x) / box.width) * scale));
    const top = held.top + ((event.clientY - held.y) / box.height) * scale;
    grip.current = { x: event.clientX, y: event.clientY, left, top };
    const hz = snapToStep(freq, hzOfX(left));
    set(hasGain(state.type) ? { [freq.key]: hz, [gain.key]: snapToStep(gain, dbOfY(top, spanDb)) } : { [freq.key]: hz });
  };
  const onPointerUp = (): void => {
    if (grip.current === null) return;
    grip.current = null;
    mix.endDrag();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const fine = event.shiftKey;
    const values = keyedNode(event.key, fine);
    if (values === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") mix.setValue(bandKey(band, "enabled"), state.on ? 0 : 1);
    else set(values);
  };
  const keyedNode = (key: string, fine: boolean): Partial<Record<ParamKey, number>> | null => {
    switch (key) {
      case "ArrowLeft":
      case "ArrowRight":
        return { [freq.key]: nudged(freq, state.freqHz, key === "ArrowRight" ? 1 : -1, fine) };
      case "ArrowUp":
      case "ArrowDown":
        return { [gain.key]: nudged(gain, state.gainDb, (key === "ArrowUp" ? 1 : -1) * (fine ? 1 : 5), fine) };
      case "+":
      case "=":
      case "-":
        return { [q.key]: nudged(q, state.q, key === "-" ? -1 : 1, false) };
      case "Delete":
      case "Backspace":
        return { [gain.key]: gain.defaultValue };
      case "Enter":
        return {};
      default:
        return null;
    }
  };

  // Preact listens to wheel passively; the page must not scroll while Q turns.
  const onWheel = useRef<(event: WheelEvent) => void>(() => undefined);
  onWheel.current = (event) => {
    event.preventDefault();
    set({ [q.key]: nudged(q, state.q, event.deltaY < 0 ? 2 : -2, event.shiftKey) });
  };
  useEffect(() => {
    const element = node.current;
    const turn = (event: WheelEvent): void => onWheel.current(event);
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, []);

  const text = [state.on ? "on" : "off", parameterText(freq, state.freqHz), hasGain(state.type) ? parameterText(gain, state.gainDb) : "", `Q ${parameterText(q, state.q)}`];
  return (
    <div ref={node} class={`eq-node node-${band} ${state.on ? "on" : ""}`} role="slider" tabIndex={0} aria-label={`${name} node`} aria-roledescription="equaliser node"
      aria-valuemin={freq.min} aria-valuemax={freq.max} aria-valuenow={state.freqHz} aria-valuetext={text.filter((part) => part !== "").join(", ")}
      title={`${name}: drag for frequency and gain, wheel for Q, double-click switches it`} style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
      onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={onPointerUp} onKeyDown={onKeyDown}
      onDblClick={() => mix.setValue(bandKey(band, "enabled"), state.on ? 0 : 1)}>
      <span aria-hidden="true">{band}</span>
    </div>
  );
}
