"""What happens to calls where they wait: at ACD queues, routing points and virtual queues (`sources.md` 1.4)."""

from __future__ import annotations

from typing import Final

from simulator.books import CALL_ENTERED, CALL_WAIT, REGULAR_DN, ROUTE_POINT
from simulator.floor import QUEUED, Call, Delivery, Line, Party
from simulator.phones import DESTINATION
from simulator.wire import Wire

CLEARED: Final = frozenset({"Redirected", "Cleared", "Overflowed"})


class Queues:
    """The acts at mediation DNs, told and booked.

    Args:
        wire: tells and books them.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def enter(
        self,
        line: Line,
        call: Call,
        other_dn: str,
        *,
        call_state: str = "",
        third_party_dn: str = "",
        is_told: bool = True,
    ) -> Party:
        """The call begins to wait there.

        Args:
            line: where.
            call: which.
            other_dn: who calls.
            call_state: how it came, empty for a new one.
            third_party_dn: who gave it away.
            is_told: whether a routing point says EventQueued before its EventRouteRequest; one entry either way.
        """
        now_us = self._wire.now_us
        wait = Party(call, line, DESTINATION, QUEUED, now_us, other_dn, this_queue=line.number, began_us=now_us)
        line.parties[call.conn_id] = wait
        call.parties.append(wait)
        how = {"call_state": call_state, "third_party_dn": third_party_dn}
        is_routed = line.object_type == ROUTE_POINT
        if is_told or not is_routed:
            self._wire.of_party("EventQueued", wait, **how)
        if is_routed:
            self._wire.of_party("EventRouteRequest", wait, **how)
        self._wire.book_queue(line, CALL_ENTERED)
        return wait

    def divert(self, wait: Party, target: Line | None, call_state: str = "") -> Delivery:
        """The call leaves for another line; to none, with `call_state` Redirected, it is taken out.

        A routing point gives calls to agents; to a queue it loses them, by default-routing (`sources.md` flow 8).

        Args:
            wait: the call where it waits.
            target: where it goes.
            call_state: of EventDiverted; empty where this queue itself found the target.

        Returns:
            What the target's books owe to this queue.
        """
        number = target.number if target else ""
        if wait.line.object_type == ROUTE_POINT:
            is_routed = target is not None and target.object_type == REGULAR_DN
            self._wire.of_party("EventRouteUsed", wait, third_party_dn=number if is_routed else "")
        self._leave(wait)
        self._wire.of_party("EventDiverted", wait, third_party_dn=number, call_state=call_state)
        waited_us = self._wire.now_us - wait.since_us
        if call_state in CLEARED:
            self._wire.book_queue(wait.line, "CallCleared", waited_us)
        else:
            self._wire.book_queue(wait.line, "CallDistributed", waited_us)
            if target is not None and target.object_type != REGULAR_DN:
                self._wire.book_queue(wait.line, "CallDistributedToQueue", waited_us)
        return Delivery(wait.line, wait.since_us)

    def abandon(self, wait: Party) -> None:
        """The caller gives up."""
        self._leave(wait)
        self._wire.of_party("EventAbandoned", wait)
        self._wire.book_queue(wait.line, "CallAbandoned", self._wire.now_us - wait.since_us)

    def treat(self, wait: Party, treatment: str) -> None:
        """The caller hears something from now."""
        wait.treatment, wait.treated_us = treatment, self._wire.now_us
        self._wire.of_party("EventTreatmentApplied", wait, treatment_type=treatment)
        self._wire.book_queue(wait.line, "CallTreatmentStarted")

    def end_treatment(self, wait: Party) -> None:
        """The treatment in progress is over; nothing where there is none."""
        if wait.treatment:
            self._wire.of_party("EventTreatmentEnd", wait, treatment_type=wait.treatment)
            self._wire.book_queue(wait.line, "CallTreatmentCompleted", self._wire.now_us - wait.treated_us)
            wait.treatment = ""

    def change(self, wait: Party, into: Call, other_dn: str, by: Line) -> None:
        """A transfer is completed while the consultation waits: the first call waits on in its place, no new entry."""
        left, now_us = wait.call, self._wire.now_us
        del wait.line.parties[left.conn_id]
        left.parties.remove(wait)
        self._wire.book_queue(wait.line, f"CallWait{left.call_type}", now_us - wait.began_us)
        wait.call, wait.other_dn, wait.began_us = into, other_dn, now_us
        wait.line.parties[into.conn_id] = wait
        into.parties.append(wait)
        self._wire.of_party(
            "EventPartyChanged",
            wait,
            previous_conn_id=left.conn_id,
            third_party_dn=by.number,
            third_party_dn_role="TransferredBy",
            call_state="Transferred",
        )

    def _leave(self, wait: Party) -> None:
        del wait.line.parties[wait.call.conn_id]
        wait.call.parties.remove(wait)
        self._wire.book_queue(wait.line, CALL_WAIT, self._wire.now_us - wait.since_us)
        self._wire.book_queue(wait.line, f"CallWait{wait.call.call_type}", self._wire.now_us - wait.began_us)
