"""HTTP and WebSocket on a bare socket, as RFC 9112 and RFC 6455 have them: also for what no honest client would send. Not a client library."""

import base64
import hashlib
import json
import os
import signal
import socket
import struct
import time
import unittest
import urllib.parse

DEADLINE_S = 30.0
TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0
SUBPROTOCOL = "ag06.v1"
HEADER = struct.Struct("<BBHIIIQ")
KINDS = {"meters": 1, "spectrum": 2, "scope": 3, "features": 4, "audio_input": 16, "audio_output": 17, "song_audio": 32}


class Case(unittest.TestCase):
    """A test that fails instead of waiting for ever."""

    LONGEST_S = 120

    def run(self, result=None):
        def stop(*_):
            raise AssertionError(f"still waiting after {self.LONGEST_S} s")

        before = signal.signal(signal.SIGALRM, stop)
        signal.alarm(self.LONGEST_S)
        try:
            return super().run(result)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)


class Ended(Exception):
    """The peer closed or reset the connection."""


class Address:
    """Where the bridge is and what opens it, from AG06_BRIDGE_URL (http://127.0.0.1:PORT) and AG06_BRIDGE_TOKEN."""

    def __init__(self, url=None, token=None):
        self.url = (url or os.environ["AG06_BRIDGE_URL"]).rstrip("/")
        self.token = token or os.environ["AG06_BRIDGE_TOKEN"]
        parts = urllib.parse.urlsplit(self.url)
        self.host, self.port = parts.hostname, parts.port
        self.netloc = parts.netloc


class Line:
    """A TCP connection with deadlines."""

    def __init__(self, address, receive_buffer_bytes=None):
        self.socket = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET)
        if receive_buffer_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect((address.host, address.port))
        self.buffered = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Ended(str(error)) from error

    def more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError as error:
            raise Ended("reset") from error
        if not data:
            raise Ended("closed")
        self.buffered += data

    def exactly(self, count):
        while len(self.buffered) < count:
            self.more()
        found, self.buffered = self.buffered[:count], self.buffered[count:]
        return found

    def until(self, mark, limit=65536):
        while mark not in self.buffered:
            if len(self.buffered) > limit:
                raise AssertionError(f"no {mark!r} in {limit} bytes")
            self.more()
        found, self.buffered = self.buffered.split(mark, 1)
        return found

    def rest(self):
        try:
            while True:
                self.more()
        except Ended:
            found, self.buffered = self.buffered, b""
            return found

    def end(self):
        self.socket.close()


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def field(self, name, default=None):
        return self.fields.get(name.lower(), default)


def read_head(line):
    head = line.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
    version, status, *_ = head[0].split(" ", 2)
    assert version == "HTTP/1.1", head[0]
    fields = {}
    for row in head[1:]:
        name, value = row.split(":", 1)
        fields[name.strip().lower()] = value.strip()
    return int(status), fields


def read_answer(line, method="GET"):
    status, fields = read_head(line)
    if method == "HEAD" or status in (101, 204, 304):
        return Answer(status, fields, b"")
    if "content-length" in fields:
        return Answer(status, fields, line.exactly(int(fields["content-length"])))
    return Answer(status, fields, line.rest())


def http(address, target="/", method="GET", fields=None, body=b"", host=None):
    """One request on a connection of its own. fields: list of pairs; host None: the right one, "" none."""
    line = Line(address)
    try:
        rows = [f"{method} {target} HTTP/1.1"]
        if host != "":
            rows.append(f"Host: {host or address.netloc}")
        rows += [f"{name}: {value}" for name, value in fields or []]
        if body:
            rows.append(f"Content-Length: {len(body)}")
        line.send("\r\n".join(rows).encode("latin-1") + b"\r\n\r\n" + body)
        return read_answer(line, method)
    finally:
        line.end()


def upgrade_rows(address, token=None, origin=None, host=None, subprotocol=SUBPROTOCOL, key=None, version="13", extra=()):
    rows = ["GET /ws HTTP/1.1", f"Host: {host or address.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
    if key != "":
        rows.append(f"Sec-WebSocket-Key: {key or base64.b64encode(os.urandom(16)).decode()}")
    if version:
        rows.append(f"Sec-WebSocket-Version: {version}")
    if subprotocol:
        rows.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    if origin:
        rows.append(f"Origin: {origin}")
    if token:
        rows.append(f"Authorization: Bearer {token}")
    return rows + list(extra)


def handshake(address, rows):
    """The answer to an upgrade, on a connection of its own that ends with it."""
    line = Line(address)
    try:
        line.send(("\r\n".join(rows) + "\r\n\r\n").encode("latin-1"))
        return read_answer(line)
    finally:
        line.end()


def masked(payload, mask):
    if not payload:
        return b""
    whole = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(whole, "little")).to_bytes(len(payload), "little")


class Frame:
    def __init__(self, fin, rsv, opcode, payload):
        self.fin, self.rsv, self.opcode, self.payload = fin, rsv, opcode, payload


class WebSocket:
    """Upgraded. Nothing is answered by itself: pings, closes and all are the caller's."""

    def __init__(self, address, receive_buffer_bytes=None, **upgrade):
        upgrade.setdefault("token", address.token)
        key = base64.b64encode(os.urandom(16)).decode()
        rows = upgrade_rows(address, key=key, **upgrade)
        self.line = Line(address, receive_buffer_bytes)
        self.line.send(("\r\n".join(rows) + "\r\n\r\n").encode("latin-1"))
        status, self.fields = read_head(self.line)
        assert status == 101, f"the upgrade was answered by {status}"
        expected = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        assert self.fields["sec-websocket-accept"] == expected, "the accept key is wrong"
        self.last_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.line.end()

    def send_frame(self, opcode, payload=b"", fin=True, rsv=0, mask=None, is_masked=True, length_bytes=None):
        size = len(payload)
        if length_bytes is None:
            length_bytes = 0 if size < 126 else 2 if size < 65536 else 8
        bit = 0x80 if is_masked else 0
        head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
        head += {0: lambda: bytes([bit | size]), 2: lambda: bytes([bit | 126]) + struct.pack(">H", size),
                 8: lambda: bytes([bit | 127]) + struct.pack(">Q", size)}[length_bytes]()
        if is_masked:
            mask = mask or os.urandom(4)
            self.line.send(head + mask + masked(payload, mask))
        else:
            self.line.send(head + payload)

    def send_text(self, text):
        self.send_frame(TEXT, text.encode())

    def read_frame(self):
        first, second = self.line.exactly(2)
        assert not second & 0x80, "a server's frames are not masked"
        size = second & 0x7F
        if size == 126:
            size = struct.unpack(">H", self.line.exactly(2))[0]
            assert size >= 126, "the length is not the shortest"
        elif size == 127:
            size = struct.unpack(">Q", self.line.exactly(8))[0]
            assert size >= 65536, "the length is not the shortest"
        frame = Frame(bool(first & 0x80), first >> 4 & 7, first & 0x0F, self.line.exactly(size))
        assert frame.rsv == 0, "no extension was agreed on"
        if frame.opcode >= 8:
            assert frame.fin and size <= 125, "a control frame is whole and short"
        return frame

    def next_message(self, opcodes=(TEXT, BINARY)):
        """The next whole message; pings are answered, pongs passed over unless asked for."""
        opcode, payload = None, b""
        while True:
            frame = self.read_frame()
            if frame.opcode in opcodes and frame.opcode >= 8:
                return frame.opcode, frame.payload
            if frame.opcode == CLOSE:
                raise Ended(frame.payload)
            if frame.opcode == PING:
                self.send_frame(PONG, frame.payload)
            if frame.opcode >= 8:
                continue
            assert (frame.opcode == CONTINUATION) == (opcode is not None), "fragments are out of order"
            opcode = opcode or frame.opcode
            payload += frame.payload
            if not frame.fin:
                continue
            if opcode in opcodes:
                return opcode, payload
            opcode, payload = None, b""

    def next_json(self, *types):
        """The next text message of one of these types; all others are passed over."""
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            message = json.loads(self.next_message((TEXT,))[1].decode("utf-8"))
            if not types or message["type"] in types:
                return message
        raise AssertionError(f"no {types} within {DEADLINE_S} s")

    def hello(self, **members):
        """Says hello and returns (hello, state) of the bridge."""
        self.send_text(json.dumps({"type": "hello", "protocol": 1, "id": "hello", **members}))
        hello, state, ok = self.next_json(), self.next_json(), self.next_json()
        assert hello["type"] == "hello", hello
        assert state["type"] == "state", state
        assert ok["type"] == "ok" and ok["id"] == "hello", ok
        return hello, state

    def ask(self, type, **members):
        """The answer to one request: an ok or an error."""
        self.last_id += 1
        self.send_text(json.dumps({"type": type, "id": self.last_id, **members}))
        return self.answer_to(self.last_id)

    def answer_to(self, id):
        while True:
            message = self.next_json("ok", "error")
            if message["id"] == id:
                return message

    def next_binary(self, kind):
        """(header fields as dict, samples) of the next frame of a kind."""
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            payload = self.next_message((BINARY,))[1]
            if payload[0] == KINDS[kind]:
                return unpacked(payload)
        raise AssertionError(f"no {kind} within {DEADLINE_S} s")

    def closed(self):
        """The close code the peer ends with; None when it just ended. Everything before it is passed over."""
        try:
            while True:
                frame = self.read_frame()
                if frame.opcode == CLOSE:
                    return struct.unpack(">H", frame.payload[:2])[0] if frame.payload else 1005
        except Ended:
            return None


def unpacked(payload):
    kind, version, channels, sequence, frames, rate_hz, sample_time = HEADER.unpack_from(payload)
    assert version == 1
    assert len(payload) == HEADER.size + 4 * channels * frames, "the length is not the header's"
    head = {"kind": kind, "channels": channels, "sequence": sequence, "frames": frames, "sample_rate_hz": rate_hz, "sample_time": sample_time}
    return head, struct.unpack_from(f"<{channels * frames}f", payload, HEADER.size)


def song_piece(stream_id, rate_hz, first_frame, interleaved, is_last=False):
    channels = 2 | (0x8000 if is_last else 0)
    return HEADER.pack(32, 1, channels, stream_id, len(interleaved) // 2, rate_hz, first_frame) + struct.pack(f"<{len(interleaved)}f", *interleaved)


def connected(address, **upgrade):
    """A WebSocket that has said hello."""
    link = WebSocket(address, **upgrade)
    link.hello()
    return link
