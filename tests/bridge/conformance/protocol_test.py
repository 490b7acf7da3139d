"""What bridge/PROTOCOL.md says, asked of the running bridge: greeting, requests and answers, deltas, refusals that change nothing, streams, songs."""

import json
import math
import os
import pathlib
import time
import unittest

from wire import BINARY, DEADLINE_S, Address, Case, WebSocket, connected, http, song_piece

BRIDGE = Address()
ROOT = pathlib.Path(__file__).resolve().parents[3]
TABLE = {row["key"]: row for row in json.loads((ROOT / "core/params/params.json").read_text(encoding="utf-8"))["parameters"]}
FRAMES = json.loads((pathlib.Path(__file__).with_name("frames.gen.json")).read_text(encoding="utf-8"))
STREAMS = ["meters", "spectrum", "scope", "features", "audio_input", "audio_output"]


def applied(state, changes):
    out = {**state, **{key: value for key, value in changes.items() if key != "params"}}
    out["params"] = {**state["params"], **changes.get("params", {})}
    return out


def snapshot():
    with WebSocket(BRIDGE) as link:
        return link.hello()[1]["state"]


class Greeting(Case):
    def test_hello_state_ok(self):
        with WebSocket(BRIDGE) as link:
            hello, state = link.hello()
            self.assertEqual(hello["protocol"], 1)
            self.assertRegex(hello["table_hash"], "^[0-9a-f]{16}$")
            self.assertEqual(set(state["state"]["params"]), set(TABLE))
            for key, value in state["state"]["params"].items():
                self.assertTrue(TABLE[key]["min"] <= value <= TABLE[key]["max"], key)

    def test_the_table_is_compared(self):
        with WebSocket(BRIDGE) as link:
            hash = json.loads(http(BRIDGE, "/api/v1/parameters", fields=[("Authorization", f"Bearer {BRIDGE.token}")]).body)["table_hash"]
            link.hello(table_hash=hash)
        with WebSocket(BRIDGE) as link:
            link.send_text('{"type":"hello","protocol":1,"table_hash":"0123456789abcdef"}')
            self.assertEqual(link.next_json()["code"], "table_mismatch")
            self.assertEqual(link.closed(), 1008)

    def test_another_protocol_is_refused(self):
        with WebSocket(BRIDGE) as link:
            link.send_text('{"type":"hello","protocol":2}')
            self.assertEqual(link.next_json()["code"], "unsupported_protocol")
            self.assertEqual(link.closed(), 1008)

    def test_hello_only_once(self):
        with connected(BRIDGE) as link:
            link.send_text('{"type":"hello","protocol":1,"id":"again"}')
            self.assertEqual(link.answer_to("again")["code"], "hello_expected")
            self.assertEqual(link.ask("ping")["type"], "ok")


class Requests(Case):
    def test_a_change_is_told_to_everyone_once_and_in_order(self):
        with WebSocket(BRIDGE) as one, WebSocket(BRIDGE) as two:
            one_state, two_state = one.hello()[1], two.hello()[1]
            ratios = [round(1.5 + 0.25 * i, 2) for i in range(20)]
            # Sent without waiting for the answers: a delta may come before any of them, and none may be passed over.
            for ratio in ratios:
                one.send_text(json.dumps({"type": "set_params", "id": f"to {ratio}", "values": {"comp.ratio": ratio}}))
            for link, first, asked in ((one, one_state, [f"to {ratio}" for ratio in ratios]), (two, two_state, [])):
                state, seq = first["state"], first["seq"]
                answered = []
                while state["params"]["comp.ratio"] != ratios[-1] or len(answered) < len(asked):
                    message = link.next_json("delta", "ok", "error")
                    if message["type"] != "delta":
                        self.assertEqual(message["type"], "ok", message)
                        answered.append(message["id"])
                        continue
                    seq += 1
                    self.assertEqual(message["seq"], seq)
                    state = applied(state, message["changes"])
                self.assertEqual(answered, asked)
                self.assertEqual(state, snapshot())

    def test_the_senders_own_delta_comes_too(self):
        with connected(BRIDGE) as link:
            value = 2.5 if snapshot()["params"]["comp.knee_db"] != 2.5 else 3.5
            link.send_text(json.dumps({"type": "set_params", "values": {"comp.knee_db": value}}))
            self.assertEqual(link.next_json("delta")["changes"], {"params": {"comp.knee_db": value}})

    def test_every_parameter_by_its_ends(self):
        with connected(BRIDGE) as link:
            before = snapshot()["params"]
            for end in ("min", "max", "default"):
                values = {key: row[end] for key, row in TABLE.items()}
                self.assertEqual(link.ask("set_params", values=values)["type"], "ok")
                self.assertEqual(snapshot()["params"], values)
            link.ask("set_params", values=before)

    def test_modes_and_wet(self):
        with connected(BRIDGE) as link:
            for mode in ("bypass", "auto", "manual"):
                self.assertEqual(link.ask("set_mode", mode=mode)["type"], "ok")
                self.assertEqual(snapshot()["mode"], mode)
            for ratio in (0, 0.25, 1):
                self.assertEqual(link.ask("set_wet", wet_ratio=ratio)["type"], "ok")
                self.assertEqual(snapshot()["wet_ratio"], ratio)

    def test_answers_carry_the_id_as_it_was(self):
        with connected(BRIDGE) as link:
            for id in (0, -1, 1.5, 2**53 - 1, "", "x" * 64, "\u00e4\U0001f3b8", "null"):
                link.send_text(json.dumps({"type": "ping", "id": id}))
                self.assertEqual(link.next_json("ok"), {"type": "ok", "id": id})
            link.send_text('{"type":"ping"}')
            self.assertEqual(link.next_json("ok"), {"type": "ok", "id": None})

    def test_what_is_refused_changes_nothing(self):
        refused = (
            ("{", "bad_json"), ("[]", "bad_json"), ('{"type":"ping","type":"ping"}', "bad_json"), ('{"type":"launch"}', "unknown_type"),
            ('{"type":"set_mode","mode":"bypass","now":true}', "unknown_key"), ('{"type":"set_mode"}', "missing_key"),
            ('{"type":"set_mode","mode":"off"}', "out_of_range"), ('{"type":"set_wet","wet_ratio":"1"}', "wrong_type"),
            ('{"type":"set_wet","wet_ratio":1.01}', "out_of_range"), ('{"type":"set_wet","wet_ratio":1e999}', "not_finite"),
            ('{"type":"set_params","values":{"comp.ratio":7,"comp.attack_ms":1e9}}', "out_of_range"),
            ('{"type":"set_params","values":{"comp.ratio":7,"no.such":1}}', "unknown_parameter"),
            ('{"type":"set_params","values":{"comp.ratio":7,"comp.enabled":0.5}}', "out_of_range"),
            ('{"type":"set_params","values":{"comp.ratio":7,"comp.attack_ms":null}}', "wrong_type"),
            ('{"type":"set_params","values":{"comp.ratio":7,"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}', "too_deep"),
            ('{"type":"open_device","block_frames":16}', "out_of_range"), ('{"type":"transport","action":"rewind"}', "out_of_range"),
            ('{"type":"transport","action":"start","sample_rate_hz":1}', "out_of_range"),
            ('{"type":"record","action":"start","format":"mp3"}', "out_of_range"),
            ('{"type":"subscribe","streams":["x"]}', "out_of_range"), ('{"type":"subscribe","streams":[],"rate_hz":0}', "out_of_range"),
            ('{"type":"remove_take","take_id":"../../etc/passwd"}', "unknown_take"), ('{"type":"remove_take","take_id":"no-such"}', "unknown_take"),
        )
        with connected(BRIDGE) as link:
            link.ask("set_params", values={"comp.ratio": 2})
            before = snapshot()
            for text, code in refused:
                link.send_text(text)
                self.assertEqual(link.next_json("error", "ok").get("code"), code, text)
            self.assertEqual(snapshot(), before)

    def test_devices_and_takes_are_listed(self):
        with connected(BRIDGE) as link:
            for row in link.ask("list_devices")["result"]["devices"]:
                self.assertEqual(set(row), {"id", "name", "backend", "input_channels", "output_channels", "default_sample_rate_hz", "rate_is_fixed"})
            self.assertIsInstance(link.ask("list_takes")["result"]["takes"], list)

    def test_a_thousand_requests_at_once(self):
        with connected(BRIDGE) as link:
            for i in range(1000):
                link.send_text(json.dumps({"type": "ping", "id": f"burst {i}"}))
            for i in range(1000):
                self.assertEqual(link.next_json("ok")["id"], f"burst {i}")


class Binary(Case):
    def test_frames_that_are_none(self):
        with connected(BRIDGE) as link:
            for vector in FRAMES["bad"]:
                link.send_frame(BINARY, bytes.fromhex(vector["hex"]))
                self.assertEqual(link.next_json("error")["code"], vector["code"], vector["name"])
            self.assertEqual(link.ask("ping")["type"], "ok")

    def test_what_only_the_bridge_sends(self):
        with connected(BRIDGE) as link:
            for vector in FRAMES["good"]:
                if vector["kind"] != 32:
                    link.send_frame(BINARY, bytes.fromhex(vector["hex"]))
                    self.assertEqual(link.next_json("error")["code"], "bad_frame", vector["name"])

    def test_samples_that_are_no_numbers(self):
        with connected(BRIDGE) as link:
            for bad in (math.nan, math.inf, -math.inf):
                link.send_frame(BINARY, song_piece(1, 44100, 0, [0.0, bad]))
                self.assertEqual(link.next_json("error")["code"], "not_finite")


class DeviceCase(Case):
    """Needs a running device. AG06_BRIDGE_NO_DEVICE=1 says that there is none, and only then such tests are left out."""

    def setUp(self):
        if os.environ.get("AG06_BRIDGE_NO_DEVICE") == "1":
            self.skipTest("there is no device")
        until = time.monotonic() + DEADLINE_S
        while (device := snapshot()["device"])["phase"] != "running":
            self.assertLess(time.monotonic(), until, f"no device runs: {device}")
            time.sleep(0.2)


class Streams(DeviceCase):
    def test_every_stream_comes_in_its_shape_and_in_order(self):
        shapes = {"meters": (32, 1), "spectrum": (1, 4096), "scope": (2, 1024), "features": (11, 1)}
        with connected(BRIDGE) as link:
            self.assertEqual(link.ask("subscribe", streams=STREAMS, rate_hz=60)["type"], "ok")
            for stream in STREAMS:
                last = None
                for _ in range(10):
                    head, samples = link.next_binary(stream)
                    if stream in shapes:
                        self.assertEqual((head["channels"], head["frames"]), shapes[stream])
                    else:
                        self.assertEqual(head["channels"], 2)
                        self.assertTrue(1 <= head["frames"] <= 512)
                        self.assertTrue(all(math.isfinite(sample) for sample in samples))
                    if last:
                        self.assertEqual(head["sequence"], (last["sequence"] + 1) % 2**32, stream)
                        self.assertGreaterEqual(head["sample_time"], last["sample_time"])
                        if stream.startswith("audio"):
                            self.assertEqual(head["sample_time"], last["sample_time"] + last["frames"], stream)
                    last = head

    def test_the_rate_is_the_clients(self):
        """Counted in the device's own time, which no busy machine bends: 20 meters at 10 Hz span two seconds of audio."""
        with connected(BRIDGE) as link:
            link.ask("subscribe", streams=["meters"], rate_hz=10)
            heads = [link.next_binary("meters")[0] for _ in range(21)]
            span_s = (heads[-1]["sample_time"] - heads[0]["sample_time"]) / heads[0]["sample_rate_hz"]
            self.assertGreater(span_s, 1.5)

    def test_an_empty_subscription_ends_all(self):
        with connected(BRIDGE) as link:
            link.ask("subscribe", streams=STREAMS)
            link.next_binary("audio_output")
            link.ask("subscribe", streams=[])
            # What was on its way before the answer has been read by now; behind this answer nothing follows.
            for _ in range(20):
                opcode, payload = self.next_after_ping(link)
                self.assertNotEqual(opcode, BINARY, payload[:1])

    @staticmethod
    def next_after_ping(link):
        link.send_text('{"type":"ping","id":"quiet"}')
        return link.next_message()

    def test_a_client_that_does_not_read_delays_nobody(self):
        with WebSocket(BRIDGE, receive_buffer_bytes=4096) as slow, connected(BRIDGE) as quick:
            slow.hello()
            slow.ask("subscribe", streams=STREAMS, rate_hz=120)
            quick.ask("subscribe", streams=["audio_output"])
            last = None
            for _ in range(1500):   # some seconds of audio, in which nobody reads from slow
                head, _ = quick.next_binary("audio_output")
                if last:
                    self.assertEqual(head["sequence"], last["sequence"] + 1)
                last = head
            self.assertEqual(quick.ask("ping")["type"], "ok")
            # The slow one is told what it missed, or was closed; its audio has gaps only where it was told so.
            told = self.drained(slow)
            self.assertTrue(told, "nothing was dropped for a client that did not read")

    @staticmethod
    def drained(slow):
        try:
            until = time.monotonic() + DEADLINE_S
            while time.monotonic() < until:
                opcode, payload = slow.next_message()
                if opcode == 1 and json.loads(payload)["type"] == "lagging":
                    return True
        except Exception as end:   # closed: a way of telling, too
            return type(end).__name__ == "Ended"
        return False


class Songs(DeviceCase):
    def start(self, link, rate_hz=48000):
        link.ask("transport", action="source", source="file")
        answer = link.ask("transport", action="start", sample_rate_hz=rate_hz)
        self.assertEqual(answer["type"], "ok", answer)
        return answer["result"]["stream_id"]

    def credit(self, link, stream_id):
        while True:
            message = link.next_json("credit", "error")
            self.assertEqual(message["type"], "credit", message)
            if message["stream_id"] == stream_id:
                return message["frames"]

    def test_a_song_is_played_to_its_end(self):
        rate_hz, total = 44100, 44100 * 3
        with connected(BRIDGE) as link:
            stream_id = self.start(link, rate_hz)
            sent, granted = 0, 0
            while sent < total:
                if granted == 0:
                    granted = self.credit(link, stream_id)
                frames = min(granted, 4096, total - sent)
                piece = [0.1 * math.sin(2 * math.pi * 440 * (sent + i // 2) / rate_hz) for i in range(2 * frames)]
                link.send_frame(BINARY, song_piece(stream_id, rate_hz, sent, piece, sent + frames == total))
                sent, granted = sent + frames, granted - frames
            ended = link.next_json("song_ended", "error")
            self.assertEqual((ended["type"], ended.get("stream_id"), ended.get("reason")), ("song_ended", stream_id, "finished"), ended)
            link.ask("transport", action="source", source="live")

    def test_credit_stays_within_seconds(self):
        with connected(BRIDGE) as link:
            stream_id = self.start(link)
            self.assertLessEqual(self.credit(link, stream_id), 4 * 48000)
            link.ask("transport", action="stop")

    def test_an_older_stream_is_dropped_silently(self):
        with connected(BRIDGE) as link:
            old = self.start(link)
            new = self.start(link)
            self.assertGreater(new, old)
            link.send_frame(BINARY, song_piece(old, 48000, 0, [0.0] * 64))
            self.assertEqual(link.ask("ping")["type"], "ok")
            link.ask("transport", action="stop")

    def test_more_than_was_granted_is_refused(self):
        with connected(BRIDGE) as link:
            stream_id = self.start(link)
            granted = self.credit(link, stream_id)
            sent, refused = 0, None
            while refused is None and sent <= granted + 20 * 48000:
                link.send_frame(BINARY, song_piece(stream_id, 48000, sent, [0.0] * 2 * 65536))
                sent += 65536
                link.last_id += 1
                link.send_text(json.dumps({"type": "ping", "id": link.last_id}))
                while (message := link.next_json("ok", "error", "credit"))["type"] == "credit":
                    granted += message["frames"]
                if message["type"] == "error":
                    refused = message["code"]
            self.assertEqual(refused, "bad_frame")
            self.assertGreater(sent, granted)

    def test_only_the_owner_stops_a_song(self):
        with connected(BRIDGE) as owner, connected(BRIDGE) as other:
            self.start(owner)
            self.assertEqual(other.ask("transport", action="stop").get("code"), "not_owner")
            self.assertEqual(owner.ask("transport", action="stop")["type"], "ok")

    def test_a_song_ends_with_its_client(self):
        with connected(BRIDGE) as witness:
            owner = connected(BRIDGE)
            self.start(owner)
            owner.line.end()
            until = time.monotonic() + DEADLINE_S
            while snapshot()["transport"]["is_playing"] and time.monotonic() < until:
                time.sleep(0.1)
            self.assertFalse(snapshot()["transport"]["is_playing"])
            self.assertEqual(witness.ask("ping")["type"], "ok")


class Recording(DeviceCase):
    def test_a_take_is_recorded_listed_downloaded_and_removed(self):
        with connected(BRIDGE) as link:
            self.assertEqual(link.ask("record", action="stop").get("code"), "not_recording")
            self.assertEqual(link.ask("record", action="start", format="wav24")["type"], "ok")
            self.assertEqual(link.ask("record", action="start").get("code"), "busy")
            # A second of the device's own time.
            link.ask("subscribe", streams=["meters"], rate_hz=30)
            first = link.next_binary("meters")[0]
            while (head := link.next_binary("meters")[0])["sample_time"] < first["sample_time"] + head["sample_rate_hz"]:
                pass
            link.ask("subscribe", streams=[])
            take_id = link.ask("record", action="stop")["result"]["take_id"]
            take = next(row for row in link.ask("list_takes")["result"]["takes"] if row["id"] == take_id)
            self.assertTrue(take["is_complete"])
            self.assertGreater(take["frames"], 0.5 * take["sample_rate_hz"])
            answer = http(BRIDGE, f"/api/v1/takes/{take_id}", fields=[("Authorization", f"Bearer {BRIDGE.token}")])
            self.assertEqual((answer.status, len(answer.body)), (200, take["bytes"]))
            self.assertIn(answer.body[:4], (b"RIFF", b"RF64"))
            self.assertEqual(http(BRIDGE, f"/api/v1/takes/{take_id}").status, 401)
            self.assertEqual(link.ask("remove_take", take_id=take_id)["type"], "ok")
            self.assertEqual(link.ask("remove_take", take_id=take_id).get("code"), "unknown_take")


if __name__ == "__main__":
    unittest.main()
