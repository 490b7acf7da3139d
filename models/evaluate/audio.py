"""What the settings do to the sound: the tool degrades, corrects by every candidate and measures how far the result is from the finished excerpt."""
import concurrent.futures
import json
import math
import subprocess
from pathlib import Path

import numpy as np

from data.shard import for_tool, make_shard
from evaluate import figures
from train import dataset

DISTANCES = ("spectrum_db", "range_lu", "crest_db", "width_db", "lufs_lu")


def make(tool, corpus, folder, lines, jobs):
    """The examples of these plan lines as a split of their own, in FOLDER."""
    shards = Path(folder) / "shards"
    shards.mkdir(parents=True, exist_ok=True)
    each = max(1, math.ceil(len(lines) / jobs))
    parts = [(f"finished-{j:04d}", lines[j * each : (j + 1) * each]) for j in range(jobs) if lines[j * each : (j + 1) * each]]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for _, _, error in pool.map(lambda part: make_shard(tool, corpus, shards, *part), parts):
            if error:
                raise RuntimeError(error)
    return dataset.Split(folder, "finished")


def judge(tool, corpus, folder, name, lines, candidates, jobs=2):
    """lines: of the plan; candidates: {name: [n, 10]}. Returns the tool's rows."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)

    def part(j):
        mine = range(j, len(lines), jobs)
        plan, out = folder / f"{name}-{j}.jsonl", folder / f"{name}-{j}.json"
        plan.write_text("".join(json.dumps({**for_tool(corpus, lines[i]), "candidates": {k: [round(float(x), 5) for x in v[i]] for k, v in candidates.items()}}) + "\n" for i in mine))
        subprocess.run([tool, "judge", plan, out], check=True, stdout=subprocess.DEVNULL)
        return json.loads(out.read_text())["rows"]

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        parts = list(pool.map(part, range(jobs)))
    return [parts[i % jobs][i // jobs] for i in range(len(lines))]


def summary(rows, lines):
    """{version: {distance: {mean, low, high}}} over the rows that were kept, and how many those are."""
    kept = [(row["distances"], line["track"]) for row, line in zip(rows, lines) if row["kept"]]
    if not kept:
        return {"examples": 0, "versions": {}}
    tracks = np.array([track for _, track in kept])
    figure = {}
    for version in kept[0][0]:
        figure[version] = {}
        for distance in DISTANCES:
            values = np.array([np.nan if d[version].get(distance) is None else abs(d[version][distance]) for d, _ in kept], float)
            fine = np.isfinite(values)
            figure[version][distance] = figures.interval(values[fine], tracks[fine]) if fine.any() else {"mean": math.nan, "low": math.nan, "high": math.nan}
    return {"examples": len(kept), "versions": figure}
