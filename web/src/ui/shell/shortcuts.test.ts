import { describe, expect, it } from "vitest";
import { actionFor, type Focus, type KeyStroke } from "./shortcuts";

const stroke = (key: string, held: Partial<KeyStroke> = {}): KeyStroke => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });
const nowhere: Focus = { typing: false, pressable: false, arrows: false, modal: false };

describe("keyboard", () => {
  it("plays on space except where a button answers it", () => {
    expect(actionFor(stroke(" "), nowhere)).toBe("toggle-play");
    expect(actionFor(stroke(" "), { ...nowhere, arrows: true })).toBe("toggle-play");
    expect(actionFor(stroke(" "), { ...nowhere, pressable: true })).toBeNull();
  });

  it("undoes and redoes with Ctrl or Cmd", () => {
    expect(actionFor(stroke("z", { ctrlKey: true }), nowhere)).toBe("undo");
    expect(actionFor(stroke("Z", { ctrlKey: true, shiftKey: true }), nowhere)).toBe("redo");
    expect(actionFor(stroke("z", { metaKey: true }), { ...nowhere, arrows: true })).toBe("undo");
    expect(actionFor(stroke("y", { ctrlKey: true }), nowhere)).toBe("redo");
  });

  it("stays silent while typing and behind a dialog", () => {
    for (const key of [" ", "l", "a", "z"]) {
      expect(actionFor(stroke(key), { ...nowhere, typing: true })).toBeNull();
      expect(actionFor(stroke(key, { ctrlKey: true }), { ...nowhere, modal: true })).toBeNull();
    }
  });

  it("leaves arrows and value keys to a focused slider", () => {
    const slider = { ...nowhere, arrows: true };
    for (const key of ["ArrowLeft", "Home", "-", "0", "."]) expect(actionFor(stroke(key), slider), key).toBeNull();
    expect(actionFor(stroke("ArrowLeft"), nowhere)).toBe("back");
    expect(actionFor(stroke("l"), slider)).toBe("loop");
    expect(actionFor(stroke("?", { shiftKey: true }), slider)).toBe("help");
  });

  it("leaves the browser's own combinations alone", () => {
    for (const key of ["r", "t", "a", "l"]) expect(actionFor(stroke(key, { ctrlKey: true }), nowhere), key).toBeNull();
    expect(actionFor(stroke("ArrowLeft", { altKey: true }), nowhere)).toBeNull();
  });
});
