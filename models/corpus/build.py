#!/usr/bin/env python3
"""Builds the corpus of real music: fetches the packages, unpacks what sounds, renders projects and MIDI files, and writes manifest.json. Audio stays in the cache folder.

  models/corpus/build.py CACHE [--only PACKAGE]... [--deb-folder FOLDER]

Needs apt-get, dpkg-deb, ffmpeg and ffprobe, and for the renders fluidsynth with fluid-soundfont-gm and timgm6mb-soundfont, lmms and h2cli (package hydrogen). Installs nothing. About 12 GB.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tarfile
import urllib.parse
import wave
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import midi
import projects
import styles
from sources import AUDIO, SOURCES

HERE = Path(__file__).resolve().parent
SOUNDFONTS = Path("/usr/share/sounds/sf2")
SOUNDFONT = "FluidR3_GM.sf2"
RENDER_S = 120.0  # of a render: enough for tempo and key, and the corpus stays small
SHORTEST_MUSIC_S = 20.0
SPEECH_CLIP_S = 40.0
SPEECH_GAP_S = 0.35
CLIPS_PER_VOICE = 2
RENDER_TIMEOUT_S = 900
STYLE_JOBS = 4
NOT_MUSIC = re.compile(r"\.(png|svgz?|jpe?g|html?|po|mo|lua|xml|cfg|glsl)$", re.I)


def run(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options).stdout


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def fetch(package, debs):
    """Path of the package's file, downloaded when it is not there."""
    found = sorted(debs.glob(package + "_*.deb"))
    if not found:
        debs.mkdir(parents=True, exist_ok=True)
        run(["apt-get", "download", package], cwd=debs)
        found = sorted(debs.glob(package + "_*.deb"))
    return found[-1]


def unpack(deb, wanted, folder):
    """Unpacks only what is wanted (and the package's documents); the kept paths, relative."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    process = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE)
    with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
        for member in tar:
            name = member.name.lstrip("./")
            doc = name.startswith("usr/share/doc/")
            if not member.isfile() or (NOT_MUSIC.search(name) and not doc) or not (doc or wanted(name)):
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tar.extractfile(member).read())
            if not doc:
                kept.append(name)
    process.wait()
    return sorted(kept)


def licences(folder, package):
    """Names of the licences that the package's copyright file states, in its order."""
    path = folder / "usr/share/doc" / package / "copyright"
    if not path.exists():
        return []
    names = []
    for line in path.read_text("utf-8", "replace").splitlines():
        match = re.match(r"License:\s*(\S.*)", line)
        if match and match.group(1).strip() not in names:
            names.append(match.group(1).strip())
    return names or ["see the copyright file of the package"]


def probe(path):
    """(duration in s, tags) of an audio file; (0, {}) when it is none."""
    try:
        said = json.loads(run(["ffprobe", "-v", "quiet", "-of", "json", "-show_format", "-show_streams", "-select_streams", "a", str(path)]))
    except subprocess.CalledProcessError:
        return 0.0, {}
    tags = {}
    for part in [said.get("format", {})] + said.get("streams", []):
        tags.update({k.lower(): v for k, v in part.get("tags", {}).items()})
    keep = {k: v.strip() for k, v in sorted(tags.items()) if k in ("title", "artist", "album", "genre", "date", "comment", "description", "tbpm", "bpm", "initialkey", "key") and v.strip()}
    return float(said.get("format", {}).get("duration", 0) or 0), keep


def ogg_format(data):
    """(rate, channels, duration in s) of an Ogg Vorbis or Opus file without starting a program: its last page says how long it is. None when it is neither. Source: RFC 3533, section 6."""
    last = data.rfind(b"OggS")
    granule = struct.unpack("<q", data[last + 6:last + 14])[0] if last >= 0 else 0
    vorbis, opus = data.find(b"\x01vorbis"), data.find(b"OpusHead")
    if vorbis >= 0:
        channels, rate = data[vorbis + 11], struct.unpack("<I", data[vorbis + 12:vorbis + 16])[0]
        return rate, channels, granule / rate
    if opus >= 0:
        return 48000, data[opus + 9], granule / 48000.0
    return None


def clip_format(path):
    """(rate, duration in s) of a short clip; (0, 0) when it cannot be read."""
    if path.suffix == ".wav":
        try:
            with wave.open(str(path)) as file:
                return file.getframerate(), file.getnframes() / file.getframerate()
        except (wave.Error, EOFError):
            return 0, 0.0
    said = ogg_format(path.read_bytes())
    return (said[0], said[2]) if said else (0, 0.0)


def to_flac(source, target, filters=None, seconds=None, more_inputs=()):
    command = ["ffmpeg", "-v", "error", "-y"]
    for path in (source, *more_inputs):
        command += ["-i", str(path)]
    if filters:
        command += ["-filter_complex", filters]
    if seconds:
        command += ["-t", str(seconds)]
    run(command + ["-map_metadata", "-1", "-sample_fmt", "s16", "-c:a", "flac", str(target)])


def render_midi(data, target, soundfont=SOUNDFONT):
    raw, wav = target.with_suffix(".mid"), target.with_suffix(".wav")
    raw.write_bytes(data)
    run(["fluidsynth", "-ni", "-o", "synth.dynamic-sample-loading=1", "-g", "0.5", "-r", "44100", "-F", str(wav), str(SOUNDFONTS / soundfont), str(raw)], timeout=RENDER_TIMEOUT_S)
    to_flac(wav, target, seconds=RENDER_S)
    raw.unlink()
    wav.unlink()


def render_project(command, target):
    wav = target.with_suffix(".wav")
    home = target.parent / "home"
    home.mkdir(exist_ok=True)
    environment = dict(os.environ, HOME=str(home), QT_QPA_PLATFORM="offscreen")
    run([part.replace("{out}", str(wav)) for part in command], timeout=RENDER_TIMEOUT_S, env=environment)
    to_flac(wav, target, seconds=RENDER_S)
    wav.unlink()


def wad_songs(data):
    """(name, bytes) of the music lumps of a Doom WAD. Source: Fenske et al., "The Unofficial Doom Specs", 1994, chapter 2."""
    count, directory = struct.unpack("<ii", data[4:12])
    for i in range(count):
        at, size, name = struct.unpack("<ii8s", data[directory + 16 * i:directory + 16 * i + 16])
        name = name.rstrip(b"\0").decode("ascii")
        if name.startswith("D_") and data[at:at + 4] == b"MThd":
            yield name, data[at:at + size]


class Corpus:
    def __init__(self, cache, debs):
        self.cache, self.debs, self.rows = cache, debs, []

    def add(self, source, deb, name, path, **more):
        duration, tags = probe(path)
        if duration < SHORTEST_MUSIC_S:
            return
        version = urllib.parse.unquote(deb.name.split("_")[1])
        self.rows.append({"id": "%s/%s" % (source.package, name), "package": source.package, "version": version, "kind": source.kind, "path": str(path.relative_to(self.cache)),
                          "sha256": hashlib.sha256(path.read_bytes()).hexdigest() if source.kind in ("audio", "zip") else more.pop("sha256"), "duration_s": round(duration, 2), "tags": tags, **more})

    def target(self, source, name):
        path = self.cache / "rendered" / source.package / (slug(name) + ".flac")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def render(self, source, deb, name, data, how, make, **more):
        target = self.target(source, name)
        if not target.exists():
            try:
                make(target)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
                print("not rendered: %s (%s)" % (name, type(problem).__name__), file=sys.stderr)
                return
        self.add(source, deb, slug(name), target, sha256=hashlib.sha256(data).hexdigest(), recipe=how, **more)

    def build(self, source):
        deb = fetch(source.package, self.debs)
        folder = self.cache / "unpacked" / source.package
        listing = folder / (".kept-" + source.kind)
        include = re.compile(source.include)
        if listing.exists():
            kept = listing.read_text().splitlines()
        else:
            stems = r"songs/.*\.(ogg|ini|txt)$" if source.kind == "stems" else "$^"
            kept = unpack(deb, lambda n: include.search(n) or re.search(stems, n), folder)
            listing.write_text("\n".join(kept))
        kept = [n for n in kept if include.search(n)]
        before = len(self.rows)
        getattr(self, "_" + source.kind)(source, deb, folder, kept)
        said = licences(folder, source.package)
        for row in self.rows[before:]:
            row["licences_of_package"] = said
        print("%-32s %-9s %3d" % (source.package, source.kind, len(self.rows) - before), flush=True)

    def _audio(self, source, deb, folder, kept):
        for name in kept:
            self.add(source, deb, slug(re.sub(r"^.*?/(music|Music|albums|sounds?|snd)/|\.\w+$", "", name)), folder / name)

    def _zip(self, source, deb, folder, kept):
        for name in kept:
            inside = folder / (name + ".d")
            if not inside.exists():
                with zipfile.ZipFile(folder / name) as archive:
                    for entry in archive.namelist():
                        if re.search(AUDIO, entry) or entry.lower().endswith(".txt"):
                            archive.extract(entry, inside)
                (folder / name).write_bytes(b"")
            self._audio(source, deb, inside, sorted(str(p.relative_to(inside)) for p in inside.rglob("*") if re.search(AUDIO, p.name)))

    def _module(self, source, deb, folder, kept):
        for name in kept:
            data = (folder / name).read_bytes()
            self.render(source, deb, re.sub(r"^.*/|\.\w+$", "", name), data, "tracker module, rendered by ffmpeg (libopenmpt)", lambda t, n=name: to_flac(folder / n, t, seconds=RENDER_S))

    def _stems(self, source, deb, folder, kept):
        for name in kept:
            song = (folder / name).parent
            stems = [song / s for s in ("song.ogg", "guitar.ogg", "rhythm.ogg") if (song / s).exists()]
            notes = (folder / name).read_bytes()
            parsed = midi.parse(notes)
            bpm, how = midi.tempo(parsed)
            mix = "amix=inputs=%d:normalize=0:duration=longest,volume=0.5" % len(stems)
            said = {"tempo_bpm": round(bpm, 3) if bpm else None, "meter": None, "key": None, "mode": None, "how": "tempo: notes.mid, made by hand for playing along, %s" % how}
            self.render(source, deb, song.name, notes + b"".join(s.read_bytes() for s in stems), "sum of the stems at half level: %s" % ", ".join(s.name for s in stems),
                        lambda t, s=stems, m=mix: to_flac(s[0], t, filters=m, more_inputs=s[1:]), said=said)

    def _midi(self, source, deb, folder, kept):
        for name in kept:
            self._one_midi(source, deb, re.sub(r"^.*/|\.mid$", "", name), (folder / name).read_bytes())

    def _wad(self, source, deb, folder, kept):
        seen = set()
        for name in kept:
            for lump, data in wad_songs((folder / name).read_bytes()):
                if hashlib.sha256(data).hexdigest() not in seen:
                    seen.add(hashlib.sha256(data).hexdigest())
                    self._one_midi(source, deb, "%s-%s" % (Path(name).stem, lump[2:]), data)

    def _one_midi(self, source, deb, name, data):
        song = midi.parse(data)
        midi.cut(song, RENDER_S)
        programs = sorted(set().union(*song.programs.values())) if song.programs else []
        titles = [t for t in song.texts if t][:3]
        pitched = [n for n in song.notes if n.channel != midi.DRUM_CHANNEL]
        loud = sum(1 for n in pitched if song.programs.get(n.channel, set()) & {29, 30})
        share = round(loud / max(len(pitched), 1), 3)
        self.render(source, deb, name, data, "MIDI rendered by fluidsynth with FluidR3_GM.sf2, first %.0f s" % RENDER_S, lambda t: render_midi(data, t),
                    said=midi.describe(song), programs=programs, titles=titles, guitar_share=share, drums=len(pitched) < len(song.notes))

    def _lmms(self, source, deb, folder, kept):
        for name in kept:
            data = (folder / name).read_bytes()
            command = ["lmms", "--allowroot", "render", str(folder / name), "-f", "wav", "-o", "{out}"]
            self.render(source, deb, re.sub(r"^.*/|\.mmpz?$", "", name), data, "LMMS project rendered by lmms, first %.0f s" % RENDER_S, lambda t, c=command: render_project(c, t), said=projects.lmms(data))

    def _hydrogen(self, source, deb, folder, kept):
        for name in kept:
            data = (folder / name).read_bytes()
            command = ["h2cli", "-d", "auto", "-s", str(folder / name), "-o", "{out}"]
            self.render(source, deb, re.sub(r"^.*/|\.h2song$", "", name), data, "Hydrogen song rendered by h2cli", lambda t, c=command: render_project(c, t), said=projects.hydrogen(data))

    def _styles(self, source, deb, folder, kept):
        home = folder / "usr/share/mma"
        with concurrent.futures.ThreadPoolExecutor(STYLE_JOBS) as pool:
            list(pool.map(lambda song: self._one_style(source, deb, home, *song), styles.songs()))

    def _one_style(self, source, deb, home, name, genre, style, number):
        library = (home / "lib/stdlib" / (style + ".mma")).read_text("latin-1")
        grooves = re.findall(r"^\s*DefGroove\s+(\S+)", library, re.M)
        beats = int((re.search(r"^\s*Time\s+(\d+)", library, re.M) or [0, "4"])[1])
        text, said = styles.write(name, genre, style, number, grooves, beats)
        said.update(meter=None, how="tempo and key: as written for the style")
        font = styles.SOUNDFONTS[number % len(styles.SOUNDFONTS)]
        self.render(source, deb, name, text.encode(), "chords from a seed, played by MMA's style %s, rendered by fluidsynth with %s" % (style, font),
                    lambda t: self._render_style(home, text, t, font), said=said, style_genre=genre)

    @staticmethod
    def _render_style(home, text, target, font):
        song, played = target.with_suffix(".mma"), target.with_suffix(".played")
        song.write_text(text)
        run([sys.executable, str(home.parent.parent / "bin/mma"), "-f", str(played), str(song)], cwd=home, timeout=RENDER_TIMEOUT_S)
        render_midi(played.read_bytes(), target, font)
        song.unlink()
        played.unlink()

    def _speech(self, source, deb, folder, kept):
        voices = {}
        for name in kept:
            voices.setdefault(re.search(source.include, name).group(1), []).append(name)
        for voice, names in sorted(voices.items()):
            names.sort(key=lambda n: hashlib.sha256(n.encode()).hexdigest())
            clip, length, made = [], 0.0, 0
            for name in names:
                _, seconds = clip_format(folder / name)
                if seconds < 0.2:
                    continue
                clip.append(name)
                length += seconds + SPEECH_GAP_S
                if length >= SPEECH_CLIP_S:
                    self._speech_clip(source, deb, folder, "%s-%d" % (voice, made + 1), clip)
                    clip, length, made = [], 0.0, made + 1
                    if made == CLIPS_PER_VOICE:
                        break
            if made == 0 and length >= SHORTEST_MUSIC_S:
                self._speech_clip(source, deb, folder, "%s-1" % voice, clip)

    def _speech_clip(self, source, deb, folder, name, files):
        rate = str(clip_format(folder / files[0])[0])
        parts = "".join("[%d:a]aresample=%s,aformat=channel_layouts=mono,apad=pad_dur=%.2f[p%d];" % (i, rate, SPEECH_GAP_S, i) for i in range(len(files)))
        joined = parts + "".join("[p%d]" % i for i in range(len(files))) + "concat=n=%d:v=0:a=1" % len(files)
        data = b"".join((folder / f).read_bytes() for f in files)
        self.render(source, deb, name, data, "%d recordings of one voice, %.2f s of silence after each" % (len(files), SPEECH_GAP_S),
                    lambda t: to_flac(folder / files[0], t, filters=joined, more_inputs=[folder / f for f in files[1:]]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--only", action="append", help="only this package; what was built of the others before stays")
    parser.add_argument("--deb-folder", type=Path, help="where the packages lie or are put; default CACHE/debs")
    options = parser.parse_args()
    cache = options.cache.resolve()
    corpus = Corpus(cache, (options.deb_folder or cache / "debs").resolve())
    parts = cache / "rows"
    parts.mkdir(parents=True, exist_ok=True)
    rows = []
    for source in SOURCES:
        part = parts / ("%s-%s.json" % (source.package, source.kind))
        if not options.only or source.package in options.only:
            corpus.rows = []
            corpus.build(source)
            part.write_text(json.dumps(corpus.rows), encoding="utf-8")
        if part.exists():
            rows += json.loads(part.read_text("utf-8"))
    rows.sort(key=lambda r: r["id"])
    (HERE / "manifest.json").write_text("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False, sort_keys=True) for r in rows) + "\n]\n", encoding="utf-8")
    print("%d recordings" % len(rows))


if __name__ == "__main__":
    main()
