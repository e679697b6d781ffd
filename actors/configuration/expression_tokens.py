"""An expression cut into words, and the error that shows which word cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from actors.vocabulary.errors import StatServerError

LENGTH_MAX: Final = 64_000
"""Characters of an expression: a request may bring 1 MiB, and no filter written by hand comes near this."""
SHOWN_MAX: Final = 60
"""Characters that an error shows of an expression, before the place and behind it: so many stand on a line."""

_WORD_OPERATORS: Final[Mapping[str, str]] = {"and": "&", "or": "|", "not": "~"}


class ExpressionError(StatServerError):
    """An expression that cannot be read; it is shown with a caret below the place.

    Attributes:
        text: the whole expression.
        position: of the word that cannot be, from 0.
        reason: why, in one line.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        begin = max(0, position - SHOWN_MAX)
        before, after = text[begin:position], text[position : position + SHOWN_MAX]
        drawn = re.sub(r"\s", " ", before + after)
        super().__init__(f"{reason}\n  {drawn}\n  {' ' * len(before)}^")
        self.text = text
        self.position = position
        self.reason = reason


class Token(NamedTuple):
    """One word: its kind (`number`, `word`, `text`, `operator`, `end`), its text, its place in the expression."""

    kind: str
    text: str
    position: int


_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?![\w@.]))
    |(?P<word>[\w@.](?:[\w@.]|-(?=\w))*)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<operator>!=|<=|>=|[=<>~&|+\-*/(),])
    )""",
    re.VERBOSE,
)


def tokens_of(text: str, begin: int) -> list[Token]:
    """The words of an expression from `begin` on, the end as the last; `and`, `or`, `not` as the operators they are.

    Raises:
        ExpressionError: a character or a quote that cannot be.
    """
    if len(text) > LENGTH_MAX:
        raise ExpressionError(text[:80], 0, f"longer than {LENGTH_MAX:,} characters")
    tokens = []
    end = len(text.rstrip())
    while begin < end:
        found = _TOKEN.match(text, begin)
        if found is None or found.lastgroup is None:
            position = begin + len(text[begin:]) - len(text[begin:].lstrip())
            reason = (
                "a quote that is not closed" if text[position] in "\"'" else f"'{text[position]}' is not understood"
            )
            raise ExpressionError(text, position, reason)
        word = found[found.lastgroup]
        operator = _WORD_OPERATORS.get(word.lower()) if found.lastgroup == "word" else None
        kind = "operator" if operator else found.lastgroup
        tokens.append(Token(kind, operator or word, found.start(found.lastgroup)))
        begin = found.end()
    return [*tokens, Token("end", "", len(text))]
