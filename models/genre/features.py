#!/usr/bin/env python3
"""What the genre model is told of a recording: numbers that `ag06 analyze --json` prints, in one order with core/analysis/music/genre_features.cc (a test holds both against genre.json).

  models/genre/features.py CACHE AG06 [--jobs N]   analyses one excerpt of each labelled recording of the corpus into CACHE/features

Nothing here depends on the level of the recording, its peak, its stereo width or its sample rate as such: those tell of the source, not of the genre.
"""
import argparse
import concurrent.futures
import hashlib
import json
import math
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "corpus"))
import labels

MANIFEST = HERE.parent / "corpus" / "manifest.json"
EXCERPT_S = 30.0
EXCERPT_AT = 0.35  # of what is left when the excerpt is taken away: past the introduction, before the end

MUSIC = ("energy valence danceability acousticness instrumentalness speechiness liveness brightness warmth punch density presence roughness spaciousness complexity tension groove regularity melodiousness "
         "percussiveness dynamics clarity heaviness").split()
BANDS = ("sub_bass", "bass", "low_mids", "mids", "upper_mids", "highs", "air")
LEAST_SHARE, LEAST_FLATNESS, LEAST_HZ, LEAST_S = 1e-4, 1e-5, 1.0, 0.05


def _log(x, base, least):
    return None if x is None else math.log(max(x, least), base)


def vector(heard):
    """[(name, value or None)] of what `ag06 analyze --json` printed."""
    spectrum, dynamics, rhythm, tonality = heard["spectrum"], heard["dynamics"], heard["rhythm"], heard["tonality"]
    out = [(name, heard["music"][name]) for name in MUSIC]
    out += [("band_" + band, _log(spectrum["bands"][band], 10, LEAST_SHARE)) for band in BANDS]
    out += [(name, _log(spectrum[name + "_hz"], 2, LEAST_HZ)) for name in ("centroid", "rolloff", "bandwidth")]
    out += [("flatness", _log(spectrum["flatness"], 10, LEAST_FLATNESS)), ("flux", spectrum["flux"]), ("zero_crossing_rate", spectrum["zero_crossing_rate"])]
    out += [("mfcc_mean_%d" % i, spectrum["mfcc_mean"][i]) for i in range(1, 13)]
    out += [("plr", heard["loudness"]["plr_db"]), ("loudness_range", heard["loudness"]["range_lu"]), ("macro_dynamics", dynamics["macro_dynamics_lu"]), ("micro_dynamics", dynamics["micro_dynamics_db"]),
            ("attack_slope", _log(dynamics["attack_slope_db_per_ms"], 2, LEAST_S)), ("transient_ratio", dynamics["transient_ratio"])]
    out += [("tempo", _log(rhythm["tempo_bpm"], 2, LEAST_HZ))] + [(name, rhythm[name]) for name in ("tempo_confidence", "pulse_clarity", "tempo_stability", "swing_ratio")]
    out += [("onset_rate", rhythm["onset_rate_hz"])]
    out += [(name, tonality[name]) for name in ("key_confidence", "tonal_clarity")] + [("harmonic_change", tonality["harmonic_change_hz"])]
    out += [("minor", {"minor": 1.0, "major": 0.0}.get(tonality["mode"]))]
    out += [("speech_ratio", heard["voice"]["speech_ratio"]), ("decay", _log(heard["style"]["decay_s"], 2, LEAST_S))]
    return out


def excerpt_of(row):
    length = min(EXCERPT_S, row["duration_s"])
    return round((row["duration_s"] - length) * EXCERPT_AT, 2), length


def heard_file(cache, row):
    return cache / "features" / (hashlib.sha256(row["id"].encode()).hexdigest()[:20] + ".json")


def analyse(cache, ag06, row):
    target = heard_file(cache, row)
    if target.exists():
        return True
    start, length = excerpt_of(row)
    wav = target.with_suffix(".wav")
    try:
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-ss", str(start), "-t", str(length), "-i", str(cache / row["path"]), "-vn", "-ac", "1" if row["kind"] == "speech" else "2", "-c:a", "pcm_s16le", str(wav)], check=True)
        said = subprocess.run([str(ag06), "analyze", "--json", str(wav)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        heard = json.loads(said)
        slim = {"id": row["id"], "start_s": start, "length_s": length, "sha256_of_tool": hashlib.sha256(Path(ag06).read_bytes()).hexdigest(), "vector": vector(heard), "tempo_bpm": heard["rhythm"]["tempo_bpm"],
                "key": heard["tonality"]["key"], "mode": heard["tonality"]["mode"]}
        target.write_text(json.dumps(slim))
        return True
    except (subprocess.CalledProcessError, ValueError, KeyError) as problem:
        print("not analysed: %s (%r)" % (row["id"], problem), file=sys.stderr)
        return False
    finally:
        wav.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("ag06", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    (options.cache / "features").mkdir(parents=True, exist_ok=True)
    rules = labels.genres()
    rows = [row for row in json.loads(MANIFEST.read_text("utf-8")) if labels.genre_of(row, rules)[0]]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        done = sum(pool.map(lambda row: analyse(options.cache, options.ag06, row), rows))
    print("%d of %d labelled recordings analysed" % (done, len(rows)))


if __name__ == "__main__":
    main()
