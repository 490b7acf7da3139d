import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PARAMS_HASH } from "../../protocol/params.gen";
import type { BridgeState } from "../../protocol/bridge";
import type { LinkStatus } from "../../protocol/rig";
import { FakeBridge, happened } from "../testing/fake_bridge";
import { BridgeError, BridgeLink, type LinkListener } from "./link";

const HOME = "ws://127.0.0.1:5001/ws";

class Notes implements LinkListener {
  readonly statuses: LinkStatus[] = [];
  readonly snapshots: { state: BridgeState; resumed: boolean }[] = [];
  readonly changes: Partial<BridgeState>[] = [];
  readonly news: string[] = [];
  frames = 0;

  statusChanged(status: LinkStatus): void {
    this.statuses.push(status);
  }
  snapshot(state: BridgeState, resumed: boolean): void {
    this.snapshots.push({ state, resumed });
  }
  changed(_state: BridgeState, changes: Partial<BridgeState>): void {
    this.changes.push(changes);
  }
  message({ type }: { readonly type: string }): void {
    this.news.push(type);
  }
  frame(): void {
    this.frames++;
  }
  refused(error: BridgeError): void {
    this.news.push(error.code);
  }
  get phases(): string[] {
    return this.statuses.map(({ phase }) => phase);
  }
}

function connected(token: string | null = null, addresses: readonly string[] = [HOME]): { bridge: FakeBridge; notes: Notes; link: BridgeLink; first: Promise<void> } {
  const bridge = new FakeBridge();
  const notes = new Notes();
  const link = new BridgeLink(bridge, notes);
  return { bridge, notes, link, first: link.connect(addresses, token) };
}

const codeOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => "no error", (error: BridgeError) => error.code);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("connecting", () => {
  it("says hello with the parameter table and settles with the snapshot", async () => {
    const { bridge, notes, link, first } = connected();
    await first;
    expect(bridge.requests).toEqual([{ type: "hello", protocol: 1, table_hash: PARAMS_HASH }]);
    expect(link.state?.device.name).toBe("AG06/AG03 Analog Stereo");
    expect(notes.snapshots.map(({ resumed }) => resumed)).toEqual([false]);
    expect(link.status).toEqual({ phase: "online", address: HOME, message: "" });
  });

  it("tries the next address where the first does not answer", async () => {
    const bridge = new FakeBridge();
    bridge.reachable = (address) => address === HOME;
    const link = new BridgeLink(bridge, new Notes());
    await link.connect(["ws://127.0.0.1:8080/ws", HOME], null);
    expect(link.status.address).toBe(HOME);
  });

  it("ends with one sentence that says what to do when nobody answers, and knocks no further", async () => {
    const { bridge, link, first } = connected();
    bridge.reachable = () => false;
    await expect(first).rejects.toThrow(/No bridge answers at ws:\/\/127\.0\.0\.1:5001: start ag06-bridge/);
    expect(link.status.phase).toBe("off");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bridge.sockets).toHaveLength(1);
  });

  it("does not wait for ever for a server that opens but says nothing", async () => {
    const { bridge, first } = connected();
    bridge.silent = true;
    const code = codeOf(first);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await code).toBe("offline");
    expect(bridge.socket.closed).toBe(true);
  });

  it("sends the token, and says how to pair where it is refused", async () => {
    const { bridge, link, first } = connected("wrong");
    bridge.token = "right";
    await expect(first).rejects.toThrow(/open the link that ag06-bridge prints/);
    expect(link.status.phase).toBe("refused");
    expect(bridge.of("hello")[0]?.token).toBe("wrong");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bridge.sockets).toHaveLength(1);
    await link.connect([HOME], "right");
    expect(link.status.phase).toBe("online");
  });

  it("names an address that the browser refuses to open", async () => {
    const bridge = new FakeBridge();
    bridge.open = () => {
      throw new DOMException("insecure", "SecurityError");
    };
    await expect(new BridgeLink(bridge, new Notes()).connect([HOME], null)).rejects.toThrow(/does not let the page connect to ws:/);
  });
});

describe("deltas", () => {
  it("change only the members they name, params by key", async () => {
    const { bridge, link, notes, first } = connected();
    await first;
    bridge.change({ params: { "input.gain_db": 3 } });
    bridge.change({ wet_ratio: 0.25 });
    expect(link.state?.params["input.gain_db"]).toBe(3);
    expect(link.state?.params["output.gain_db"]).toBe(0);
    expect(link.state?.wet_ratio).toBe(0.25);
    expect(notes.changes).toHaveLength(2);
  });

  it("that skip a number make the page ask for a new snapshot, at once", async () => {
    const { bridge, link, notes, first } = connected();
    await first;
    bridge.state = { ...bridge.state, wet_ratio: 0.5 };
    bridge.socket.say({ type: "delta", seq: 7, changes: { mode: "bypass" } });
    await happened();
    expect(bridge.sockets).toHaveLength(2);
    expect(bridge.sockets[0]?.closed).toBe(true);
    expect(link.state?.wet_ratio).toBe(0.5);
    expect(link.state?.mode).toBe("manual");
    expect(notes.snapshots.map(({ resumed }) => resumed)).toEqual([false, true]);
  });

  it("that cannot be read do the same", async () => {
    const { bridge, link, first } = connected();
    await first;
    bridge.socket.say({ type: "delta", seq: 1, changes: { mode: "louder" } });
    await happened();
    expect([bridge.sockets.length, link.state?.mode]).toEqual([2, "manual"]);
  });

  it("of a socket that was left are not heard any more", async () => {
    const { bridge, link, first } = connected();
    await first;
    const old = bridge.socket;
    old.breakOff();
    await vi.advanceTimersByTimeAsync(250);
    old.say({ type: "delta", seq: 1, changes: { mode: "bypass" } });
    expect(link.state?.mode).toBe("manual");
  });
});

describe("requests", () => {
  it("get their own answers, in whatever order they come", async () => {
    const { bridge, link, first } = connected();
    await first;
    bridge.holds = new Set(["list_takes"]);
    const takes = link.request({ type: "list_takes" });
    expect(await link.request({ type: "transport", action: "start", sample_rate_hz: 44100, first_frame: 9 })).toEqual({ stream_id: 1 });
    bridge.releaseAnswers();
    expect(await takes).toEqual({ takes: [] });
    expect(new Set(bridge.requests.slice(1).map(({ id }) => id)).size).toBe(2);
  });

  it("that the bridge refuses reject with its code and sentence", async () => {
    const { bridge, link, first } = connected();
    await first;
    bridge.refusals.set("calibrate", ["no_device", "no device is open"]);
    await expect(link.request({ type: "calibrate" })).rejects.toMatchObject({ code: "no_device", message: "no device is open" });
  });

  it("reject when the connection breaks off, when nobody answers, and without a connection", async () => {
    const { bridge, link, first } = connected();
    await first;
    bridge.holds = new Set(["calibrate", "list_takes"]);
    const lost = codeOf(link.request({ type: "calibrate" }));
    bridge.socket.breakOff();
    expect(await lost).toBe("connection_lost");
    expect(await codeOf(link.request({ type: "calibrate" }))).toBe("offline");
    expect(link.sendFrame(new ArrayBuffer(24))).toBe(false);
    await vi.advanceTimersByTimeAsync(250);
    const late = codeOf(link.request({ type: "list_takes" }, 1000));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await late).toBe("timeout");
  });
});

describe("a lost connection", () => {
  it("comes back by itself, later and later, and says when it tries", async () => {
    const { bridge, link, notes, first } = connected();
    await first;
    bridge.reachable = () => false;
    bridge.socket.breakOff();
    expect(link.status).toMatchObject({ phase: "waiting", message: "The connection to the bridge broke off; trying again in 0.3 s" });
    expect(link.state).toBeNull();
    const attempts: number[] = [];
    for (let ms = 0; ms < 40_000; ms += 250) {
      await vi.advanceTimersByTimeAsync(250);
      if (bridge.sockets.length - 1 > attempts.length) attempts.push(ms + 250);
    }
    expect(attempts.slice(0, 8)).toEqual([250, 750, 1750, 3750, 7750, 15_750, 23_750, 31_750]);
    bridge.reachable = () => true;
    await vi.advanceTimersByTimeAsync(8000);
    expect(link.status.phase).toBe("online");
    expect(notes.snapshots.at(-1)?.resumed).toBe(true);
    bridge.socket.breakOff();
    expect(link.status.message).toContain("in 0.3 s");
  });

  it("is tried at once when a person asks", async () => {
    const { bridge, link, first } = connected();
    await first;
    bridge.reachable = () => false;
    bridge.socket.breakOff();
    await vi.advanceTimersByTimeAsync(10_000);
    bridge.reachable = () => true;
    link.retryNow([HOME], null);
    await happened();
    expect(link.status.phase).toBe("online");
  });

  it("that a bridge with another token refuses waits for the person, who can put it right", async () => {
    const { bridge, link, notes, first } = connected();
    await first;
    bridge.token = "new";
    bridge.socket.breakOff();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([link.status.phase, bridge.sockets.length]).toEqual(["refused", 2]);
    link.retryNow([HOME], "new");
    await happened();
    expect([link.status.phase, notes.snapshots.at(-1)?.resumed]).toEqual(["online", true]);
  });

  it("is noticed where the other end went away without a word", async () => {
    const { bridge, link, first } = connected();
    await first;
    bridge.silent = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(link.status.phase).toBe("waiting");
    bridge.silent = false;
    await vi.advanceTimersByTimeAsync(250);
    expect(link.status.phase).toBe("online");
  });

  it("is not sought once the page has left", async () => {
    const { bridge, link, first } = connected();
    await first;
    link.disconnect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([bridge.sockets.length, link.status.phase]).toEqual([1, "off"]);
  });
});

it("hands on frames and news as they are", async () => {
  const { bridge, notes, first } = connected();
  await first;
  bridge.meters({ load_ratio: 0.1 });
  bridge.grant(100);
  bridge.socket.say({ type: "error", code: "bad_frame", message: "frame 7 comes next", id: null });
  expect([notes.frames, notes.news]).toEqual([1, ["credit", "bad_frame"]]);
});
