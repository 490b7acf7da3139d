"""ag06 mix --rate-hz: the song at another rate, still on its loudness target and below its ceiling, as long as it should be and in time."""
import array
import math
import os
import signal
import struct
import subprocess
import time
import unittest

from cli_support import AG06, CliTest, ag06, by_ffmpeg, by_libebur128, data_of, decoded, ffmpeg, real_song, wav_header, write_tone, write_wav


def rate_of(path):
    """As the header states it: RIFF WAVE, or the STREAMINFO of a FLAC (RFC 9639, 8.2: 20 bits at byte 18)."""
    with open(path, "rb") as file:
        head = file.read(28)
    return int.from_bytes(head[18:21], "big") >> 4 if head[:4] == b"fLaC" else struct.unpack_from("<I", head, 24)[0]


def frames_at(frames, in_rate_hz, out_rate_hz):
    return (2 * frames * out_rate_hz + in_rate_hz) // (2 * in_rate_hz)


def floats_of(path):
    return array.array("f", data_of(path))


def write_floats(path, rate_hz, samples):
    data = array.array("f", samples).tobytes()
    with open(path, "wb") as file:
        file.write(wav_header(1, 32, rate_hz, len(data), 3) + data)


class Rate(CliTest):
    def excerpt(self, duration_s=15):
        ffmpeg("-ss", 40, "-t", duration_s, "-i", real_song("Metal madness"), "-ar", 44100, "-c:a", "pcm_s24le", self.path("in.wav"))
        return self.path("in.wav")

    def test_loudness_and_true_peak_are_those_of_the_written_file(self):
        self.excerpt()
        for rate_hz in (48000, 96000, 22050, 44056):
            result = self.json("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "musical", "--target", "spotify", "--rate-hz", rate_hz)
            self.assertEqual((result["input_rate_hz"], result["output_rate_hz"]), (44100, rate_hz))
            self.assertEqual(rate_of(self.path("out.wav")), rate_hz)
            for judge in (by_libebur128, by_ffmpeg):
                lufs, dbtp = judge(self.path("out.wav"))
                print(f"\n  {rate_hz} Hz by {judge.__name__}: {lufs} LUFS, {dbtp} dBTP", end="")
                self.assertAlmostEqual(lufs, -14.0, delta=0.1)
                self.assertLessEqual(dbtp, -0.9)
            self.assertAlmostEqual(result["output"]["integrated_lufs"], by_libebur128(self.path("out.wav"))[0], delta=0.05)

    def test_the_original_limited_at_another_rate(self):
        self.excerpt()
        for rate_hz in (48000, 96000):
            self.ok("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "--target", "-11", "--ceiling-dbtp", "-2", "--rate-hz", rate_hz, "-q")
            lufs, dbtp = by_libebur128(self.path("out.wav"))
            self.assertAlmostEqual(lufs, -11.0, delta=0.1)
            self.assertLessEqual(dbtp, -1.9)
        # A song that is full up to 16 kHz: the short filter of libebur128 reads up to 0.16 dB too much there, a steep resampler does not.
        self.ok("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "--target", "-11", "--ceiling-dbtp", "-2", "--rate-hz", 32000, "-q")
        oversampled = array.array("f", ffmpeg("-i", self.path("out.wav"), "-af", "aresample=256000:resampler=soxr:precision=28", "-f", "f32le", "-"))
        self.assertLessEqual(20 * math.log10(max(max(oversampled), -min(oversampled))), -2.0)

    def test_the_original_is_the_same_tone_at_the_new_rate(self):
        for in_rate_hz, out_rate_hz in ((44100, 48000), (96000, 44100), (44100, 192000), (48000, 44056)):
            write_floats(self.path("in.wav"), in_rate_hz, (0.8 * math.sin(2 * math.pi * 5000.0 * i / in_rate_hz + 0.3) for i in range(in_rate_hz // 2)))
            self.ok("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "--format", "wav32f", "--rate-hz", out_rate_hz, "-q")
            out = floats_of(self.path("out.wav"))
            self.assertEqual(len(out), frames_at(in_rate_hz // 2, in_rate_hz, out_rate_hz))
            middle = range(out_rate_hz // 50, len(out) - out_rate_hz // 50)
            worst = max(abs(out[j] - 0.8 * math.sin(2 * math.pi * 5000.0 * j / out_rate_hz + 0.3)) for j in middle)
            self.assertLessEqual(worst, 1e-6, f"{in_rate_hz} -> {out_rate_hz}")

    def test_lengths(self):
        for in_rate_hz, out_rate_hz, frames in ((44100, 48000, 1), (44100, 48000, 4096), (44100, 48000, 12345), (48000, 44100, 8193), (8000, 192000, 999), (192000, 8000, 50001),
                                                (44100, 44099, 30000), (192000, 8000, 11)):
            write_wav(self.path("in.wav"), 16, 2, in_rate_hz, frames)
            self.ok("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "--format", "wav16", "--rate-hz", out_rate_hz, "-q")
            self.assertEqual(len(data_of(self.path("out.wav"))) // 4, frames_at(frames, in_rate_hz, out_rate_hz), f"{frames} frames, {in_rate_hz} -> {out_rate_hz}")

    def test_the_songs_own_rate_changes_nothing(self):
        write_wav(self.path("in.wav"), "f32", 2, 44100, 20000)
        for version in ("original", "musical"):
            self.ok("mix", self.path("in.wav"), "-o", self.path("plain.wav"), "--version", version, "--format", "wav32f", "-q")
            self.ok("mix", self.path("in.wav"), "-o", self.path("same.wav"), "--version", version, "--format", "wav32f", "--rate-hz", 44100, "-q")
            self.assertEqual(data_of(self.path("plain.wav")), data_of(self.path("same.wav")))

    def test_the_same_song_gives_the_same_samples(self):
        write_tone(self.path("in.wav"), 44100, 2, 3.0)
        for name in ("a.wav", "b.wav"):
            self.ok("mix", self.path("in.wav"), "-o", self.path(name), "--version", "musical", "--rate-hz", 48000, "-q")
        self.assertEqual(data_of(self.path("a.wav")), data_of(self.path("b.wav")))

    def test_every_format(self):
        write_tone(self.path("in.wav"), 44100, 2, 1.0)
        for format_name in ("wav16", "wav24", "wav32f", "flac16", "flac24"):
            for rate_hz in (88200, 96000, 192000, 44056):
                out = self.path("out.flac" if "flac" in format_name else "out.wav")
                self.ok("mix", self.path("in.wav"), "-o", out, "--version", "musical", "--format", format_name, "--rate-hz", rate_hz, "-q")
                self.assertEqual(rate_of(out), rate_hz)
                self.assertEqual(len(decoded(out, "s32le")) // 8, rate_hz)

    def test_what_is_refused(self):
        write_tone(self.path("in.wav"), 48000, 2, 0.5)
        for value in ("", "7999", "192001", "0", "-48000", "44100.5", "48k", "nan", "99999999999"):
            self.refused(2, "rate-hz", "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--rate-hz", value)
        self.assertEqual(self.files(), ["in.wav"])
        write_wav(self.path("surround.wav"), 16, 6, 48000, 4800)
        self.refused(3, "only mono and stereo", "mix", self.path("surround.wav"), "-o", self.path("out.wav"), "--rate-hz", "44100")

    def test_a_batch_of_several_rates(self):
        os.mkdir(self.path("out"))
        for rate_hz in (8000, 44100, 48000, 192000):
            write_tone(self.path(f"{rate_hz}.wav"), rate_hz, 1, 1.0)
        with open(self.path("broken.wav"), "w", encoding="utf-8") as file:
            file.write("no audio")
        names = ["8000.wav", "44100.wav", "broken.wav", "48000.wav", "192000.wav"]
        done = ag06("mix", *map(self.path, names), "-o", self.path("out"), "--version", "musical", "--rate-hz", 44100)
        self.assertEqual(done.returncode, 3)
        written = sorted(os.listdir(self.path("out")))
        self.assertEqual(len(written), 4)
        for name in written:
            self.assertEqual(rate_of(os.path.join(self.path("out"), name)), 44100)
            self.assertEqual(len(decoded(os.path.join(self.path("out"), name), "s32le")) // 4, 44100)

    def test_samples_that_are_no_numbers_are_counted(self):
        write_floats(self.path("in.wav"), 44100, [math.nan if i in (500, 501, 9000) else 0.1 for i in range(10000)])
        result = self.json("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "--format", "wav32f", "--rate-hz", 48000)
        self.assertIn("3 samples of the input were not finite or beyond +80 dBFS and were replaced by silence.", result["notes"])
        self.assertTrue(all(map(math.isfinite, floats_of(self.path("out.wav")))))

    def test_people_are_told_both_rates(self):
        write_tone(self.path("in.wav"), 44100, 2, 1.0)
        done = self.ok("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "musical", "--rate-hz", 48000)
        self.assertRegex(done.stdout, r"\(musical, wav24, 44100 to 48000 Hz\)\n")
        self.assertRegex(done.stderr, r"in\.wav: measuring\n(.*\n)*.*in\.wav: writing\n\Z")

    def test_ctrl_c_leaves_nothing_behind(self):
        self.excerpt(60)
        with subprocess.Popen([AG06, "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "musical", "--rate-hz", "192000", "-q"], stderr=subprocess.PIPE, text=True) as child:
            deadline = time.monotonic() + 20
            while len(self.files()) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertEqual(len(self.files()), 2, "the hidden file of the output should be there by now")
            child.send_signal(signal.SIGINT)
            self.assertRegex(child.stderr.read(), r"\Aag06: interrupted: [^\n]+\n\Z")
            self.assertEqual(child.wait(20), -signal.SIGINT)
        self.assertEqual(self.files(), ["in.wav"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
