"""Songs written for the accompaniment styles of MMA (Musical MIDI Accompaniment, package mma): chords and a tempo from a seed, played by a style whose genre its author states. Not recordings of anything.

They exist because free recordings of jazz, pop and ballads are hardly to be had as packages. All genres go through the same two soundfonts, so the sound of the renderer tells nothing about the genre.
Source of the styles: Bob van der Poel, MMA 21.09 standard library (GPL-2+); the genre is that of the style's name and of its "Doc" text.
"""
import random

# genre -> (progressions of one bar each; roman degree in semitones and chord type), styles with a range of tempo in quarters per minute
JAZZ = [["2m7 7 0M7 9m7", "2m7 7 0M7 9 ", "5M7 10 4m7 9", "2m7b5 7 0m7 0m7"], ["0 5 0 0", "5 5 0 9", "2m7 7 0 7"], ["0m7 0m7 2m7b5 7", "5m7 10 3M7 8M7", "2m7b5 7 0m7 7"]]
POP = [["0 7 9m 5"], ["9m 5 0 7"], ["0 9m 5 7", "0 9m 2m 7"], ["0 4m 5 7", "9m 4m 5 7"]]
ROCK = [["0 10 5 0"], ["0 5 7 5"], ["0m 8 10 0m", "0m 3 10 5"], ["0 0 5 0", "7 5 0 7"]]
BALLAD = [["0 7 9m 4m", "5 0 2m 7"], ["0 4m 5 5m", "0 9m 2m 7"], ["9m 5 0 7", "2m 9m 7 7"], ["0M7 9m7 2m7 7", "4m7 9m 5 7"]]
DANCE = [["0m 8 3 10"], ["0m 0m 8 10"], ["0m 3 10 5m"]]
CLASSICAL = [["0 7 0 7", "0 5 7 0"], ["0 9m 2m 7", "0 5 7 0"], ["0m 5m 7 0m", "8 5m 7 0m"]]

STYLES = {
    "jazz": (JAZZ, {
        "swing": (120, 190), "bebop": (180, 240), "bigband": (120, 180), "mellowjazz": (60, 90), "nitejazz": (56, 76), "slowjazz": (70, 100), "jazzguitar": (70, 110), "jazzcombo": (140, 200), "modernjazz": (110, 140),
        "evansish": (60, 90), "gypsyjazz": (160, 220), "easyswing": (110, 150), "fastswing": (200, 230), "descendingjazz": (110, 140), "bossanova": (110, 150), "jazzrhumba": (100, 130), "dixie": (160, 210), "jazz-54": (150, 180),
        "lfusion": (100, 130), "ragtime": (160, 190)}),
    "pop": (POP, {"boneym": (100, 124), "dsoul": (100, 124), "bubblerock": (110, 130), "ska": (100, 130), "softrock": (110, 130), "folkrock": (100, 125), "rb": (90, 110), "popspiritual": (80, 100), "bvfunk": (95, 115), "8beat": (100, 125),
                  "calypso": (100, 125), "folkyjazz": (90, 110)}),
    "rock": (ROCK, {"50srock": (120, 160), "60srock": (120, 140), "basicrock": (120, 150), "rock-128": (100, 130), "strut": (120, 140), "twist": (140, 170), "jive": (150, 180), "shuffleboggie": (120, 150)}),
    "ballad": (BALLAD, {"ballad": (60, 80), "ballad128": (60, 76), "popballad": (60, 80), "pianoballad": (60, 80), "guitarballad": (64, 84), "rockballad": (60, 80), "stringballad": (54, 70), "folkballad": (60, 80), "rb-ballad": (60, 80),
                        "slowspiritual": (56, 72), "lullaby": (60, 80)}),
    "electronic": (DANCE, {"trance": (132, 142)}),
    "classical": (CLASSICAL, {"vienesewaltz": (150, 190), "arpeggio44": (70, 100), "arpeggio68": (80, 110), "arpeggiowaltz": (80, 110)}),
}
SONGS_PER_STYLE = 2
MORE_SONGS = {"trance": 6}  # the one style of its genre
SECONDS = 45.0
SOUNDFONTS = ("FluidR3_GM.sf2", "TimGM6mb.sf2")  # of fluid-soundfont-gm and timgm6mb-soundfont, one each
NOTES = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
SHARPS = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
COUNTED_OTHERWISE = ("arpeggio68",)  # written in sixths of a bar: its number is not the tempo that is counted
LEAVE_OUT = ("intro", "end", "fill")  # a groove whose name holds one of these is not for a whole song


def songs():
    """(name, genre, style, seed) of every song there is."""
    for genre, (_, styles) in STYLES.items():
        for style in styles:
            for number in range(MORE_SONGS.get(style, SONGS_PER_STYLE)):
                yield "%s-%d" % (style, number + 1), genre, style, number


def write(name, genre, style, number, grooves, beats_per_bar):
    """The MMA text of a song, and what is true of it: tempo, key, mode."""
    dice = random.Random(name)  # seeded by its name: the same song every time
    progressions, styles = STYLES[genre]
    low, high = styles[style]
    tempo, tonic = dice.randint(low, high), dice.randrange(12)
    fitting = [g for g in grooves if not any(word in g.lower() for word in LEAVE_OUT)] or grooves[:1]
    first, second = dice.choice(fitting), dice.choice(fitting)
    lines = dice.choice(progressions)
    bars = max(8, int(SECONDS * tempo / 60.0 / beats_per_bar))
    text = ["Tempo %d" % tempo, "Use stdlib/%s" % style, "Groove %s" % first]
    chords = [c for line in lines for c in line.split()]
    for bar in range(bars):
        if bar and bar % 16 == 0:
            text.append("Groove %s" % (second if bar // 16 % 2 else first))
        degree = chords[bar % len(chords)]
        digits = next(n for n in (2, 1) if degree[:n].isdigit())
        # jazz degrees without a type are dominants; a "7" as written elsewhere is a plain degree of seven semitones
        kind = degree[digits:] or ("7" if genre == "jazz" else "")
        text.append("%d %s%s" % (bar + 1, NOTES[(tonic + int(degree[:digits])) % 12], kind))
    ambiguous = not chords[0].startswith("0") or (genre == "jazz" and "2m7 7 0" in " ".join(chords)[:8])  # begins away from the tonic: its relative key would be as right
    mode = "minor" if chords[0].startswith("0m") and not chords[0].startswith("0M") else "major"
    return "\n".join(text) + "\n", {"tempo_bpm": None if style in COUNTED_OTHERWISE else float(tempo), "key": None if ambiguous else SHARPS[tonic], "mode": None if ambiguous else mode}
