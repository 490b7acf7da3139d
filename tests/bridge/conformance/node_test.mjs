// The bridge as Node's own WebSocket (undici) sees it: an independent client with the browser's interface. Node 22 has one, 20 by flag.
import assert from "node:assert/strict";
import test from "node:test";

const page = process.env.AG06_BRIDGE_URL;
const token = process.env.AG06_BRIDGE_TOKEN;
const address = `${page.replace("http", "ws")}/ws`;
const DEADLINE_MS = 30000;

// Everything that comes, in order; next(predicate) waits for the next one that fits and passes over the others.
class Link {
  constructor(options = { protocols: ["ag06.v1"], headers: { Authorization: `Bearer ${token}` } }) {
    this.waiting = null;
    this.queue = [];
    this.socket = new WebSocket(address, options);
    this.socket.binaryType = "arraybuffer";
    this.opened = new Promise((resolve, reject) => {
      this.socket.onopen = resolve;
      this.socket.onerror = () => reject(new Error("the connection failed"));
    });
    this.closed = new Promise((resolve) => (this.socket.onclose = resolve));
    this.socket.onmessage = ({ data }) => {
      this.queue.push(typeof data === "string" ? JSON.parse(data) : new DataView(data));
      this.waiting?.();
    };
  }

  async next(fits) {
    const until = Date.now() + DEADLINE_MS;
    for (;;) {
      while (this.queue.length > 0) {
        const message = this.queue.shift();
        if (fits(message)) return message;
      }
      assert.ok(Date.now() < until, "nothing came in time");
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.waiting = () => (clearTimeout(timer), resolve());
      });
    }
  }

  async hello(members = {}) {
    await this.opened;
    this.say({ type: "hello", protocol: 1, id: "hello", ...members });
    const state = await this.next(({ type }) => type === "state");
    await this.next(({ type, id }) => type === "ok" && id === "hello");
    return state;
  }

  say(message) {
    this.socket.send(JSON.stringify(message));
  }
}

test("greeting, a change and its delta", async () => {
  const link = new Link();
  const { seq, state } = await link.hello();
  assert.equal(link.socket.protocol, "ag06.v1");
  assert.equal(link.socket.extensions, "");
  const wet = state.wet_ratio === 0.75 ? 0.5 : 0.75;
  link.say({ type: "set_wet", id: 1, wet_ratio: wet });
  const delta = await link.next(({ type }) => type === "delta");
  assert.deepEqual(delta, { type: "delta", seq: seq + 1, changes: { wet_ratio: wet } });
  link.say({ type: "set_wet", id: 2, wet_ratio: 2 });
  const error = await link.next(({ type }) => type === "error");
  assert.deepEqual([error.code, error.id], ["out_of_range", 2]);
  link.socket.close(1000);
  const { code, wasClean } = await link.closed;
  assert.deepEqual([code, wasClean], [1000, true]);
});

test("the token in hello, with the page's own origin", async () => {
  const link = new Link({ protocols: ["ag06.v1"], headers: { Origin: page } });
  await link.hello({ token });
  link.socket.close();
  await link.closed;
});

test("a foreign origin, a wrong subprotocol", async () => {
  for (const options of [
    { protocols: ["ag06.v1"], headers: { Origin: "https://evil.example", Authorization: `Bearer ${token}` } },
    { protocols: ["ag06.v2"], headers: { Authorization: `Bearer ${token}` } },
  ]) {
    await assert.rejects(new Link(options).opened);
  }
});

test("no hello, no service", async () => {
  const link = new Link();
  await link.opened;
  link.say({ type: "ping" });
  assert.equal((await link.closed).code, 1008);
});

test("meters as binary", async (context) => {
  const link = new Link();
  const { state } = await link.hello();
  if (process.env.AG06_BRIDGE_NO_DEVICE === "1") {
    link.socket.close();
    return context.skip("there is no device");
  }
  assert.equal(state.device.phase, "running");
  link.say({ type: "subscribe", streams: ["meters"], rate_hz: 60 });
  let sequence = null;
  for (let i = 0; i < 20; ++i) {
    const frame = await link.next((message) => message instanceof DataView);
    assert.deepEqual([frame.getUint8(0), frame.getUint8(1), frame.getUint16(2, true), frame.byteLength], [1, 1, 32, 24 + 4 * 32]);
    if (sequence !== null) assert.equal(frame.getUint32(4, true), sequence + 1);
    sequence = frame.getUint32(4, true);
  }
  link.socket.close();
  await link.closed;
});
