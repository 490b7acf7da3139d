#!/usr/bin/env python3
"""Writes tests/hearing/real/labels.json from manifest.json and genres.csv: what is known of real recordings without listening to them with our own analyser.

  models/corpus/labels.py [--check]
"""
import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "tests" / "hearing" / "real" / "labels.json"


def genres():
    """id -> (genre, how) of genres.csv; a genre of "-" is a recording that no genre of the seven fits."""
    with (HERE / "genres.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: (row["genre"], row["how"]) for row in csv.DictReader(file)}


def labels():
    manifest = json.loads((HERE / "manifest.json").read_text("utf-8"))
    known, out = genres(), []
    for row in manifest:
        said = row.get("said", {})
        genre, how_genre = known.get(row["id"], (None, None))
        genre = None if genre == "-" else genre
        if not genre and said.get("tempo_bpm") is None and said.get("key") is None:
            continue
        how = said.get("how", "")
        if genre:
            how = "; ".join(part for part in (how, "genre: " + how_genre) if part)
        entry = {"id": row["id"], "package": row["package"], "path": row["path"], "recipe": row.get("recipe"), "duration_s": row["duration_s"]}
        entry.update({key: said.get(key) for key in ("tempo_bpm", "meter", "key", "mode")})
        out.append({**entry, "genre": genre, "how": how})
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in out) + "\n]\n"


if __name__ == "__main__":
    text = labels()
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text("utf-8") == text else "tests/hearing/real/labels.json is not what models/corpus/labels.py writes")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, "utf-8")
