"""ag06 models, and mixes by trained models: small ones whose answers are known, and every way in which they can be unusable."""
import json
import os
import shutil
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "models"), os.path.join(HERE, "..", "..", "models")]
import tiny_model  # noqa: E402
from ag06 import curves, params_gen  # noqa: E402
from cli_support import CliTest, ag06 as run_ag06, by_libebur128, data_of, ffmpeg, real_song, write_tone  # noqa: E402

SETTINGS = tiny_model.SETTINGS


def knob(key, position_01):
    return curves.from_norm(next(p for p in params_gen.PARAMS if p["key"] == key), position_01)


def expected_by_build():
    listed = json.loads(run_ag06("models", "--json", "--models", "/nowhere").stdout)["expects"]
    return listed["features"], listed["parameters_sha256"]


class ModelsCase(CliTest):
    def setUp(self):
        super().setUp()
        self.features, self.parameters = expected_by_build()
        self.models = self.path("models")
        self.registry = self.write()

    def write(self, **options):
        return tiny_model.write_models(self.models, self.features["heard"], self.parameters, self.features["id"], excerpt_s=self.features["excerpt_s"], **options)

    def constant(self, settings, spread=0.05):
        """One model that answers these settings whatever it hears."""
        metadata = {"ag06.parameters_sha256": self.parameters, "ag06.features": self.features["id"]}
        model = tiny_model.model(self.features["heard"], tiny_model.bias_for(settings), gain=0.0, uses_heard=False, spread=spread, metadata=metadata)
        return self.write(models={"ast": model}, weights={"ast": [1] * 10})

    def edit(self, change):
        path = os.path.join(self.models, "registry.json")
        with open(path, encoding="utf-8") as file:
            registry = json.load(file)
        change(registry)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(registry, file)

    def song(self, duration_s=25):
        if not os.path.exists(self.path("in.wav")):
            ffmpeg("-ss", 40, "-t", duration_s, "-i", real_song("Feelings"), "-c:a", "pcm_s24le", self.path("in.wav"))
        return self.path("in.wav")

    def mix(self, *args):
        return ["mix", self.song(), "-o", self.path("out.wav"), "--models", self.models, *args]


class Listing(ModelsCase):
    def test_what_is_there(self):
        done = self.ok("models", "--models", self.models, "--json")
        listed = json.loads(done.stdout)
        self.assertTrue(listed["registry"]["ok"])
        self.assertRegex(listed["runtime"]["version"], r"^1\.\d+\.\d+$")
        self.assertEqual([(m["id"], m["ok"], m["why_not"]) for m in listed["models"]], [("baseline-cnn", True, None), ("ast", True, None)])
        self.assertEqual(listed["models"][1]["bytes"], os.path.getsize(os.path.join(self.models, "weights/ast.onnx")))
        self.assertRegex(self.ok("models", "--models", self.models).stdout, r"ast +ast, .*weights/ast\.onnx, 0\.\d MB, ok\n")
        self.assertEqual(self.ok("models", env={**os.environ, "AG06_MODELS": self.models}).stdout, self.ok("models", "--models", self.models).stdout)

    def test_what_is_wrong_is_said_of_the_file_and_ends_with_5(self):
        def listed():
            done = run_ag06("models", "--models", self.models, "--json")
            self.assertEqual(done.returncode, 5)
            self.assertRegex(done.stderr, r"\Aag06: models: [^\n]+: [^\n]+\n\Z")
            return json.loads(done.stdout)

        with open(os.path.join(self.models, "weights/ast.onnx"), "r+b") as file:
            file.truncate(100)
        self.assertEqual([m["ok"] for m in listed()["models"]], [True, False])
        self.assertRegex(listed()["models"][1]["why_not"], "^it holds 100 bytes where the registry says")
        os.remove(os.path.join(self.models, "weights/ast.onnx"))
        self.assertEqual(listed()["models"][1]["why_not"], "it is missing")
        self.edit(lambda registry: registry.update(parameters_sha256="0" * 64))
        self.assertEqual(listed()["models"], [])
        self.assertRegex(listed()["registry"]["why_not"], "^made for other parameters")


class Mixing(ModelsCase):
    def test_the_default_is_the_ensemble_where_it_is_there(self):
        result = self.json(*self.mix())
        self.assertEqual(result["version"], "ensemble")
        for key in ("model_params", "model_confidence", "model_agreement"):
            self.assertEqual(list(result[key]), SETTINGS)
            for value in result[key].values():
                self.assertTrue(0.0 <= value <= 1.0)
        self.assertAlmostEqual(by_libebur128(self.path("out.wav"))[0], -14.0, delta=0.1)
        self.assertFalse([note for note in result["notes"] if "musical" in note or "missed" in note])

    def test_the_settings_are_the_models_and_come_into_the_chain(self):
        wanted = [0.5, 0.4, 0.6, 0.5, 0.7, 0.35, 0.3, 0.2, 0.8, 0.5]
        self.constant(wanted)
        result = self.json(*self.mix("--version", "ast"))
        self.assertEqual(result["version"], "ast")
        for setting, value in zip(SETTINGS, wanted):
            self.assertAlmostEqual(result["model_params"][setting], value, 5)
            self.assertAlmostEqual(result["model_agreement"][setting], 1.0, 5)
            self.assertAlmostEqual(result["model_confidence"][setting], 1 - 0.05 / 0.28, 4)
        for key, position in (("comp.ratio", 0.4), ("eq.2.gain_db", 0.7), ("eq.6.gain_db", 0.35), ("imager.width_ratio", 0.8), ("reverb.send_ratio", 0.3)):
            self.assertAlmostEqual(result["params"][key], knob(key, position), delta=0.1, msg=key)

    def test_amount_scales_and_zero_is_neutral(self):
        self.constant([0.5, 0.4, 0.5, 0.5, 0.7, 0.5, 0.2, 0.1, 0.7, 0.5])
        whole, half, none = (self.json(*self.mix("--amount", amount))["params"] for amount in ("1", "0.5", "0"))
        self.assertAlmostEqual(half["eq.2.gain_db"], whole["eq.2.gain_db"] / 2, delta=0.11)
        self.assertEqual(none["eq.2.gain_db"], 0)
        self.assertEqual(none["reverb.enabled"], 0)

    def test_the_same_song_gives_the_same_samples(self):
        for name in ("a.wav", "b.wav"):
            self.ok("mix", self.song(12), "-o", self.path(name), "--models", self.models, "-q")
        self.assertEqual(data_of(self.path("a.wav")), data_of(self.path("b.wav")))

    def test_a_song_too_short_for_them_is_musical(self):
        write_tone(self.path("short.wav"), 44100, 2, 2.0)
        result = self.json("mix", self.path("short.wav"), "-o", self.path("out.wav"), "--models", self.models, "--version", "ensemble")
        self.assertEqual(result["version"], "musical")
        self.assertIsNone(result["model_params"])
        self.assertIn("too short for the trained models", " ".join(result["notes"]))

    def test_every_rate_and_mono(self):
        for rate_hz, channels in ((8000, 1), (48000, 1), (96000, 2)):
            write_tone(self.path("tone.wav"), rate_hz, channels, 5.0)
            result = self.json("mix", self.path("tone.wav"), "-o", self.path("out.wav"), "--models", self.models, "--version", "ensemble")
            self.assertEqual(result["version"], "ensemble")


class Unusable(ModelsCase):
    """What was asked for by name is refused with 5; the default becomes musical and says why."""

    def said(self, why, version="ensemble", env=None):
        options = {"env": {**os.environ, **env}} if env else {}
        self.refused(5, why, *self.mix("--version", version), **options)
        self.assertNotIn("out.wav", self.files())
        done = self.ok(*self.mix("--json"), **options)
        self.assertRegex(done.stderr, r"\Aag06: Mixed as musical, without the trained models: [^\n]*" + why)
        result = json.loads(done.stdout)
        self.assertEqual(result["version"], "musical")
        self.assertIsNone(result["model_params"])
        self.assertRegex(" ".join(result["notes"]), why)
        by_models = data_of(self.path("out.wav"))
        self.ok(*self.mix("--version", "musical", "-q"))
        self.assertEqual(data_of(self.path("out.wav")), by_models)
        os.remove(self.path("out.wav"))

    def test_no_registry(self):
        shutil.rmtree(self.models)
        self.said(r"registry\.json: it is missing")

    def test_a_broken_registry(self):
        with open(os.path.join(self.models, "registry.json"), "w", encoding="utf-8") as file:
            file.write("{")
        self.said(r"registry\.json: not JSON: a mistake near byte")

    def test_made_for_other_parameters(self):
        self.edit(lambda registry: registry.update(parameters_sha256="f" * 64))
        self.said(r"registry\.json: made for other parameters \(ffffffffffff\.\.\.\)")

    def test_made_for_other_features(self):
        self.edit(lambda registry: registry["features"].update(heard=3))
        self.said(r"features\.heard 3 is not what this program hears")

    def test_a_file_that_is_missing_cut_short_or_another(self):
        path = os.path.join(self.models, "weights/ast.onnx")
        with open(path, "rb") as file:
            content = file.read()
        os.rename(path, path + ".old")
        self.said(r"weights/ast\.onnx: it is missing")
        with open(path, "wb") as file:
            file.write(content[:-1])
        self.said(rf"weights/ast\.onnx: it holds {len(content) - 1} bytes where the registry says {len(content)}")
        with open(path, "wb") as file:
            file.write(content[:-1] + bytes([content[-1] ^ 1]))
        self.said(r"weights/ast\.onnx: it is not the file that was registered: its sha256 is")

    def test_no_library(self):
        self.said(r"/nowhere/libonnxruntime\.so\.1: it is missing; `npm ci` in web/ brings it", env={"AG06_ONNXRUNTIME": "/nowhere/libonnxruntime.so.1"})

    def test_a_model_that_is_not_registered(self):
        self.refused(5, r"registry\.json: it has no model 'enhanced-cnn'", *self.mix("--version", "enhanced-cnn"))

    def test_musical_and_original_need_none(self):
        shutil.rmtree(self.models)
        for version in ("musical", "original"):
            self.assertEqual(self.ok(*self.mix("--version", version, "-q")).stderr, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
