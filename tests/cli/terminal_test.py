"""What is drawn on a terminal: a bar that fits, however narrow the terminal is."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

from cli_support import AG06, CliTest, write_tone


def on_terminal(columns, *args):
    """Exit status and what came to stderr on a terminal of that width."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([AG06, *args], stdout=subprocess.DEVNULL, stderr=slave, env={**os.environ, "TERM": "xterm"}) as child:
        os.close(slave)
        drawn = b""
        try:
            while piece := os.read(master, 65536):
                drawn += piece
        except OSError:  # the terminal's other end has closed
            pass
        os.close(master)
        return child.wait(60), drawn.decode(errors="replace")


class Terminal(CliTest):
    def setUp(self):
        super().setUp()
        write_tone(self.path("in.wav"), 48000, 1, 1.0)

    def test_the_bar_fits_any_width(self):
        for columns in [*range(20, 66), 200]:
            status, drawn = on_terminal(columns, "analyze", self.path("in.wav"))
            self.assertEqual(status, 0, f"{columns} columns: {drawn}")
            lines = [line for line in re.split(r"\r|\x1b\[K|\n", drawn) if line]
            self.assertTrue(lines, columns)
            self.assertLess(max(map(len, lines)), columns)
            self.assertEqual("[" in drawn.replace("\x1b[K", ""), columns >= 60)

    def test_a_file_name_steers_no_terminal(self):
        name = self.path("a\x1b[2Jb.wav")
        os.rename(self.path("in.wav"), name)
        _, drawn = on_terminal(200, "analyze", name)
        self.assertIn("a?[2Jb.wav: listening", drawn)


if __name__ == "__main__":
    unittest.main(verbosity=2)
