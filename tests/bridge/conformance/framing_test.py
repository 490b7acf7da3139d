"""Frames of RFC 6455 against the bridge, in the order of the sections of well-known WebSocket suites: framing, pings, reserved bits, opcodes,
fragments, UTF-8, closing, sizes, and no compression. The bridge echoes nothing, so "ping" requests are sent and their answers looked for."""

import json
import os
import random
import struct
import unittest

from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Address, Case, Ended, WebSocket, connected

BRIDGE = Address()
MAX_TEXT_BYTES = 64 * 1024
MAX_MESSAGE_BYTES = 1024 * 1024


def padded_ping(size, id="padded"):
    text = json.dumps({"type": "ping", "id": id}).encode()
    return text[:-1] + b" " * (size - len(text)) + b"}"


def ping(id):
    return json.dumps({"type": "ping", "id": id}, ensure_ascii=False).encode()


class FrameCase(Case):
    def answered(self, link, id):
        self.assertEqual(link.answer_to(id), {"type": "ok", "id": id})

    def alive(self, link):
        self.assertEqual(link.ask("ping")["type"], "ok")

    def failed(self, link, *codes):
        """The bridge fails the connection: with one of the codes, or by just ending it, which RFC 6455 7.1.7 allows."""
        self.assertIn(link.closed(), (*codes, None))
        with connected(BRIDGE) as other:
            self.alive(other)


class Section1Framing(FrameCase):
    def test_texts_of_every_length_form(self):
        with connected(BRIDGE) as link:
            for size in (40, 124, 125, 126, 127, 128, 255, 256, 4096, 16384, 65535, MAX_TEXT_BYTES):
                link.send_frame(TEXT, padded_ping(size, size))
                self.answered(link, size)

    def test_lengths_not_in_their_shortest_form(self):
        """RFC 6455 5.2: the minimal form is a must; a peer may fail the connection or read on, but must not get out of step."""
        for length_bytes in (2, 8):
            with connected(BRIDGE) as link:
                link.send_frame(TEXT, ping("long"), length_bytes=length_bytes)
                try:
                    self.answered(link, "long")
                    self.alive(link)
                except Ended as end:
                    self.assertIn(end.args[0][:2] if isinstance(end.args[0], bytes) else b"", (b"", struct.pack(">H", 1002)))

    def test_byte_by_byte(self):
        with connected(BRIDGE) as link:
            payload, mask = ping("slow"), b"\x11\x22\x33\x44"
            wire = bytes([0x81, 0x80 | len(payload)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
            for byte in wire:
                link.line.send(bytes([byte]))
            self.answered(link, "slow")

    def test_many_frames_in_one_packet(self):
        with connected(BRIDGE) as link:
            wire = b""
            for i in range(200):
                payload = ping(i)
                wire += bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload
            link.line.send(wire)
            for i in range(200):
                self.answered(link, i)

    def test_masks_of_every_kind(self):
        with connected(BRIDGE) as link:
            for i, mask in enumerate((bytes(4), b"\xff" * 4, b"\0\0\0\1", b"\x80\0\0\0", os.urandom(4))):
                link.send_frame(TEXT, ping(i), mask=mask)
                self.answered(link, i)

    def test_an_unmasked_frame_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, ping(1), is_masked=False)
            self.failed(link, 1002)

    def test_an_empty_text_is_no_json(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, b"")
            self.assertEqual(link.next_json("error")["code"], "bad_json")
            self.alive(link)

    def test_an_empty_binary_is_no_frame(self):
        with connected(BRIDGE) as link:
            link.send_frame(BINARY, b"")
            self.assertEqual(link.next_json("error")["code"], "bad_frame")
            self.alive(link)


class Section2Pings(FrameCase):
    def test_pings_come_back_as_they_were(self):
        with connected(BRIDGE) as link:
            for payload in (b"", b"Hello", bytes(range(256))[:125], b"\xff\xfe\x00", os.urandom(125)):
                link.send_frame(PING, payload)
                self.assertEqual(link.next_message((PONG,))[1], payload)

    def test_a_ping_of_126_bytes_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(PING, bytes(126))
            self.failed(link, 1002)

    def test_a_ping_in_small_pieces(self):
        with connected(BRIDGE) as link:
            for byte in bytes([0x89, 0x85, 0, 0, 0, 0]) + b"Hello":
                link.line.send(bytes([byte]))
            self.assertEqual(link.next_message((PONG,))[1], b"Hello")

    def test_pongs_nobody_asked_for_are_ignored(self):
        with connected(BRIDGE) as link:
            link.send_frame(PONG)
            link.send_frame(PONG, b"unasked")
            link.send_frame(PING, b"asked")
            self.assertEqual(link.next_message((PONG,))[1], b"asked")

    def test_many_pings(self):
        """RFC 6455 5.5.2 and 5.5.3: the latest may be answered for all."""
        with connected(BRIDGE) as link:
            for i in range(50):
                link.send_frame(PING, str(i).encode())
            seen = []
            while not seen or seen[-1] != 49:
                seen.append(int(link.next_message((PONG,))[1]))
            self.assertEqual(seen, sorted(seen))
            self.alive(link)


class Section3ReservedBits(FrameCase):
    def test_any_reserved_bit_fails(self):
        for opcode, payload in ((TEXT, ping(1)), (BINARY, bytes(24)), (PING, b"x"), (CLOSE, struct.pack(">H", 1000))):
            for rsv in range(1, 8):
                with connected(BRIDGE) as link:
                    link.send_frame(opcode, payload, rsv=rsv)
                    self.failed(link, 1002)

    def test_a_reserved_bit_between_fragments_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, ping(1)[:5], fin=False)
            link.send_frame(CONTINUATION, ping(1)[5:], rsv=4)
            self.failed(link, 1002)


class Section4Opcodes(FrameCase):
    def test_reserved_opcodes_fail(self):
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
            for payload in (b"", b"reserved"):
                with connected(BRIDGE) as link:
                    link.send_frame(opcode, payload)
                    self.failed(link, 1002)


class Section5Fragments(FrameCase):
    def test_a_text_in_two(self):
        with connected(BRIDGE) as link:
            text = ping("two")
            link.send_frame(TEXT, text[:7], fin=False)
            link.send_frame(CONTINUATION, text[7:])
            self.answered(link, "two")

    def test_a_text_in_single_bytes_with_pings_between(self):
        with connected(BRIDGE) as link:
            text = ping("bytes")
            link.send_frame(TEXT, b"", fin=False)
            for i, byte in enumerate(text):
                link.send_frame(CONTINUATION, bytes([byte]), fin=False)
                link.send_frame(PING, bytes([i]))
                self.assertEqual(link.next_message((PONG,))[1], bytes([i]))
            link.send_frame(CONTINUATION, b"")
            self.answered(link, "bytes")

    def test_a_binary_in_pieces(self):
        with connected(BRIDGE) as link:
            wire = bytes(30)   # kind 0: refused as a whole, not in parts
            link.send_frame(BINARY, wire[:3], fin=False)
            link.send_frame(CONTINUATION, wire[3:9], fin=False)
            link.send_frame(CONTINUATION, wire[9:])
            error = link.next_json("error")
            self.assertEqual(error["code"], "bad_frame")
            self.assertIn("kind 0", error["message"])
            self.alive(link)

    def test_a_fragmented_ping_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(PING, b"half", fin=False)
            self.failed(link, 1002)

    def test_a_fragmented_pong_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(PONG, b"half", fin=False)
            self.failed(link, 1002)

    def test_a_fragmented_close_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(CLOSE, struct.pack(">H", 1000), fin=False)
            self.failed(link, 1002)

    def test_a_continuation_of_nothing_fails(self):
        for fin in (True, False):
            with connected(BRIDGE) as link:
                link.send_frame(CONTINUATION, b"of nothing", fin=fin)
                self.failed(link, 1002)

    def test_a_continuation_after_the_end_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, ping(1)[:4], fin=False)
            link.send_frame(CONTINUATION, ping(1)[4:])
            link.send_frame(CONTINUATION, b"more")   # the answer to the whole message may come first, or be lost in the failure
            self.failed(link, 1002)

    def test_a_new_message_inside_another_fails(self):
        for opcode in (TEXT, BINARY):
            with connected(BRIDGE) as link:
                link.send_frame(TEXT, b"{", fin=False)
                link.send_frame(opcode, b"}")
                self.failed(link, 1002)


class Section6Utf8(FrameCase):
    def test_valid_texts_come_back_as_they_were(self):
        with connected(BRIDGE) as link:
            for id in ("\u00e4\u00f6\u00fc", "\u03ba\u1f79\u03c3\u03bc\u03b5", "\U0001f3a4\U0001f3b8", "\ufffd\ufffe\uffff", "\U0010ffff",
                       "\ud7ff\ue000", "\u0080\u0800\U00010000", "\x7f"):
                link.send_frame(TEXT, ping(id))
                self.answered(link, id)

    def test_a_character_cut_by_fragments(self):
        text = ping("\U0001f3b8")
        for cut in range(1, len(text)):
            with self.subTest(cut=cut), connected(BRIDGE) as link:
                link.send_frame(TEXT, text[:cut], fin=False)
                link.send_frame(CONTINUATION, text[cut:])
                self.answered(link, "\U0001f3b8")

    def test_invalid_texts_fail(self):
        broken = ("80", "bf", "c0af", "c1bf", "e080af", "e09fbf", "eda080", "edbfbf", "f08080af", "f08fbfbf", "f4908080", "f5808080", "fe", "ff",
                  "c3", "e282", "f09f8e", "c328", "e228a1", "cebae1bdb9cf83cebcceb5eda080656469746564")
        for bad in broken:
            with self.subTest(bad=bad), connected(BRIDGE) as link:
                link.send_frame(TEXT, b'{"type":"ping","id":"' + bytes.fromhex(bad) + b'"}')
                self.failed(link, 1007)

    def test_an_invalid_text_in_fragments_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, b'{"type":"ping","id":"\xe2', fin=False)
            link.send_frame(CONTINUATION, b'\x28\xa1"}')
            self.failed(link, 1007)

    def test_a_text_that_ends_inside_a_character_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, b"\xf0\x9f\x8e")
            self.failed(link, 1007)


class Section7Closing(FrameCase):
    def test_a_close_is_answered_by_its_code(self):
        for code in (1000, 1001, 1003, 1008, 1011, 3000, 3999, 4000, 4999):
            with self.subTest(code=code), connected(BRIDGE) as link:
                link.send_frame(CLOSE, struct.pack(">H", code) + b"bye")
                self.assertEqual(link.closed(), code)
                self.assertEqual(link.line.rest(), b"")   # and the bridge ends the connection

    def test_an_empty_close(self):
        with connected(BRIDGE) as link:
            link.send_frame(CLOSE)
            self.assertIn(link.closed(), (1000, 1005))

    def test_a_close_with_the_longest_reason(self):
        with connected(BRIDGE) as link:
            link.send_frame(CLOSE, struct.pack(">H", 1000) + b"r" * 123)
            self.assertEqual(link.closed(), 1000)

    def test_a_close_of_one_byte_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(CLOSE, b"\x03")
            self.failed(link, 1002)

    def test_a_close_of_126_bytes_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(CLOSE, struct.pack(">H", 1000) + b"r" * 124)
            self.failed(link, 1002)

    def test_codes_that_may_not_be_sent_fail(self):
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999):
            with self.subTest(code=code), connected(BRIDGE) as link:
                link.send_frame(CLOSE, struct.pack(">H", code))
                self.failed(link, 1002)

    def test_codes_beyond_all_ranges(self):
        """RFC 6455 7.4.2 says nothing of them: the bridge may answer them like any or fail, but must end."""
        for code in (5000, 65535):
            with self.subTest(code=code), connected(BRIDGE) as link:
                link.send_frame(CLOSE, struct.pack(">H", code))
                self.failed(link, 1002, code)

    def test_a_reason_that_is_no_utf8_fails(self):
        with connected(BRIDGE) as link:
            link.send_frame(CLOSE, struct.pack(">H", 1000) + b"\xce\xba\xe1\xbd\xed\xa0\x80")
            self.failed(link, 1007, 1002)

    def test_what_follows_a_close_is_not_obeyed(self):
        with connected(BRIDGE) as witness, connected(BRIDGE) as link:
            other = "auto" if state_of(witness)["mode"] != "auto" else "manual"
            payload = json.dumps({"type": "set_mode", "mode": other}).encode()
            link.line.send(b"\x88\x82\0\0\0\0\x03\xe8" + bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
            self.assertEqual(link.closed(), 1000)
            self.assertNotEqual(state_of(witness)["mode"], other)

    def test_a_connection_that_just_ends(self):
        link = connected(BRIDGE)
        link.line.end()
        with connected(BRIDGE) as other:
            self.alive(other)


class Section9Sizes(FrameCase):
    def test_a_text_just_too_long_is_refused_and_the_connection_stays(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, padded_ping(MAX_TEXT_BYTES + 1))
            self.assertEqual(link.next_json("error")["code"], "too_large")
            self.alive(link)

    def test_a_binary_of_1_mib_is_read(self):
        with connected(BRIDGE) as link:
            link.send_frame(BINARY, bytes(MAX_MESSAGE_BYTES))
            self.assertEqual(link.next_json("error")["code"], "bad_frame")
            self.alive(link)

    def test_a_message_of_more_than_1_mib_fails(self):
        for opcode in (TEXT, BINARY):
            with connected(BRIDGE) as link:
                try:
                    link.send_frame(opcode, b" " * (MAX_MESSAGE_BYTES + 1))
                except Ended:
                    pass
                self.failed(link, 1009)

    def test_a_length_of_2_to_the_62_is_not_waited_for(self):
        with connected(BRIDGE) as link:
            link.line.send(b"\x82\xff" + struct.pack(">Q", 2**62) + bytes(4) + b"start")
            self.failed(link, 1009)

    def test_a_length_with_its_highest_bit_set_fails(self):
        with connected(BRIDGE) as link:
            link.line.send(b"\x82\xff" + struct.pack(">Q", 2**63 + 5) + bytes(4) + b"start")
            self.failed(link, 1002, 1009)

    def test_fragments_that_add_up_to_more_than_1_mib_fail(self):
        with connected(BRIDGE) as link:
            try:
                link.send_frame(BINARY, bytes(65536), fin=False)
                for _ in range(17):
                    link.send_frame(CONTINUATION, bytes(65536), fin=False)
            except Ended:
                pass
            self.failed(link, 1009)

    def test_endless_empty_fragments_hold_nobody_up(self):
        with connected(BRIDGE) as link:
            link.send_frame(TEXT, b"", fin=False)
            try:
                link.line.send(b"\x00\x80\0\0\0\0" * 20000)
            except Ended:
                pass
            with connected(BRIDGE) as other:
                self.alive(other)


class Section12Compression(FrameCase):
    def test_a_compressed_frame_fails_where_none_was_agreed_on(self):
        """RFC 7692 6: RSV1 marks compression, which the bridge never agrees to."""
        for offer in (None, "permessage-deflate"):
            extra = [f"Sec-WebSocket-Extensions: {offer}"] if offer else []
            with WebSocket(BRIDGE, extra=extra) as link:
                link.hello()
                link.send_frame(TEXT, b"\xaa\x56\x2a\xa9\x2c\x48\x55\xb2\x52\x50\x2a\xc8\xcc\x4b\x57\xaa\x05\x00", rsv=4)
                self.failed(link, 1002)


class Noise(FrameCase):
    def test_bytes_at_random_harm_nobody(self):
        draw = random.Random(6455)
        with connected(BRIDGE) as witness:
            before = state_of(witness)
            for _ in range(150):
                link = connected(BRIDGE)
                try:
                    link.line.send(draw.randbytes(draw.randrange(1, 400)))
                except Ended:
                    pass
                finally:
                    link.line.end()
            self.assertEqual(state_of(witness), before)


def state_of(link):
    """The state now, seen through a new connection: link only shows that it lives."""
    assert link.ask("ping")["type"] == "ok"
    with WebSocket(BRIDGE) as fresh:
        return fresh.hello()[1]["state"]


if __name__ == "__main__":
    unittest.main()
