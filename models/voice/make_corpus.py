#!/usr/bin/env python3
"""Makes the corpus that tells speech from music: python3 models/voice/make_corpus.py FOLDER

Downloads distribution packages of recorded speech and of music into FOLDER/packages, unpacks them there (nothing is installed) and writes FOLDER/wav:
speech_PACKAGE_VOICE.wav (one voice's prompts strung together with pauses of 50 to 500 ms, as it is and with white noise at 20 and 10 dB SNR) and
music_PACKAGE_TRACK.wav (a minute from every track). Needs apt-get, dpkg-deb and ffmpeg. The audio is never committed; licences stand in each
package's copyright file.
"""
import array
import glob
import os
import random
import subprocess
import sys

SPEECH = {  # package -> glob of the recordings, of which the folder named last tells the voice
    "asterisk-core-sounds-en-wav": "usr/share/asterisk/sounds/en_US_f_Allison/**/*.wav",
    "pocketsphinx-testdata": "usr/share/pocketsphinx/test/data/**/*.wav",
    "ktuberling-data": "usr/share/ktuberling/sounds/*/*",
}
VOICE_PER_FOLDER = {"ktuberling-data"}
MUSIC = ["fretsonfire-songs-muldjord", "hedgewars-data", "hyperrogue-music", "singularity-music", "supertux-data", "wesnoth-1.16-music"]
RATE_HZ = 16000
LONGEST_S = 120
TRACKS_PER_PACKAGE = 14


def unpack(folder, package):
    target = f"{folder}/packages/{package}"
    if not os.path.isdir(target):
        os.makedirs(f"{folder}/packages", exist_ok=True)
        subprocess.run(["apt-get", "download", package], cwd=f"{folder}/packages", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (archive,) = glob.glob(f"{folder}/packages/{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, target], check=True)
    return target


def decoded(path):
    command = ["ffmpeg", "-v", "quiet", "-i", path, "-ac", "1", "-ar", str(RATE_HZ), "-f", "s16le", "-"]
    raw = subprocess.run(command, capture_output=True, check=False).stdout
    return array.array("h", raw[: len(raw) // 2 * 2])


def write(path, samples):
    command = ["ffmpeg", "-v", "quiet", "-y", "-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1", "-i", "-", "-ar", "44100", path]
    subprocess.run(command, input=samples.tobytes(), check=True)


def string_together(files, chance):
    samples = array.array("h")
    for path in files:
        prompt = decoded(path)
        if len(prompt) < RATE_HZ // 10:
            continue
        samples.extend(prompt)
        samples.extend(chance.randint(-2, 2) for _ in range(int(RATE_HZ * chance.uniform(0.05, 0.5))))
        if len(samples) > LONGEST_S * RATE_HZ:
            break
    return samples


def with_noise(samples, snr_db, chance):
    power = sum(x * x for x in samples[::7]) / len(samples[::7])
    spread = (power / 10 ** (snr_db / 10)) ** 0.5
    return array.array("h", (max(-32768, min(32767, int(x + chance.gauss(0, spread)))) for x in samples))


def main(folder):
    folder = os.path.abspath(folder)
    os.makedirs(f"{folder}/wav", exist_ok=True)
    chance = random.Random(3)
    for package, pattern in SPEECH.items():
        voices = {}
        for path in sorted(glob.glob(f"{unpack(folder, package)}/{pattern}", recursive=True)):
            if os.path.isfile(path) and "silence" not in path:
                voices.setdefault(path.split("/")[-2] if package in VOICE_PER_FOLDER else "all", []).append(path)
        for voice, files in sorted(voices.items()):
            chance.shuffle(files)
            samples = string_together(files, chance)
            if len(samples) < 8 * RATE_HZ:
                continue
            write(f"{folder}/wav/speech_{package}_{voice}.wav", samples)
            for snr_db in (20, 10):
                write(f"{folder}/wav/speech{snr_db}_{package}_{voice}.wav", with_noise(samples, snr_db, chance))
    for package in MUSIC:
        tracks = sorted(p for p in glob.glob(f"{unpack(folder, package)}/**/*.ogg", recursive=True) if os.path.getsize(p) > 200_000)
        chance.shuffle(tracks)
        for number, path in enumerate(tracks[:TRACKS_PER_PACKAGE]):
            out = f"{folder}/wav/music_{package}_{number:02d}.wav"
            subprocess.run(["ffmpeg", "-v", "quiet", "-y", "-ss", "20", "-t", "60", "-i", path, "-ar", "44100", out], check=False)
    print(f"{len(glob.glob(folder + '/wav/*.wav'))} files in {folder}/wav")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
