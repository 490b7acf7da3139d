"""Compiles every file in cases/: it must fail with the message its first line expects, or compile if that line says 'compiles'.

Usage: compile_fail_test.py COMPILER
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CORE = HERE.parents[1] / "core"


def failure_of(compiler, case):
    """None if the case behaves as it says, else what it did."""
    expected = case.read_text().split("\n", 1)[0].removeprefix("// expect: ")
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{CORE}", str(case)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False)
    if expected == "compiles":
        return None if done.returncode == 0 else "does not compile:\n" + done.stderr
    if done.returncode == 0:
        return "compiles"
    errors = [line for line in done.stderr.split("\n") if "error:" in line or "note:" in line]
    if not any(re.search(expected, line) for line in errors):
        return f"fails for another reason than '{expected}':\n" + done.stderr
    return None


def main():
    cases = sorted((HERE / "cases").glob("*.cc"))
    failures = {case.stem: failure for case in cases if (failure := failure_of(sys.argv[1], case))}
    for name, failure in failures.items():
        print(f"{name} {failure}")
    controls = [case for case in cases if case.read_text().startswith("// expect: compiles\n")]
    if not controls or len(cases) - len(controls) < 5:
        print("too few cases: one that compiles and five that do not are the least that show anything")
        return 1
    print(f"{len(cases) - len(failures)} of {len(cases)} cases as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
