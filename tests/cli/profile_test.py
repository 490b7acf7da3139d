"""ag06 mix --profile: the styles that come with the studio, and a file of somebody's own."""
import json
import unittest

from cli_support import CliTest, by_ffmpeg, by_libebur128, data_of, ffmpeg, real_song

STYLES = ["balanced", "pop", "rock", "jazz", "electronic", "classical", "ballad", "speech", "podcast"]


class Profile(CliTest):
    def setUp(self):
        super().setUp()
        ffmpeg("-ss", 40, "-t", 15, "-i", real_song("Feelings"), "-c:a", "pcm_s24le", self.path("in.wav"))

    def mixed(self, *args):
        return self.json("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "musical", *args)

    def written(self, content):
        with open(self.path("mine.json"), "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return self.path("mine.json")

    def test_every_style_is_on_target_and_its_own(self):
        seen = {}
        for style in STYLES:
            result = self.mixed("--profile", style)
            self.assertEqual(result["profile"], style)
            for judge in (by_libebur128, by_ffmpeg):
                lufs, dbtp = judge(self.path("out.wav"))
                self.assertAlmostEqual(lufs, -14.0, delta=0.1, msg=style)
                self.assertLessEqual(dbtp, -0.9, style)
            settings = json.dumps(result["params"])
            self.assertNotIn(settings, seen.values(), f"{style} mixes as {[name for name, other in seen.items() if other == settings]}")
            seen[style] = settings

    def test_balanced_is_what_no_profile_gives(self):
        self.mixed("--profile", "balanced")
        named = data_of(self.path("out.wav"))
        self.mixed()
        self.assertEqual(data_of(self.path("out.wav")), named)

    def test_a_file_of_ones_own(self):
        mine = self.written({"id": "cave", "label": "Cave", "reverb": {"type": "Plate", "send_ratio": 0.4, "decay_s": 3, "predelay_beats": 0.125}})
        result = self.mixed("--profile", mine, "--params", self.tempo(90))
        self.assertEqual(result["params"]["reverb.enabled"], 1)
        self.assertEqual(result["params"]["reverb.type"], 2)
        self.assertAlmostEqual(result["params"]["reverb.send_ratio"], 0.4, 6)
        self.assertAlmostEqual(result["params"]["reverb.predelay_ms"], round(0.125 * 60000 / 90), 6)
        self.assertIn("Cave", json.dumps(result["moves"]))
        self.assertEqual(self.mixed("--profile", mine, "--amount", "0")["params"]["reverb.enabled"], 0)

    def tempo(self, bpm):
        with open(self.path("tempo.json"), "w", encoding="utf-8") as file:
            json.dump({"tempo.bpm": bpm}, file)
        return self.path("tempo.json")

    def test_what_is_wrong_with_a_profile(self):
        for content, why in [
                ("{", "not JSON"), ([], "must hold a JSON object"), ({"label": "x"}, "id is missing"), ({"id": "x", "label": ""}, "label must be a text"),
                ({"id": "x", "label": "x", "tone": {"limit_db": 99}}, r"tone\.limit_db: 99 is outside 0 to 12"),
                ({"id": "x", "label": "x", "tone": {"limits_db": 1}}, r"no field is called 'tone\.limits_db'; the nearest is 'tone\.limit_db'"),
                ({"id": "x", "label": "x", "tone": {"limit_db": "3"}}, r"tone\.limit_db must be a number, not string"),
                ({"id": "x", "label": "x", "tone": {"octaves_db": [0]}}, r"tone\.octaves_db must be a list of 11 numbers"),
                ({"id": "x", "label": "x", "tone": 3}, "no field is called 'tone'"),
                ({"id": "x", "label": "x", "reverb": {"type": "Cave"}}, r"reverb\.type must be one of Room, Hall, Plate, Chamber"),
                ('{"id": "x", "id": "y", "label": "x"}', "id is set twice")]:
            self.refused(2, why, "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--profile", self.written(content))
        self.refused(2, "'roc' is none of balanced, .*nor a JSON file", "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--profile", "roc")
        self.refused(3, r"gone\.json: No such file", "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--profile", self.path("gone.json"))
        self.assertNotIn("out.wav", self.files())


if __name__ == "__main__":
    unittest.main(verbosity=2)
