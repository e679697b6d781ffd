from __future__ import annotations

import pytest

from actors.sources import asterisk_lines
from actors.sources.ami import AmiMessage
from actors.sources.asterisk_lines import AsteriskLines, Dating, LookAhead
from actors.sources.lines import BadLines, Dated, UnusableLinkError

BANNER = {"Banner": "Asterisk Call Manager/13.0.0"}
BOOTED = {"Event": "FullyBooted", "Privilege": "system,all"}
ITEM = {"Event": "QueueParams", "Queue": "sales", "ActionID": "sync-1"}
QUEUES_DONE = {"Event": "QueueStatusComplete", "ActionID": "sync-1"}
CHANNELS_DONE = {"Event": "CoreShowChannelsComplete", "ActionID": "sync-2"}
NO_QUEUES = {"Response": "Error", "ActionID": "sync-1"}
NO_CHANNELS = {"Response": "Error", "ActionID": "sync-2"}
HANGUP = {"Event": "Hangup", "Uniqueid": "1.1", "Timestamp": "5.000001"}
UNSTAMPED = {"Event": "Hangup", "Uniqueid": "1.1"}


def test_what_has_no_date_waits_for_the_next_that_has_one() -> None:
    dating = Dating("asterisk-1")
    assert [dating.take(message) for message in (BANNER, BOOTED, ITEM)] == [[], [], []]
    assert dating.take(HANGUP) == [Dated(5_000_001, message) for message in (BANNER, BOOTED, ITEM, HANGUP)]


def test_what_still_waits_at_the_end_gets_the_last_date() -> None:
    dating = Dating("asterisk-1")
    dating.take(HANGUP)
    dating.take(ITEM)
    assert dating.end() == [Dated(5_000_001, ITEM)]


def test_live_an_event_without_a_stamp_is_dated_by_its_arrival_with_one_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    dating = Dating("asterisk-1", lambda: 7)
    assert dating.take(ITEM) == []
    assert dating.take(UNSTAMPED) == [Dated(7, ITEM), Dated(7, UNSTAMPED)]
    dating.take(UNSTAMPED)
    assert [record.getMessage().count("timestampevents = yes") for record in caplog.records] == [1]


def test_a_source_that_stamps_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asterisk_lines, "UNDATED_MAX", 3)
    dating = Dating("asterisk-1")
    with pytest.raises(UnusableLinkError, match="timestampevents"):
        [dating.take(UNSTAMPED) for _ in range(4)]


def test_what_waited_when_the_link_was_lost_is_forgotten() -> None:
    dating = Dating("asterisk-1")
    dating.take(ITEM)
    dating.break_off()
    assert dating.take(HANGUP) == [Dated(5_000_001, HANGUP)]


def test_a_recording_is_read_in_pieces_of_any_size() -> None:
    data = b"Asterisk Call Manager/13.0.0\r\nEvent: Hangup\r\nUniqueid: 1.1\r\nTimestamp: 5.000001\r\n\r\nEvent: Cut"
    reader = AsteriskLines("asterisk-1", BadLines("asterisk-1", lambda: 0))
    dated = [dated for byte in data for dated in reader.feed(bytes([byte]))] + list(reader.end())
    assert dated == [Dated(5_000_001, BANNER), Dated(5_000_001, HANGUP)]
    assert reader.number == 5


def looked_ahead(*messages: AmiMessage) -> list[AmiMessage]:
    look_ahead = LookAhead()
    return [known for message in messages for known in look_ahead.take(message)] + look_ahead.end()


def test_lists_that_follow_in_a_recording_are_as_they_are() -> None:
    said = [BANNER, BOOTED, HANGUP, ITEM, QUEUES_DONE, CHANNELS_DONE, HANGUP]
    assert looked_ahead(*said) == said


def test_a_list_that_nobody_asked_for_is_refused_right_after_the_boot() -> None:
    assert looked_ahead(BOOTED, HANGUP) == [BOOTED, NO_QUEUES, NO_CHANNELS, HANGUP]
    assert looked_ahead(BOOTED, HANGUP, QUEUES_DONE) == [BOOTED, NO_CHANNELS, HANGUP, QUEUES_DONE]


def test_the_lists_of_a_later_session_are_not_those_of_the_first() -> None:
    second = [BOOTED, QUEUES_DONE, CHANNELS_DONE]
    assert looked_ahead(BOOTED, HANGUP, *second) == [BOOTED, NO_QUEUES, NO_CHANNELS, HANGUP, *second]


def test_a_recording_is_looked_at_for_half_a_minute_ahead_of_its_own_time() -> None:
    look_ahead = LookAhead()
    messages = [BOOTED, *({**HANGUP, "Timestamp": f"{second}.0"} for second in (5, 35, 36))]
    assert [len(look_ahead.take(message)) for message in messages] == [0, 0, 0, 6]
