from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from asterisk_play import RECORDINGS, messages_of
from standins import AmiStandIn, House

from actors.sources.asterisk_link import asterisk_link
from actors.sources.link import Link
from actors.sources.messages import LinkDown
from runtime.clock import RealClock, SteppedClock
from runtime.journal_entries import Kind

Running = Callable[[Any], Any]
SMALL = RECORDINGS / "asterisk-small" / "recording.ami.gz"
SHORT = (
    b"Asterisk Call Manager/13.0.0\r\nEvent: FullyBooted\r\n\r\nEvent: QueueStatusComplete\r\nActionID: sync-1\r\n\r\n"
    b"Event: CoreShowChannelsComplete\r\nActionID: sync-2\r\n\r\nEvent: Hangup\r\nTimestamp: 5.000001\r\n\r\n"
)


@pytest.fixture
def short(tmp_path: Path) -> Path:
    path = tmp_path / "short.ami"
    path.write_bytes(SHORT)
    return path


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_TEST", "s3cret")


def follow(running: Running, house: House, server: AmiStandIn, *, silence_s: float = 30) -> Link:
    source = server.source(username="stat", secret_env="SECRET_OF_TEST")
    outlet = house.outlet("asterisk-1", "asterisk")
    link: Link = running(asterisk_link(source, outlet, clock=house.clock, random=Random(1), silence_s=silence_s))
    link.start()
    return link


def test_a_link_that_plays_a_recording_brings_every_message_of_it_with_its_time(running: Running) -> None:
    server, house = running(AmiStandIn(SMALL, secret="s3cret")), running(House(SteppedClock()))
    follow(running, house, server)
    recorded = messages_of("asterisk-small")
    recorded = recorded[recorded.index(next(m for m in recorded if m.get("Event") == "FullyBooted")) :]
    inputs = house.take(3 + len(recorded))[3:]
    assert [message.payload for message in inputs] == recorded
    assert inputs[0].time_us == 1_795_505_269_456_356
    assert inputs[-1].time_us == max(message.time_us for message in inputs)


def test_a_wrong_secret_is_logged_in_asterisks_words_and_tells_the_connector_nothing(
    running: Running, caplog: pytest.LogCaptureFixture, short: Path
) -> None:
    server, house = running(AmiStandIn(short, secret="another")), running(House(RealClock()))
    follow(running, house, server)
    assert server.logins.get(timeout=10) == "refused"
    assert server.ended.get(timeout=10) == "ended"
    assert "login refused: Authentication failed" in caplog.text
    assert house.got.empty()


def test_a_missing_secret_is_named_in_the_log(
    running: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    monkeypatch.delenv("SECRET_OF_TEST")
    server, house = running(AmiStandIn(short, secret="")), running(House(SteppedClock()))
    follow(running, house, server)
    assert server.logins.get(timeout=10) == "accepted"
    assert "'SECRET_OF_TEST' (secret_env) holds no secret" in caplog.text


def test_pings_keep_a_quiet_link_up(running: Running, short: Path) -> None:
    server, house = running(AmiStandIn(short, secret="s3cret")), running(House(RealClock()))
    link = follow(running, house, server, silence_s=0.15)
    for _ in range(6):
        server.pings.get(timeout=10)
    assert (link.is_connected, link.losses) == (True, 0)


def test_an_asterisk_that_goes_is_told_of_and_asked_anew(running: Running, short: Path) -> None:
    server, house = running(AmiStandIn(short, secret="s3cret", hangs_up=True)), running(House(SteppedClock()))
    follow(running, house, server)
    payloads = [message.payload for message in house.take(9)]
    assert payloads[7] == LinkDown("closed by the other end")
    assert payloads[8] == {"Banner": "Asterisk Call Manager/13.0.0"}


def test_what_the_link_carried_is_kept_as_a_recording_of_it_would_be(
    running: Running, short: Path, tmp_path: Path
) -> None:
    server, house = running(AmiStandIn(short, secret="s3cret", hangs_up=True)), running(House(SteppedClock()))
    journal = house.keep_in(tmp_path)
    follow(running, house, server)
    house.take(8)
    (banner, *said, note) = [entry.payload for entry in list(journal.entries())[:8]]
    assert banner + b"".join(one for one in said if one.startswith(b"Event")) == SHORT
    assert note == b"Event: ServerDisconnected\r\nTimestamp: 5.000001\r\n\r\n"
    assert {(entry.source, entry.kind) for entry in journal.entries()} == {("asterisk-1", Kind.AMI)}


def test_where_stamps_are_the_clock_nobody_is_asked_for_the_time(running: Running, short: Path) -> None:
    server, house = running(AmiStandIn(short, secret="s3cret", hangs_up=True)), running(House(SteppedClock()))
    follow(running, house, server)
    house.take(9)
    assert server.pings.empty()


def test_stopping_leaves_neither_greenlet_nor_connection(running: Running, short: Path) -> None:
    server, house = running(AmiStandIn(short, secret="s3cret")), running(House(SteppedClock()))
    link = asterisk_link(
        server.source(username="stat", secret_env="SECRET_OF_TEST"),
        house.outlet("asterisk-1", "asterisk"),
        clock=house.clock,
        random=Random(1),
    )
    greenlet = link.start()
    house.take(1)
    link.stop()
    assert greenlet.dead
    assert server.ended.get(timeout=10) == "ended"
