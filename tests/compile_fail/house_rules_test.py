"""The house rules hold in core/, and the check finds each kind of violation."""

import pathlib
import tempfile
import unittest

import house_rules

CORE = pathlib.Path(__file__).resolve().parents[2] / "core"


class CoreTest(unittest.TestCase):
    def test_core_keeps_the_rules(self):
        self.assertGreater(len(list(CORE.rglob("*.h"))), 20, "the check looked in the wrong place")
        self.assertEqual(house_rules.violations(CORE), [])


class CheckTest(unittest.TestCase):
    """Every rule against a tree made for it."""

    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return house_rules.violations(folder)

    def expect_one(self, name, text, where):
        tree = {f"{room}/x.h": "#pragma once\n" for room in house_rules.ARROWS}
        tree[name] = text
        found = self.check(tree)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(where), found)

    def test_clean_tree(self):
        text = (
            '#include "dsp/x.h"\n#include <cmath>\n// std::sin(x), throw, <thread>\n/* #include <mutex>\n#include "engine/x.h" */\n'
            'const char* kText = "std::exp(1) // try";\nconst int kMany = 1\'000\'000;\n'
            "double f(double x) { return std::sqrt(x) + sin_exact(x) + object.log(x) + p->pow(x) + Own::exp(x) + std::fabs(x) + expected(x); }\n"
        )
        tree = {f"{room}/x.h": "#pragma once\n" for room in house_rules.ARROWS}
        tree["analysis/y.cc"] = text
        self.assertEqual(self.check(tree), [])

    def test_every_forbidden_arrow(self):
        for room, allowed in house_rules.ARROWS.items():
            for target in house_rules.ARROWS:
                with self.subTest(room=room, target=target):
                    tree = {f"{r}/x.h": "#pragma once\n" for r in house_rules.ARROWS}
                    tree[f"{room}/y.cc"] = f'#include "{target}/x.h"\n'
                    self.assertEqual(len(self.check(tree)), 0 if target in allowed else 1)

    def test_arrows_have_no_cycle(self):
        for room, allowed in house_rules.ARROWS.items():
            for target in allowed - {room}:
                self.assertNotIn(room, house_rules.ARROWS[target])
                self.assertLess(house_rules.ARROWS[target], allowed, "a room sees all its neighbours see")

    def test_includes_not_rooted_at_core(self):
        for target in ("x.h", "../base/x.h", "dsp/../engine/x.h", "dsp/missing.h", "nlohmann/json.hpp"):
            with self.subTest(target=target):
                self.expect_one("dsp/y.cc", f'\n#include "{target}"\n', "dsp/y.cc:2")

    def test_forbidden_headers(self):
        for header in ("format", "expected", "thread", "iostream", "mutex", "cstdio", "math.h", "immintrin.h", "emscripten/emscripten.h"):
            with self.subTest(header=header):
                self.expect_one("dsp/y.cc", f"#  include <{header}>\n", "dsp/y.cc:1")

    def test_forbidden_calls(self):
        calls = "sin(x)|std :: exp (x)|cosf(x)|::pow(x, y)|std::log10(x)|std::atanh(x)|std::fma(x, y, z)|std::bit_cast<int>(x)|fmal(x, y)|printf(s)"
        for call in calls.split("|"):
            with self.subTest(call=call):
                self.expect_one("dsp/y.cc", f"double f(double x) {{ return {call}; }}\n", "dsp/y.cc:1")

    def test_forbidden_words_and_directives(self):
        lines = "void f() { throw 1; }|void f() { try { g(); } g(); }|thread_local int n;|#pragma GCC optimize (3)|#pragma STDC A ON|volatile int n;"
        for line in lines.split("|"):
            with self.subTest(line=line):
                self.expect_one("engine/y.cc", line + "\n", "engine/y.cc:1")

    def test_headers_and_rooms(self):
        self.expect_one("dsp/y.h", "int n;\n", "dsp/y.h:1")
        self.expect_one("kitchen/y.cc", "int n;\n", "kitchen/y.cc:1")
        self.expect_one("dsp/y.cpp", "int n;\n", "dsp/y.cpp:1")


if __name__ == "__main__":
    unittest.main()
