"""What becomes of a queue's calls at regular DNs: the lower half of `semantics.md` 2.4."""

from __future__ import annotations

from tests.oracle.belonging import queues_of_agent
from tests.oracle.floor import Dn, Floor
from tests.oracle.occurrences import Attributes, Party


def deliver(floor: Floor, dn: Dn, party: Party, this_queue: str) -> None:
    """Who sent this new party: its `this_queue`, else the last diversion; and every virtual queue that named the DN."""
    named = floor.diversions.pop((party.conn_id, dn.name), [])
    party.diverted_by.update(named)
    queue = floor.named(this_queue)
    virtual = [mediation for mediation in named if floor.centre.is_virtual_queue(mediation)]
    real = [mediation for mediation in named if mediation not in virtual]
    if floor.centre.is_mediation(queue):
        party.is_delivered = True
        credit(floor, party, queue)
    elif real:
        party.is_delivered = True
        credit(floor, party, real[-1])
    for mediation in virtual:
        credit(floor, party, mediation)


def divert(floor: Floor, mediation: str, conn_id: str, to: Dn) -> None:
    """An `EventDiverted` named a regular DN: it serves the party there that lacks it, else the next one."""
    is_virtual = floor.centre.is_virtual_queue(mediation)
    party = to.parties.get(conn_id)
    if party and not party.is_listener and mediation not in party.diverted_by:
        party.diverted_by.add(mediation)
        if is_virtual or not party.is_delivered:
            party.is_delivered = party.is_delivered or not is_virtual
            credit(floor, party, mediation)
    elif late := [] if party else _answered_during_wait(floor, mediation, conn_id, to):
        credit(floor, late[-1], mediation)
        _released(floor, late[-1], [mediation])
    else:
        floor.diversions.setdefault((conn_id, to.name), []).append(mediation)


def _answered_during_wait(floor: Floor, mediation: str, conn_id: str, to: Dn) -> list[Party]:
    """Calls answered and ended at the DN while they still stood in this mediation DN."""
    began_n = floor.wait_began.get((mediation, conn_id))
    if began_n is None or not floor.centre.is_virtual_queue(mediation):
        return []
    return [
        party
        for party in to.past_parties
        if party.conn_id == conn_id and party.first.n >= began_n and mediation not in party.deliveries
    ]


def credit(floor: Floor, party: Party, mediation: str) -> None:
    """This mediation DN sent the party; if it has answered already, say so now."""
    if mediation not in party.deliveries:
        party.deliveries[mediation] = floor.entered.get((mediation, party.conn_id), party.first.us)
    answer(floor, party)


def answer(floor: Floor, party: Party) -> None:
    """`CallAnswered` at every mediation DN that sent it and was not told yet."""
    if party.answered is None or party.was_answered_unseen:
        return
    for mediation, entered_us in party.deliveries.items():
        if mediation not in party.served:
            party.served.add(mediation)
            happen_there(floor, mediation, "CallAnswered", party.data.last, party.answered.us - entered_us)


def tell_senders(floor: Floor, party: Party, name: str, attributes: Attributes) -> None:
    """What became of a ringing call, at the mediation DNs that sent it: counted from entering there."""
    for mediation, entered_us in party.deliveries.items():
        happen_there(floor, mediation, name, attributes, floor.now.us - entered_us)


def release(floor: Floor, party: Party) -> None:
    """An answered call ended: `CallReleased` where it came from, `CallMissed` at the agent's other queues."""
    _released(floor, party, list(party.deliveries))
    if party.deliveries and party.agent and party.answered and party.ended:
        duration_us = party.ended.us - party.answered.us
        for mediation in queues_of_agent(floor, party.agent):
            if mediation not in party.deliveries:
                happen_there(floor, mediation, "CallMissed", party.data.last, duration_us)


def _released(floor: Floor, party: Party, mediations: list[str]) -> None:
    if party.answered and party.ended:
        for mediation in mediations:
            happen_there(floor, mediation, "CallReleased", party.data.last, party.ended.us - party.answered.us)


def happen_there(floor: Floor, mediation: str, name: str, attributes: Attributes, duration_us: int) -> None:
    """A retrospective action of a mediation DN: ThisDN and ThisQueue are its own, the rest the party's."""
    number = floor.dns[mediation].number
    floor.happen(mediation, name, attributes | {"this_dn": number, "this_queue": number}, duration_us=duration_us)
