"""The bridge as an independent client library sees it: python3-websockets, with its own checks of handshake, frames, pings and closing."""

import asyncio
import json
import os
import struct
import unittest

import websockets

URL = os.environ["AG06_BRIDGE_URL"].replace("http", "ws", 1) + "/ws"
TOKEN = os.environ["AG06_BRIDGE_TOKEN"]
DEADLINE_S = 30.0


def link(**options):
    options.setdefault("extra_headers", {"Authorization": f"Bearer {TOKEN}"})
    return websockets.connect(URL, subprotocols=["ag06.v1"], max_size=2**21, **options)


async def said(socket, *types):
    async def search():
        while True:
            message = await socket.recv()
            if isinstance(message, str) and json.loads(message)["type"] in types:
                return json.loads(message)

    return await asyncio.wait_for(search(), DEADLINE_S)


async def greeted(socket):
    await socket.send('{"type":"hello","protocol":1,"id":"hello"}')
    state = await said(socket, "state")
    assert (await said(socket, "ok", "error"))["type"] == "ok"
    return state


class Websockets(unittest.IsolatedAsyncioTestCase):
    async def test_greeting_requests_and_deltas(self):
        async with link() as socket:
            self.assertEqual(socket.subprotocol, "ag06.v1")
            self.assertEqual(socket.extensions, [], "compression was offered and must not be agreed on")
            state = await greeted(socket)
            ratio = 3.5 if state["state"]["params"]["comp.ratio"] != 3.5 else 4.5
            await socket.send(json.dumps({"type": "set_params", "id": 1, "values": {"comp.ratio": ratio}}))
            first, second = await said(socket, "ok", "delta"), await said(socket, "ok", "delta")
            by_type = {message["type"]: message for message in (first, second)}
            self.assertEqual(by_type["ok"]["id"], 1)
            self.assertEqual(by_type["delta"]["changes"], {"params": {"comp.ratio": ratio}})
            self.assertEqual(by_type["delta"]["seq"], state["seq"] + 1)

    async def test_a_token_in_hello(self):
        async with link(extra_headers={}, origin=os.environ["AG06_BRIDGE_URL"]) as socket:
            await socket.send(json.dumps({"type": "hello", "protocol": 1, "token": TOKEN}))
            await said(socket, "state")

    async def test_a_foreign_origin_is_refused(self):
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            await link(origin="https://evil.example").__aenter__()
        self.assertEqual(refused.exception.status_code, 403)

    async def test_a_wrong_hello_ends_with_1008(self):
        async with link() as socket:
            await socket.send('{"type":"ping"}')
            with self.assertRaises(websockets.ConnectionClosed) as closed:
                while True:
                    await asyncio.wait_for(socket.recv(), DEADLINE_S)
            self.assertEqual(closed.exception.rcvd.code, 1008)

    async def test_pings_both_ways_and_a_clean_close(self):
        async with link(ping_interval=0.2, ping_timeout=DEADLINE_S) as socket:
            await greeted(socket)
            await asyncio.wait_for(await socket.ping(b"from the test"), DEADLINE_S)
            await socket.close(1000, "done")
            self.assertEqual(socket.close_code, 1000)

    async def test_fragments_and_a_frame_of_audio(self):
        async with link() as socket:
            await greeted(socket)
            await socket.send(['{"type":', '"ping",', '"id":"pieces"}'])
            self.assertEqual((await said(socket, "ok"))["id"], "pieces")
            # A stream that nobody started.
            await socket.send(struct.pack("<BBHIIIQ", 32, 1, 3, 0, 1, 48000, 0) + bytes(12))
            self.assertEqual((await said(socket, "error"))["code"], "bad_frame")

    async def test_meters_come_as_binary(self):
        async with link() as socket:
            state = await greeted(socket)
            if os.environ.get("AG06_BRIDGE_NO_DEVICE") == "1":
                self.skipTest("there is no device")
            self.assertEqual(state["state"]["device"]["phase"], "running")
            await socket.send('{"type":"subscribe","id":1,"streams":["meters"],"rate_hz":60}')
            seen = []
            while len(seen) < 30:
                message = await asyncio.wait_for(socket.recv(), DEADLINE_S)
                if isinstance(message, bytes):
                    seen.append(struct.unpack_from("<BBHII", message))
            self.assertEqual({(kind, version, channels, frames) for kind, version, channels, _, frames in seen}, {(1, 1, 32, 1)})
            self.assertEqual([row[3] for row in seen], list(range(seen[0][3], seen[0][3] + 30)))


if __name__ == "__main__":
    unittest.main()
