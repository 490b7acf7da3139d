"""ag06 mix on a real song, judged by libebur128 and by ffmpeg."""
import json
import os
import pty
import re
import subprocess
import unittest

from cli_support import AG06, CliTest, ag06, by_ffmpeg, by_libebur128, data_of, ffmpeg, real_song, write_tone

LOUDNESS_KEYS = ["integrated_lufs", "momentary_max_lufs", "short_term_max_lufs", "range_lu", "true_peak_dbtp", "sample_peak_dbfs", "plr_db"]


class Mix(CliTest):
    def excerpt(self, title="Feelings", start_s=40, duration_s=20):
        ffmpeg("-ss", start_s, "-t", duration_s, "-i", real_song(title), "-c:a", "pcm_s24le", self.path("excerpt.wav"))
        return self.path("excerpt.wav")

    def judged(self, path, lufs, ceiling_dbtp):
        for judge in (by_libebur128, by_ffmpeg):
            measured_lufs, measured_dbtp = judge(path)
            self.assertAlmostEqual(measured_lufs, lufs, delta=0.1, msg=f"{judge.__name__}: {measured_lufs} LUFS")
            self.assertLessEqual(measured_dbtp, ceiling_dbtp + 0.1, f"{judge.__name__}: {measured_dbtp} dBTP")
            print(f"\n  {judge.__name__}: {measured_lufs} LUFS, {measured_dbtp} dBTP", end="")

    def test_a_whole_song_to_spotify(self):
        for title in ("Feelings", "Metal madness"):
            result = self.json("mix", real_song(title), "-o", self.path("out.wav"), "--version", "musical", "--target", "spotify")
            self.judged(self.path("out.wav"), -14.0, -1.0)
            print(f", {result['realtime_factor']:.1f} times realtime ({title})", end="")
            self.assertEqual(self.files(), ["out.wav"])

    def test_what_json_promises(self):
        result = self.json("mix", self.excerpt(), "-o", self.path("out.wav"), "--version", "musical")
        self.assertLessEqual({"input", "output", "version", "model_params", "params", "moves", "latency_frames", "realtime_factor", "notes"}, set(result))
        self.assertEqual(list(result["input"]), LOUDNESS_KEYS)
        self.assertEqual(list(result["output"]), LOUDNESS_KEYS)
        self.assertEqual(result["version"], "musical")
        self.assertIsNone(result["model_params"])
        self.assertGreater(result["latency_frames"], 0)
        self.assertGreater(result["realtime_factor"], 0)
        self.assertEqual(len(result["params"]), 124)
        self.assertGreater(len(result["moves"]), 0)
        for move in result["moves"]:
            self.assertEqual(list(move), ["param", "from", "to", "reason", "evidence", "confidence"])
            self.assertEqual(move["to"], result["params"][move["param"]])
            self.assertTrue(move["reason"] and move["evidence"])
            self.assertTrue(0.0 <= move["confidence"] <= 1.0)
        lufs, dbtp = by_libebur128(self.path("out.wav"))
        self.assertAlmostEqual(result["output"]["integrated_lufs"], lufs, delta=0.05)
        self.assertAlmostEqual(result["output"]["true_peak_dbtp"], dbtp, delta=0.2)
        self.assertAlmostEqual(result["input"]["integrated_lufs"], by_libebur128(self.path("excerpt.wav"))[0], delta=0.05)

    def test_what_was_rendered_last_is_what_the_settings_render(self):
        # The first writes what the fit rendered; the second, told all of its settings, renders on its own.
        result = self.json("mix", self.excerpt(), "-o", self.path("fitted.wav"), "--version", "musical", "--format", "wav16")
        with open(self.path("params.json"), "w", encoding="utf-8") as file:
            json.dump(result["params"], file)
        again = self.json("mix", self.path("excerpt.wav"), "-o", self.path("again.wav"), "--version", "original", "--target", "none", "--params", self.path("params.json"), "--format", "wav16")
        self.assertEqual(again["params"], result["params"])
        self.assertEqual(data_of(self.path("again.wav")), data_of(self.path("fitted.wav")))
        self.assertEqual(again["output"], result["output"])

    def test_shaped_dither_is_quieter_where_the_ear_hears_best(self):
        ffmpeg("-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo", "-t", "5", self.path("silence.wav"))

        def noise_db(path, band):
            done = subprocess.run(["ffmpeg", "-hide_banner", "-nostdin", "-i", path, "-af", f"aformat=flt,{band}astats=measure_perchannel=none", "-f", "null", "-"],
                                  capture_output=True, text=True, check=True)
            return float(re.search(r"RMS level dB: (-[\d.]+)", done.stderr)[1])

        levels = {}
        for name in ("wav16", "wav16-shaped"):
            self.ok("mix", self.path("silence.wav"), "-o", self.path("out.wav"), "--version", "original", "--format", name, "--ceiling-dbtp", "-1", "-q")
            ear = "highpass=f=2500:p=2,highpass=f=2500:p=2,lowpass=f=4500:p=2,lowpass=f=4500:p=2,"
            levels[name] = noise_db(self.path("out.wav"), ""), noise_db(self.path("out.wav"), ear)
        self.assertAlmostEqual(levels["wav16"][0], -96.33, delta=0.2)  # half an LSB rms: TARGETS 2.8
        self.assertGreater(levels["wav16-shaped"][0], levels["wav16"][0] + 3)
        self.assertLess(levels["wav16-shaped"][1], levels["wav16"][1] - 6)

    def test_every_named_target_and_a_number(self):
        self.excerpt()
        for target, lufs in [("spotify", -14), ("apple-music", -16), ("youtube", -14), ("ebu-r128", -23), ("podcast", -16), ("-19.5", -19.5)]:
            self.ok("mix", self.path("excerpt.wav"), "-o", self.path("out.wav"), "--version", "musical", "--target", target, "-q")
            self.judged(self.path("out.wav"), lufs, -1.0)

    def test_a_ceiling_and_the_original_at_a_target(self):
        result = self.json("mix", self.excerpt(), "-o", self.path("out.wav"), "--version", "original", "--target", "-12", "--ceiling-dbtp", "-3")
        self.judged(self.path("out.wav"), -12.0, -3.0)
        changed = {move["param"] for move in result["moves"]}
        self.assertLessEqual(changed, {"output.gain_db", "limiter.enabled", "limiter.ceiling_dbtp"})
        self.json("mix", self.path("excerpt.wav"), "-o", self.path("out.wav"), "--version", "original", "--ceiling-dbtp", "-9")
        self.assertLessEqual(by_libebur128(self.path("out.wav"))[1], -8.9)

    def test_musical_without_a_target_holds_the_ceiling_only(self):
        self.json("mix", self.excerpt(), "-o", self.path("out.wav"), "--version", "musical", "--target", "none", "--ceiling-dbtp", "-2")
        self.assertLessEqual(by_libebur128(self.path("out.wav"))[1], -1.9)

    def test_amount_zero_changes_neither_tone_nor_dynamics(self):
        full = self.json("mix", self.excerpt("Metal madness"), "-o", self.path("full.wav"), "--version", "musical")
        none = self.json("mix", self.path("excerpt.wav"), "-o", self.path("none.wav"), "--version", "musical", "--amount", "0")
        self.assertEqual(none["params"]["comp.ratio"] * none["params"]["comp.enabled"], none["params"]["comp.enabled"])
        for band in range(1, 7):
            self.assertEqual(none["params"][f"eq.{band}.gain_db"], 0)
        self.assertNotEqual(full["params"], none["params"])
        self.judged(self.path("none.wav"), -14.0, -1.0)

    def test_the_output_is_as_long_as_the_input_and_in_time_with_it(self):
        write_tone(self.path("in.wav"), 44100, 1, 1.0)
        with open(self.path("p.json"), "w", encoding="utf-8") as file:
            file.write('{"gate.enabled": 1, "gate.threshold_dbfs": -90, "limiter.enabled": 1, "limiter.ceiling_dbtp": 0}')
        self.ok("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "--params", self.path("p.json"), "--format", "wav24", "-q")
        before = data_of(self.path("in.wav"))
        after = data_of(self.path("out.wav"))
        self.assertEqual(len(after) // 3, len(before) // 2)
        worst = max(abs(int.from_bytes(after[3 * i:3 * i + 3], "little", signed=True) - 256 * int.from_bytes(before[2 * i:2 * i + 2], "little", signed=True))
                    for i in range(4410, 44100))
        self.assertLessEqual(worst, 256, "an open gate and an idle limiter leave every sample where it was, within a 16-bit step")

    def test_the_same_song_gives_the_same_samples(self):
        self.excerpt(duration_s=8)
        for name in ("a.wav", "b.wav"):
            self.ok("mix", self.path("excerpt.wav"), "-o", self.path(name), "--version", "musical", "-q")
        self.assertEqual(data_of(self.path("a.wav")), data_of(self.path("b.wav")))

    def test_progress_is_plain_lines_on_stderr_and_the_moves_are_printed(self):
        done = self.ok("mix", self.excerpt(duration_s=8), "-o", self.path("out.wav"), "--version", "musical")
        self.assertRegex(done.stderr, r"excerpt\.wav: measuring\n.*excerpt\.wav: fitting loudness, pass 1\n(.*\n)*.*excerpt\.wav: writing\n\Z")
        self.assertNotIn("\r", done.stderr)
        self.assertRegex(done.stdout, r"excerpt\.wav -> .*out\.wav \(musical, wav24\)\n  before  -?[\d.]+ LUFS.*\n  after   -1[34]\.\d\d LUFS")
        self.assertEqual(ag06("mix", self.path("excerpt.wav"), "-o", self.path("out.wav"), "--version", "musical", "--quiet").stderr, "")

    def test_progress_is_a_bar_on_a_terminal_and_leaves_nothing_behind(self):
        self.excerpt()
        ours, theirs = pty.openpty()
        child = subprocess.Popen([AG06, "mix", self.path("excerpt.wav"), "-o", self.path("out.wav"), "--version", "musical"], stdout=subprocess.DEVNULL, stderr=theirs,
                                 env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:
            pass  # how the end of a terminal reads
        os.close(ours)
        self.assertEqual(child.wait(), 0)
        text = shown.decode()
        for stage in ("measuring", "fitting loudness, pass 1", "writing"):
            self.assertRegex(text, re.escape(f"excerpt.wav: {stage}") + r" \[[#.]{24}\] +\d+ %")
        self.assertNotIn("\n", text)
        self.assertTrue(text.endswith("\r\x1b[K"))
        self.assertLessEqual(max(len(line.replace("\x1b[K", "")) for line in text.split("\r")), 80)


if __name__ == "__main__":
    unittest.main(verbosity=2)
