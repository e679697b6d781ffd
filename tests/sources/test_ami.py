from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.sources.ami import MESSAGE_MAX, AmiMessage, Framer, challenge_key, encode_action, timestamp_us

BYTES = (
    b"Asterisk Call Manager/13.0.0\r\n"
    b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n"
    b"Event: VarSet\r\nTimestamp: 1795505271.258212\r\nVariable: __X\r\nValue: a: b\r\n\r\n"
    b"Event: QueueMemberPause\r\nPausedReason: \r\nName: Zo\xc3\xab\r\n\r\n"
)
MESSAGES: list[AmiMessage] = [
    {"Banner": "Asterisk Call Manager/13.0.0"},
    {"Response": "Success", "Message": "Authentication accepted"},
    {"Event": "VarSet", "Timestamp": "1795505271.258212", "Variable": "__X", "Value": "a: b"},
    {"Event": "QueueMemberPause", "PausedReason": "", "Name": "Zoë"},
]


def test_bytes_that_come_whole_are_messages() -> None:
    assert Framer().feed(BYTES) == MESSAGES


def test_the_bytes_of_the_messages_are_the_bytes_that_came() -> None:
    framer = Framer()
    cut = [piece for byte in BYTES for piece in framer.cut(bytes([byte]))]
    assert [message for message, _ in cut] == MESSAGES
    assert b"".join(said for _, said in cut) == BYTES


def test_bytes_that_come_singly_are_the_same_messages() -> None:
    framer = Framer()
    assert [message for byte in BYTES for message in framer.feed(bytes([byte]))] == MESSAGES


def test_a_tail_waits_for_its_end() -> None:
    framer = Framer()
    assert framer.feed(BYTES + b"Event: Hangup\r\nUniq") == MESSAGES
    assert framer.feed(b"ueid: 1.0\r\n\r\n") == [{"Event": "Hangup", "Uniqueid": "1.0"}]


@given(cuts=st.lists(st.integers(0, len(BYTES)), max_size=8))
def test_no_cut_matters(cuts: list[int]) -> None:
    framer, edges = Framer(), [0, *sorted(cuts), len(BYTES)]
    pieces = (BYTES[start:end] for start, end in pairwise(edges))
    assert [message for piece in pieces for message in framer.feed(piece)] == MESSAGES


def test_a_banner_in_the_middle_begins_another_session() -> None:
    assert Framer().feed(BYTES + BYTES) == MESSAGES + MESSAGES


def test_a_repeated_key_keeps_its_last_value() -> None:
    assert Framer().feed(b"A: 1\r\nA: 2\r\n\r\n") == [{"A": "2"}]


def test_a_line_without_a_colon_is_passed_over() -> None:
    assert Framer().feed(b"Event: X\r\nno colon\r\nA: 1\r\n\r\n") == [{"Event": "X", "A": "1"}]


def test_a_message_too_long_is_skipped_and_counted() -> None:
    framer = Framer()
    messages = framer.feed(b"A: " + b"x" * MESSAGE_MAX) + framer.feed(b"x" * 10 + b"\r\n\r\nB: 2\r\n\r\n")
    assert (messages, framer.oversized) == ([{"B": "2"}], 1)


def test_a_message_too_long_that_comes_whole_is_skipped_and_counted() -> None:
    framer = Framer()
    assert framer.feed(b"A: " + b"x" * MESSAGE_MAX + b"\r\n\r\nB: 2\r\n\r\n") == [{"B": "2"}]
    assert framer.oversized == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1795505271.258212", 1795505271258212),
        ("1795505271.25", 1795505271250000),
        ("1795505271", 1795505271000000),
        ("1795505271.2582129", 1795505271258212),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_timestamp_is_whole_microseconds(text: str, expected: int | None) -> None:
    assert timestamp_us({"Timestamp": text}) == expected


def test_an_action_ends_with_an_empty_line() -> None:
    assert encode_action("Ping", ActionID="7") == b"Action: Ping\r\nActionID: 7\r\n\r\n"


def test_a_line_end_in_a_field_is_refused() -> None:
    with pytest.raises(ValueError, match="line end"):
        encode_action("Login", Username="stat\r\nAction: Originate")


def test_the_key_is_the_md5_of_challenge_and_secret() -> None:
    assert challenge_key("840415273", "secret") == "81c3ab5534a432bec402f6d988ee45b4"
