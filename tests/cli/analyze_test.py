"""ag06 analyze: the figures against a formula and against libebur128, the contract's keys, bounded memory."""
import json
import math
import os
import subprocess
import unittest

from cli_support import AG06, CliTest, by_libebur128, real_song, wav_header, write_tone


class Analyze(CliTest):
    def test_keys_and_figures_of_a_tone(self):
        # Full-scale sine: rms 3.01 dB below its peak.
        frames = 48000 * 5
        with open(self.path("tone.wav"), "wb") as file:
            file.write(wav_header(1, 16, 48000, frames * 2))
            file.write(b"".join(int(32767 * 0.5 * math.sin(2 * math.pi * 997 * i / 48000)).to_bytes(2, "little", signed=True) for i in range(frames)))
        result = self.json("analyze", self.path("tone.wav"))
        self.assertEqual(result["file"], self.path("tone.wav"))
        self.assertEqual(result["format"], {"sample_rate_hz": 48000, "channels": 1, "bit_depth": 16, "duration_s": 5.0, "codec": "pcm-s16"})
        self.assertEqual(list(result["loudness"]), ["integrated_lufs", "momentary_max_lufs", "short_term_max_lufs", "range_lu", "true_peak_dbtp", "sample_peak_dbfs", "plr_db", "history"])
        peak_dbfs = 20 * math.log10(0.5)
        self.assertAlmostEqual(result["loudness"]["sample_peak_dbfs"], peak_dbfs, delta=0.02)
        self.assertAlmostEqual(result["loudness"]["true_peak_dbtp"], peak_dbfs, delta=0.1)
        # BS.1770-5: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LUFS.
        self.assertAlmostEqual(result["loudness"]["integrated_lufs"], peak_dbfs - 3.01, delta=0.05)
        self.assertAlmostEqual(result["dynamics"]["rms_dbfs"], peak_dbfs - 3.01, delta=0.02)
        self.assertAlmostEqual(result["dynamics"]["crest_factor_db"], 3.01, delta=0.02)
        self.assertGreater(result["spectrum"]["bands"]["mids"], 0.999)
        self.assertEqual(len(result["spectrum"]["dominant_frequencies_hz"]), 1)
        self.assertAlmostEqual(result["spectrum"]["dominant_frequencies_hz"][0], 997, delta=0.1)
        curve = result["spectrum"]["curve"]
        loudest_db, loudest_hz = max(zip(curve["level_db"], curve["frequencies_hz"]))
        self.assertAlmostEqual(loudest_db, peak_dbfs, delta=0.3)
        self.assertAlmostEqual(math.log2(loudest_hz / 997), 0, delta=1 / 12)
        self.assertEqual((result["stereo"]["width"], result["rhythm"]["tempo_bpm"]), (0, None))

    def test_everything_of_the_contract_is_said_of_a_real_song(self):
        result = self.json("analyze", real_song())
        for part, keys in {
            "dynamics": ["rms_dbfs", "crest_factor_db", "dynamic_range_db", "suggestions"],
            "spectrum": ["bands", "dominant_frequencies_hz", "problems", "centroid_hz", "rolloff_hz", "flatness", "zero_crossing_rate"],
            "stereo": ["width", "correlation", "balance_db", "mono_loss_db"],
            "rhythm": ["tempo_bpm", "tempo_confidence", "beats_s", "onsets_s", "time_signature"],
            "tonality": ["key", "mode", "key_confidence", "tuning_hz", "chroma"],
            "genre": ["label", "confidence", "scores"],
        }.items():
            self.assertLessEqual(set(keys), set(result[part]), part)
        self.assertEqual(len(result["tonality"]["chroma"]), 12)
        self.assertAlmostEqual(sum(result["spectrum"]["bands"].values()), 1, delta=0.001)
        self.assertGreaterEqual(len(result["music"]), 20)
        for name, value in result["music"].items():
            self.assertTrue(value is None or 0 <= value <= 1, f"{name} {value}")
        self.assertEqual(result["patterns"], [p for p in ["rhythmic", "tonal", "percussive"] if p in result["patterns"]])
        beats = result["rhythm"]["beats_s"]
        self.assertGreater(len(beats), 60)
        self.assertEqual(beats, sorted(beats))
        self.assertLessEqual(beats[-1], result["duration_s"])

    def test_silence_has_no_key_no_tempo_no_loudness(self):
        with open(self.path("silence.wav"), "wb") as file:
            file.write(wav_header(2, 16, 44100, 44100 * 4 * 3))
            file.write(bytes(44100 * 4 * 3))
        result = self.json("analyze", self.path("silence.wav"))
        unknown = [result["loudness"]["integrated_lufs"], result["rhythm"]["tempo_bpm"], result["tonality"]["key"], result["genre"]["label"],
                   result["stereo"]["correlation"], result["spectrum"]["centroid_hz"], result["tonality"]["tuning_hz"]]
        self.assertEqual(unknown, [None] * len(unknown))
        self.assertEqual([d["kind"] for d in result["defects"]], ["silence"])
        self.assertEqual((result["rhythm"]["beats_s"], result["suggestions"]), ([], []))

    def test_a_real_song_agrees_with_libebur128(self):
        lufs, dbtp = by_libebur128(real_song())
        result = self.json("analyze", real_song())
        self.assertAlmostEqual(result["loudness"]["integrated_lufs"], lufs, delta=0.05)
        self.assertAlmostEqual(result["loudness"]["true_peak_dbtp"], dbtp, delta=0.3)
        self.assertEqual((result["format"]["codec"], result["format"]["bit_depth"]), ("vorbis", None))
        self.assertEqual(result["notes"], [])

    def test_text_for_people_holds_the_same_figures(self):
        write_tone(self.path("in.wav"), 44100, 2, 4.0)
        result = self.json("analyze", self.path("in.wav"))
        text = self.ok("analyze", self.path("in.wav"), "--quiet").stdout
        self.assertIn(f"{result['loudness']['integrated_lufs']:.2f} LUFS integrated", text)
        self.assertIn("pcm-s16, 44100 Hz, 2 channels, 16 bits, 0:04", text)

    def test_several_files_give_an_array_and_the_bad_one_its_error(self):
        write_tone(self.path("in.wav"), 44100, 1, 1.0)
        with open(self.path("bad.wav"), "w", encoding="utf-8") as file:
            file.write("no audio")
        done = subprocess.run([AG06, "analyze", self.path("bad.wav"), self.path("in.wav"), "--json", "-q"], text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 3)
        bad, good = json.loads(done.stdout)
        self.assertRegex(bad["error"], "not an audio file")
        self.assertEqual(good["format"]["channels"], 1)

    def test_a_tempo_range_settles_half_or_double(self):
        # A click every half second: 120 bpm, or 60 or 240 to whoever asks for that octave.
        frames = 44100 * 20
        samples = bytearray(2 * frames)
        for start in range(0, frames, 22050):
            for i in range(200):
                samples[2 * (start + i):2 * (start + i) + 2] = int(20000 * math.exp(-i / 40) * math.cos(0.9 * i)).to_bytes(2, "little", signed=True)
        with open(self.path("clicks.wav"), "wb") as file:
            file.write(wav_header(1, 16, 44100, 2 * frames))
            file.write(samples)
        for tempo_range, tempo_bpm in (("55-110", 60), ("88-176.5", 120), ("70-140", 120)):
            heard = self.json("analyze", self.path("clicks.wav"), "--tempo-range", tempo_range)["rhythm"]
            self.assertAlmostEqual(heard["tempo_bpm"], tempo_bpm, delta=0.05)

    def test_a_tempo_range_that_is_none_is_refused(self):
        write_tone(self.path("in.wav"), 44100, 1, 1.0)
        for text in ("120", "-", "70-", "-140", "70-140-200", "slow-fast", "70 - 140", "7e1-1x"):
            self.refused(2, f"--tempo-range: '{text}' is not two tempi", "analyze", self.path("in.wav"), f"--tempo-range={text}")
        for text in ("140-70", "100-100", "20-100", "100-400", "nan-100"):
            self.refused(2, f"--tempo-range: '{text}' must rise, and lie within 30-300", "analyze", self.path("in.wav"), f"--tempo-range={text}")
        self.refused(2, "--tempo-range: must not be empty", "analyze", self.path("in.wav"), "--tempo-range", "")

    @unittest.skipIf(os.environ.get("AG06_SANITIZE") == "ON", "the sanitizers' own memory would be measured")
    def test_memory_does_not_grow_with_the_file(self):
        for command in (["analyze", "{}"], ["mix", "{}", "-o", self.path("out.wav"), "--version", "musical"], ["mix", "{}", "-o", self.path("out.flac"), "--version", "original"]):
            peaks_kib = []
            for minutes in (1, 10):
                frames = minutes * 60 * 48000
                path = self.path(f"long{minutes}.wav")
                with open(path, "wb") as file:
                    file.write(wav_header(2, 16, 48000, frames * 4))
                    file.truncate(44 + frames * 4)
                peaks_kib.append(self.peak_kib(*(word.format(path) for word in command)))
            self.assertLess(peaks_kib[1], 64 * 1024)
            self.assertLess(peaks_kib[1] - peaks_kib[0], 2 * 1024, command)

    def peak_kib(self, *args):
        child = subprocess.Popen([AG06, *args, "-q"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        return usage.ru_maxrss


if __name__ == "__main__":
    unittest.main(verbosity=2)
