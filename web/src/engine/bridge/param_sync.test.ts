import { describe, expect, it } from "vitest";
import { PARAMS } from "../../protocol/params.gen";
import type { ChangedValues } from "../../protocol/rig";
import { ParamSync } from "./param_sync";

const DEFAULTS: Readonly<Record<string, number>> = Object.fromEntries(PARAMS.map((p) => [p.key, p.defaultValue]));

/** The bridge's side, with answers that come when the test says so. */
class Wire {
  readonly sent: Record<string, number>[] = [];
  readonly heard: ChangedValues[] = [];
  readonly refused: string[] = [];
  private waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly sync = new ParamSync(
    (values) => {
      this.sent.push({ ...values });
      return new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    },
    (values) => this.heard.push(values),
    (error) => this.refused.push(error.message),
  );

  async answer(error?: Error): Promise<void> {
    const next = this.waiting.shift();
    if (next === undefined) throw new Error("nothing waits");
    if (error) next.reject(error);
    else next.resolve();
    for (let i = 0; i < 5; ++i) await Promise.resolve();
  }
}

describe("parameters of page and bridge", () => {
  it("are the page's after connecting: only what differs is sent", () => {
    const wire = new Wire();
    wire.sync.set({ ...DEFAULTS, "input.gain_db": 3 });
    wire.sync.snapshot(DEFAULTS, false);
    expect(wire.sent).toEqual([{ "input.gain_db": 3 }]);
    expect(wire.heard).toEqual([]);
  });

  it("of which the page knows nothing are told to it", () => {
    const wire = new Wire();
    wire.sync.snapshot({ ...DEFAULTS, "input.gain_db": -2 }, false);
    expect(wire.heard.map((values) => values["input.gain_db"])).toEqual([-2]);
    expect(wire.sent).toEqual([]);
  });

  it("travel one request at a time in a drag, the latest value wins", async () => {
    const wire = new Wire();
    wire.sync.snapshot(DEFAULTS, false);
    for (let i = 1; i <= 50; ++i) wire.sync.set({ "input.gain_db": i / 10 });
    expect(wire.sent).toEqual([{ "input.gain_db": 0.1 }]);
    await wire.answer();
    expect(wire.sent).toEqual([{ "input.gain_db": 0.1 }, { "input.gain_db": 5 }]);
    await wire.answer();
    expect(wire.sent).toHaveLength(2);
  });

  it("that come back as an echo are no news, neither on time nor late", async () => {
    const wire = new Wire();
    wire.sync.snapshot(DEFAULTS, false);
    wire.heard.length = 0;
    wire.sync.set({ "input.gain_db": 1 });
    wire.sync.set({ "input.gain_db": 2 });
    wire.sync.changed({ "input.gain_db": 1 });
    await wire.answer();
    wire.sync.changed({ "input.gain_db": 1 });
    await wire.answer();
    wire.sync.changed({ "input.gain_db": 2 });
    wire.sync.changed({ "input.gain_db": Math.fround(2.0000001) });
    expect(wire.heard).toEqual([]);
  });

  it("that another page sets are followed, and not sent back", () => {
    const wire = new Wire();
    wire.sync.snapshot(DEFAULTS, false);
    wire.heard.length = 0;
    wire.sync.changed({ "input.gain_db": -6, "comp.enabled": 1 });
    expect(wire.heard).toEqual([{ "input.gain_db": -6, "comp.enabled": 1 }]);
    wire.sync.set({ "input.gain_db": -6 });
    wire.sync.changed({ "input.gain_db": -6 });
    expect(wire.heard).toHaveLength(1);
  });

  it("that changed on one side only while the line was cut keep that change; on both, the page's", () => {
    const wire = new Wire();
    wire.sync.set({ "input.gain_db": 1, "output.gain_db": 1, "comp.ratio": 2 });
    const before = { ...DEFAULTS, "input.gain_db": 1, "output.gain_db": 1, "comp.ratio": 2 };
    wire.sync.snapshot(before, false);
    wire.sync.disconnected();
    wire.heard.length = 0;
    wire.sync.set({ "output.gain_db": 4, "comp.ratio": 3 });
    wire.sync.snapshot({ ...before, "input.gain_db": -3, "comp.ratio": 8 }, true);
    expect(wire.heard).toEqual([{ "input.gain_db": -3 }]);
    expect(wire.sent).toEqual([{ "output.gain_db": 4, "comp.ratio": 3 }]);
  });

  it("survive a bridge that was started anew and has forgotten them", () => {
    const wire = new Wire();
    wire.sync.set({ "input.gain_db": 1 });
    wire.sync.snapshot({ ...DEFAULTS, "input.gain_db": 1 }, false);
    wire.sync.disconnected();
    wire.heard.length = 0;
    wire.sync.snapshot(DEFAULTS, true);
    expect([wire.heard, wire.sent]).toEqual([[], [{ "input.gain_db": 1 }]]);
  });

  it("that are refused are said to be, and the next ones still go", async () => {
    const wire = new Wire();
    wire.sync.snapshot(DEFAULTS, false);
    wire.sync.set({ "input.gain_db": 900 });
    await wire.answer(new Error("out of range"));
    wire.sync.set({ "input.gain_db": 1 });
    expect([wire.refused, wire.sent.at(-1)]).toEqual([["out of range"], { "input.gain_db": 1 }]);
  });
});
