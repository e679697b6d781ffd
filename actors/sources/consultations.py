"""Which parties of a link's calls are, or were, in a consultation, and for which call (`semantics.md` 8.4, 11)."""

from __future__ import annotations

import msgspec


class Consultations(msgspec.Struct):
    """DNs are numbers of the link's switch.

    `earlier` says by conn_id and DN for which call; `parties` are DN and conn_id of all that were in one for a call.
    They are forgotten with their own call.
    """

    earlier: dict[str, dict[str, str]] = {}
    parties: dict[str, set[tuple[str, str]]] = {}

    def note(self, number: str, conn_id: str, earlier: str) -> None:
        """The party at a DN is in a consultation for the call `earlier`."""
        of_call = self.earlier.setdefault(conn_id, {})
        if of_call.get(number) != earlier:
            self._leave(number, conn_id)
            of_call[number] = earlier
            self.parties.setdefault(earlier, set()).add((number, conn_id))

    def move(self, number: str, old: str, new: str) -> None:
        """The party at a DN is in call `new` now; the call that `old` was a consultation for stays the same."""
        earlier = self._leave(number, old)
        if earlier:
            self.note(number, new, earlier)

    def forget(self, conn_id: str) -> None:
        """A call is forgotten, and what its parties were in a consultation for."""
        for number in tuple(self.earlier.get(conn_id, ())):
            self._leave(number, conn_id)
        self.earlier.pop(conn_id, None)

    def of(self, conn_id: str) -> list[tuple[str, str]]:
        """DN and conn_id of each party that was in a consultation for this call."""
        return sorted(self.parties.get(conn_id, ()))

    def _leave(self, number: str, conn_id: str) -> str:
        earlier = self.earlier.get(conn_id, {}).pop(number, "")
        parties = self.parties.get(earlier, set())
        parties.discard((number, conn_id))
        if not parties:
            self.parties.pop(earlier, None)
        return earlier
