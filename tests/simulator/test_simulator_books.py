from __future__ import annotations

import pytest
from recorded_day import RecordedDay

from simulator.books import Books, Tally
from simulator.centre import centre_of

AT_QUEUES = (
    "CallEntered",
    "CallWait",
    "CallDistributed",
    "CallCleared",
    "CallAbandoned",
    "CallAnswered",
    "CallAbandonedFromRinging",
    "CallForwarded",
    "CallReleased",
)
OF_AGENTS = (
    "LoggedIn",
    "WaitForNextCall",
    "NotReadyForNextCall",
    "AfterCallWork",
    "CallRinging",
    "CallForwarded",
    "CallAbandonedFromRinging",
    "CallInbound",
    "CallOutbound",
    "CallInternal",
    "CallConsult",
    "CallOnHold",
    "CallTransferMade",
)


def queues_of(hour: RecordedDay) -> list[tuple[str, str]]:
    kinds = {"ACDQueue": "Queue", "VirtualQueue": "Queue", "RoutingPoint": "RoutePoint"}
    return [(kinds[kind], dn) for dn, kind in hour.recount.kinds.items() if kind in kinds]


@pytest.mark.parametrize("action", AT_QUEUES)
def test_the_books_of_queues_agree_with_a_recount_of_the_events(hour: RecordedDay, action: str) -> None:
    queues = queues_of(hour)
    booked = {dn: hour.books.tally(kind, dn, action) for kind, dn in queues}
    recount = hour.recount
    assert booked == {dn: Tally(recount.numbers[dn, action], recount.times_us[dn, action]) for _, dn in queues}
    assert any(tally.number for tally in booked.values())


@pytest.mark.parametrize("action", OF_AGENTS)
def test_the_books_of_agents_agree_with_a_recount_of_the_events(hour: RecordedDay, action: str) -> None:
    agents, recount = hour.centre.agents, hour.recount
    booked = {agent.login: hour.books.tally("Agent", agent.employee_id, action) for agent in agents}
    counted = {
        agent.login: Tally(recount.numbers[agent.login, action], recount.times_us[agent.login, action])
        for agent in agents
    }
    assert booked == counted
    assert any(tally.number for tally in booked.values())


def test_no_call_is_lost_between_entering_and_leaving(hour: RecordedDay) -> None:
    for kind, dn in queues_of(hour):
        left = sum(hour.books.tally(kind, dn, f"Call{how}").number for how in ("Distributed", "Cleared", "Abandoned"))
        assert hour.books.tally(kind, dn, "CallEntered").number == hour.books.waiting(kind, dn) + left


def test_a_group_is_the_sum_of_its_members(hour: RecordedDay) -> None:
    rows = [row for row in hour.books.as_expected() if row.statistic["main_mask"] == "CallInbound"]
    numbers = {(row.object_type, row.id): row.value for row in rows if row.statistic["category"] == "TotalNumber"}
    agents = sum(value for (kind, _), value in numbers.items() if kind == "Agent")
    assert numbers["GroupAgents", "Everybody"] == agents
    assert sum(value for (kind, _), value in numbers.items() if kind == "Place") == agents


def test_what_is_expected_is_in_seconds_and_names_dns_with_their_switch() -> None:
    books = Books(centre_of(2, seed=1))
    books.count("Queue", "80000", "CallAbandoned", 1_500_000)
    definition = {"category": "TotalTime", "main_mask": "CallAbandoned", "subject": "DNAction"}
    assert ("Queue", "80000@pbx1", definition, 1.5) in books.as_expected()
