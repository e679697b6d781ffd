"""The bytes of Asterisk's manager interface: messages cut from them, actions made into them (`sources.md` 3.1).

A message is a plain mapping. A key that comes twice keeps its last value, a line without a colon is no part of it.
The banner, which no empty line ends, becomes a message of its own with the one key `Banner`.
"""

from __future__ import annotations

import hashlib
from typing import Final

AmiMessage = dict[str, str]

BANNER: Final = "Banner"
MESSAGE_MAX: Final = 1 << 20
"""Bytes of one message. The longest seen have 2 KiB; a longer one than this is no AMI, is skipped and counted."""

_BANNER_START: Final = b"Asterisk Call Manager"
_END: Final = b"\r\n\r\n"
_FRACTION_DIGITS: Final = 6
WHOLE_DIGITS_MAX: Final = 10
"""Of seconds since the epoch until the year 2286; more are no time, and would stop the clock for good."""


class Framer:
    """Cuts AMI messages from bytes that arrive in any pieces.

    Attributes:
        oversized: messages skipped because they passed `MESSAGE_MAX`.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._is_skipping = False
        self.oversized = 0

    def feed(self, data: bytes) -> list[AmiMessage]:
        """The messages that `data` completes, in order."""
        return [message for message, _ in self.cut(data)]

    def cut(self, data: bytes) -> list[tuple[AmiMessage, bytes]]:
        """The messages that `data` completes, in order, each with its bytes, end and all."""
        self._rest += data
        messages: list[tuple[AmiMessage, bytes]] = []
        start = 0
        while True:
            banner_end = self._banner_end(start)
            if banner_end:
                banner = self._rest[start:banner_end]
                messages.append(({BANNER: banner[:-2].decode("utf-8", "replace")}, banner))
                start = banner_end
                continue
            end = self._rest.find(_END, start)
            if end < 0:
                break
            self._take(self._rest[start:end], messages)
            start = end + len(_END)
        self._rest = self._rest[start:]
        if len(self._rest) > MESSAGE_MAX:
            self._skip()
        return messages

    def _banner_end(self, start: int) -> int:
        if not self._rest.startswith(_BANNER_START, start):
            return 0
        return self._rest.find(b"\r\n", start) + 2 if b"\r\n" in self._rest[start:] else 0

    def _take(self, block: bytes, messages: list[tuple[AmiMessage, bytes]]) -> None:
        if self._is_skipping:
            self._is_skipping = False
        elif len(block) > MESSAGE_MAX:
            self.oversized += 1
        elif message := parse(block):
            messages.append((message, block + _END))

    def _skip(self) -> None:
        self.oversized += not self._is_skipping
        self._is_skipping = True
        self._rest = self._rest[-len(_END) + 1 :]


def parse(block: bytes) -> AmiMessage:
    """The message in `block`, the bytes between two empty lines: split at each line's first colon."""
    message: AmiMessage = {}
    for line in block.decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if colon:
            message[key] = value.strip()
    return message


def timestamp_us(message: AmiMessage) -> int | None:
    """When the event reached the manager, in microseconds since the epoch; None without a readable `Timestamp`."""
    whole, _, fraction = message.get("Timestamp", "").partition(".")
    digits = whole + fraction[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, "0")
    is_time = 0 < len(whole) <= WHOLE_DIGITS_MAX and digits.isascii() and digits.isdigit()
    return int(digits) if is_time else None


def encode_action(action: str, **fields: str) -> bytes:
    """The bytes of one action, its fields in the order given.

    Raises:
        ValueError: a value holds a line end, and would smuggle in another field or action.
    """
    lines = [f"{key}: {value}" for key, value in {"Action": action, **fields}.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError(f"a field of the action {action} holds a line end")
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def challenge_key(challenge: str, secret: str) -> str:
    """What `Key` of a Login answers to `challenge`: the secret itself never travels."""
    return hashlib.md5((challenge + secret).encode(), usedforsecurity=False).hexdigest()
