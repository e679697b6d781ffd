"""What a turn does beside changing its actor: taken back if a message fails, left out while an actor is replayed.

What an actor *tells* reaches mailboxes at once; each mailbox is noted, so that it can be taken out again: the levels
above have not run yet. What it does *outside* the actors (it sets a timer, it takes something in) is done when the turn
is over. The result, which the actor may keep, is part of its log: when the message is replayed the same one comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from runtime.dispatcher import Dispatcher

if TYPE_CHECKING:
    from runtime.mail import Mailbox

T = TypeVar("T")


class Effects:
    """Those of the turn that runs: no two turns overlap, so a process has one of it."""

    def __init__(self) -> None:
        self.told: list[Mailbox] = []
        """The mailboxes told, in order; what nobody's turn tells is forgotten at the next turn."""
        self.put_off: list[tuple[Any, Callable[[Any], object]]] = []
        """What is to be done outside when the turn is over: results, and how, in order."""
        self._again: Iterator[Any] | None = None
        self._given = 0

    def outside(self, make: Callable[[], T], do: Callable[[T], object]) -> T:
        """Does something outside the actors: when the turn is over, or at once if none runs.

        Args:
            make: gives the result, and changes nothing that anybody could see.
            do: does it.

        Returns:
            The result; in a replay the one of the first time.
        """
        if self._again is not None:
            self._given += 1
            known: T = next(self._again)
            return known
        result = make()
        if Dispatcher.is_handling():
            self.put_off.append((result, do))
        else:
            do(result)
        return result

    def later(self, do: Callable[[], object]) -> None:
        """Does something outside the actors whose result nobody keeps: when the turn is over, or at once if none runs.

        Args:
            do: does it; it does not fail, for nothing would be taken back then. One that does all the same keeps none
                of the others from being done, and the message is set aside.
        """
        self.outside(lambda: None, lambda _: do())

    def finish(self) -> tuple[list[Any], list[BaseException]]:
        """The turn is over: does what was put off, all of it; answers the results, and what was raised."""
        put_off, self.put_off = self.put_off, []
        raised: list[BaseException] = []
        for result, do in put_off:
            try:
                do(result)
            except Exception as error:  # noqa: BLE001 - a failure is the supervisor's, whatever it is
                raised.append(error)
        return [result for result, _ in put_off], raised

    def withdraw(self, told: int, put_off: int) -> None:
        """Takes back all effects of the turn but the first so many."""
        for inbox in reversed(self.told[told:]):
            inbox.pop()
        del self.told[told:], self.put_off[put_off:]

    @contextmanager
    def replayed(self, results: Sequence[Any]) -> Iterator[Callable[[], int]]:
        """Meanwhile nothing is done outside, and `results` come back; what it gives tells how many have."""
        self._again, self._given = iter(results), 0
        try:
            yield lambda: self._given
        finally:
            self._again = None


EFFECTS: Final = Effects()
