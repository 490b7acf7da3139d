import { describe, expect, it } from "vitest";
import { History } from "./history";

function history(): { h: History<number>; at: (ms: number) => void } {
  let now = 0;
  return { h: new History(0, () => now), at: (ms) => (now = ms) };
}

describe("undo history", () => {
  it("goes back and forth through separate edits", () => {
    const { h } = history();
    h.commit("one", 1);
    h.commit("two", 2);
    expect(h.undoLabel.value).toBe("two");
    expect(h.undo()).toBe("two");
    expect(h.document.value).toBe(1);
    expect(h.undo()).toBe("one");
    expect(h.document.value).toBe(0);
    expect(h.undo()).toBeNull();
    expect(h.redo()).toBe("one");
    expect(h.redo()).toBe("two");
    expect(h.document.value).toBe(2);
    expect(h.redo()).toBeNull();
  });

  it("forgets what was undone once something new is done", () => {
    const { h } = history();
    h.commit("one", 1);
    h.undo();
    h.commit("other", 9);
    expect(h.redoLabel.value).toBeNull();
    expect(h.undo()).toBe("other");
    expect(h.document.value).toBe(0);
  });

  it("makes a drag one step, however slow, and the next drag another", () => {
    const { h, at } = history();
    h.hold("gain");
    h.commit("gain", 1, "gain");
    at(60_000);
    h.commit("gain", 2, "gain");
    h.release();
    h.hold("gain");
    h.commit("gain", 3, "gain");
    h.release();
    h.undo();
    expect(h.document.value).toBe(2);
    h.undo();
    expect(h.document.value).toBe(0);
  });

  it("joins quick key presses on one control, not slow ones and not those on another", () => {
    const { h, at } = history();
    h.commit("gain", 1, "gain");
    at(300);
    h.commit("gain", 2, "gain");
    at(400);
    h.commit("q", 3, "q");
    at(2000);
    h.commit("q", 4, "q");
    expect([h.undo(), h.document.value]).toEqual(["q", 3]);
    expect([h.undo(), h.document.value]).toEqual(["q", 2]);
    expect([h.undo(), h.document.value]).toEqual(["gain", 0]);
  });

  it("does not join an edit to one that was undone", () => {
    const { h } = history();
    h.commit("gain", 1, "gain");
    h.commit("gain", 2, "gain");
    h.undo();
    h.commit("gain", 5, "gain");
    h.undo();
    expect(h.document.value).toBe(0);
  });

  it("keeps the latest 500 steps", () => {
    const { h } = history();
    for (let i = 1; i <= 510; i++) h.commit("step", i);
    let steps = 0;
    while (h.undo() !== null) steps++;
    expect(steps).toBe(500);
    expect(h.document.value).toBe(10);
  });
});
