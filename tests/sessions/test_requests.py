from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.sessions.framing import LINE_MAX
from actors.sessions.requests import REQUESTS, BadLineError, decoded
from actors.vocabulary import protocol

OPEN = (
    b'{"request":"OpenStatistic","ref":2,"object":{"type":"Agent","id":"1001"},"statistic":"TotalCalls",'
    b'"notification":{"mode":"Periodic","interval":5}}'
)


def refusal(line: bytes) -> BadLineError:
    with pytest.raises(BadLineError) as caught:
        decoded(line)
    return caught.value


def outcome(line: bytes) -> str:
    try:
        return type(decoded(line)).__name__
    except BadLineError as error:
        return error.code


def test_a_request_is_read_with_all_its_parts() -> None:
    assert decoded(OPEN) == protocol.OpenStatistic(
        ref=2,
        object=protocol.ObjectName(type="Agent", id="1001"),
        statistic="TotalCalls",
        notification=protocol.Notification(mode="Periodic", interval=5),
    )


def test_unknown_fields_are_ignored() -> None:
    assert decoded(b'{"request":"Ping","ref":1,"colour":{"red":[1,2]}}') == protocol.Ping(ref=1)


@pytest.mark.parametrize(
    ("line", "code", "ref", "words"),
    [
        (b"hello", "BadMessage", None, "no JSON"),
        (b"", "BadMessage", None, "the line is empty"),
        (b" \t", "BadMessage", None, "the line is empty"),
        (b"[]", "BadMessage", None, "Expected `object`, got `array`"),
        (b"17", "BadMessage", None, "Expected `object`, got `int`"),
        (b"{}", "UnknownRequest", None, "no field 'request'"),
        (b'{"ref":4}', "UnknownRequest", 4, "no field 'request'"),
        (b'{"ref":4,"request":null}', "UnknownRequest", 4, "no field 'request'"),
        (b'{"ref":4,"request":5}', "UnknownRequest", 4, "no text"),
        (b'{"request":"PeekStatistics","ref":4}', "UnknownRequest", 4, "did you mean 'PeekStatistic'?"),
        (b'{"request":"Ping"}', "BadMessage", None, "missing required field `ref`"),
        (b'{"request":"Ping","ref":true}', "BadMessage", None, "got `bool` - at `$.ref`"),
        (b'{"request":"Ping","ref":1.0}', "BadMessage", None, "got `float` - at `$.ref`"),
        (b'{"request":"PeekStatistic","ref":4,"id":"17"}', "BadMessage", 4, "PeekStatistic: Expected `int`"),
        (OPEN.replace(b'"1001"', b"1001"), "BadMessage", 2, "at `$.object.id`"),
        (OPEN.replace(b":5}", b':"5"}'), "BadMessage", 2, "at `$.notification.interval`"),
        (b'{"request":"Ping","ref":NaN}', "BadMessage", None, "(byte 24)"),
        (b'{"request":"Ping","ref":1}{}', "BadMessage", None, "trailing characters"),
        (b'{"request":"Ping","ref":1,"x":"\xff"}', "BadMessage", None, "not UTF-8: invalid start byte (byte 31)"),
        (b'{"request":"Register","ref":1,"client":"\\udc00x"}', "BadMessage", None, "surrogate"),
        (b'{"request":"Register","ref":1,"client":"\xed\xa0\x80"}', "BadMessage", None, "not UTF-8"),
        (b'{"request":"Ping","ref":1,"x":' + b"[" * 100_000, "BadMessage", None, "nested too deeply"),
        (b'{"request":"PeekStatistic","ref":1,"id":' + b"9" * 5000 + b"}", "BadMessage", 1, "out of range"),
        (b'{"request":"Ping","ref":' + b"9" * 5000 + b"}", "BadMessage", None, "out of range"),
        (b" " * LINE_MAX + b"x", "BadMessage", None, f"longer than {LINE_MAX} bytes"),
    ],
)
def test_a_bad_line_says_what_is_wrong_with_it(line: bytes, code: str, ref: int | None, words: str) -> None:
    error = refusal(line)
    assert (error.code, error.ref) == (code, ref)
    assert words in error.message


def test_a_line_of_the_greatest_length_is_read() -> None:
    assert decoded(b'{"request":"Ping","ref":1}'.ljust(LINE_MAX)) == protocol.Ping(ref=1)


def test_only_the_beginning_of_a_long_unknown_name_is_told_back() -> None:
    assert len(refusal(b'{"request":"' + b"Z" * 500_000 + b'"}').message) < 100


@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_a_request_or_a_bad_line(line: bytes) -> None:
    assert refusal(line).code in {"BadMessage", "UnknownRequest"}


@given(st.integers(0, len(OPEN) - 1), st.integers(0, 20), st.binary(max_size=4))
def test_a_damaged_request_is_a_request_or_a_bad_line(at: int, removed: int, put: bytes) -> None:
    assert outcome(OPEN[:at] + put + OPEN[at + removed :]) in {"OpenStatistic", "BadMessage", "UnknownRequest"}


VALUES = st.sampled_from(
    [None, True, 0, -3, 2**70, 1.5, 1e300, "", "x", "é", [], [1, {}], {}, {"a": [None]}, {"type": "Agent", "id": "1"}]
)
FIELDS = ["ref", "id", "object", "statistic", "notification", "client", "token", "protocol", "type", "filter"]


@given(
    st.sampled_from(sorted(REQUESTS)),
    st.dictionaries(st.sampled_from(FIELDS), VALUES),
)
def test_a_request_with_any_values_is_a_request_or_a_bad_message(name: str, fields: dict[str, object]) -> None:
    assert outcome(msgspec.json.encode({"request": name, **fields})) in {name, "BadMessage"}


@given(VALUES)
def test_an_integer_ref_is_found_in_a_bad_line(ref: object) -> None:
    line = msgspec.json.encode({"request": "PeekStatistic", "id": "no number", "ref": ref})
    assert refusal(line).ref == (ref if type(ref) is int else None)
