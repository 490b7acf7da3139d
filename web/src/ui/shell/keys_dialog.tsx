/** The list of keys, opened with ? or the button in the header. */
import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icons";

export const keysOpen = signal(false);

const KEYS: readonly (readonly [title: string, rows: readonly (readonly [keys: string, does: string])[]])[] = [
  ["Listening", [["Space", "Play, pause"], [".", "Stop, back to the start"], ["A  B  C", "Original, Musical, AI"], ["X", "Swap the original and the mix"], ["G", "Match loudness"], ["← →", "Five seconds back, on"], ["L  [  ]", "Loop, its start, its end"]]],
  ["Looking", [["I", "Analysis, and back to the mix"], ["+  −  0", "Zoom in, out, whole song"], ["Shift-drag", "Loop a passage; Shift-click a section loops it"], ["Ctrl-wheel", "Zoom where the pointer is"]]],
  ["Work", [["Ctrl+Z", "Undo"], ["Ctrl+Shift+Z", "Redo"], ["Ctrl+O", "Add songs"], ["Ctrl+E", "Export"]]],
  ["Sliders", [["← →  ↑ ↓", "One step; with Shift the finest"], ["Page keys", "Ten steps"], ["Digits, Enter", "Type a value"], ["Delete", "Back to the default, as a double click"], ["Shift-drag", "Ten times finer"]]],
  ["EQ nodes", [["Arrows", "Frequency and gain"], ["+  −  wheel", "Q"], ["Enter", "Band on, off"], ["Double click", "A new band where the pointer is"]]],
];

export function KeysDialog(): VNode | null {
  return keysOpen.value ? <OpenDialog /> : null;
}

function OpenDialog(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => void (keysOpen.value = false);
  return (
    <dialog class="sheet keys" ref={dialog} aria-labelledby="keys-title" onClose={close}>
      <header>
        <h2 id="keys-title">Keyboard and mouse</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={close}><Icon name="close" size={14} /></button>
      </header>
      <div class="keys-columns">
        {KEYS.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([keys, does]) => <div key={keys + does}><dt>{keys}</dt><dd>{does}</dd></div>)}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
