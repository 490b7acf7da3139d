"""Plans of examples: models/tests/test_plan.py. Standard library only."""
import json
import sys
import unittest
from collections import Counter
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(MODELS))
from data import plan

ROWS = json.loads((MODELS / "corpus" / "manifest.json").read_text("utf-8"))


class Plan(unittest.TestCase):
    def test_same_rows_same_plan_whatever_their_order(self):
        self.assertEqual(plan.text_of(plan.plan(ROWS, "train", 700)), plan.text_of(plan.plan(ROWS[::-1], "train", 700)))

    def test_a_longer_plan_begins_with_the_shorter_one(self):
        self.assertEqual(plan.plan(ROWS, "val", 900)[:300], plan.plan(ROWS, "val", 300))

    def test_tracks_never_straddle(self):
        owner = {}
        for split in ("train", "val", "test", "ood"):
            for line in plan.plan(ROWS, split, 1500):
                self.assertEqual(owner.setdefault(line["file"], split), split, line["track"])
        contents = {row["path"]: row["sha256"] for row in ROWS}
        by_content = {}
        for file, split in owner.items():
            self.assertEqual(by_content.setdefault(contents[file], split), split, file)

    def test_whole_packages_are_held_out(self):
        for split in ("train", "val", "test", "finished"):
            self.assertFalse({line["package"] for line in plan.plan(ROWS, split, 2000)} & set(plan.OUT_OF_DOMAIN))
        self.assertEqual({line["package"] for line in plan.plan(ROWS, "ood", 2000)}, set(plan.OUT_OF_DOMAIN))

    def test_no_speech_and_no_short_recordings(self):
        rows = {row["path"]: row for row in ROWS}
        for split in plan.SPLITS:
            for line in plan.plan(ROWS, split, 1000):
                row = rows[line["file"]]
                self.assertNotIn(row["kind"], ("speech", "styles"))
                self.assertGreaterEqual(row["duration_s"], plan.SHORTEST_S)
                self.assertLessEqual(line["start_s"] + plan.EXCERPT_S * line["rate_factor"], row["duration_s"])
                self.assertGreaterEqual(line["start_s"], 0)

    def test_any_prefix_is_balanced(self):
        for number in (400, 1000):
            counts = Counter(line["track"] for line in plan.plan(ROWS, "train", number))
            self.assertLessEqual(max(counts.values()) - min(counts.values()), 1)

    def test_splits_are_about_as_large_as_meant(self):
        tracks = plan.tracks_of(ROWS)
        number = sum(len(tracks[split]) for split in ("train", "val", "test"))
        for split, share in (("train", 0.80), ("val", 0.09), ("test", 0.11)):
            self.assertAlmostEqual(len(tracks[split]) / number, share, delta=0.06)

    def test_settings_are_drawn_as_documented(self):
        drawn = [line["settings"] for line in plan.plan(ROWS, "train", 4000)]
        for k, share in enumerate(plan.NEUTRAL_SHARE):
            neutral = sum(s[k] == plan.NEUTRAL[k] for s in drawn) / len(drawn)
            meant = share + (plan.UNTOUCHED_SHARE * (1 - share) if plan.SETTINGS[k] != "input-gain" else 0.0)
            self.assertAlmostEqual(neutral, meant, delta=0.03, msg=plan.SETTINGS[k])
            least, most = plan.RANGE[k]
            others = [s[k] for s in drawn if s[k] != plan.NEUTRAL[k]]
            self.assertTrue(all(least - 1e-6 <= x <= most + 1e-6 for x in others), plan.SETTINGS[k])

    def test_some_music_arrives_finished(self):
        for split in ("train", "val", "test", "ood"):
            untouched = [line["settings"][1:] == list(plan.NEUTRAL[1:]) for line in plan.plan(ROWS, split, 3000)]
            self.assertAlmostEqual(sum(untouched) / len(untouched), plan.UNTOUCHED_SHARE, delta=0.03)

    def test_only_training_is_augmented(self):
        for split in ("val", "test", "ood"):
            self.assertTrue(all(line["rate_factor"] == 1.0 and not line["swap"] for line in plan.plan(ROWS, split, 500)))
        self.assertTrue(all(line["settings"] is None for line in plan.plan(ROWS, "finished", 100)))

    def test_excerpts_of_a_track_differ(self):
        starts = [line["start_s"] for line in plan.plan(ROWS, "train", 9000) if line["track"] == "asc-music/frontiers"]
        self.assertEqual(len(starts), len(set(starts)))


if __name__ == "__main__":
    unittest.main()
