"""One shard of examples, made by the C++ tool: NAME.jsonl (plan), NAME.mel, NAME.heard, NAME.json (labels)."""
import json
import os
import subprocess
import time
from pathlib import Path

from data import plan as planning

SETTLED = ("mel", "heard", "json")


def for_tool(corpus, line):
    """What the tool reads of a plan line."""
    return {"file": str(Path(corpus).resolve() / line["file"]), **{k: line[k] for k in ("start_s", "rate_factor", "swap", "settings")}}


def make_shard(tool, corpus, folder, name, lines, keep=None):
    """Runs the tool on one shard; keep: folder for the degraded excerpts. Returns (name, seconds, error or None)."""
    began, target = time.monotonic(), folder / name
    text = planning.text_of(lines)
    listing = target.with_suffix(".jsonl")
    if listing.exists() and listing.read_text() == text and all(target.with_suffix("." + e).exists() for e in SETTLED):
        return name, 0.0, None
    work = folder / ("making-" + name)
    wanted = work.with_suffix(".jsonl")
    wanted.write_text("".join(json.dumps(for_tool(corpus, line)) + "\n" for line in lines))
    ran = subprocess.run([tool, "make", wanted, work, *([keep.resolve()] if keep else [])], capture_output=True, text=True)
    if ran.returncode:
        return name, time.monotonic() - began, f"rc {ran.returncode}: {ran.stderr.strip()[-400:]}"
    told = json.loads(work.with_suffix(".json").read_text())
    if len(told["rows"]) != len(lines):
        return name, time.monotonic() - began, f"{len(told['rows'])} rows for {len(lines)} lines"
    wanted.unlink()
    for extension in SETTLED:
        os.replace(work.with_suffix("." + extension), target.with_suffix("." + extension))
    listing.write_text(text)  # last: a shard counts as made when its plan lies beside it
    return name, time.monotonic() - began, None
