"""ag06 params, --params files, and the words of the command line."""
import json
import os
import subprocess
import unittest

from cli_support import AG06, CliTest, ag06, data_of, write_tone

TABLE = os.path.join(os.path.dirname(__file__), "../../core/params/params.json")


class Params(CliTest):
    def setUp(self):
        super().setUp()
        write_tone(self.path("in.wav"), 48000, 2, 3.0)

    def params(self, text):
        with open(self.path("p.json"), "w", encoding="utf-8") as file:
            file.write(text)
        return ["mix", self.path("in.wav"), "-o", self.path("out.wav"), "--params", self.path("p.json")]

    def test_the_printed_table_is_the_source_table(self):
        printed = json.loads(self.ok("params", "--json").stdout)
        with open(TABLE, encoding="utf-8") as file:
            source = json.load(file)
        self.assertEqual(printed["version"], source["version"])
        self.assertRegex(printed["hash"], "^[0-9a-f]{16}$")
        self.assertEqual(printed["parameters"], source["parameters"])

    def test_the_table_for_people_names_every_parameter(self):
        text = self.ok("params").stdout
        with open(TABLE, encoding="utf-8") as file:
            for parameter in json.load(file)["parameters"]:
                self.assertRegex(text, r"(?m)^  " + parameter["key"].replace(".", r"\.") + r" +\S+ \.\. \S+ +default ")

    def test_values_are_set_over_the_version(self):
        result = self.json(*self.params('{"eq.enabled": true, "eq.3.enabled": 1, "eq.3.freq_hz": 440, "eq.3.gain_db": -12, "eq.3.q": 1}'), "--version", "original")
        self.assertEqual(result["params"]["eq.3.gain_db"], -12)
        self.assertEqual(result["params"]["eq.enabled"], 1)
        self.assertAlmostEqual(result["output"]["integrated_lufs"] - result["input"]["integrated_lufs"], -12.0, delta=0.1)

    def test_over_the_musical_version_the_target_is_still_met(self):
        result = self.json(*self.params('{"comp.enabled": 1, "comp.ratio": 6, "comp.threshold_dbfs": -30}'), "--version", "musical", "--target", "-18")
        self.assertEqual(result["params"]["comp.ratio"], 6)
        self.assertAlmostEqual(result["output"]["integrated_lufs"], -18.0, delta=0.1)
        self.assertNotIn("comp.ratio", [move["param"] for move in result["moves"]])
        for move in result["moves"]:
            self.assertEqual(move["to"], result["params"][move["param"]], move)

    def test_a_level_set_by_hand_is_not_fitted_over(self):
        result = self.json(*self.params('{"output.gain_db": 3.0}'), "--version", "original", "--target", "spotify")
        self.assertAlmostEqual(result["output"]["integrated_lufs"] - result["input"]["integrated_lufs"], 3.0, delta=0.01)
        self.assertRegex(" ".join(result["notes"]), "--params sets the output level")

    def test_numbers_and_keys_beyond_all_measure_are_refused(self):
        self.refused(2, r"p\.json: a number in it is too large", *self.params('{"comp.ratio": 1e999}'))
        self.refused(2, r"p\.json: no parameter is called 'k{64}\.\.\.'; the nearest is", *self.params('{"%s": 1}' % ("k" * 900_000)))
        self.refused(2, r"p\.json: it is larger than any file of parameters", *self.params("[" * 3_000_000))
        self.refused(2, r"p\.json: not JSON", *self.params("[" * 1_000_000))
        self.assertEqual(self.files(), ["in.wav", "p.json"])

    def test_standard_output_takes_no_mix(self):
        self.refused(2, "not to standard output", "mix", self.path("in.wav"), "-o", "-")

    def test_an_empty_word_is_no_choice(self):
        for option in ("--target", "--params", "--format", "--version", "-o"):
            self.refused(2, "must not be empty", "mix", self.path("in.wav"), "-o", self.path("out.wav"), option, "")

    def test_an_empty_object_changes_nothing(self):
        self.json(*self.params("{}"), "--version", "original")
        with_params = data_of(self.path("out.wav"))
        self.json("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original")
        self.assertEqual(with_params, data_of(self.path("out.wav")))

    def test_wrong_files_are_refused_by_name(self):
        for text, pattern in [('{"comp.ration": 2}', r"p\.json: no parameter is called 'comp\.ration'; the nearest is 'comp\.ratio'"),
                              ('{"eq.9.gain_db": 2}', r"the nearest is 'eq\.1\.gain_db'"),
                              ('{"comp.ratio": "2"}', r"comp\.ratio must be a number, not string"),
                              ('{"comp.ratio": true}', r"comp\.ratio must be a number, not boolean"),
                              ('{"comp.ratio": 40}', r"comp\.ratio: 40 is outside 1 to 20"),
                              ('{"eq.1.type": 2.5}', r"eq\.1\.type must be a whole number, not 2\.5"),
                              ('{"comp.ratio": 2, "comp.ratio": 3}', r"comp\.ratio is set twice"),
                              ('[1, 2]', r"must hold a JSON object of keys and values, not array"),
                              ('{"comp.ratio": 2', r"p\.json: not JSON: a mistake near byte 17"),
                              ('', r"p\.json: not JSON")]:
            self.refused(2, pattern, *self.params(text))
        self.refused(3, r"gone\.json: No such file", "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--params", self.path("gone.json"))
        self.assertEqual(self.files(), ["in.wav", "p.json"])

    def test_wrong_words_are_refused(self):
        mix = ["mix", self.path("in.wav"), "-o", self.path("out.wav")]
        for args, pattern in [([*mix, "--version", "loud"], "'loud' is none of original, musical, baseline-cnn, enhanced-cnn, ast, ensemble"),
                              ([*mix, "--target", "tidal"], "'tidal' is none of spotify, apple-music, youtube, ebu-r128, podcast, none, nor a number"),
                              ([*mix, "--target", "-3"], "-3 is outside -40 to -5 LUFS"),
                              ([*mix, "--target", "-14x"], "'-14x' is none of"),
                              ([*mix, "--ceiling-dbtp", "0.5"], "--ceiling-dbtp: must lie between -24 and 0"),
                              ([*mix, "--amount", "1.1"], "--amount: must lie between 0 and 1"),
                              ([*mix, "--amount", "lots"], "usage: "),
                              ([*mix, "--format", "mp3"], "'mp3' is not in this build, which writes wav16, wav16-shaped, wav24, wav32f, flac16, flac16-shaped, flac24"),
                              ([*mix, "--format", "flac16"], r"out\.wav: its name says wav, --format says flac16"),
                              (["mix", self.path("in.wav"), "-o", self.path("out.mp3")], r"out\.mp3: mp3 files cannot be written"),
                              (["mix", self.path("in.wav"), "-o", self.path("in.wav")], r"in\.wav: the output would replace an input"),
                              (["mix", self.path("in.wav")], "usage: --output is required"),
                              (["mixx", "a"], "mixx: there is no such command; did you mean 'mix'"),
                              ([*mix, "--loud"], "usage: .*--loud")]:
            self.refused(2, pattern, *args)
        self.assertEqual(self.files(), ["in.wav"])

    def test_a_result_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([AG06, "params"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (4, "ag06: standard output: it could not be written\n"))

    def test_help_and_version(self):
        self.assertRegex(self.ok("--version").stdout, r"^ag06 \d+\.\d+\.\d+\n$")
        self.assertRegex(self.ok("--help").stdout, "analyze(.|\n)*mix(.|\n)*params(.|\n)*Exit status")
        self.assertRegex(self.ok("mix", "--help").stdout, r"--target(.|\n)*ebu-r128(.|\n)*--ceiling-dbtp")
        self.assertEqual(ag06().returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
