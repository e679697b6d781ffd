"""Spoils what is well formed: its structure, then its bytes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

import msgspec

from tests.fuzz.vocabulary import Fields, odd

MIB: Final = 1 << 20
SPLICES: Final = (
    *(
        b"\0",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b'"\\ud800"',
        b"\\u0000",
        b"\r",
        b"\n",
        b"\n\n \n",
        b"null",
        b"{",
        b'"',
    ),
    *(b"[" * 3000, b'{"a":' * 2000, b"9" * 5000, b"-", b"1e999", b"NaN", b"Infinity", b"\xef\xbb\xbf", b"\\", b","),
)


def structure(random: Random, fields: Fields) -> Any:
    """The object with a field dropped, of another type, exchanged with another, or nested where it was plain."""
    spoiled = dict(fields)
    where = random.choice(tuple(spoiled))
    kind = random.randrange(5)
    if kind == 0:
        del spoiled[where]
    elif kind == 1:
        spoiled[where] = odd(random)
    elif kind == 2:
        other = random.choice(tuple(spoiled))
        spoiled[where], spoiled[other] = spoiled[other], spoiled[where]
    elif kind == 3 and isinstance(spoiled[where], dict) and spoiled[where]:
        spoiled[where] = structure(random, spoiled[where])
    else:
        return [spoiled] if random.random() < 0.2 else {**spoiled, where: {where: spoiled[where]}}
    return spoiled


def _flip(random: Random, line: bytearray) -> None:
    line[random.randrange(len(line))] ^= 1 << random.randrange(8)


def _overwrite(random: Random, line: bytearray) -> None:
    line[random.randrange(len(line))] = random.randrange(256)


def _truncate(random: Random, line: bytearray) -> None:
    del line[random.randrange(len(line)) :]


def _cut_out(random: Random, line: bytearray) -> None:
    begin = random.randrange(len(line))
    del line[begin : begin + random.randrange(20)]


def _repeat(random: Random, line: bytearray) -> None:
    begin = random.randrange(len(line))
    line[begin:begin] = line[begin : begin + random.randrange(60)]


def _splice(random: Random, line: bytearray) -> None:
    begin = random.randrange(len(line))
    line[begin:begin] = random.choice(SPLICES)


_DEEDS: Final[tuple[Callable[[Random, bytearray], None], ...]] = (
    *(_flip, _overwrite, _truncate, _cut_out, _repeat, _splice),
)


def spoiled_bytes(random: Random, line: bytes) -> bytes:
    """The line with one to three things done to its bytes; there may be line ends in it afterwards."""
    changed = bytearray(line)
    for _ in range(random.choice((1, 1, 2, 3))):
        if changed:
            random.choice(_DEEDS)(random, changed)
    return bytes(changed)


def encoded(fields: Any) -> bytes:
    """A line without its end. Numbers may have more digits than any machine's."""
    return msgspec.json.encode(fields, enc_hook=str) if _is_plain(fields) else _with_big_numbers(fields)


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return not isinstance(value, int) or -(2**63) <= value < 2**64


def _with_big_numbers(value: Any) -> bytes:
    if isinstance(value, dict):
        pairs = (msgspec.json.encode(name) + b":" + _with_big_numbers(one) for name, one in value.items())
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(_with_big_numbers, value)) + b"]"
    return str(value).encode() if type(value) is int else msgspec.json.encode(value)


def line_of(random: Random, fields: Fields, *, spoiled: float) -> bytes:
    """A line without its end: as it is, or with a share of `spoiled` spoiled in structure, in bytes, or in both."""
    kind = random.random() / spoiled if spoiled else 1
    drawn = structure(random, fields) if kind < 0.6 else fields
    line = encoded(drawn)
    return spoiled_bytes(random, line) if 0.5 < kind < 1 else line


def noise(random: Random) -> bytes:
    """Bytes that never meant anything, line ends among them."""
    return random.randbytes(random.choice((1, 10, 100, 1000)))
