"""Which parties of a link's calls are, or were, in a consultation for a call (`semantics.md` 8.4, 11)."""

from __future__ import annotations

import msgspec

from actors.sources.call import Call


class Consultations(msgspec.Struct):
    """`parties` are DN and conn_id of all that were in a consultation for a call, by that call.

    DNs are numbers of the link's switch. It is the other way round of `Call.consults_for`, of calls that are not over.
    """

    parties: dict[str, set[tuple[str, str]]] = {}

    def note(self, number: str, conn_id: str, call: Call, earlier: str) -> None:
        """The party at a DN is in a consultation for the call `earlier`."""
        if call.consults_for.get(number) != earlier:
            self.leave(number, conn_id, call)
            call.consults_for[number] = earlier
            self._add(number, conn_id, earlier)

    def move(self, number: str, old_id: str, old: Call, new_id: str, new: Call) -> None:
        """The party at a DN is in call `new` now; the call that `old` was a consultation for stays the same."""
        earlier = self.leave(number, old_id, old)
        if earlier:
            self.note(number, new_id, new, earlier)

    def put_away(self, conn_id: str, call: Call) -> None:
        """A call is over: nobody in it has to hear of others."""
        for number, earlier in call.consults_for.items():
            self._remove(number, conn_id, earlier)

    def bring_back(self, conn_id: str, call: Call) -> None:
        """A call that was over goes on."""
        for number, earlier in call.consults_for.items():
            self._add(number, conn_id, earlier)

    def of(self, conn_id: str) -> list[tuple[str, str]]:
        """DN and conn_id of each party that was in a consultation for this call."""
        return sorted(self.parties.get(conn_id, ()))

    def leave(self, number: str, conn_id: str, call: Call) -> str:
        """The party at a DN is in no consultation, or is another that begins anew; for which call it was in one."""
        earlier = call.consults_for.pop(number, "")
        self._remove(number, conn_id, earlier)
        return earlier

    def _add(self, number: str, conn_id: str, earlier: str) -> None:
        self.parties.setdefault(earlier, set()).add((number, conn_id))

    def _remove(self, number: str, conn_id: str, earlier: str) -> None:
        parties = self.parties.get(earlier)
        if parties is not None:
            parties.discard((number, conn_id))
            if not parties:
                del self.parties[earlier]
