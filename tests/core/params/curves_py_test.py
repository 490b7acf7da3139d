"""models/ag06/curves.py against the golden vectors."""

import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "models"))

from ag06 import curves, params_gen  # noqa: E402

VECTORS = json.loads((ROOT / "tests/core/params/curve_vectors.gen.json").read_text())


class CurvesTest(unittest.TestCase):
    def test_tables_are_of_the_same_generation(self):
        self.assertEqual(VECTORS["hash"], params_gen.PARAMS_HASH)
        self.assertEqual([v["key"] for v in VECTORS["vectors"]], [p["key"] for p in params_gen.PARAMS])

    def test_every_point(self):
        for parameter, vector in zip(params_gen.PARAMS, VECTORS["vectors"]):
            for position, value in vector["points"]:
                with self.subTest(key=parameter["key"], position=position):
                    span = parameter["max"] - parameter["min"]
                    self.assertAlmostEqual(curves.from_norm(parameter, position), value, delta=1e-12 * span)
                    if parameter["curve"] not in ("choice", "toggle"):
                        self.assertAlmostEqual(curves.to_norm(parameter, value), position, delta=1e-12)


if __name__ == "__main__":
    unittest.main()
