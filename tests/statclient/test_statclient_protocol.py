from __future__ import annotations

import pytest

from actors.vocabulary.protocol import ObjectName
from statclient import _protocol
from statclient._link import server_address
from statclient._protocol import LineBuffer, object_name
from statclient._session import delay_s


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Agent:1001", ObjectName("Agent", "1001")),
        ("Queue:8000@pbx1", ObjectName("Queue", "8000@pbx1")),
        ("GroupAgents:?:Spanish > 1", ObjectName("GroupAgents", "?:Spanish > 1")),
    ],
)
def test_an_object_is_written_type_colon_id(text: str, name: ObjectName) -> None:
    assert object_name(text) == name


@pytest.mark.parametrize("text", ["1001", "Agent:", ":1001", ""])
def test_a_name_without_type_or_id_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Agent:1001"):
        object_name(text)


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ("127.0.0.1:3051", ("127.0.0.1", 3051)),
        ("stat.example.com", ("stat.example.com", 3050)),
        ("[::1]:3051", ("::1", 3051)),
        ("[::1]", ("::1", 3050)),
    ],
)
def test_a_server_is_written_host_colon_port(server: str, address: tuple[str, int]) -> None:
    assert server_address(server) == address


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        server_address("localhost:stat")


def test_the_delays_grow_to_half_a_minute() -> None:
    assert [delay_s(attempt) for attempt in (0, 1, 2, 5, 6, 119)] == [0.5, 1.0, 2.0, 16.0, 30.0, 30.0]


def test_an_empty_rest_begins_the_next_line() -> None:
    lines = LineBuffer()
    assert lines.feed(b"a\nb") == [b"a"]
    assert lines.feed(b"c") == []
    assert lines.feed(b"\n\nd\n") == [b"bc", b"", b"d"]


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_protocol, "LINE_MAX_BYTES", 5)
    lines = LineBuffer()
    assert lines.feed(b"12345") == []
    with pytest.raises(ValueError, match="more than 5 bytes"):
        lines.feed(b"6")
