"""The "did you mean" of every message about a word that nobody knows."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

KNOWN_MAX: Final = 5_000
"""Among more words than this none is looked for: it took 0.14 s among 5,000 DNs, 1.1 s among 60,000."""


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean 'X'?` for the known word nearest to `word`, or nothing if none is near.

    Args:
        word: what was written; letter case plays no part.
        known: what could have been meant, as it should be written.
    """
    if len(known) > KNOWN_MAX:
        return ""
    by_lower_case = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), by_lower_case, n=1)
    return f"; did you mean '{by_lower_case[near[0]]}'?" if near else ""
