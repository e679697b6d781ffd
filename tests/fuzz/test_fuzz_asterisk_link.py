"""Anything at all on the link of an Asterisk (`sources.md` 3): recordings spoiled, with gaps and out of order."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from runtime.clock import RealClock
from tests.fuzz.mutations import MIB, spoiled_bytes
from tests.fuzz.running import HOST, REGISTER, Running, Source

RECORDINGS = Path(__file__).parent.parent / "recordings"
END = b"\r\n\r\n"
FOLDERS = ("asterisk-small", "asterisk-transfers")
MESSAGES = 8_000


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    return RECORDINGS / str(request.param)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def running(folder: Path, source: Source, tmp_path: Path) -> Iterator[Running]:
    environment = (folder / "environment.toml").read_text().replace("port = 5038", f"port = {source.port}")
    (tmp_path / "environment.toml").write_text(environment)
    here = f"[statserver]\nlisten = {HOST}:0\nreconnect-timeout = 0.2\n"
    options = (folder / "statserver.cfg").read_text().replace("[statserver]\n", here)
    (tmp_path / "statserver.cfg").write_text(options)
    one = Running(tmp_path, source)
    yield one
    one.stop()


def messages(folder: Path) -> list[bytes]:
    """What the recorded Asterisk said."""
    said = gzip.decompress((folder / "recording.ami.gz").read_bytes()).partition(b"\r\n")[2]
    return said.split(END)[:-1]


def spoiled_message(random: Random, message: bytes, others: list[bytes]) -> bytes:
    """The message with a line lost, or one of another message, or its bytes changed."""
    lines = message.split(b"\r\n")
    kind = random.randrange(4)
    if kind == 0:
        del lines[random.randrange(len(lines))]
    elif kind == 1:
        lines[random.randrange(len(lines))] = random.choice(random.choice(others).split(b"\r\n"))
    elif kind == 2:
        return spoiled_bytes(random, message)
    else:
        name = random.choice(lines).partition(b":")[0]
        lines.append(name + b": " + random.choice((b"", b"-1", b"nan", b"9" * 5000, b"\xff\0", b"Local/7001@agents")))
    return b"\r\n".join(lines)


def out_of_order(random: Random, said: list[bytes], share: float) -> list[bytes]:
    """Parts of the recording, in and out of turn, with a share of the messages spoiled."""
    told: list[bytes] = []
    while len(told) < MESSAGES:
        begin = random.randrange(len(said))
        told += said[begin : begin + random.choice((1, 5, 50, 400))]
    return [spoiled_message(random, one, said) if random.random() < share else one for one in told]


def say(running: Running, source: Source, told: list[bytes], opened: Path) -> None:
    client = running.connect()
    heard = client.converse(REGISTER + opened.read_bytes().rstrip() + b"\n")
    source.say([END.join([b"Asterisk Call Manager/13.0.0\r\n" + part[0], *part[1:]]) + END for part in _parts(told)])
    running.wait_until(lambda: not running.server.intake._waiting)
    client.close()
    assert not any(event["event"] == "Error" for event in heard)
    assert running.server.intake.inputs > len(told) // 2


def _parts(told: list[bytes]) -> Iterator[list[bytes]]:
    size = len(told) // 10
    return (told[at : at + size] for at in range(0, len(told), size))


@pytest.mark.parametrize("share", [0, 0.1, 0.8])
def test_a_spoiled_recording_makes_nobody_fail(running: Running, source: Source, folder: Path, share: float) -> None:
    random = Random(31)
    say(running, source, out_of_order(random, messages(folder), share), folder / "open.jsonl")
    running.check()


@pytest.mark.parametrize("folder", FOLDERS[:1], indirect=True)
@pytest.mark.parametrize(
    "message",
    [
        b"Event: Newchannel\r\nTimestamp: " + b"9" * 5_000,
        b"Event: Newchannel\r\nTimestamp: " + b"9" * 18 + b".5",
        b"Event: Newchannel\r\nUniqueid: " + b"1" * (MIB - 100),
        b"Event: " + b"\xff" * (2 * MIB),
        b":" * MIB,
    ],
    ids=("digits", "year", "long", "too long", "colons"),
)
def test_the_longest_messages_make_nobody_fail(running: Running, source: Source, message: bytes) -> None:
    now = f"Timestamp: {RealClock().now_us() // 1_000_000}.0".encode()
    source.say([message + END + b"Event: Reload\r\n" + now + END] * 2)
    running.check()
