#!/usr/bin/env python3
"""Many clients at once: meters and audio for a minute without a lost piece of audio, and 10 000 requests a second with flat memory.

Usage: load_test.py [--seconds S] [--meters N] [--audio N] [--control N] [--requests-per-s N] [--against-idle] [--any-memory]
The bridge is AG06_BRIDGE_URL, its token AG06_BRIDGE_TOKEN. Prints what was measured; status 1 where something was lost.
Nothing is judged by its speed: a slow machine has slower figures, but loses nothing either.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import queue
import re
import sys
import time

from wire import BINARY, CLOSE, HEADER, KINDS, PING, PONG, TEXT, Address, connected, http, masked

ADDRESS = Address()
ALLOWED_GROWTH_BYTES = 4 * 1024 * 1024   # of resident memory between the first and the last quarter; a leak of 16 bytes a request is beyond it


class Listener(asyncio.Protocol):
    """The least a client can do with what it is sent: count it. Takes over a connection that has said hello."""

    def __init__(self, left_over, on_text, on_binary):
        self.buffered = bytearray(left_over)
        self.on_text, self.on_binary = on_text, on_binary
        self.ended = False
        self.ending = False

    def connection_made(self, transport):
        self.transport = transport
        self.data_received(b"")

    def connection_lost(self, _):
        self.ended = True

    def data_received(self, data):
        self.buffered += data
        buffered, at = self.buffered, 0
        while len(buffered) - at >= 2:
            size, head = buffered[at + 1] & 0x7F, 2
            if size == 126:
                if len(buffered) - at < 4:
                    break
                size, head = int.from_bytes(buffered[at + 2 : at + 4], "big"), 4
            elif size == 127:
                if len(buffered) - at < 10:
                    break
                size, head = int.from_bytes(buffered[at + 2 : at + 10], "big"), 10
            if len(buffered) - at < head + size:
                break
            opcode = buffered[at] & 0x0F
            if opcode == BINARY:
                self.on_binary(buffered, at + head, size)
            elif opcode == TEXT:
                self.on_text(bytes(buffered[at + head : at + head + size]))
            elif opcode == PING:
                self.send(PONG, bytes(buffered[at + head : at + head + size]))
            elif opcode == CLOSE:
                self.ended = True
            at += head + size
        del buffered[:at]

    def send(self, opcode, payload):
        size, mask = len(payload), b"\x5a\xa5\x0f\xf0"
        head = bytes([0x80 | opcode]) + (bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big"))
        self.transport.write(head + mask + masked(payload, mask))


async def join(on_text, on_binary, streams=None, rate_hz=60):
    """A client that has said hello in the plain way and then listens."""
    link = connected(ADDRESS)
    if streams:
        answer = link.ask("subscribe", streams=streams, rate_hz=rate_hz)
        assert answer["type"] == "ok", answer
    link.line.socket.setblocking(False)
    _, listener = await asyncio.get_running_loop().create_connection(lambda: Listener(link.line.buffered, on_text, on_binary), sock=link.line.socket)
    return listener


class Stream:
    """What one client got of one stream."""

    def __init__(self, kind):
        self.kind = KINDS[kind]
        self.frames = self.gaps = self.lagging = self.errors = 0
        self.last = None
        self.first_time = self.next_time = None

    def on_text(self, payload):
        if b'"lagging"' in payload:
            self.lagging += 1
        elif b'"error"' in payload:
            self.errors += 1

    def on_binary(self, buffered, at, size):
        kind, _, _, sequence, frames, rate_hz, sample_time = HEADER.unpack_from(buffered, at)
        if kind != self.kind:
            return
        self.frames += 1
        self.rate_hz = rate_hz
        self.gaps += self.last is not None and sequence != (self.last + 1) & 0xFFFFFFFF
        self.gaps += self.kind >= 16 and self.next_time is not None and sample_time != self.next_time
        self.last = sequence
        self.first_time = sample_time if self.first_time is None else self.first_time
        self.next_time = sample_time + (frames if self.kind >= 16 else 0)


async def listen(kind, count, seconds):
    streams, listeners = [], []
    for _ in range(count):
        stream = Stream(kind)
        listeners.append(await join(stream.on_text, stream.on_binary, [kind], 60))
        streams.append(stream)
    await asyncio.sleep(seconds)
    ended = sum(listener.ended for listener in listeners)
    for listener in listeners:
        listener.transport.abort()
    return {
        "clients": count, "ended": ended, "frames": sum(s.frames for s in streams), "fewest": min(s.frames for s in streams),
        "gaps": sum(s.gaps for s in streams), "lagging": sum(s.lagging for s in streams), "errors": sum(s.errors for s in streams),
        "heard_s": min(((s.next_time or 0) - (s.first_time or 0)) / s.rate_hz if s.frames else 0.0 for s in streams),
    }


class Talker:
    """Sends set_params as fast as it is answered, at most rate a second; every answer must be the ok of the next request."""

    WINDOW = 256

    def __init__(self, number, rate):
        self.number, self.rate = number, rate
        self.sent = self.answered = self.refused = self.deltas = 0

    def on_text(self, payload):
        if b'"type":"ok"' in payload:
            if json.loads(payload)["id"] != self.answered:
                self.refused += 1
            self.answered += 1
        elif b'"type":"error"' in payload:
            self.refused += 1
            self.answered += 1
        elif b'"type":"delta"' in payload:
            self.deltas += 1

    async def run(self, seconds):
        listener = await join(self.on_text, lambda *_: None)
        started = time.monotonic()
        while (now := time.monotonic() - started) < seconds and not listener.ended:
            due = min(int(now * self.rate), self.answered + self.WINDOW)
            while self.sent < due:
                values = {"comp.ratio": 1 + self.sent % 1900 / 100, f"eq.{1 + self.number}.gain_db": self.sent % 200 / 10 - 10}
                listener.send(TEXT, json.dumps({"type": "set_params", "id": self.sent, "values": values}).encode())
                self.sent += 1
            await asyncio.sleep(0.005)
        until = time.monotonic() + 60
        while self.answered < self.sent and time.monotonic() < until and not listener.ended:
            await asyncio.sleep(0.01)
        elapsed = time.monotonic() - started
        listener.transport.abort()
        return elapsed


async def talk(count, rate, seconds):
    talkers = [Talker(i, rate / count) for i in range(count)]
    elapsed = await asyncio.gather(*(talker.run(seconds) for talker in talkers))
    answered = sum(t.answered for t in talkers)
    return {
        "clients": count, "sent": sum(t.sent for t in talkers), "answered": answered, "refused": sum(t.refused for t in talkers),
        "deltas": sum(t.deltas for t in talkers), "per_s": round(answered / max(elapsed)),
    }


def metrics():
    """What /metrics says, by name without labels; sums over labels."""
    text = http(ADDRESS, "/metrics", fields=[("Authorization", f"Bearer {ADDRESS.token}")]).body.decode()
    found = {}
    for name, value in re.findall(r"^(\w+)(?:\{[^}]*\})? (\S+)$", text, re.M):
        found[name] = found.get(name, 0.0) + float(value)
    return found


def resident_bytes(found):
    return found[next(name for name in found if "resident" in name or "rss" in name)]


def in_process(work):
    """work: a coroutine function without arguments; its result comes through a queue."""
    results = multiprocessing.Queue()
    process = multiprocessing.Process(target=lambda: results.put(asyncio.run(work())))
    process.start()
    return process, results


def collect(process, results, seconds):
    try:
        return results.get(timeout=seconds + 120)
    except queue.Empty:
        return None
    finally:
        process.join(10)
        if process.is_alive():
            process.kill()


def xruns_of(found):
    return sum(value for name, value in found.items() if "xrun" in name)


def xruns_without_clients(options):
    """What the machine causes by itself, where a real audio server runs: as long a time in which nobody listens."""
    before = xruns_of(metrics())
    time.sleep(options.seconds)
    return xruns_of(metrics()) - before


def streams_lose_nothing(options):
    idle_xruns = xruns_without_clients(options) if options.against_idle else 0
    before = metrics()
    runs = {
        "meters": in_process(lambda: listen("meters", options.meters, options.seconds)),
        "audio": in_process(lambda: listen("audio_output", options.audio, options.seconds)),
    }
    found = {name: collect(*run, options.seconds) for name, run in runs.items()}
    after = metrics()
    xruns = xruns_of(after) - xruns_of(before)
    print(f"streams: {json.dumps(found)} xruns {xruns:g}, without clients {idle_xruns:g}")
    wrong = [name for name, run in found.items() if run is None]
    if wrong:
        return [f"{name}: the clients failed" for name in wrong]
    audio, meters = found["audio"], found["meters"]
    if audio["gaps"] or audio["lagging"] or audio["ended"] or audio["errors"]:
        wrong.append(f"audio was lost: {audio}")
    if audio["heard_s"] < options.seconds / 2:
        wrong.append(f"only {audio['heard_s']:.1f} s of audio came in {options.seconds} s")
    if meters["ended"] or meters["errors"] or meters["fewest"] < options.seconds:
        wrong.append(f"meters failed: {meters}")
    # Such counts scatter by their square root; three of it above what the machine does by itself is the clients' doing.
    if xruns > idle_xruns + 3 * max(1, idle_xruns) ** 0.5 * options.against_idle:
        wrong.append(f"{xruns:g} xruns while clients listened, {idle_xruns:g} while none did")
    return wrong


def memory_stays_flat(options):
    process, results = in_process(lambda: talk(options.control, options.requests_per_s, options.seconds))
    samples = []
    while process.is_alive() and results.empty():
        samples.append(resident_bytes(metrics()))
        time.sleep(max(0.2, options.seconds / 60))
    found = collect(process, results, options.seconds)
    quarter = max(1, len(samples) // 4)
    # The first quarter fills pools and queues; after that nothing may grow.
    early, late = max(samples[quarter : 2 * quarter] or samples[:1]), max(samples[-quarter:])
    print(f"control: {json.dumps(found)} resident {samples[0] / 2**20:.1f} MiB, second quarter {early / 2**20:.1f}, last quarter {late / 2**20:.1f}")
    if found is None or found["answered"] != found["sent"] or found["refused"]:
        return [f"requests were refused or not answered: {found}"]
    grew_too_far = late - early > ALLOWED_GROWTH_BYTES and not options.any_memory
    return [f"memory grew by {(late - early) / 2**20:.1f} MiB"] if grew_too_far else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("AG06_LOAD_SECONDS", "60")))
    parser.add_argument("--meters", type=int, default=64)
    parser.add_argument("--audio", type=int, default=8)
    parser.add_argument("--control", type=int, default=8)
    parser.add_argument("--requests-per-s", type=int, default=10000)
    parser.add_argument("--against-idle", action="store_true", help="count the audio server's xruns without clients first; else none is allowed")
    parser.add_argument("--any-memory", action="store_true", help="print what the memory did, but do not judge it: a sanitizer keeps what was freed")
    options = parser.parse_args()
    multiprocessing.set_start_method("fork")
    wrong = memory_stays_flat(options)
    if json.loads(http(ADDRESS, "/readyz").body)["ready"]:
        wrong += streams_lose_nothing(options)
    else:
        wrong += ["no device runs, so there was nothing to listen to"]
    for line in wrong:
        print(f"load_test: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
