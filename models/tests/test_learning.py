"""Networks, ensemble, calibration, figures and what is exported: models/tests/test_learning.py. Needs numpy and torch (exits with 77 without), and onnx for the last."""
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(MODELS))
try:
    import numpy as np
    import torch

    from data.plan import SETTINGS
    from evaluate import baselines, ensemble, figures
    from train import dataset, networks, train
    from train.networks import MEL, NETWORKS, Exported
except ImportError as problem:
    print(f"skipped: numpy and torch are wanted: {problem}")
    sys.exit(1 if os.environ.get("AG06_NO_SKIP") else 77)  # 77: what ctest counts as skipped

HEARD = 183


def a_batch(number=3, seed=1):
    random = torch.Generator().manual_seed(seed)
    return torch.randn(number, *MEL, generator=random), torch.randn(number, HEARD, generator=random)


class FakeSplit:
    """Some examples in memory, with what the augmentation reads."""

    def __init__(self, number, seed=2):
        rng = np.random.default_rng(seed)
        self.pictures = rng.standard_normal((number, *MEL)).astype(np.float32)
        self.heard, self.settings, self.rules = (rng.random((number, n)).astype(np.float32) for n in (HEARD, 10, 10))
        self.settings[:, 0] = 0.3 + 0.4 * self.settings[:, 0]  # within what is drawn

    def __len__(self):
        return len(self.heard)

    def deviation(self):
        return self.heard.std(0)

    def mel(self, indices):
        return self.pictures[indices].copy()


class Networks(unittest.TestCase):
    def test_shapes_and_ranges_at_any_batch(self):
        for name, made in NETWORKS.items():
            network = Exported(made(HEARD)).eval()
            for number in (1, 6):
                settings, spread = network(*a_batch(number))
                self.assertEqual((tuple(settings.shape), tuple(spread.shape)), ((number, 10), (number, 10)), name)
                self.assertTrue(bool(((settings >= 0) & (settings <= 1)).all()) and bool((spread > 0).all()), name)

    def test_an_excerpt_is_told_alone_as_in_a_batch(self):
        mel, heard = a_batch(4)
        for name, made in NETWORKS.items():
            network = Exported(made(HEARD)).eval()
            for together, alone in zip(network(mel, heard), network(mel[2:3], heard[2:3])):
                self.assertLess(float((together[2:3] - alone).detach().abs().max()), 1e-5, name)

    def test_sizes(self):
        for name, (least, most) in {"baseline-cnn": (0.1e6, 0.25e6), "enhanced-cnn": (0.5e6, 0.8e6), "ast": (1.5e6, 2.6e6)}.items():
            self.assertTrue(least <= sum(p.numel() for p in NETWORKS[name](HEARD).parameters()) <= most, name)

    def test_strange_numbers_are_held(self):
        mel, heard = a_batch(2)
        for name, made in NETWORKS.items():
            network = Exported(made(HEARD)).eval()
            self.assertTrue(all(bool(torch.isfinite(x).all()) for x in network(mel * 0, heard * 1e6)), name)

    def test_the_straight_way_is_ridge_regression_chosen_on_validation_and_stays(self):
        random = torch.Generator().manual_seed(3)
        z, way = torch.randn(20000, HEARD, generator=random), torch.randn(HEARD, 10, generator=random) * 0.1
        straight = NETWORKS["enhanced-cnn"](HEARD).straight
        straight.fit(z, z @ way, z[:500], z[:500] @ way)
        self.assertLess(float((straight(z) - z @ way).abs().max()), 2e-2)
        self.assertEqual(list(straight.parameters()), [])
        few, noise = z[:60], 3 * torch.randn(60, 10, generator=random)
        straight.fit(few, few @ way + noise, z[1000:], z[1000:] @ way)
        error = float((straight(z[1000:]) - z[1000:] @ way).abs().mean())
        for penalty in straight.PENALTIES:
            straight.PENALTIES = (penalty,)
            straight.fit(few, few @ way + noise, z[1000:], z[1000:] @ way)
            self.assertLessEqual(error, float((straight(z[1000:]) - z[1000:] @ way).abs().mean()) + 0.02, penalty)

    def test_masked_patches_are_the_picture(self):
        mel, _ = a_batch(2)
        network = NETWORKS["ast"](HEARD)
        self.assertTrue(bool((network.patches(mel)[1, 16 + 3].reshape(2, 16, 16) == networks.centred(mel)[1, :, 16:32, 48:64]).all()))


class Augmentation(unittest.TestCase):
    def test_gain_moves_loudness_and_label_together_and_nothing_else(self):
        split = FakeSplit(64)
        _, heard, settings, rules = dataset.augmented(split, np.arange(64), np.random.default_rng(5))
        louder_db = 12 * (heard[:, 0] - split.heard[:, 0])
        self.assertTrue(np.allclose(48 * (settings[:, 0] - split.settings[:, 0]), -louder_db, atol=1e-4))
        self.assertTrue(np.abs(heard - split.heard)[:, 1:].max() < 6 * dataset.HEARD_NOISE and np.array_equal(settings[:, 1:], split.settings[:, 1:]))
        self.assertTrue((settings >= 0).all() and (settings <= 1).all())
        moved = louder_db != 0
        self.assertTrue(0 < moved.sum() < 64 and np.isnan(rules[moved][:, 0]).all() and np.array_equal(rules[~moved], split.rules[~moved]))

    def test_what_is_not_hidden_is_the_picture_rolled(self):
        split = FakeSplit(8)
        mel, *_ = dataset.augmented(split, np.arange(8), np.random.default_rng(5))
        hidden = np.isclose(mel, split.pictures.mean((1, 2, 3), keepdims=True), rtol=0, atol=1e-7)
        self.assertTrue(0 < hidden.mean() < 0.3)
        for i in range(8):
            rolled = [np.roll(split.pictures[i], by, -1) for by in range(MEL[2])]
            self.assertTrue(any(np.array_equal(mel[i][~hidden[i]], x[~hidden[i]]) for x in rolled))


class Loss(unittest.TestCase):
    def test_the_scale_of_least_loss_is_the_mean_error(self):
        error = torch.tensor([[0.1], [0.3]]).repeat(1, 10)
        of = lambda scale: float(train.losses((error, torch.full_like(error, scale), error * 0), error * 0, error * 0)[1])
        self.assertLess(of(0.2), min(of(0.19), of(0.21)))

    def test_unknown_rules_count_for_nothing(self):
        known = torch.zeros(2, 10)
        unknown = known.clone()
        unknown[0] = float("nan")
        told = torch.full((2, 10), 0.25)
        self.assertAlmostEqual(float(train.losses((told, told, told), known, unknown)[2]), 0.25)


class Ensemble(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(7)
        self.truth = rng.random((300, 10))
        self.members = np.clip(self.truth + rng.standard_normal((3, 300, 10)) * np.array([0.1, 0.2, 0.4])[:, None, None], 0, 1)
        self.fallback = np.median(self.truth, 0)

    def test_never_worse_than_a_member_or_the_median_where_it_was_learned(self):
        weights = ensemble.fit_weights(self.members, self.truth, self.fallback)
        error = np.abs(ensemble.combine(self.members, weights, self.fallback) - self.truth).mean(0)
        for other in (*self.members, np.tile(self.fallback, (300, 1))):
            self.assertTrue((error <= np.abs(other - self.truth).mean(0) + 1e-12).all())
        self.assertTrue((weights >= 0).all() and (weights.sum(0) <= 1 + 1e-12).all())

    def test_of_noise_the_median_is_left(self):
        noise = np.random.default_rng(8).random((3, 300, 10))
        self.assertLess(ensemble.fit_weights(noise, self.truth, self.fallback).sum(0).mean(), 0.3)

    def test_calibrated_spread_is_the_root_mean_square_error(self):
        error, spread = np.random.default_rng(9).standard_normal((500, 10)) * 0.2, np.full((500, 10), 0.05)
        self.assertTrue(np.allclose(np.sqrt(((spread * ensemble.calibration(error, spread)) ** 2).mean(0)), np.sqrt((error ** 2).mean(0))))


class Figures(unittest.TestCase):
    def test_interval_holds_the_mean_and_is_wider_when_tracks_agree_within(self):
        values, apart, together = np.repeat(np.linspace(0, 1, 10), 20), np.arange(200), np.repeat(np.arange(10), 20)
        wide, narrow = figures.interval(values, together), figures.interval(values, apart)
        self.assertTrue(wide["low"] < wide["mean"] < wide["high"])
        self.assertGreater(wide["high"] - wide["low"], 2 * (narrow["high"] - narrow["low"]))

    def test_ridge_finds_a_line(self):
        rng = np.random.default_rng(4)
        x = rng.standard_normal((900, 20))
        y = 0.5 + 0.05 * x @ rng.standard_normal((20, 10))
        told = baselines.Ridge().fit(x[:600], y[:600], x[600:], y[600:]).tell(x[600:])
        self.assertLess(np.abs(told - np.clip(y[600:], 0, 1)).mean(), 0.02)

    def test_matching_leaves_what_lies_at_the_corpus_mean(self):
        split = FakeSplit(5)
        split.heard = np.tile(split.heard[:1], (5, 1))
        split.heard[:, 0] = 0.0
        fallback = np.linspace(0, 1, 10)
        told = baselines.Matching(fallback).fit(split).tell(split)
        self.assertTrue(np.allclose(told[:, [0, 2, 3, 4, 5, 8]], 0.5, atol=1e-6) and np.allclose(told[:, [1, 6, 7, 9]], fallback[[1, 6, 7, 9]]))


class Export(unittest.TestCase):
    def test_file_says_what_it_was_made_for(self):
        try:
            import onnx

            from export import export
        except ImportError as problem:
            if os.environ.get("AG06_NO_SKIP"):
                raise
            self.skipTest(str(problem))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.onnx"
            export.write_onnx(NETWORKS["baseline-cnn"](HEARD).eval(), HEARD, path, {"ag06.features": export.FEATURES, "ag06.parameters_sha256": export.parameters_sha256()})
            model = onnx.load(str(path))
        self.assertEqual({p.key: p.value for p in model.metadata_props}, {"ag06.features": "ear-1", "ag06.parameters_sha256": export.parameters_sha256()})
        self.assertEqual([(i.domain, i.version) for i in model.opset_import], [("", 15)])
        shape = lambda values: {v.name: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim] for v in values}
        self.assertEqual(shape(model.graph.input), {"mel": ["batch", *MEL], "heard": ["batch", HEARD]})
        self.assertEqual(shape(model.graph.output), {"settings": ["batch", 10], "spread": ["batch", 10]})

    def test_what_cannot_be_told_stays_neutral_as_in_the_core(self):
        import re

        from evaluate import ensemble

        header = (MODELS.parent / "core" / "assist" / "model_rule.h").read_text()
        self.assertEqual(float(re.search(r"kLeastMoveInSpreads = ([\d.]+);", header)[1]), ensemble.LEAST_MOVE_IN_SPREADS)
        told, spread = np.full((1, 10), 0.7), np.full((1, 10), 0.2)
        spread[0, 2] = 0.3
        self.assertEqual(ensemble.as_played(told, spread)[0].tolist(), [0.7, 0.7, 0.5, *[0.7] * 7])

    def test_shipped_registry_is_of_these_parameters_and_files(self):
        import hashlib

        if not (MODELS / "registry.json").exists():
            self.skipTest("no registry is shipped")
        registry = json.loads((MODELS / "registry.json").read_text())
        self.assertEqual(registry["parameters_sha256"], hashlib.sha256((MODELS.parent / "core" / "params" / "params.json").read_bytes()).hexdigest())
        self.assertEqual(tuple(registry["settings"]), SETTINGS)
        for entry in registry["models"] + registry["classifiers"]:
            data = (MODELS / entry["file"]).read_bytes()
            self.assertEqual(hashlib.sha256(data).hexdigest(), entry["sha256"], entry["id"])
        total = np.sum([registry["ensemble"]["weights"][m["id"]] for m in registry["models"]], axis=0)
        self.assertTrue((total <= 1 + 1e-9).all() and all(len(m["calibration"]) == 10 for m in registry["models"]))


if __name__ == "__main__":
    unittest.main()
