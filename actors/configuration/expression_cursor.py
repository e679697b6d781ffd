"""Where the reading of an expression stands among its words, and what is wrong there."""

from __future__ import annotations

from typing import Final

from actors.configuration.expression_tokens import ExpressionError, Token, tokens_of

DEPTH_MAX: Final = 40
"""Of parentheses and operators within each other: parser and readers walk the tree by recursion, 13 calls a level."""


class Cursor:
    """Where the reading of an expression stands, and how deep in it.

    Attributes:
        depth: parentheses and operators that the reading is inside of.
    """

    def __init__(self, text: str, begin: int) -> None:
        self._text = text
        self._tokens = tokens_of(text, begin)
        self._next = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        """What stands next."""
        return self._tokens[self._next]

    def take(self) -> Token:
        """Passes over what stands next, which is not the end."""
        self._next += 1
        return self._tokens[self._next - 1]

    def taken(self, *operators: str) -> str:
        """The operator that stands next, passed over, if it is one of these; else an empty text."""
        is_one = self.token.kind == "operator" and self.token.text in operators
        return self.take().text if is_one else ""

    def demand(self, operator: str) -> None:
        """Passes over an operator that must stand next.

        Raises:
            ExpressionError: something else does.
        """
        if not self.taken(operator):
            raise self.unexpected(f"'{operator}'")

    def error(self, position: int, reason: str) -> ExpressionError:
        """That the expression cannot be read there."""
        return ExpressionError(self._text, position, reason)

    def unexpected(self, wanted: str) -> ExpressionError:
        """That something else than what is wanted stands next."""
        found = "it ends" if self.token.kind == "end" else f"'{self.token.text}' stands"
        return self.error(self.token.position, f"{found} where {wanted} should")

    def deeper(self) -> None:
        """One more operator or parenthesis, whose end takes one from `depth`.

        Raises:
            ExpressionError: these are too many.
        """
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.error(self.token.position, f"more than {DEPTH_MAX} operators or parentheses in each other")
