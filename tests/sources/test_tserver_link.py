from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from standins import House, Line, StandIn, TServerStandIn, numbered

from actors.sources.json_link import json_link
from actors.sources.lines import LOG_INTERVAL_US, Dated
from actors.sources.link import BackOff, Link
from actors.sources.messages import LinkDown
from actors.vocabulary.events import TServerEvent
from runtime.clock import RealClock, SteppedClock
from runtime.journal_entries import Kind
from runtime.mail import Input

Running = Callable[[Any], Any]
REGISTERED: Line = {"event": "EventRegistered", "time": 1, "this_dn": "7001", "calls": []}
CONNECTED: Line = {"event": "EventLinkConnected", "time": 2}
HEARTBEAT: Line = {"event": "Heartbeat", "time": 3}
RINGING: Line = {"event": "EventRinging", "time": 4, "this_dn": "7001", "conn_id": "c1"}
NOW_US = 1_795_500_000_000_000


class StandingClock(RealClock):
    """The machine's time, as a test says it is."""

    time_us = NOW_US

    def now_us(self) -> int:
        return self.time_us


def stepped(running: Running) -> House:
    house: House = running(House(SteppedClock()))
    return house


def follow(running: Running, house: House, server: StandIn, *, silence_s: float = 30, **fields: str) -> Link:
    outlet = house.outlet("tserver-1", "tserver")
    source = server.source(**fields)
    link: Link = running(json_link(source, outlet, clock=house.clock, random=Random(1), silence_s=silence_s))
    link.start()
    return link


def told(inputs: Iterable[Input]) -> list[tuple[str, int]]:
    return [(message.payload.event, message.time_us // 1_000_000) for message in inputs]


def test_the_link_registers_every_dn_and_puts_what_it_hears_dated_by_its_stamps(running: Running) -> None:
    server, house = running(TServerStandIn([REGISTERED, CONNECTED, HEARTBEAT, RINGING])), stepped(running)
    follow(running, house, server)
    events = [("EventRegistered", 1), ("EventLinkConnected", 2), ("Heartbeat", 3), ("EventRinging", 4)]
    assert told(house.take(4)) == events
    assert server.requests == [{"request": "RegisterAddresses", "application": "statserver", "dns": ["*"]}]


def test_a_link_that_is_closed_is_told_of_and_made_anew(running: Running) -> None:
    server, house = running(TServerStandIn([REGISTERED, RINGING], [CONNECTED], hangs_up=True)), stepped(running)
    link = follow(running, house, server)
    _, ringing, down, again = house.take(4)
    assert (ringing.payload.event, down.payload) == ("EventRinging", LinkDown("closed by the other end"))
    assert (down.time_us, again.payload.event) == (4_000_000, "EventLinkConnected")
    assert link.losses >= 1


def test_what_the_link_carried_is_kept_as_a_recording_of_it_would_be(running: Running, tmp_path: Path) -> None:
    ringing = b'{"time": 4,  "event":"EventRinging","this_dn":"7001","conn_id":"c1","unknown":"\\u00e9"}\r\n'
    server = running(TServerStandIn([REGISTERED, b"?\n", ringing], [CONNECTED], hangs_up=True))
    house = stepped(running)
    journal = house.keep_in(tmp_path)
    follow(running, house, server)
    house.take(4)
    kept = list(journal.entries())[:4]
    registered, connected = numbered([REGISTERED]), numbered([CONNECTED])
    note = b'{"event":"EventServerDisconnected","time":4.000000}\n'
    assert [entry.payload for entry in kept] == [*registered, ringing, note, *connected]
    assert {(entry.source, entry.kind) for entry in kept} == {("tserver-1", Kind.JSON_LINES)}


def test_a_missing_seq_is_a_loss_and_a_return(running: Running) -> None:
    script = [REGISTERED, {**RINGING, "seq": 3}, HEARTBEAT]
    server, house = running(TServerStandIn(script, [REGISTERED])), stepped(running)
    follow(running, house, server)
    _, down, again = house.take(3)
    assert down.payload == LinkDown("something is missing before seq 3")
    assert again.payload.event == "EventRegistered"


def test_ten_bad_lines_in_a_row_are_a_loss_and_fewer_are_not(running: Running) -> None:
    server = running(TServerStandIn([REGISTERED, b"?\n" * 9, RINGING, b"?\n" * 10], [CONNECTED]))
    house = stepped(running)
    follow(running, house, server)
    _, ringing, down, again = house.take(4)
    assert ringing.payload.event == "EventRinging"
    assert down.payload.reason.startswith("10 bad lines in a row")
    assert again.payload.event == "EventLinkConnected"


def test_a_silent_link_is_down(running: Running) -> None:
    server, house = running(TServerStandIn([REGISTERED])), running(House(RealClock()))
    follow(running, house, server, silence_s=0.15)
    registered, down = house.take(2)
    assert down.payload == LinkDown("silent for 0.15 s")
    assert down.time_us - registered.time_us >= 150_000


def test_when_stamps_are_the_clock_silence_means_nothing(running: Running) -> None:
    # The loss that a clock of its own would find in the first connection would come before the second one's closing.
    server, house = running(TServerStandIn([REGISTERED])), stepped(running)
    follow(running, house, server, silence_s=0.03)
    house.take(1)
    watched = running(House(RealClock()))
    follow(running, watched, server, silence_s=0.15)
    watched.take(2)
    assert house.got.empty()


def test_the_backup_is_tried_where_the_first_does_not_answer(running: Running) -> None:
    gone, server, house = TServerStandIn([]), running(TServerStandIn([REGISTERED])), stepped(running)
    gone.stop()
    follow(running, house, gone, backup=f"127.0.0.1:{server.port}")
    assert told(house.take(1)) == [("EventRegistered", 1)]


def test_a_link_that_never_was_is_not_told_of_as_lost(running: Running) -> None:
    server, house = running(TServerStandIn([], [], [REGISTERED], hangs_up=True)), stepped(running)
    follow(running, house, server)
    assert told(house.take(1)) == [("EventRegistered", 1)]
    assert server.connections == 3


def test_stopping_closes_the_connection_and_tells_nobody(running: Running) -> None:
    server, house = running(TServerStandIn([REGISTERED])), stepped(running)
    outlet = house.outlet("tserver-1", "tserver")
    link = json_link(server.source(), outlet, clock=house.clock, random=Random(1))
    greenlet = link.start()
    house.take(1)
    link.stop()
    assert greenlet.dead
    assert server.ended.get(timeout=10) == "ended"
    assert house.got.empty()
    assert not link.is_connected


def test_the_waits_between_tries_double_up_to_the_limit_and_begin_anew_after_a_success() -> None:
    back_off = BackOff(Random(1), 1.0)
    waits = [back_off.next_s() for _ in range(6)]
    for wait_s, due_s in zip(waits, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0], strict=True):
        assert due_s / 2 <= wait_s <= due_s
    back_off.reset()
    assert back_off.next_s() <= 0.1


def test_the_same_seed_waits_the_same() -> None:
    assert BackOff(Random(7), 10).next_s() == BackOff(Random(7), 10).next_s()


@pytest.mark.parametrize(("off_us", "said"), [(3_600_000_000, "3600.0 s ahead of"), (-60_000_000, "60.0 s behind")])
def test_a_source_whose_clock_is_off_is_warned_of_once_a_minute(
    running: Running, caplog: pytest.LogCaptureFixture, off_us: int, said: str
) -> None:
    clock = StandingClock()
    house = running(House(clock))
    outlet = house.outlet("tserver-1", "tserver")
    for clock.time_us in (NOW_US, NOW_US + 1, NOW_US + LOG_INTERVAL_US):
        outlet.put(Dated(clock.time_us + off_us, TServerEvent("Heartbeat")))
    outlet.put(Dated(clock.time_us, TServerEvent("Heartbeat")))
    assert caplog.messages == [f"tserver-1: its clock is {said} ours: set the clocks"] * 2


def test_what_goes_wrong_again_and_again_is_logged_once(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    server, house = running(TServerStandIn([], [], [REGISTERED], hangs_up=True)), stepped(running)
    follow(running, house, server)
    house.take(1)
    assert [record.getMessage() for record in caplog.records if "no link" in record.getMessage()] == [
        f"link-1: no link to 127.0.0.1:{server.port}: closed by the other end"
    ]
