"""The guard catches every kind of offence in a real callback and lets an innocent one pass (--offender); in the callbacks of test programs it
finds nothing.

live_rt_guard_test.py --guard GUARD.so [--offender rt_offender] [--at-least CALLBACKS] [PROGRAMS...]
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("--guard", required=True)
parser.add_argument("--offender")
parser.add_argument("--at-least", type=int, default=10000)
parser.add_argument("programs", nargs="*")
options = parser.parse_args()
failures = 0


def check(holds, words):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {words}")


def run(command, report):
    environment = dict(os.environ, LD_PRELOAD=options.guard, RTGUARD_REPORT=report)
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=800)


def guarded_callbacks(report):
    if not os.path.exists(report):
        return 0
    with open(report) as lines:
        return sum(int(count) for count in re.findall(r"guarded (\d+) callbacks", lines.read()))


def check_offences(offender, report):
    kinds = subprocess.run([offender, "--list"], capture_output=True, text=True, check=True).stdout.split()
    check(len(kinds) >= 20, f"only {len(kinds)} kinds of offence")
    innocent = run([offender, "nothing"], report)
    check(innocent.returncode == 0, f"an innocent callback: {innocent.stderr}")
    check(guarded_callbacks(report) == 1, "the report does not say that one callback was guarded")
    with open(report) as lines:
        is_dispatched = "dispatched" in lines.read()
    if not is_dispatched:
        print("this kernel has no syscall user dispatch: system calls are caught by the names of their functions only")
    for kind in kinds:
        if kind == "nothing":
            continue
        free = subprocess.run([offender, kind], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        check(free.returncode == 0, f"{kind} without the guard: exit status {free.returncode} {free.stderr}")
        if kind in ("getppid", "bare_syscall") and not is_dispatched:
            continue
        caught = run([offender, kind], report)
        check(caught.returncode == 66, f"{kind}: exit status {caught.returncode}")
        said = re.search(r"the audio callback called (.+)", caught.stderr)
        check(said is not None and "LiveEngine" in caught.stderr, f"{kind}: no back-trace in {caught.stderr!r}")
        if said:
            print(f"{kind}: {said.group(1)}")


with tempfile.TemporaryDirectory() as folder:
    if options.offender:
        check_offences(options.offender, os.path.join(folder, "offences"))
    for program in options.programs:
        report = os.path.join(folder, os.path.basename(program))
        guarded = run([program, "--gtest_brief=1"], report)
        check(guarded.returncode == 0, f"{program}: exit status {guarded.returncode}\n{guarded.stdout[-2000:]}\n{guarded.stderr[-4000:]}")
        callbacks = guarded_callbacks(report)
        check(callbacks >= options.at_least, f"{program}: only {callbacks} callbacks were guarded")
        print(f"{os.path.basename(program)}: {callbacks} callbacks, none of which allocated, locked or called the system")
print("all in order" if failures == 0 else f"{failures} failures")
sys.exit(1 if failures else 0)
