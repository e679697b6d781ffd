"""An expression cut into words, and the error that shows which word cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from actors.vocabulary.errors import StatServerError

LENGTH_MAX: Final = 64_000
"""Characters of an expression: a request may bring 1 MiB, and no filter written by hand comes near this."""

_WORD_OPERATORS: Final[Mapping[str, str]] = {"and": "&", "or": "|", "not": "~"}


class ExpressionError(StatServerError):
    """An expression that cannot be read.

    Attributes:
        text: the whole expression.
        position: of the word that cannot be, from 0.
        reason: why, in one line.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"{reason}\n  {text}\n  {' ' * position}^")
        self.text = text
        self.position = position
        self.reason = reason

    @property
    def in_one_line(self) -> str:
        """The reason and the place, where a caret cannot be drawn."""
        return f"{self.reason} (at character {self.position + 1} of '{self.text}')"


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
