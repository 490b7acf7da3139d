/** Which key does what, as a pure table; where a text field or a control owns the key, the table stays out of the way. */
export type Action = "toggle-play" | "stop" | "loop" | "loop-in" | "loop-out" | "undo" | "redo" | "original" | "musical" | "ensemble" | "swap" | "match"
  | "export" | "add" | "zoom-in" | "zoom-out" | "zoom-all" | "back" | "forward" | "start" | "analysis" | "help";

export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export interface Focus {
  /** A field that takes text. */
  readonly typing: boolean;
  /** A control that answers space and enter itself. */
  readonly pressable: boolean;
  /** A slider or list that answers arrows, Home and End itself. */
  readonly arrows: boolean;
  /** A dialog is open. */
  readonly modal: boolean;
}

const SINGLE: Readonly<Record<string, Action>> = {
  l: "loop", "[": "loop-in", "]": "loop-out", a: "original", b: "musical", c: "ensemble", x: "swap", g: "match", i: "analysis", "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", "0": "zoom-all", ".": "stop", "?": "help",
};
const ARROWS: Readonly<Record<string, Action>> = { ArrowLeft: "back", ArrowRight: "forward", Home: "start" };

export function actionFor(stroke: KeyStroke, focus: Focus): Action | null {
  if (focus.modal || focus.typing || stroke.altKey) return null;
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  if (stroke.ctrlKey || stroke.metaKey) {
    if (key === "z") return stroke.shiftKey ? "redo" : "undo";
    if (key === "y") return "redo";
    if (key === "e") return "export";
    if (key === "o") return "add";
    return null;
  }
  if (key === " ") return focus.pressable ? null : "toggle-play";
  if (focus.arrows) return key in SINGLE && !/^[-+=.0]$/.test(key) ? (SINGLE[key] ?? null) : null;
  return SINGLE[key] ?? ARROWS[key] ?? null;
}

export function focusOf(element: Element | null, modal: boolean): Focus {
  const role = element?.getAttribute("role") ?? "";
  const tag = element?.tagName ?? "";
  const type = element instanceof HTMLInputElement ? element.type : "";
  const radio = type === "radio" || type === "checkbox";
  return {
    modal,
    typing: tag === "TEXTAREA" || (tag === "INPUT" && !radio && type !== "file"),
    pressable: tag === "BUTTON" || tag === "A" || tag === "SELECT" || type === "checkbox" || role === "switch",
    arrows: role === "slider" || type === "radio" || tag === "SELECT",
  };
}
