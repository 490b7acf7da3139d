"""Broken and unusual files: each works or gives one clear error line with its exit status, and never leaves a file behind."""
import os
import unittest

from cli_support import CliTest, ffmpeg, sample_bytes, wav_header, write_tone, write_wav


class BadInputs(CliTest):
    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def refused_by_both(self, pattern, path):
        before = self.files()
        self.refused(3, pattern, "analyze", path)
        self.refused(3, pattern, "mix", path, "-o", self.path("out.wav"))
        self.assertEqual(self.files(), before)

    def test_text_named_wav(self):
        self.refused_by_both(r"list\.wav: not an audio file of a known format; .*FLAC", self.write("list.wav", b"Milk, bread, strings.\n" * 4))

    def test_empty_file(self):
        self.refused_by_both(r"empty\.wav: the file is empty", self.write("empty.wav", b""))

    def test_no_channels(self):
        self.refused_by_both(r"zero\.wav: the header says 0 channels", self.write("zero.wav", wav_header(0, 24, 48000, 6000) + bytes(6000)))

    def test_header_cut_short(self):
        self.refused_by_both(r"half\.wav: the audio is damaged: ", self.write("half.wav", wav_header(2, 24, 48000, 6000)[:30]))

    def test_header_without_audio(self):
        self.refused_by_both(r"none\.wav: it holds no audio", self.write("none.wav", wav_header(2, 24, 48000, 0)))

    def test_rate_below_the_range(self):
        self.refused_by_both(r"a sample rate of 4000 Hz is outside 8000 to 192000 Hz", self.write("slow.wav", wav_header(1, 16, 4000, 8000) + bytes(8000)))

    def test_missing_file_folder_and_pipe(self):
        self.refused_by_both(r"nowhere\.wav: .*[Nn]o such file", self.path("nowhere.wav"))
        os.mkdir(self.path("folder.wav"))
        self.refused_by_both(r"folder\.wav: it is a folder", self.path("folder.wav"))
        os.mkfifo(self.path("pipe.wav"))
        self.refused_by_both(r"pipe\.wav: it cannot be read several times", self.path("pipe.wav"))

    def test_formats_that_are_not_read_are_named(self):
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", self.path("song.m4a"))
        self.refused_by_both(r"song\.m4a: MP4/M4A \(AAC or ALAC\) cannot be read; the formats read are WAV, .*FLAC.*MP3", self.path("song.m4a"))
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", self.path("song.aac"))
        self.refused_by_both(r"song\.aac: AAC \(ADTS\) cannot be read; the formats read are", self.path("song.aac"))

    def test_a_damaged_mp3_gives_no_more_than_our_own_words(self):
        ffmpeg("-f", "lavfi", "-i", "sine=d=1:r=16000", self.path("tone.mp3"))
        with open(self.path("tone.mp3"), "rb") as file:
            whole = file.read()
        self.refused_by_both(r"head\.mp3: the audio is damaged: nothing in it can be decoded\n", self.write("head.mp3", whole[:200] + bytes(3000)))
        # The decoder inside the library would like to say that it lost its way in the middle of the file.
        self.write("middle.mp3", whole[:2000] + bytes(700) + whole[2700:])
        self.assertGreater(self.json("analyze", self.path("middle.mp3"))["format"]["duration_s"], 0.5)

    def test_a_name_with_a_line_break_stays_one_line(self):
        self.refused_by_both(r"a\?b\.wav: the file is empty", self.write("a\nb.wav", b""))

    def test_seven_channels_are_measured_but_not_mixed(self):
        write_wav(self.path("seven.wav"), 24, 7, 48000, 48000)
        self.assertEqual(self.json("analyze", self.path("seven.wav"))["format"]["channels"], 7)
        self.refused(3, r"seven\.wav: 7 channels: only mono and stereo can be mixed", "mix", self.path("seven.wav"), "-o", self.path("out.wav"))
        self.assertEqual(self.files(), ["seven.wav"])

    def test_a_truncated_wav_gives_what_it_holds_and_says_so(self):
        self.write("cut.wav", (wav_header(2, 24, 48000, 288000) + sample_bytes(24, 96000))[:44 + 150001])
        self.assertRegex(self.json("analyze", self.path("cut.wav"))["notes"][0], "truncated")
        result = self.json("mix", self.path("cut.wav"), "-o", self.path("out.wav"), "--version", "original")
        self.assertRegex(result["notes"][0], "truncated")
        self.assertEqual(os.path.getsize(self.path("out.wav")), 44 + 150000)

    def test_a_truncated_flac_gives_what_it_holds_and_says_so(self):
        write_wav(self.path("in.wav"), 16, 2, 48000, 96000)
        ffmpeg("-i", self.path("in.wav"), "-c:a", "flac", self.path("whole.flac"))
        with open(self.path("whole.flac"), "rb") as whole:
            content = whole.read()
        self.write("cut.flac", content[:len(content) // 2])
        analysed = self.json("analyze", self.path("cut.flac"))
        self.assertRegex(" ".join(analysed["notes"]), "ends early")
        self.assertLess(analysed["format"]["duration_s"], 1.5)
        self.assertGreater(analysed["format"]["duration_s"], 0.5)

    def test_8_khz_mono_and_192_khz_stereo_are_mixed(self):
        for rate_hz, channels in [(8000, 1), (192000, 2)]:
            write_tone(self.path("in.wav"), rate_hz, channels, 2.5)
            result = self.json("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "musical", "--target", "-20")
            self.assertAlmostEqual(result["output"]["integrated_lufs"], -20.0, delta=0.1)
            self.assertEqual(self.json("analyze", self.path("out.wav"))["format"],
                             {"sample_rate_hz": rate_hz, "channels": channels, "bit_depth": 24, "duration_s": 2.5, "codec": "pcm-s24"})

    def test_silence_and_a_blip_have_no_loudness_and_stay_as_they_are(self):
        for name, frames, content in [("silence.wav", 96000, bytes(96000 * 4)), ("blip.wav", 5, sample_bytes(16, 10))]:
            self.write(name, wav_header(2, 16, 48000, frames * 4) + content)
            result = self.json("mix", self.path(name), "-o", self.path("out.wav"), "--version", "musical")
            self.assertIsNone(result["input"]["integrated_lufs"], name)
            self.assertIsNone(result["output"]["integrated_lufs"], name)
            self.assertEqual(result["moves"], [], name)
            self.assertRegex(" ".join(result["notes"]), "no measurable loudness")
            self.assertEqual(os.path.getsize(self.path("out.wav")), 44 + frames * 6, name)

    def test_samples_that_are_not_finite_become_silence_and_are_counted(self):
        data = bytearray(sample_bytes("f32", 96000))
        data[4000:4004] = b"\x00\x00\xc0\x7f"
        data[8000:8004] = b"\x00\x00\x80\xff"
        self.write("nan.wav", wav_header(2, 32, 48000, len(data), 3) + bytes(data))
        result = self.json("mix", self.path("nan.wav"), "-o", self.path("out.wav"), "--version", "original", "--format", "wav32f")
        self.assertIn("2 samples of the input were not finite or beyond +80 dBFS and were replaced by silence.", result["notes"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
