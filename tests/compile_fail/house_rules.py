"""What an include and a call in core/ may be: the arrows between rooms, and the common subset every compiler turns into the same bits."""

import pathlib
import re
import sys

# room -> rooms it may include
ARROWS = {
    "base": {"base"},
    "params": {"params", "base"},
    "dsp": {"dsp", "base"},
    "analysis": {"analysis", "dsp", "base"},
    "engine": {"engine", "params", "dsp", "analysis", "base"},
    "assist": {"assist", "engine", "params", "dsp", "analysis", "base"},
    "midi": {"midi", "base"},
    "report": {"report", "assist", "engine", "params", "dsp", "analysis", "base"},
}

# Headers that are not ours, and the folder or file that alone may include them.
THIRD_PARTY = {"pffft.h": "analysis/spectral/real_fft.cc", "nlohmann/json.hpp": "report/", "math.h": "analysis/spectral/pffft_math.h"}

# Missing in Emscripten's library or in g++ 12, or I/O, threads, clocks, exceptions, locale, run-time types.
FORBIDDEN_HEADERS = {
    "barrier", "cerrno", "cfenv", "charconv", "chrono", "clocale", "codecvt", "complex", "condition_variable", "coroutine", "csetjmp", "csignal",
    "cstdio", "ctime", "exception", "execution", "expected", "filesystem", "format", "fstream", "future", "generator", "iomanip", "ios",
    "iostream", "istream", "latch", "locale", "memory_resource", "mutex", "ostream", "print", "random", "ranges", "regex", "semaphore",
    "shared_mutex", "source_location", "spanstream", "sstream", "stacktrace", "stdexcept", "stop_token", "streambuf", "strstream", "syncstream",
    "system_error", "thread", "typeindex", "typeinfo", "valarray", "math.h", "stdio.h", "signal.h", "time.h", "unistd.h", "pthread.h",
    "immintrin.h", "xmmintrin.h", "emmintrin.h", "arm_neon.h", "wasm_simd128.h",
}

# Every <cmath> function whose result IEEE 754 does not fix to the last bit, or that the compilers may contract; and calls that throw or cast bits.
FORBIDDEN_CALLS = re.compile(
    r"(?<![\w.>:])(?:std\s*::\s*|::\s*)?"
    r"((?:a?sinh?|a?cosh?|a?tanh?|atan2|exp2?|expm1|log|log2|log10|log1p|pow|hypot|cbrt|erfc?|[tl]gamma|fma|lerp)[fl]?"
    r"|bit_cast|printf|puts|rand|abort|exit)\s*(?:<[^<>;()]*>\s*)?\("
)
FORBIDDEN_WORDS = re.compile(r"\b(throw|try|catch|dynamic_cast|typeid|thread_local|goto)\b")
FORBIDDEN_PRAGMAS = re.compile(r"^\s*#\s*pragma\s+(?!once\b)(.*)|__attribute__\s*\(\(\s*optimize|\bvolatile\b")

_COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def _without_comments_and_texts(source):
    """Keeps line numbers and include lines; a digit separator is no character literal."""
    source = re.sub(r"(?<=\d)'(?=\d)", "", source)
    lines = {n: line for n, line in enumerate(source.split("\n")) if _INCLUDE.match(line)}
    blank = _COMMENT_OR_TEXT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), source).split("\n")
    # An include inside a comment block is blank in both its keyword and its name.
    return [lines[n] if n in lines and "include" in line else line for n, line in enumerate(blank)]


def violations(core):
    """One line per violation under the folder core: 'path:line: what'."""
    core = pathlib.Path(core)
    found = []
    for path in sorted(core.rglob("*")):
        if path.suffix not in (".h", ".cc", ".cpp", ".hpp", ".c", ".inc"):
            continue
        name = path.relative_to(core)
        room = name.parts[0] if len(name.parts) > 1 else ""
        source = path.read_text(encoding="utf-8")

        def report(line_number, what):
            found.append(f"{name}:{line_number}: {what}")

        if path.suffix not in (".h", ".cc"):
            report(1, f"sources are named .h and .cc, not {path.suffix}")
        if room not in ARROWS:
            report(1, f"no room is called '{room}'")
            continue
        if path.suffix == ".h" and "#pragma once" not in source:
            report(1, "header without #pragma once")
        for number, line in enumerate(_without_comments_and_texts(source), start=1):
            include = _INCLUDE.match(line)
            if include:
                bracket, target = include.groups()
                if target in THIRD_PARTY and path.relative_to(core).as_posix().startswith(THIRD_PARTY[target]):
                    continue
                if bracket == "<":
                    if target in FORBIDDEN_HEADERS:
                        report(number, f"<{target}> is not for core/")
                    elif "/" in target:
                        report(number, f"<{target}> is no standard header")
                    continue
                target_room = target.split("/")[0]
                if ".." in target or target_room not in ARROWS or not (core / target).is_file():
                    report(number, f'"{target}" is not rooted at core/')
                elif target_room not in ARROWS[room]:
                    report(number, f'{room} may not include "{target}"')
                continue
            for match in FORBIDDEN_CALLS.finditer(line):
                report(number, f"{match.group(1)}() differs between platforms or is not for core/")
            for match in FORBIDDEN_WORDS.finditer(line):
                report(number, f"'{match.group(1)}' is not for core/")
            if FORBIDDEN_PRAGMAS.search(line):
                report(number, "a directive that changes how code is compiled")
    return found


def main():
    found = violations(sys.argv[1])
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
