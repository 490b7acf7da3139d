"""Reads what LMMS and Hydrogen projects say of their own music: tempo, metre, and for LMMS the notes of its synthesisers. Not a renderer."""
import re
import xml.etree.ElementTree as ElementTree
import zlib

import midi

LMMS_TICKS_PER_BEAT = 48.0
LMMS_BASE_NOTE = 57  # an A: only instruments that leave it there sound the pitch that is written
LMMS_SYNTHESISERS = ("tripleoscillator", "zynaddsubfx", "bitinvader", "organic", "sid", "lb302", "monstro", "watsyn", "opulenz", "papu", "nes")


def _lmms_xml(data):
    text = data if data.lstrip()[:1] == b"<" else zlib.decompress(data[4:])
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text.decode("utf-8", "replace"))


def lmms(data):
    """What an LMMS project (mmp or mmpz) says, in the shape of midi.describe()."""
    root = ElementTree.fromstring(_lmms_xml(data))
    head = root.find("head")
    said = {"tempo_bpm": None, "meter": None, "key": None, "mode": None, "how": ""}
    automated = head.find("bpm") is not None
    if not automated:
        said["tempo_bpm"] = float(head.get("bpm"))
        upper, lower = int(head.get("timesig_numerator", 4)), int(head.get("timesig_denominator", 4))
        said["meter"] = "%d/%d" % (upper, lower) if lower in (4, 8) else None
    notes = []
    for number, track in enumerate(root.iter("track")):
        body, instrument = track.find("instrumenttrack"), None
        if body is not None and body.find("instrument") is not None:
            instrument = body.find("instrument").get("name")
        if track.get("muted") == "1" or instrument not in LMMS_SYNTHESISERS or int(float(body.get("basenote", "0"))) != LMMS_BASE_NOTE:
            continue
        for pattern in track.findall("pattern"):
            if pattern.get("muted") == "1":
                continue
            for n in pattern.findall("note"):
                length = float(n.get("len", 0)) / LMMS_TICKS_PER_BEAT
                if length > 0:
                    start = (float(pattern.get("pos", 0)) + float(n.get("pos", 0))) / LMMS_TICKS_PER_BEAT
                    notes.append(midi.Note(start, length, int(n.get("key")) + int(head.get("masterpitch") or 0), 0, 100, number))
    tonic, mode, how_key = midi.key(notes)
    said["key"], said["mode"] = (midi.NAMES[tonic], mode) if tonic is not None else (None, None)
    said["how"] = "tempo and metre: %s; key: %s" % ("automated, not told" if automated else "the project's own bpm", how_key)
    return said


def hydrogen(data):
    """What a Hydrogen song (h2song) says: drums alone, so no key; patterns hold no metre beyond their length, so none is told."""
    text = data.decode("utf-8", "replace")
    bpm = re.search(r"<bpm>([0-9.]+)</bpm>", text)
    timeline = re.search(r"<BPMTimeLine>\s*<newBPM>", text)
    return {"tempo_bpm": None if timeline or not bpm else float(bpm.group(1)), "meter": None, "key": None, "mode": None, "how": "tempo: the song's own bpm"}
