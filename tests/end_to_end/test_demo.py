"""`statserver demo` as `make run` starts it: on a terminal, and without one."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from end_to_end.stage import ROOT, command, conf_folder, statserver, surroundings

CONF = ROOT / "conf"


class Terminal:
    """A terminal on which a demo was started; `screen` is all that it has shown."""

    def __init__(self, conf: Path) -> None:
        self.screen = b""
        self._shown, own = pty.openpty()
        self.demo = subprocess.Popen(
            command(("demo", "--conf", conf)), stdin=own, stdout=own, stderr=own, env=surroundings()
        )
        os.close(own)

    def wait_for(self, pattern: bytes) -> bytes:
        """The first group of a pattern, once it is shown."""
        while not (found := re.search(pattern, self.screen)):
            self.screen += os.read(self._shown, 65536)
        return found[1]

    def exit_code(self) -> int:
        """Reads on until nobody writes there any more."""
        try:
            while data := os.read(self._shown, 65536):
                self.screen += data
        except OSError:  # what Linux says of a terminal whose programs are gone
            pass
        return self.demo.wait(20)

    def stop(self) -> None:
        """Killed outright, a demo would leave its server behind."""
        self.demo.terminate()
        self.exit_code()
        os.close(self._shown)


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    return conf_folder(tmp_path / "conf", CONF, recording=str(CONF / "recording.ami.gz"))


@pytest.fixture
def terminal(conf: Path) -> Iterator[Terminal]:
    terminal = Terminal(conf)
    yield terminal
    terminal.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_demo_takes_its_server_with_it_whatever_ends_it(terminal: Terminal, number: signal.Signals) -> None:
    port = int(terminal.wait_for(rb"--server 127\.0\.0\.1:(\d+)"))
    socket.create_connection(("127.0.0.1", port)).close()
    terminal.demo.send_signal(number)
    assert terminal.exit_code() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_the_demo_says_how_to_attach_another_client_as_it_was_started_itself(terminal: Terminal) -> None:
    assert terminal.wait_for(rb"Try: .*?(-m runtime\.launcher watch Agent:1001 CallsInbound)")


def test_a_server_that_cannot_start_says_why_on_the_terminal(conf: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = conf / "statserver.cfg"
        options.write_text(options.read_text().replace("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}"))
        terminal = Terminal(conf)
        assert terminal.exit_code() == 2
        terminal.stop()
    assert b"Address already in use" in terminal.screen


def test_the_demo_without_a_terminal_prints_a_table() -> None:
    process = statserver("demo", "--conf", CONF)
    assert process.returncode == 0, process.stderr
    assert re.search(r"Queue:sales@pbx1 +│ +Entered +│ +\d+ ", process.stdout)
