#!/usr/bin/env python3
"""Writes frames.gen.json: binary frames of the protocol, good and bad, packed from bridge/PROTOCOL.md alone. Both codecs are tested on it.

Usage: make_frames.py          rewrites frames.gen.json
       make_frames.py --check  fails where it is not what this script writes
"""

import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent


def header(kind, version, channels, sequence, frames, rate_hz, sample_time):
    return struct.pack("<BBHIIIQ", kind, version, channels, sequence, frames, rate_hz, sample_time)


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def good(name, kind, channels, sequence, frames, rate_hz, sample_time, samples, is_last=False):
    wire = header(kind, 1, channels | (0x8000 if is_last else 0), sequence, frames, rate_hz, sample_time) + floats(samples)
    return {
        "name": name, "kind": kind, "channels": channels, "sequence": sequence, "frames": frames, "sample_rate_hz": rate_hz,
        # 64 bits, more than a JSON number holds everywhere.
        "sample_time": str(sample_time), "is_last": is_last,
        # Values that JSON cannot say stand as text.
        "samples": ["-inf" if s == float("-inf") else "nan" if s != s else s for s in samples],
        "hex": wire.hex(),
    }


def bad(name, wire, code="bad_frame"):
    return {"name": name, "code": code, "hex": wire.hex()}


def frames():
    meters = [i + 0.5 for i in range(32)]
    meters[2] = float("nan")
    piece = [0.25, -0.25, 1.0, -1.0, 2.0**-149, -0.0]
    yield good("meters", 1, 32, 0, 1, 48000, 1, meters)
    yield good("spectrum", 2, 1, 4294967295, 4096, 192000, 2**40, [float("-inf") if i == 0 else -i / 32 for i in range(4096)])
    yield good("scope", 3, 2, 7, 1024, 44100, 2**64 - 1, [((i * 37) % 256 - 128) / 128 for i in range(2048)])
    yield good("features", 4, 11, 8, 1, 48000, 99, [i / 4 for i in range(11)])
    yield good("input", 16, 2, 9, 3, 48000, 1000, piece)
    yield good("output", 17, 2, 10, 1, 48000, 1003, [0.5, -0.5])
    yield good("longest piece of output", 17, 2, 10, 512, 48000, 1003, [(i % 64) / 64 for i in range(1024)])
    yield good("song", 32, 2, 3, 3, 44100, 441000, piece)
    yield good("last of a song", 32, 2, 3, 3, 44100, 441003, piece, is_last=True)
    yield good("end of a song", 32, 2, 3, 0, 44100, 441006, [], is_last=True)


def broken():
    song = header(32, 1, 2, 3, 3, 44100, 0) + floats([0.0] * 6)
    yield bad("nothing", b"")
    yield bad("half a header", song[:12])
    yield bad("a header less a byte", song[:23])
    yield bad("a header without samples", song[:24])
    yield bad("a sample short of a byte", song[:-1])
    yield bad("a sample short", song[:-4])
    yield bad("a byte too many", song + b"\0")
    yield bad("a frame too many", song + bytes(8))
    for kind in (0, 5, 15, 18, 31, 33, 255):
        yield bad(f"kind {kind}", bytes([kind]) + song[1:])
    for version in (0, 2, 255):
        yield bad(f"version {version}", song[:1] + bytes([version]) + song[2:])
    for channels in (0, 1, 3, 0x4002):
        yield bad(f"{channels} channels", header(32, 1, channels, 3, 3, 44100, 0) + bytes(4 * 3 * min(channels, 8)))
    yield bad("a piece of nothing", header(32, 1, 2, 3, 0, 44100, 0))
    yield bad("frames that wrap", header(32, 1, 2, 3, 0x80000000, 44100, 0))
    yield bad("frames that wrap to the length", header(32, 1, 2, 3, 0x20000003, 44100, 0) + bytes(24))
    yield bad("meters of two frames", header(1, 1, 32, 0, 2, 48000, 0) + bytes(256))
    yield bad("a meter too few", header(1, 1, 31, 0, 1, 48000, 0) + bytes(124))
    yield bad("last meters", header(1, 1, 0x8020, 0, 1, 48000, 0) + bytes(128))
    yield bad("a spectrum of 2048", header(2, 1, 1, 0, 2048, 48000, 0) + bytes(8192))
    yield bad("output of 513", header(17, 1, 2, 0, 513, 48000, 0) + bytes(8 * 513))


def main():
    text = json.dumps({"good": list(frames()), "bad": list(broken())}, separators=(",", ":"), allow_nan=False) + "\n"
    path = HERE / "frames.gen.json"
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text:
        sys.exit("frames.gen.json is not what make_frames.py writes")


if __name__ == "__main__":
    main()
