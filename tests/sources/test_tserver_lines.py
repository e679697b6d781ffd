from __future__ import annotations

import json
import logging

import pytest

from actors.sources import json_lines
from actors.sources.json_lines import JsonLines
from actors.sources.lines import LOG_INTERVAL_US, BadLines, UnusableLinkError
from actors.sources.tserver_lines import decode, tserver_lines
from actors.vocabulary.errors import SourceError
from actors.vocabulary.events import PartyState, TServerEvent

RINGING = b'{"event":"EventRinging","seq":1,"time":2.5,"this_dn":"7001","conn_id":"c1","later":{"x":[1]}}\n'
RELEASED = b'{"event":"EventReleased","seq":2,"time":4,"this_dn":"7001","conn_id":"c1"}\r\n'
HEARTBEAT = b'{"event":"Heartbeat","time":10}\n'
ALL = RINGING + RELEASED + HEARTBEAT
STAMPS = [2_500_000, 4_000_000, 10_000_000]


class Clock:
    now_us = 0

    def __call__(self) -> int:
        return self.now_us


def lines(*, is_live: bool = True) -> JsonLines:
    return tserver_lines(BadLines("tserver-1", Clock()), is_live=is_live)


def numbered(*seqs: int) -> bytes:
    return b"".join(json.dumps({"event": "EventDNDOn", "seq": seq, "time": 1}).encode() + b"\n" for seq in seqs)


def test_lines_that_come_whole_are_events_with_their_stamps() -> None:
    assert [dated.stamp_us for dated in lines().feed(ALL)] == STAMPS


def test_lines_that_come_byte_by_byte_are_the_same_events() -> None:
    one_by_one = lines()
    events = [dated for byte in ALL for dated in one_by_one.feed(bytes([byte]))]
    assert events == list(lines().feed(ALL))


def test_an_unfinished_line_waits_for_its_end() -> None:
    reader = lines()
    assert len(list(reader.feed(RINGING + RELEASED[:20]))) == 1
    assert [dated.stamp_us for dated in reader.feed(RELEASED[20:])] == [4_000_000]


def test_a_last_line_without_an_end_counts_when_nothing_more_comes() -> None:
    reader = lines()
    assert list(reader.feed(HEARTBEAT.rstrip())) == []
    assert [dated[:2] for dated in reader.end()] == [(10_000_000, TServerEvent("Heartbeat", 10.0))]


def test_a_registration_brings_its_calls() -> None:
    line = b'{"event":"EventRegistered","this_dn":"7001","calls":[{"conn_id":"c1","call_state":"Held","since":3.5}]}'
    assert decode(line).calls == (PartyState("c1", call_state="Held", since=3.5),)


def test_a_time_is_before_the_year_9000() -> None:
    assert decode(b'{"event":"Heartbeat","time":221845391999}').time == 221_845_391_999


@pytest.mark.parametrize(
    "line",
    [
        b"EventRinging",
        b"[]",
        b'{"time":1}',
        b'{"event":"EventRung","time":1}',
        b'{"event":"Heartbeat","time":"1"}',
        b'{"event":"Heartbeat","time":1e999}',
        b'{"event":"Heartbeat","time":1795505403028}',
        b'{"event":"Heartbeat","time":-1}',
        b'{"event":"Heartbeat","time":221845392000}',
        b'{"event":"EventDNDOn","time":1,"this_dn":7001}',
        b'{"event":"EventDNDOn","time":1,"this_dn":"\xff"}',
        b'{"event":"EventUserEvent","time":1,"user_data":{"a":' + b"[" * 99_999 + b"]" * 99_999 + b"}}",
        b'{"event":"EventRegistered","time":1,"calls":[{"conn_id":"c1","since":1e300}]}',
    ],
)
def test_a_line_that_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(SourceError):
        decode(line)


def test_a_line_that_is_too_long_is_set_aside_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "LINE_MAX", 100)
    bad = BadLines("tserver-1", Clock())
    reader = tserver_lines(bad, is_live=True)
    for _ in range(50):
        assert list(reader.feed(b" " * 30)) == []
    assert [dated.stamp_us for dated in reader.feed(b"{}\n" + HEARTBEAT)] == [10_000_000]
    assert bad.count == 1


def test_a_missing_seq_breaks_a_live_link_after_what_came_before() -> None:
    reader = lines().feed(numbered(1, 2, 4, 5))
    assert len([next(reader), next(reader)]) == 2
    with pytest.raises(UnusableLinkError, match="missing before seq 4"):
        next(reader)


def test_a_missing_seq_is_only_counted_in_a_recording() -> None:
    reader = lines(is_live=False)
    assert len(list(reader.feed(numbered(1, 2, 4, 5, 9)))) == 5
    assert reader.gaps == 2


def test_a_link_may_begin_with_any_seq_and_heartbeats_have_none() -> None:
    reader = lines()
    assert len(list(reader.feed(numbered(7) + HEARTBEAT + numbered(8)))) == 3


def test_a_line_set_aside_is_no_gap() -> None:
    assert len(list(lines().feed(numbered(1) + b"?\n" + numbered(3)))) == 2


def test_a_recorded_loss_begins_seq_anew() -> None:
    reader = lines(is_live=False)
    loss = b'{"event":"EventServerDisconnected","time":1}\n'
    assert len(list(reader.feed(numbered(5, 6) + loss + numbered(1, 2)))) == 5
    assert reader.gaps == 0


def test_nine_bad_lines_in_a_row_are_set_aside_and_ten_break_the_link() -> None:
    reader = lines()
    assert len(list(reader.feed(b"?\n" * 9 + numbered(1) + b"?\n" * 9))) == 1
    with pytest.raises(UnusableLinkError, match="10 bad lines in a row"):
        list(reader.feed(b"?\n"))


def test_ten_bad_lines_make_a_recording_unusable_only_at_its_head() -> None:
    assert len(list(lines(is_live=False).feed(numbered(1) + b"?\n" * 20 + numbered(2)))) == 2
    with pytest.raises(UnusableLinkError):
        list(lines(is_live=False).feed(b"?\n" * 10))


def test_bad_lines_are_logged_once_a_minute_with_their_beginning(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    bad = BadLines("tserver-1", clock)
    for clock.now_us in (0, 1, LOG_INTERVAL_US - 1, LOG_INTERVAL_US, LOG_INTERVAL_US + 1):
        bad.add(b"y" * 300, "no JSON")
    logged = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [message.split(" set aside")[0] for message in logged] == [
        "tserver-1: 1 bad line(s)",
        "tserver-1: 3 bad line(s)",
    ]
    assert all(message.count("y") == 200 for message in logged)


@pytest.mark.parametrize("number", [1 << 63, -(1 << 63) - 1, 10**30])
def test_a_number_of_more_than_64_bits_in_attached_data_is_read_as_its_digits(number: int) -> None:
    line = b'{"event":"EventRinging","time":1,"this_dn":"7001","user_data":{"Account":%d,"Deep":[{"A":%d}],"Small":7}}'
    event = decode(line % (number, number))
    assert event.user_data == {"Account": str(number), "Deep": [{"A": str(number)}], "Small": 7}


def test_beside_such_a_number_bytes_that_are_no_text_make_a_bad_line() -> None:
    with pytest.raises(SourceError):
        decode(b'{"event":"EventRinging","time":1,"user_data":{"Account":%d},"unknown":"\xff"}' % 10**30)


def test_a_number_of_more_than_64_bits_elsewhere_makes_a_bad_line() -> None:
    with pytest.raises(SourceError):
        decode(b'{"event":"EventRinging","time":1,"seq":%d,"user_data":{"Account":%d}}' % (10**30, 10**30))
