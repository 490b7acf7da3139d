import { describe, expect, it } from "vitest";
import { BrowserPlaces, socketAddress } from "./places";

class Kept {
  private readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

const places = (protocol: string, host: string): BrowserPlaces => new BrowserPlaces({ protocol, host }, new Kept(), new Kept());

describe("where a bridge is looked for", () => {
  it("is the server of the page, then the usual address; once where both are the same", () => {
    expect(places("http:", "127.0.0.1:5001").addresses()).toEqual(["ws://127.0.0.1:5001/ws"]);
    expect(places("http:", "127.0.0.1:8080").addresses()).toEqual(["ws://127.0.0.1:8080/ws", "ws://127.0.0.1:5001/ws"]);
    expect(places("https:", "studio.example").addresses()).toEqual(["wss://studio.example/ws", "ws://127.0.0.1:5001/ws"]);
    expect(places("file:", "").addresses()).toEqual(["ws://127.0.0.1:5001/ws"]);
  });

  it("is only where a person said, until they take it back", () => {
    const own = places("http:", "127.0.0.1:5001");
    own.set("10.0.0.7:5002", " token ");
    expect([own.addresses(), own.token]).toEqual([["ws://10.0.0.7:5002/ws"], "token"]);
    own.set(null, null);
    expect([own.addresses(), own.token]).toEqual([["ws://127.0.0.1:5001/ws"], null]);
  });

  it("understands what people type", () => {
    expect(["localhost:5001", "http://localhost:5001/", "ws://[::1]:5001/ws", "https://mixer.local", " ", "ftp://x", "not an address"].map(socketAddress)).toEqual([
      "ws://localhost:5001/ws", "ws://localhost:5001/ws", "ws://[::1]:5001/ws", "wss://mixer.local/ws", null, null, null,
    ]);
  });
});
