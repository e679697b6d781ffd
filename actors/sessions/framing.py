r"""Cuts what a client's socket carries into lines (`protocols.md`: JSON Lines, 1 MiB at most from clients).

A line ends with `\n`; a `\r` before it is dropped.
"""

from __future__ import annotations

from typing import Final

LINE_MAX: Final = 1 << 20
"""Bytes of a client's line without its ending: the protocol's own bound. A longer one is cut to one byte more."""


class Framer:
    """The bytes of one client that are not yet a line; never more than a line may have, and two.

    Args:
        line_max: bytes a line may have.
    """

    def __init__(self, *, line_max: int = LINE_MAX) -> None:
        self._line_max = line_max
        self._pending = bytearray()
        self._is_skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` ends, without their endings.

        A line that is too long comes out once, as soon as that is known, cut to `line_max` + 1 bytes: its length says
        what is wrong with it. The rest of it is skipped.
        """
        lines: list[bytes] = []
        *ends, rest = data.split(b"\n")
        for end in ends:
            self._keep(end, lines)
            if not self._is_skipping:
                lines.append(bytes(self._pending).removesuffix(b"\r"))
            self._is_skipping = False
            self._pending.clear()
        self._keep(rest, lines)
        return lines

    def _keep(self, part: bytes, lines: list[bytes]) -> None:
        if self._is_skipping:
            return
        kept_max = self._line_max + 2
        self._pending += part[: kept_max - len(self._pending)]
        if len(self._pending) == kept_max:
            lines.append(bytes(self._pending[: self._line_max + 1]))
            self._pending.clear()
            self._is_skipping = True
