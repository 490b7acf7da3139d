"""The output appears complete or not at all: on a full disk, on Ctrl-C, in a folder that is not there."""
import os
import re
import resource
import signal
import stat
import subprocess
import time
import unittest

from cli_support import AG06, CliTest, ag06, data_of, real_song, write_tone


class OutputSafety(CliTest):
    def setUp(self):
        super().setUp()
        write_tone(self.path("in.wav"), 48000, 2, 4.0)
        with open(self.path("out.wav"), "w", encoding="utf-8") as file:
            file.write("what was there before")

    def assert_untouched(self):
        self.assertEqual(self.files(), ["in.wav", "out.wav"])
        with open(self.path("out.wav"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "what was there before")

    def test_a_disk_that_fills_up(self):
        for format_name in ("wav24", "wav32f", "wav16"):
            self.refused(4, r"out\.wav: File too large", "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "--format", format_name,
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
            self.assert_untouched()

    def test_a_disk_that_fills_up_at_any_byte_of_a_flac(self):
        self.ok("mix", self.path("in.wav"), "-o", self.path("whole.flac"), "--version", "original", "-q")
        size = os.path.getsize(self.path("whole.flac"))
        os.remove(self.path("whole.flac"))
        # The last ones meet the flush while closing, whose errors the library does not report.
        for limit in (1, 20_000, size // 2, size - 9000, size - 500, size - 1):
            self.refused(4, r"out\.flac: File too large", "mix", self.path("in.wav"), "-o", self.path("out.flac"), "--version", "original",
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
            self.assert_untouched()

    def test_ctrl_c_in_the_middle(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([AG06, "mix", real_song(), "-o", self.path("out.wav"), "--version", "musical", "-q"], stderr=subprocess.PIPE, text=True) as child:
                deadline = time.monotonic() + 20
                while len(self.files()) < 3 and time.monotonic() < deadline:
                    time.sleep(0.01)
                self.assertEqual(len(self.files()), 3, "the hidden file of the output should be there by now")
                child.send_signal(number)
                message = child.stderr.read()
                self.assertEqual(child.wait(20), -number)
            self.assertRegex(message, r"\Aag06: interrupted: [^\n]+\n\Z")
            self.assert_untouched()

    def test_a_folder_that_is_not_there(self):
        self.refused(4, r"nowhere/out\.wav: No such file or directory", "mix", self.path("in.wav"), "-o", self.path("nowhere/out.wav"))
        self.assert_untouched()

    def test_a_name_no_file_can_have_is_refused_before_the_work(self):
        for name in ("a" * 300 + ".wav", "b/" * 2500 + "x.wav", "c" * 300 + "/"):
            self.refused(4, "File name too long", "mix", self.path("in.wav"), "-o", self.path(name))
        os.symlink("round", self.path("round"))
        done = ag06("mix", self.path("in.wav"), "-o", self.path("round"), "--version", "musical")
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, r"\Aag06: .*round: Too many levels of symbolic links\n\Z")
        os.remove(self.path("round"))
        self.assert_untouched()

    def test_a_reader_that_leaves_ends_the_work_and_leaves_nothing_behind(self):
        reading, writing = os.pipe()
        os.close(reading)
        with subprocess.Popen([AG06, "mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "musical"], stderr=writing) as child:
            os.close(writing)
            self.assertEqual(child.wait(20), -signal.SIGPIPE)
        self.assert_untouched()

    def test_results_into_a_closed_pipe_or_a_full_disk(self):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([AG06, "params"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writing)
        self.assertEqual((done.returncode, done.stderr), (-signal.SIGPIPE, ""))
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([AG06, "params"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, r"\Aag06: standard output: [^\n]+\n\Z")

    def test_an_output_that_is_no_regular_file(self):
        os.mkfifo(self.path("pipe.wav"))
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        for path in (self.path("pipe.wav"), os.ttyname(slave)):  # made here: /dev/null can be a plain file in a container
            kind = stat.S_IFMT(os.stat(path).st_mode)
            self.refused(4, re.escape(path) + ": it exists and is not a regular file", "mix", self.path("in.wav"), "-o", path)
            self.assertEqual(stat.S_IFMT(os.stat(path).st_mode), kind)

    def test_a_complete_output_replaces_the_old_one_and_keeps_its_mode(self):
        os.chmod(self.path("out.wav"), 0o640)
        self.ok("mix", self.path("in.wav"), "-o", self.path("out.wav"), "--version", "original", "-q")
        self.assertEqual(len(data_of(self.path("out.wav"))), 4 * 48000 * 2 * 3)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("out.wav")).st_mode), 0o640)

    def test_a_new_output_has_the_mode_of_any_new_file(self):
        before = os.umask(0o027)
        try:
            self.ok("mix", self.path("in.wav"), "-o", self.path("new.wav"), "--version", "original", "-q")
        finally:
            os.umask(before)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("new.wav")).st_mode), 0o640)

    def test_a_link_stays_a_link(self):
        os.symlink("out.wav", self.path("link.wav"))
        self.ok("mix", self.path("in.wav"), "-o", self.path("link.wav"), "--version", "original", "-q")
        self.assertTrue(os.path.islink(self.path("link.wav")))
        self.assertEqual(len(data_of(self.path("out.wav"))), 4 * 48000 * 2 * 3)

    def test_a_link_to_a_file_that_is_not_there_yet_stays_a_link(self):
        os.mkdir(self.path("folder"))
        os.symlink("folder/new.wav", self.path("link.wav"))
        self.ok("mix", self.path("in.wav"), "-o", self.path("link.wav"), "--version", "original", "-q")
        self.assertTrue(os.path.islink(self.path("link.wav")))
        self.assertEqual(len(data_of(self.path("folder/new.wav"))), 4 * 48000 * 2 * 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
