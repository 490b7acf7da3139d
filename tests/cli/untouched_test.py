"""An unprocessed file comes out as it went in, bit for bit; 16 bits are dithered as TPDF dither must be."""
import struct
import unittest

from cli_support import CliTest, data_of, decoded, ffmpeg, sample_bytes, wav_header, write_wav

SHAPES = [(8000, 1), (44100, 2), (48000, 1), (96000, 2), (192000, 2)]


def int24(data):
    return [int.from_bytes(data[i:i + 3], "little", signed=True) for i in range(0, len(data), 3)]


class Untouched(CliTest):
    def exported(self, source, name, *options):
        self.ok("mix", source, "-o", self.path(name), "--version", "original", *options)
        return self.path(name)

    def test_24_bits_to_24_bits(self):
        for rate_hz, channels in SHAPES:
            data = write_wav(self.path("in.wav"), 24, channels, rate_hz, 30011, rate_hz)
            self.assertEqual(data_of(self.exported(self.path("in.wav"), "out.wav")), data, (rate_hz, channels))

    def test_floats_to_floats_also_beyond_full_scale_and_the_smallest(self):
        for rate_hz, channels in SHAPES:
            data = write_wav(self.path("in.wav"), "f32", channels, rate_hz, 30011, rate_hz)
            self.assertEqual(data_of(self.exported(self.path("in.wav"), "out.wav", "--format", "wav32f")), data, (rate_hz, channels))

    def test_16_bits_to_24_bits_is_a_shift(self):
        data = write_wav(self.path("in.wav"), 16, 2, 44100, 20000)
        shifted = b"".join(b"\0" + data[i:i + 2] for i in range(0, len(data), 2))
        self.assertEqual(data_of(self.exported(self.path("in.wav"), "out.wav")), shifted)

    def test_24_bits_to_floats_is_a_division_by_2_to_the_23(self):
        data = write_wav(self.path("in.wav"), 24, 2, 44100, 20000)
        floats = b"".join(struct.pack("<f", value / 8388608.0) for value in int24(data))
        self.assertEqual(data_of(self.exported(self.path("in.wav"), "out.wav", "--format", "wav32f")), floats)

    def test_flac_in_and_out(self):
        data = write_wav(self.path("in.wav"), 24, 2, 48000, 30000)
        ffmpeg("-i", self.path("in.wav"), "-c:a", "flac", self.path("in.flac"))
        self.assertEqual(data_of(self.exported(self.path("in.flac"), "out.wav")), data)
        out = self.exported(self.path("in.wav"), "out.flac")
        self.assertEqual(decoded(out, "s32le"), decoded(self.path("in.wav"), "s32le"))
        with open(out, "rb") as file:
            self.assertEqual(file.read(4), b"fLaC")

    def test_the_same_song_gives_the_same_file(self):
        write_wav(self.path("in.wav"), 24, 2, 48000, 30000)
        for format_name in ["wav16", "wav32f", "flac16"]:
            with open(self.exported(self.path("in.wav"), "a.tmp", "--format", format_name), "rb") as a, \
                 open(self.exported(self.path("in.wav"), "b.tmp", "--format", format_name), "rb") as b:
                self.assertEqual(a.read(), b.read(), format_name)

    def test_16_bits_carry_tpdf_dither(self):
        # Total error of TPDF-dithered rounding: zero mean, variance a quarter of a step squared, whatever the signal
        # (Lipshitz, Wannamaker, Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40(5), 1992).
        frames = 100000
        # 6 bits below full scale, so that dither never meets the ends of the range.
        quiet = b"".join((value // 64).to_bytes(3, "little", signed=True) for value in int24(sample_bytes(24, frames, 5)))
        with open(self.path("in.wav"), "wb") as file:
            file.write(wav_header(1, 24, 48000, len(quiet)) + quiet)
        out = data_of(self.exported(self.path("in.wav"), "out.wav", "--format", "wav16"))
        errors = [value - wanted / 256.0 for value, wanted in zip(struct.unpack("<%dh" % frames, out), int24(quiet))]
        mean = sum(errors) / frames
        self.assertLess(abs(mean), 0.01)
        self.assertAlmostEqual(sum(e * e for e in errors) / frames, 0.25, delta=0.01)
        self.assertLessEqual(max(map(abs, errors)), 1.5)
        self.assertGreater(max(map(abs, errors)), 1.2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
