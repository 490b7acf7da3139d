#!/usr/bin/env python3
"""Writes tests/hearing/real/labels.json from manifest.json and genres.csv: what is known of real recordings without listening to them with our own analyser.

  models/corpus/labels.py [--check]
"""
import csv
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "tests" / "hearing" / "real" / "labels.json"


GUITARS = (29, 30)  # General MIDI programs of the overdriven and the distorted guitar, counted from 0
ROCK_SHARE = 0.25  # of the pitched notes that such guitars must play, drums playing too, before a MIDI file is called rock
LATER = ("simutrans-data",)  # came after docs/hearing.md was measured: its labels join when those figures are taken anew


def genres():
    """[(pattern, genre, how)] of genres.csv; the first that fits an id counts, "-" is a recording that none of the seven genres fits."""
    with (HERE / "genres.csv").open(encoding="utf-8", newline="") as file:
        return [(re.compile(row["pattern"]), row["genre"], row["how"]) for row in csv.DictReader(file)]


def genre_of(row, rules):
    """(genre, how) of a row of the manifest, (None, "") when nobody says."""
    if row["kind"] == "speech":
        return "speech", "recorded voices (packages' documents: prompts, words, letters, readings, dialogues), joined"
    if "style_genre" in row:
        return row["style_genre"], "name and Doc text of the MMA style (accompaniment, not a recording)"
    for pattern, genre, how in rules:
        if pattern.fullmatch(row["id"]):
            return (None if genre == "-" else genre), how
    if row.get("guitar_share", 0.0) >= ROCK_SHARE and row.get("drums"):
        return "rock", "overdriven guitars play %.0f %% of the pitched notes of the MIDI file, with drums" % (100 * row["guitar_share"])
    return None, ""


def labels():
    manifest = json.loads((HERE / "manifest.json").read_text("utf-8"))
    known, out = genres(), []
    for row in manifest:
        if row["package"] in LATER:
            continue
        said = row.get("said", {})
        genre, how_genre = genre_of(row, known)
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
