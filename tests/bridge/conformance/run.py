#!/usr/bin/env python3
"""Runs the conformance suites, each against a bridge of its own, and says what failed.

Usage: run.py PROGRAM [--suite NAME]... [--load SECONDS] [-- OPTIONS OF THE BRIDGE]
       run.py --url http://127.0.0.1:PORT --token-file FILE [--suite NAME]...
Without OPTIONS the bridge drives its simulated device. Suites: handshake, framing, protocol, websockets, node, shutdown
(not with --url), lockout (it locks this address out for a while).
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from interpreters import python_with  # noqa: E402
from wire import Address, connected, http  # noqa: E402

SUITES = ["handshake", "framing", "protocol", "websockets", "node", "shutdown", "lockout"]
DEFAULT_OPTIONS = ["--backend", "simulated", "--log-level", "warning"]
START_S = 60.0
END_S = 30.0


class Bridge:
    """A bridge of our own on a free port, with folders of its own."""

    def __init__(self, program, options):
        self.folder = tempfile.TemporaryDirectory(prefix="ag06-bridge-")
        home = pathlib.Path(self.folder.name)
        (home / "web").mkdir()
        (home / "web/index.html").write_text("<!doctype html><title>AG06 Studio</title>\n", encoding="utf-8")
        token_file = home / "token"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AG06_")}
        # What a caller chose for sanitizers and audio servers stays.
        self.process = subprocess.Popen(
            [program, "--port", "0", "--token-file", str(token_file), "--web", str(home / "web"), "--takes", str(home / "takes"), *options],
            stdout=subprocess.PIPE, stderr=sys.stderr, text=True, env={**environment, "HOME": str(home)})
        self.url = None
        self.has_url = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()
        if not self.has_url.wait(START_S) or self.url is None:
            self.end()
            sys.exit(f"run.py: {program} printed no address within {START_S:g} s")
        self.token = token_file.read_text(encoding="utf-8").strip()
        if "--no-audio" not in options:
            self.wait_for_device()

    def wait_for_device(self):
        """Until the device runs and the feedback guard has made up its mind: what changes in the state from here on was asked for."""
        address = Address(self.url, self.token)
        until = time.monotonic() + START_S
        while not self.has_settled(address):
            if time.monotonic() > until:
                answer = http(address, "/readyz")
                self.end()
                sys.exit(f"run.py: no device runs after {START_S:g} s: {answer.body.decode()}")
            time.sleep(0.1)

    def has_settled(self, address):
        status = http(address, "/api/v1/status", fields=[("Authorization", f"Bearer {self.token}")])
        if status.status != 200:
            return False
        state = json.loads(status.body)["state"]
        return state["device"]["phase"] == "running" and state["guard"] not in ("idle", "checking")

    def read(self):
        """The address, and everything after it, so that the pipe never fills."""
        for line in self.process.stdout:
            found = re.search(r"(https?://[\w.\[\]:-]+)", line)
            if found and self.url is None:
                self.url = found.group(1).rstrip("/")
                self.has_url.set()
        self.has_url.set()

    def end(self):
        """Ends it as systemd would and returns its exit status; None where it had to be killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
        finally:
            self.folder.cleanup()


def node_with_websocket():
    for flags in ([], ["--experimental-websocket"]):
        command = ["node", *flags, "-e", "process.exit(typeof WebSocket === 'function' ? 0 : 1)"]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return ["node", *flags]
    sys.exit("run.py: this Node has no WebSocket (22 has, 20 by flag)")


def command_of(suite, load_options):
    if suite == "websockets":
        return [python_with("websockets"), "-B", "-m", "unittest", "websockets_test"]
    if suite == "node":
        return [*node_with_websocket(), "--test", "node_test.mjs"]
    if suite == "load":
        return [sys.executable, "-B", "load_test.py", *load_options]
    name = "handshake_test.Tokens.test_wrong_tokens_are_refused_and_slowed" if suite == "lockout" else f"{suite}_test"
    return [sys.executable, "-B", "-m", "unittest", name]


def run_suite(suite, url, token, options, load_options):
    environment = {**os.environ, "AG06_BRIDGE_URL": url, "AG06_BRIDGE_TOKEN": token, "AG06_BRIDGE_LOCKOUT": str(int(suite == "lockout")),
                   "AG06_BRIDGE_NO_DEVICE": str(int("--no-audio" in options))}
    print(f"== {suite}", flush=True)
    command = command_of(suite, load_options)
    return subprocess.run(command, cwd=HERE, env=environment, check=False).returncode == 0


def clients_are_told_of_the_end(bridge):
    """SIGTERM: every client gets 1001, and the bridge ends with 0."""
    print("== shutdown", flush=True)
    links = [connected(Address(bridge.url, bridge.token)) for _ in range(5)]
    links[0].ask("subscribe", streams=["meters", "audio_output"])
    bridge.process.send_signal(signal.SIGTERM)
    codes = [link.closed() for link in links]
    if codes != [1001] * 5:
        print(f"run.py: the clients were told {codes}", file=sys.stderr)
    return codes == [1001] * 5


def run_on_a_bridge_of_its_own(suite, program, options, load_options):
    """What went wrong, as a list of words."""
    bridge = Bridge(program, options)
    wrong = []
    try:
        if suite == "shutdown":
            passed = clients_are_told_of_the_end(bridge)
        else:
            passed = run_suite(suite, bridge.url, bridge.token, options, load_options)
        if not passed:
            wrong.append(suite)
        if suite != "shutdown" and bridge.process.poll() is not None:
            wrong.append(f"{suite} (the bridge ended by itself with {bridge.process.returncode})")
    finally:
        status = bridge.end()
    if status != 0 and not wrong:
        wrong.append(f"{suite} (the bridge ended with {status} when told to)")
    return wrong


def main():
    arguments, options = sys.argv[1:], []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, options = arguments[:cut], arguments[cut + 1 :]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?")
    parser.add_argument("--url")
    parser.add_argument("--token-file")
    parser.add_argument("--suite", action="append", choices=SUITES)
    parser.add_argument("--load", type=float, metavar="SECONDS", help="only the load test, for so long")
    parser.add_argument("--any-memory", action="store_true", help="the load test prints what the bridge's memory did and does not judge it")
    chosen = parser.parse_args(arguments)
    if (chosen.program is None) == (chosen.url is None):
        parser.error("name a program, or --url and --token-file")

    options = options or (DEFAULT_OPTIONS if chosen.program else [])
    # An air device has no xruns; a real audio server on a busy machine has some of its own.
    load_options = ["--seconds", str(chosen.load), *(["--any-memory"] if chosen.any_memory else []), *([] if "simulated" in options else ["--against-idle"])]
    failed = []
    for suite in ["load"] if chosen.load else chosen.suite or SUITES:
        if chosen.program:
            failed += run_on_a_bridge_of_its_own(suite, chosen.program, options, load_options)
        elif suite != "shutdown":
            token = pathlib.Path(chosen.token_file).read_text(encoding="utf-8").strip()
            failed += [] if run_suite(suite, chosen.url, token, options, load_options) else [suite]
    print("run.py: " + ("failed: " + ", ".join(failed) if failed else "all suites passed"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
