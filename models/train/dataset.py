"""Reads the shards that models/data/build has made so far: features memory-mapped, labels in memory. Not for making them."""
import json
from pathlib import Path

import numpy as np

from data.plan import NEUTRAL, RANGE

MEL = (2, 64, 256)
LOUDNESS = 0  # in heard: (loudness - (-18 LUFS)) / 12 dB, the one number of all features that a gain moves
LOUDNESS_PER_DB = 1 / 12
INPUT_GAIN, OUTPUT = 0, 9  # in settings, first and last; input gain: 48 dB are the whole range
INPUT_GAIN_PER_DB = 1 / 48
FARTHEST_SHIFT = 0.2  # of the input-gain label by the gain augmentation
INPUT_GAIN_RANGE = RANGE[INPUT_GAIN]
LONGEST_MASK, WIDEST_MASK = 48, 8  # frames and bands of the picture that are hidden (Park et al. 2019, section 2), each of half the examples
HEARD_NOISE = 0.05  # of the numbers' own deviation, on all but the loudness


class Split:
    """Examples of one split that were kept. Index i of all arrays is one example: settings, rules [n, 10], heard [n, H], track, package, and lines, the plan."""

    def __init__(self, cache, split):
        self.mels, self.where, heard, settings, rules, self.lines, self.error_db = [], [], [], [], [], [], []
        for file in sorted(Path(cache).glob(f"shards/{split}-[0-9][0-9][0-9][0-9].jsonl")):
            told = json.loads(file.with_suffix(".json").read_text())
            lines = [json.loads(line) for line in file.read_text().splitlines()]
            numbers = np.fromfile(file.with_suffix(".heard"), "<f4").reshape(len(lines), told["heard"])
            mel = np.memmap(file.with_suffix(".mel"), "<f2", "r", shape=(len(lines), *MEL))
            for i, row in enumerate(told["rows"]):
                if not row["kept"] or not np.isfinite(numbers[i]).all():
                    continue
                self.where.append((len(self.mels), i))
                heard.append(numbers[i])
                settings.append(row["settings"] if row["settings"] is not None else [np.nan] * 10)
                rules.append(row["rules"] if row.get("rules") is not None else [np.nan] * 10)
                self.lines.append(lines[i])
                self.error_db.append(row.get("error_db"))
            self.mels.append(mel)
        self.heard, self._deviation = np.array(heard, np.float32), None
        self.settings = np.array(settings, np.float32).reshape(-1, 10)
        self.rules = np.array(rules, np.float32).reshape(-1, 10)
        self.track = np.array([line["track"] for line in self.lines])
        self.package = np.array([line["package"] for line in self.lines])

    def __len__(self):
        return len(self.where)

    def is_untouched(self):
        """[n]: finished music whose level was changed at most."""
        between = slice(INPUT_GAIN + 1, OUTPUT)
        return (self.settings[:, between] == np.array(NEUTRAL[between], np.float32)).all(1)

    def deviation(self):
        if self._deviation is None:
            self._deviation = self.heard.std(0)
        return self._deviation

    def mel(self, indices):
        return np.stack([self.mels[self.where[i][0]][self.where[i][1]] for i in indices]).astype(np.float32)


def batches_of(split, size):
    """All examples once, in order: (indices, mel, heard)."""
    for first in range(0, len(split), size):
        indices = np.arange(first, min(first + size, len(split)))
        yield indices, split.mel(indices), split.heard[indices]


def augmented(split, indices, rng):
    """Mel rolled in time by a random number of frames, a stretch of time and some bands hidden (by the picture's mean); a little noise on what is heard;
    and a gain, with its exact effect on the loudness and the label and on nothing else. Returns mel, heard, settings, rules.

    Rules of a shifted example are unknown where they follow the level, thus NaN for the two gains."""
    mel = split.mel(indices)
    for i, by in enumerate(rng.integers(0, MEL[2], len(indices))):
        mel[i] = np.roll(mel[i], by, -1)
        mean = mel[i].mean()
        if rng.random() < 0.5:
            mel[i, :, :, : rng.integers(1, LONGEST_MASK + 1)] = mean  # anywhere in time: it was rolled
        if rng.random() < 0.5:
            width = rng.integers(1, WIDEST_MASK + 1)
            first = rng.integers(0, MEL[1] - width + 1)
            mel[i, :, first : first + width] = mean
    heard, settings, rules = split.heard[indices].copy(), split.settings[indices].copy(), split.rules[indices].copy()
    noise = HEARD_NOISE * split.deviation() * rng.standard_normal(heard.shape, np.float32)
    noise[:, LOUDNESS] = 0
    heard += noise
    old = settings[:, INPUT_GAIN]
    new = rng.uniform(np.maximum(old - FARTHEST_SHIFT, INPUT_GAIN_RANGE[0]), np.minimum(old + FARTHEST_SHIFT, INPUT_GAIN_RANGE[1])).astype(np.float32)
    new = np.where(rng.random(len(new)) < 0.5, new, old)
    gain_db = -(new - old) / INPUT_GAIN_PER_DB
    heard[:, LOUDNESS] += gain_db * LOUDNESS_PER_DB
    settings[:, INPUT_GAIN] = new
    rules[gain_db != 0, INPUT_GAIN] = np.nan
    rules[gain_db != 0, OUTPUT] = np.nan
    return mel, heard, settings, rules


def standard(split):
    """Mean and deviation of what is heard; a number that never moves is divided by one."""
    deviation = split.deviation()
    return split.heard.mean(0), np.where(deviation < 1e-6, 1.0, deviation).astype(np.float32)
