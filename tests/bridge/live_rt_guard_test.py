"""The guard catches every kind of offence in a real callback, lets an innocent one pass, and finds nothing in LiveEngine under its own tests.

live_rt_guard_test.py GUARD.so rt_offender test_bridge_live [MORE_PROGRAMS...]
"""
import os
import re
import subprocess
import sys
import tempfile

guard, offender, *programs = sys.argv[1:]
failures = 0


def check(holds, words):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {words}")


def run(command, report):
    environment = dict(os.environ, LD_PRELOAD=guard, RTGUARD_REPORT=report)
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=600)


with tempfile.TemporaryDirectory() as folder:
    report = os.path.join(folder, "report")
    kinds = subprocess.run([offender, "--list"], capture_output=True, text=True, check=True).stdout.split()
    check(len(kinds) >= 20, f"only {len(kinds)} kinds of offence")
    innocent = run([offender, "nothing"], report)
    check(innocent.returncode == 0, f"an innocent callback: {innocent.stderr}")
    line = open(report).read()
    check("guarded 1 callbacks" in line, f"the report says: {line}")
    dispatched = "dispatched" in line
    if not dispatched:
        print("this kernel has no syscall user dispatch: system calls are caught by the names of their functions only")
    for kind in kinds:
        if kind == "nothing":
            continue
        free = subprocess.run([offender, kind], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        check(free.returncode == 0, f"{kind} without the guard: exit status {free.returncode} {free.stderr}")
        if kind in ("getppid", "bare_syscall") and not dispatched:
            continue
        caught = run([offender, kind], report)
        check(caught.returncode == 66, f"{kind}: exit status {caught.returncode}")
        said = re.search(r"the audio callback called (.+)", caught.stderr)
        check(said is not None and "rt_offender" in caught.stderr, f"{kind}: no back-trace in {caught.stderr!r}")
        if said:
            print(f"{kind}: {said.group(1)}")
    for program in programs:
        os.unlink(report)
        guarded = run([program, "--gtest_brief=1"], report)
        check(guarded.returncode == 0, f"{program}: exit status {guarded.returncode}\n{guarded.stdout[-2000:]}\n{guarded.stderr[-4000:]}")
        counts = [int(n) for n in re.findall(r"guarded (\d+) callbacks", open(report).read())] if os.path.exists(report) else []
        check(sum(counts) >= 10000, f"{program}: only {sum(counts)} callbacks were guarded")
        print(f"{os.path.basename(program)}: {sum(counts)} callbacks, none of which allocated, locked or called the system")
print("all in order" if failures == 0 else f"{failures} failures")
sys.exit(1 if failures else 0)
