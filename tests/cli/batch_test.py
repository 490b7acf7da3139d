"""Several inputs: each becomes a file in the folder, a bad one stops none of the others, and the status tells."""
import json
import os
import unittest

from cli_support import CliTest, ag06, write_tone


class Batch(CliTest):
    def setUp(self):
        super().setUp()
        for name, level in [("one.wav", 0.1), ("two.wav", 0.2), ("three.wav", 0.3)]:
            write_tone(self.path(name), 44100, 1, 1.5, level)
        with open(self.path("bad.wav"), "w", encoding="utf-8") as file:
            file.write("no audio here")

    def mix(self, *names, to="out", options=()):
        return ag06("mix", *[self.path(name) for name in names], "-o", self.path(to), "--version", "musical", "--target", "-20", *options)

    def test_the_rest_go_on_when_one_fails(self):
        done = self.mix("one.wav", "bad.wav", "three.wav", options=["--format", "flac16"])
        self.assertEqual(done.returncode, 3)
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["one.flac", "three.flac"])
        self.assertRegex(done.stderr, r"\A\[1/3\] .*one\.wav\n\[2/3\] .*bad\.wav\nag06: .*bad\.wav: not an audio file[^\n]*\n\[3/3\] .*three\.wav\n\Z")

    def test_json_is_an_array_in_the_order_of_the_inputs(self):
        done = self.mix("one.wav", "bad.wav", "two.wav", options=["--json", "-q"])
        one, bad, two = json.loads(done.stdout)
        self.assertEqual([os.path.basename(r["output_file"]) for r in (one, two)], ["one.wav", "two.wav"])
        self.assertRegex(bad["error"], "not an audio file")
        for result in (one, two):
            self.assertAlmostEqual(result["output"]["integrated_lufs"], -20.0, delta=0.1)

    def test_one_input_into_a_folder(self):
        os.mkdir(self.path("out"))
        self.assertEqual(self.mix("one.wav").returncode, 0)
        self.assertEqual(os.listdir(self.path("out")), ["one.wav"])

    def test_names_that_would_collide_are_refused_before_any_work(self):
        os.mkdir(self.path("other"))
        write_tone(self.path("other/one.wav"), 44100, 1, 1.5)
        self.refused(2, r"one\.wav and .*other/one\.wav would both become .*out/one\.wav", "mix", self.path("one.wav"), self.path("other/one.wav"), "-o", self.path("out"))
        self.refused(2, r"the output would replace an input", "mix", self.path("one.wav"), self.path("two.wav"), "-o", self.folder)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_a_file_where_the_folder_should_be(self):
        self.refused(4, r"two\.wav: ", "mix", self.path("one.wav"), self.path("three.wav"), "-o", self.path("two.wav"), "--format", "wav24")


if __name__ == "__main__":
    unittest.main(verbosity=2)
