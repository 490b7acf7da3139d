"""bridge/protocol.schema.json against the codec: what the bridge writes and what it accepts is valid, what the schema refuses is refused.

Needs python3-jsonschema. PROBE in the environment is the program protocol_probe.
"""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import unittest

try:
    import jsonschema
except ModuleNotFoundError:
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))
    from interpreters import python_with

    os.execv(python_with("jsonschema"), ["python3", "-B", *sys.argv])

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = os.environ["PROBE"]
SCHEMA = json.loads((ROOT / "bridge/protocol.schema.json").read_text(encoding="utf-8"))
TABLE = {row["key"]: row for row in json.loads((ROOT / "core/params/params.json").read_text(encoding="utf-8"))["parameters"]}


def validator(side):
    return jsonschema.Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{side}"}]})


CLIENT, SERVER = validator("client"), validator("server")


def examples(side):
    page = (ROOT / "bridge/PROTOCOL.md").read_text(encoding="utf-8")
    return re.findall(r"```json " + side + r"\n(.*?)\n```", page, re.S)


def every_block():
    return re.findall(r"```(.*)\n", (ROOT / "bridge/PROTOCOL.md").read_text(encoding="utf-8"))


def answers(texts):
    """What the codec says to each: a request's number as int, or its error as dict."""
    lines = "".join(f"text {text.hex()}\n" for text in texts)
    out = subprocess.run([PROBE], input=lines, capture_output=True, text=True, check=True, timeout=600).stdout
    found = [json.loads(line) for line in out.splitlines()]
    assert len(found) == len(texts)
    return found


class Schema(unittest.TestCase):
    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_every_json_block_of_the_page_is_valid(self):
        self.assertEqual({fence for fence in every_block() if fence}, {"json client", "json server"})
        for text in examples("client"):
            CLIENT.validate(json.loads(text))
        for text in examples("server"):
            SERVER.validate(json.loads(text))

    def test_what_the_bridge_writes_is_valid(self):
        out = subprocess.run([PROBE, "--written"], capture_output=True, check=True, timeout=60).stdout.decode("utf-8")
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual({line["type"] for line in lines},
                         {"hello", "state", "delta", "ok", "error", "devices", "takes", "credit", "song_ended", "moves", "lagging"})
        for line in lines:
            SERVER.validate(line)

    def test_schema_and_codec_agree_on_damaged_messages(self):
        draw = random.Random(5)
        corpus = [json.loads(text) for text in examples("client")]
        texts = [json.dumps(damaged(draw, draw.choice(corpus))).encode() for _ in range(int(os.environ.get("PROTOCOL_SAMPLES", "6000")))]
        valid_count = refused_count = 0
        for text, answer in zip(texts, answers(texts)):
            message = json.loads(text)
            is_valid = CLIENT.is_valid(message)
            if isinstance(answer, int):
                self.assertTrue(is_valid, text)
                valid_count += 1
                continue
            SERVER.validate(answer)
            refused_count += 1
            if is_valid:
                self.assertTrue(refused_beyond_the_schema(message, answer["code"]), (text, answer))
        # Both sides must have been seen often, or nothing was compared.
        self.assertGreater(valid_count, len(texts) // 10)
        self.assertGreater(refused_count, len(texts) // 4)


def refused_beyond_the_schema(message, code):
    """What only the parameter table and the limits can tell."""
    if code == "table_mismatch":
        return message["type"] == "hello"
    if code == "unknown_parameter":
        return any(key not in TABLE for key in message["values"])
    if code == "out_of_range" and message["type"] == "set_params":
        return any(not fits(TABLE[key], value) for key, value in message["values"].items() if key in TABLE)
    return False


def fits(row, value):
    stepped = row["curve"] in ("choice", "toggle")
    return row["min"] <= value <= row["max"] and (not stepped or value == int(value))


ODD_VALUES = [
    None, True, False, 0, 1, -1, 0.5, 2, 31, 32, 60, 120, 121, 128.0, 128.5, 1024, 1025, 44099, 44100, 192000, 192001, 8000, 7999, 1e300, -1e300,
    2**53 - 1, 2**53, "", "x", "auto", "manual", "live", "file", "start", "stop", "pause", "resume", "source", "wav24", "flac24", "meters", "moves",
    "\0", "\u00e4" * 64, "y" * 65, "z" * 256, "z" * 257, "f03dc24d7986b4d1", "0" * 16, [], {}, ["meters"], ["meters", "scope"],
    ["scope", "scope"], [["meters"]], {"comp.ratio": 2}, {"comp.ratio": 0}, {"no.such": 1}, {"comp.enabled": 0.5}, {"comp.enabled": 1},
    {"comp.ratio": "2"},
]
ODD_KEYS = [
    "id", "type", "protocol", "token", "table_hash", "values", "mode", "wet_ratio", "original_gain_db",
    "processed_gain_db", "device_id", "sample_rate_hz", "block_frames", "action",
    "source", "first_frame", "input", "processed", "format", "take_id", "streams", "rate_hz", "", "x", "Type",
]
TYPES = [
    "hello", "set_params", "set_mode", "set_wet", "set_monitor", "list_devices", "open_device", "close_device", "calibrate", "reset_meters",
    "transport", "record", "list_takes", "remove_take", "subscribe", "ping", "launch",
]


def damaged(draw, message):
    message = dict(message)
    for _ in range(draw.randint(0, 2)):
        kind = draw.randrange(5)
        if kind == 0 and message:
            message.pop(draw.choice(list(message)))
        elif kind == 1:
            message[draw.choice(ODD_KEYS)] = draw.choice(ODD_VALUES)
        elif kind == 2 and message:
            message[draw.choice(list(message))] = draw.choice(ODD_VALUES)
        elif kind == 3:
            message["type"] = draw.choice(TYPES)
        elif message.get("type") == "set_params" and isinstance(message.get("values"), dict):
            row = draw.choice(list(TABLE.values()))
            value = draw.choice([row["min"], row["max"], row["default"], row["min"] - 1, row["max"] + 0.25, row["min"] + 0.5])
            message["values"] = {**message["values"], row["key"]: value}
    return message


if __name__ == "__main__":
    unittest.main()
