from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.sessions.framing import Framer

STREAMS = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\r\n", b" ", b"xxxxxxxxxx"])).map(b"".join)


@pytest.mark.parametrize(
    ("stream", "lines"),
    [
        (b"one\ntwo\n", [b"one", b"two"]),
        (b"one\r\ntwo\r\n", [b"one", b"two"]),
        (b"one\ntail", [b"one"]),
        (b"\n\r\n  \none\n", [b"", b"", b"  ", b"one"]),
        (b"a\rb\n", [b"a\rb"]),
        (b"12345678\n", [b"12345678"]),
        (b"12345678\r\n", [b"12345678"]),
        (b"123456789\nnext\n", [b"123456789", b"next"]),
        (b"123456789\r\nnext\n", [b"123456789", b"next"]),
        (b"1234567890abcdef\nnext\n", [b"123456789", b"next"]),
    ],
)
def test_lines_are_the_same_whole_and_byte_by_byte(stream: bytes, lines: list[bytes]) -> None:
    whole, singly = Framer(line_max=8), Framer(line_max=8)
    assert whole.feed(stream) == lines
    assert [line for at in range(len(stream)) for line in singly.feed(stream[at : at + 1])] == lines


@given(STREAMS, st.lists(st.integers(0, 60)))
def test_where_the_socket_cuts_plays_no_part(stream: bytes, cuts: list[int]) -> None:
    whole, pieces = Framer(line_max=8), Framer(line_max=8)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    lines = [line for begin, end in pairwise(edges) for line in pieces.feed(stream[begin:end])]
    assert lines == whole.feed(stream)


def test_a_tail_is_completed_by_what_follows() -> None:
    framer = Framer()
    assert framer.feed(b"one\ntw") == [b"one"]
    assert framer.feed(b"o\n") == [b"two"]


def test_an_endless_line_is_bad_once_and_its_rest_is_skipped() -> None:
    framer = Framer(line_max=8)
    lines = [line for _ in range(1000) for line in framer.feed(b"x" * 100)]
    assert lines == [b"x" * 9]
    assert framer.feed(b"x\nnext\n") == [b"next"]
