"""Which of the actions that run at a regular DN gives it its status (`semantics.md` 4.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from actors.objects.ledger import Running
from actors.objects.party import Party
from actors.vocabulary.statuses import NOT_MONITORED, RANK

TALKS: Final = frozenset({"CallInbound", "CallOutbound", "CallInternal", "CallConsult", "CallUnknown"})
"""Hidden while their call is on hold."""


def giver_of(seat: Mapping[str, Running], parties: Collection[Party]) -> Running:
    """The running action of the highest rank; of several of one name the oldest.

    Args:
        seat: what runs at the DN that is not of a call, by action; `Monitored` or `NotMonitored` always does.
        parties: the calls at the DN.
    """
    unmonitored = seat.get(NOT_MONITORED)
    if unmonitored is not None:
        return unmonitored
    giver = None
    for running in _showing(seat, parties):
        if giver is None or _outranks(running, giver):
            giver = running
    assert giver is not None, "nothing runs at a DN, not even Monitored"
    return giver


def _showing(seat: Mapping[str, Running], parties: Collection[Party]) -> Iterator[Running]:
    """What runs and may give the status: a call on hold shows only that."""
    yield from (running for running in seat.values() if running.action in RANK)
    for party in parties:
        hidden = TALKS if "CallOnHold" in party.running else frozenset()
        for running in party.running.values():
            if running.action in RANK and running.action not in hidden:
                yield running


def _outranks(running: Running, giver: Running) -> bool:
    rank, given = RANK[running.action], RANK[giver.action]
    return rank > given or (rank == given and running.began_us < giver.began_us)
