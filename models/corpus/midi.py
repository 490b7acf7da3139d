"""Reads standard MIDI files and says what their notes say: tempo, metre, key. Not for audio: this is the second, independent method that the analyser is held against.

Tempo is that of the file's own tempo map; it is believed only where the notes lie on its grid. Key is found from the notes themselves by two published profiles that must agree.
"""
import struct
from dataclasses import dataclass, field

# Source: Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, table 2.1 (probe-tone ratings).
KRUMHANSL = ([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88], [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
# Source: Temperley, "The Cognition of Basic Musical Structures", 2001, chapter 7 (revised profiles).
TEMPERLEY = ([5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0], [5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0])
NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
DRUM_CHANNEL = 9
LONGEST_NOTE_BEATS = 4.0  # a held pad counts as a bar of it, not as its whole length
TEMPO_SHARE = 0.85  # of the playing time one tempo must hold to be "the" tempo
GRID_TOLERANCE_BEATS = 1.0 / 32.0  # chance puts half of all onsets this near to the sixteenths or triplets
GRID_SHARE = 0.8
KEY_MARGIN = 0.03  # correlation of the best key over the second, by both profiles


@dataclass
class Note:
    start_beats: float
    length_beats: float
    pitch: int
    channel: int
    velocity: int
    track: int


@dataclass
class Song:
    tempos: list = field(default_factory=list)  # (beat, seconds per quarter)
    meters: list = field(default_factory=list)  # (beat, numerator, denominator)
    programs: dict = field(default_factory=dict)  # channel -> set of General MIDI programs
    notes: list = field(default_factory=list)
    texts: list = field(default_factory=list)


def _varlen(data, at):
    value = 0
    while True:
        byte = data[at]
        at += 1
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at


def _read_track(data, song, division, track):
    at, tick, status = 0, 0, 0
    held = {}
    while at < len(data):
        delta, at = _varlen(data, at)
        tick += delta
        beat = tick / division
        if data[at] >= 0x80:
            status = data[at]
            at += 1
        if status == 0xFF:
            kind = data[at]
            length, at = _varlen(data, at + 1)
            body = data[at:at + length]
            at += length
            if kind == 0x51 and length == 3:
                song.tempos.append((beat, int.from_bytes(body, "big") * 1e-6))
            elif kind == 0x58 and length >= 2:
                song.meters.append((beat, body[0], 1 << body[1]))
            elif 1 <= kind <= 3 and body:
                song.texts.append(body.decode("latin-1").strip())
            elif kind == 0x2F:
                break
        elif status in (0xF0, 0xF7):
            length, at = _varlen(data, at)
            at += length
        else:
            kind, channel = status >> 4, status & 15
            if kind in (0xC, 0xD):
                if kind == 0xC:
                    song.programs.setdefault(channel, set()).add(data[at])
                at += 1
                continue
            first, second = data[at], data[at + 1]
            at += 2
            if kind == 0x9 and second > 0:
                held.setdefault((channel, first), []).append((beat, second))
            elif kind in (0x8, 0x9) and held.get((channel, first)):
                start, velocity = held[(channel, first)].pop(0)
                song.notes.append(Note(start, beat - start, first, channel, velocity, track))


def parse(data):
    """A Song of the bytes of a MIDI file; ValueError when they are none or use SMPTE time."""
    if data[:4] != b"MThd":
        raise ValueError("not a MIDI file")
    length, _, tracks, division = struct.unpack(">IHHH", data[4:14])
    if division & 0x8000:
        raise ValueError("SMPTE time")
    song, at = Song(), 8 + length
    for track in range(tracks):
        if data[at:at + 4] != b"MTrk":
            break
        size = struct.unpack(">I", data[at + 4:at + 8])[0]
        try:
            _read_track(data[at + 8:at + 8 + size], song, division, track)
        except IndexError:
            pass  # a cut-off track keeps what was read
        at += 8 + size
    song.tempos = sorted(song.tempos) or [(0.0, 0.5)]
    song.meters.sort()
    song.notes.sort(key=lambda n: (n.start_beats, n.pitch, n.channel))
    return song


def cut(song, seconds):
    """Drops the notes that begin after so many seconds: what a render of that length does not hold, its labels must not speak of."""
    at_s, end_beats = 0.0, None
    for i, (beat, quarter_s) in enumerate(song.tempos):
        following = song.tempos[i + 1][0] if i + 1 < len(song.tempos) else float("inf")
        begin = beat if i else 0.0
        if at_s + (following - begin) * quarter_s >= seconds:
            end_beats = begin + (seconds - at_s) / quarter_s
            break
        at_s += (following - begin) * quarter_s
    song.notes = [n for n in song.notes if end_beats is None or n.start_beats < end_beats]


def tempo(song):
    """(bpm, how) of quarter notes, or (None, why not)."""
    if len(song.notes) < 16:
        return None, "too few notes"
    first, last = song.notes[0].start_beats, max(n.start_beats + n.length_beats for n in song.notes)
    held = {}
    for i, (beat, quarter_s) in enumerate(song.tempos):
        end = song.tempos[i + 1][0] if i + 1 < len(song.tempos) else last
        span = min(end, last) - max(beat, first)
        if span > 0:
            bpm = 60.0 / quarter_s
            held[bpm] = held.get(bpm, 0.0) + span * quarter_s
    if not held:
        return None, "no tempo within the notes"
    total = sum(held.values())
    best = max(sorted(held), key=lambda bpm: held[bpm])
    near = sum(s for bpm, s in held.items() if abs(bpm / best - 1.0) <= 0.01)
    if near < TEMPO_SHARE * total:
        return None, "the tempo changes (%.1f bpm for %.0f %% of the time)" % (best, 100 * near / total)
    mean = sum(bpm * s for bpm, s in held.items() if abs(bpm / best - 1.0) <= 0.01) / near
    return mean, "tempo map, %.0f %% of the time" % (100 * near / total)


def grid_fit(notes):
    """Share of onsets on the sixteenth or the triplet grid."""
    fit = 0
    for n in notes:
        fit += any(abs(n.start_beats * k - round(n.start_beats * k)) <= GRID_TOLERANCE_BEATS * k for k in (3, 4))
    return fit / max(len(notes), 1)


def felt(bpm, meter):
    """The beat that is counted: the quarter, or in compound metres the dotted quarter (eighths) that carries three of the written eighths."""
    if meter and meter[1] == 8 and meter[0] in (6, 9, 12):
        return bpm * 2.0 / 3.0
    return bpm


def meter(song):
    """(numerator, denominator) when the file states one for most of its length, else None."""
    if not song.meters or not song.notes:
        return None
    last = song.notes[-1].start_beats
    held = {}
    for i, (beat, upper, lower) in enumerate(song.meters):
        end = song.meters[i + 1][0] if i + 1 < len(song.meters) else last
        held[(upper, lower)] = held.get((upper, lower), 0.0) + max(min(end, last) - beat, 0.0)
    best = max(sorted(held), key=lambda m: held[m])
    return best if held[best] >= TEMPO_SHARE * max(sum(held.values()), 1e-9) else None


def _correlations(histogram, profiles):
    mean_h = sum(histogram) / 12.0
    out = []
    for mode, profile in enumerate(profiles):
        mean_p = sum(profile) / 12.0
        for tonic in range(12):
            xy = sum((histogram[(tonic + i) % 12] - mean_h) * (profile[i] - mean_p) for i in range(12))
            xx = sum((h - mean_h) ** 2 for h in histogram)
            yy = sum((p - mean_p) ** 2 for p in profile)
            out.append((xy / max((xx * yy) ** 0.5, 1e-12), tonic, mode))
    return sorted(out, reverse=True)


def key(notes):
    """(tonic, 'major'|'minor', how) or (None, None, why not). Both profiles must name one key, by a margin, and the bass must rest on its tonic or fifth."""
    histogram, bass = [0.0] * 12, [0.0] * 12
    pitched = [n for n in notes if n.channel != DRUM_CHANNEL]
    if len(pitched) < 32:
        return None, None, "too few pitched notes"
    sounding = {}
    for n in pitched:
        weight = min(n.length_beats, LONGEST_NOTE_BEATS)
        histogram[n.pitch % 12] += weight
        slot = int(n.start_beats)
        if slot not in sounding or n.pitch < sounding[slot].pitch:
            sounding[slot] = n
    for n in sounding.values():
        bass[n.pitch % 12] += 1.0
    found = []
    for profiles in (KRUMHANSL, TEMPERLEY):
        ranked = _correlations(histogram, profiles)
        found.append((ranked[0], ranked[0][0] - ranked[1][0]))
    (a, margin_a), (b, margin_b) = found
    if a[1:] != b[1:]:
        return None, None, "the two profiles disagree"
    if min(margin_a, margin_b) < KEY_MARGIN:
        return None, None, "margin %.3f" % min(margin_a, margin_b)
    lowest = sorted(range(12), key=lambda pc: -bass[pc])[:2]
    if a[1] not in lowest:
        return None, None, "the tonic is not among the two commonest bass notes"
    return a[1], ("major", "minor")[a[2]], "notes, Krumhansl and Temperley agree, margin %.2f" % min(margin_a, margin_b)


def describe(song):
    """What the notes say, as a dict with tempo_bpm, meter, key, mode (None where they do not say) and how."""
    bpm, how_tempo = tempo(song)
    fit = grid_fit(song.notes)
    if bpm is not None and fit < GRID_SHARE:
        bpm, how_tempo = None, "only %.0f %% of the onsets lie on the grid" % (100 * fit)
    bar = meter(song)
    tonic, mode, how_key = key(song.notes)
    return {"tempo_bpm": round(felt(bpm, bar), 3) if bpm else None, "meter": "%d/%d" % bar if bar else None,
            "key": NAMES[tonic] if tonic is not None else None, "mode": mode,
            "how": "tempo: %s; grid %.2f; key: %s" % (how_tempo, fit, how_key)}
