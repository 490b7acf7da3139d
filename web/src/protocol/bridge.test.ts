import { describe, expect, it } from "vitest";
import page from "../../../bridge/PROTOCOL.md?raw";
import type { BridgeState, ClientRequest, ServerMessage } from "./bridge";
import { BRIDGE_ERROR_CODES, BRIDGE_PROTOCOL, BRIDGE_STREAMS, readServerMessage, withChanges, writeRequest } from "./bridge";
import { Damaged } from "./checked";
import { PARAMS_HASH } from "./params.gen";

const examples = (side: "client" | "server"): readonly string[] =>
  [...page.matchAll(/```json (client|server)\n([^]*?)\n```/g)].filter((found) => found[1] === side).map((found) => found[2] as string);

const example = <T extends ServerMessage["type"]>(type: T): Extract<ServerMessage, { type: T }> => {
  const found = examples("server").map(readServerMessage).find((message) => message.type === type);
  if (found === undefined) throw new Error(`the page shows no ${type}`);
  return found as Extract<ServerMessage, { type: T }>;
};

describe("messages of the bridge", () => {
  it("reads every example of PROTOCOL.md without losing a member", () => {
    expect(examples("server").length).toBeGreaterThan(14);
    for (const text of examples("server")) {
      const expected = JSON.parse(text) as Record<string, unknown>;
      // An ok without a result reads as one with an empty result.
      expect(readServerMessage(text)).toEqual(expected["type"] === "ok" ? { result: {}, ...expected } : expected);
    }
  });

  it("refuses every example with a member missing, or of another type", () => {
    for (const text of examples("server")) {
      const message = JSON.parse(text) as Record<string, unknown>;
      for (const key of Object.keys(message)) {
        if (message["type"] === "ok" && key === "result") continue;
        const { [key]: _, ...rest } = message;
        expect(() => readServerMessage(JSON.stringify(rest)), `${text} without ${key}`).toThrow(Damaged);
        expect(() => readServerMessage(JSON.stringify({ ...message, [key]: [[]] })), `${text} with another ${key}`).toThrow(Damaged);
      }
    }
  });

  it("refuses a state with a member missing", () => {
    const { state } = example("state");
    for (const key of Object.keys(state)) {
      const { [key as keyof BridgeState]: _, ...rest } = state;
      expect(() => readServerMessage(JSON.stringify({ type: "state", seq: 1, state: rest })), key).toThrow(Damaged);
    }
    for (const key of Object.keys(state.device)) {
      const { [key as keyof BridgeState["device"]]: _, ...rest } = state.device;
      expect(() => readServerMessage(JSON.stringify({ type: "delta", seq: 1, changes: { device: rest } })), key).toThrow(Damaged);
    }
  });

  it("names what it does not understand", () => {
    expect(() => readServerMessage("{")).toThrow("no JSON");
    expect(() => readServerMessage("[]")).toThrow("no object");
    expect(() => readServerMessage('{"type":"launch"}')).toThrow('"launch"');
    expect(() => readServerMessage('{"type":"error","code":"made_up","message":"x","id":null}')).toThrow("code");
    expect(() => readServerMessage('{"type":"credit","stream_id":1,"frames":-1}')).toThrow("frames");
  });

  it("follows a snapshot by its deltas", () => {
    const { state } = example("state");
    const next = withChanges(state, example("delta").changes);
    expect(next.mode).toBe("bypass");
    expect(next.params).toEqual({ ...state.params, "comp.ratio": 3 });
    expect(next.device).toBe(state.device);
    expect(withChanges(state, {})).toEqual(state);
  });

  it("writes every request as PROTOCOL.md has it", () => {
    for (const text of examples("client")) {
      // Read as the page's own type: what the compiler lets the page say is what the bridge reads.
      const { id, ...request } = JSON.parse(text) as ClientRequest & { readonly id?: string | number };
      expect(JSON.parse(writeRequest(request, id))).toEqual(JSON.parse(text));
    }
    const typed: ClientRequest[] = [
      { type: "hello", protocol: BRIDGE_PROTOCOL, token: "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", table_hash: PARAMS_HASH },
      { type: "set_params", values: { "comp.ratio": 3, "eq.1.enabled": 1, "eq.1.freq_hz": 82.5 } },
      { type: "set_mode", mode: "auto" },
      { type: "set_wet", wet_ratio: 0.5 },
      { type: "set_monitor", original_gain_db: 0, processed_gain_db: -4.5 },
      { type: "list_devices" },
      { type: "open_device", device_id: "jack:AG06/AG03 Analog Stereo", sample_rate_hz: 48000, block_frames: 128 },
      { type: "close_device" },
      { type: "calibrate" },
      { type: "reset_meters" },
      { type: "transport", action: "source", source: "file" },
      { type: "transport", action: "start", sample_rate_hz: 44100, first_frame: 441000 },
      { type: "transport", action: "pause" },
      { type: "record", action: "start", input: true, processed: true, format: "flac24" },
      { type: "record", action: "stop" },
      { type: "list_takes" },
      { type: "remove_take", take_id: "2026-11-21T16-40-12Z-processed" },
      { type: "subscribe", streams: ["meters", "spectrum", "scope", "audio_output", "moves"], rate_hz: 30 },
      { type: "ping" },
    ];
    const shown = examples("client").map((text) => {
      const { id: _, ...request } = JSON.parse(text) as Record<string, unknown>;
      return request;
    });
    expect(typed).toEqual(shown);
  });

  it("has no word twice", () => {
    expect(new Set(BRIDGE_ERROR_CODES).size).toBe(BRIDGE_ERROR_CODES.length);
    expect(new Set(BRIDGE_STREAMS).size).toBe(BRIDGE_STREAMS.length);
  });
});
