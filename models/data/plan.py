"""Plans of examples: which excerpt of which recording is degraded by which settings. Deterministic: every draw is a hash of the track and its turn, so the same corpus gives the same plan. No audio is touched here.

A track lies in one split for good (hash of package/file; the packages of OUT_OF_DOMAIN lie in none but "ood"), and a plan takes the tracks in turns: any prefix of it holds every track about equally often.
"""
import hashlib
import json
import math
import random
from pathlib import Path

EXCERPT_S = 10.24
SHORTEST_S = 20.0
MARGIN_S = 1.2  # of a recording's end: the fastest rate factor reads 9 % more than an excerpt, and a duration in a header is not exact
SHARD = 250
KINDS = ("audio", "zip", "stems", "module", "lmms", "hydrogen", "wad", "midi")  # music; not speech, not accompaniment styles
OUT_OF_DOMAIN = ("hyperrogue-music", "supertuxkart-data", "nexuiz-music", "colobot-common-sounds", "unknown-horizons")
SPLITS = ("train", "val", "test", "ood", "finished")  # finished: train's tracks undegraded, for pre-training
SETTINGS = ("input-gain", "compression", "high", "mid", "low", "air", "reverb", "delay", "width", "output")
NEUTRAL = (0.5, 0.0, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0, 0.5, 0.5)
NEUTRAL_SHARE = (0.0, 0.3, 0.2, 0.2, 0.2, 0.2, 0.45, 0.45, 0.25, 1.0)  # how often a setting stays neutral; output is measured by the tool, never drawn
UNTOUCHED_SHARE = 0.2  # of the examples are finished music at another level: what needs nothing must be told to need nothing
# Where a drawn setting lies, in knob positions of params.json: input +-12 dB, ratio to 3, EQ +-15 dB, reverb send to 0.25 (beyond, its inverse is not stable), delay send to 0.4, width 0.3 to 2.
RANGE = ((0.25, 0.75), (0.0, math.log(3) / math.log(20)), *[(0.5 - 15 / 36, 0.5 + 15 / 36)] * 4, (0.0, 0.25), (0.0, 0.4), (0.15, 1.0), (0.5, 0.5))
RATE_FACTORS = (1.0, 44100 / 48000, 48000 / 44100)  # pitch and speed of the finished music, before it is degraded
GOLDEN = 0.6180339887498949  # additive recurrence: the turns of a track spread evenly over its length


def unit(*words):
    """A number in 0..1 from a hash of the words."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, words)).encode()).digest()[:7], "big") / 2.0 ** 56


def split_of(row):
    """The split of a manifest row, None when it is no music for training."""
    if row["kind"] not in KINDS or row["duration_s"] < SHORTEST_S:
        return None
    if row["package"] in OUT_OF_DOMAIN:
        return "ood"
    x = unit("split", row["package"], Path(row["path"]).name)
    return "train" if x < 0.80 else "val" if x < 0.89 else "test"


def tracks_of(rows):
    """{split: rows}, sorted by id. The same file in two packages counts once; out of domain it goes first, so that nothing trained on is judged there."""
    found, seen = {split: [] for split in SPLITS}, set()
    for row in sorted(rows, key=lambda row: (row["package"] not in OUT_OF_DOMAIN, row["id"])):
        split = split_of(row)
        if split is not None and row["sha256"] not in seen:
            seen.add(row["sha256"])
            found[split].append(row)
    found["finished"] = found["train"]
    return found


def draw_settings(rng):
    drawn, untouched = [], rng.random() < UNTOUCHED_SHARE
    for name, neutral, share, (lowest, highest) in zip(SETTINGS, NEUTRAL, NEUTRAL_SHARE, RANGE):
        stays, x = rng.random() < share, rng.random()
        value = lowest * (highest / lowest) ** x if name == "width" else lowest + (highest - lowest) * x  # widths evenly in decibels
        drawn.append(neutral if stays or (untouched and name != "input-gain") else round(value, 6))
    return drawn


def example(row, split, turn):
    """One plan line: what the tool reads ("file" is relative to the corpus until it is written for the tool) and where it is from."""
    rng = random.Random(hashlib.sha256(f"{split}\0{row['id']}\0{turn}".encode()).digest())
    factor = rng.choice(RATE_FACTORS) if split in ("train", "finished") else 1.0
    place = (unit("start", split, row["id"]) + GOLDEN * turn) % 1.0
    start_s = place * max(0.0, row["duration_s"] - EXCERPT_S * max(1.0, factor) - MARGIN_S)
    return {"file": row["path"], "start_s": round(start_s, 3), "rate_factor": factor, "swap": split == "train" and rng.random() < 0.5, "settings": None if split == "finished" else draw_settings(rng),
            "track": row["id"], "package": row["package"]}


def plan(rows, split, number):
    """`number` examples of a split, in turns over its tracks, each turn in an order of its own."""
    tracks, lines, turn = tracks_of(rows)[split], [], 0
    while tracks and len(lines) < number:
        for row in sorted(tracks, key=lambda row: unit("order", split, turn, row["id"])):
            lines.append(example(row, split, turn))
        turn += 1
    return lines[:number]


def shards(lines):
    return [lines[i : i + SHARD] for i in range(0, len(lines), SHARD)]


def text_of(lines):
    return "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines)


def sha256(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def read_corpus(corpus):
    """Rows of CORPUS/rows/*.json (or of the committed manifest where there are none) whose audio is there, and the ids of those whose audio is not."""
    files = sorted(Path(corpus).glob("rows/*.json")) or [Path(__file__).resolve().parents[1] / "corpus" / "manifest.json"]
    rows = [row for file in files for row in json.loads(file.read_text("utf-8"))]
    rows = list({row["id"]: row for row in rows}.values())
    here = [row for row in rows if (Path(corpus) / row["path"]).exists()]
    return here, sorted({row["id"] for row in rows} - {row["id"] for row in here})
