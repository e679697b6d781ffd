"""What places and agents are before and while their DNs are heard of, on days worked by hand."""

from __future__ import annotations

import pytest

from tests.oracle.asking import answer, registered, said


@pytest.mark.parametrize(("condition", "number"), [('ThisDN = "70*"', 1), ('ThisDN = "80*"', 0)])
def test_a_place_nothing_is_known_of_has_the_attributes_of_its_dn(condition: str, number: int) -> None:
    day = registered("7001")
    value = answer(
        day, "Place", "Desk 4", "CurrentNumber", "NotMonitored", at=10, subject="PlaceStatus", filter=condition
    )
    assert value == number


def test_of_two_dns_that_nothing_is_known_of_the_first_gives_the_status_of_the_place() -> None:
    day = registered("7001")
    how = {"subject": "PlaceStatus", "filter": 'ThisDN = "7002"'}
    assert answer(day, "Place", "Desk 2", "CurrentNumber", "NotMonitored", at=10, **how) == 1


def test_reasons_of_a_dn_count_for_its_agent_from_the_last_change_of_them() -> None:
    day = [
        *registered("7001"),
        said(1, "AgentLogin", "7001", agent_id="1001"),
        said(2, "AgentNotReady", "7001", agent_id="1001", reasons={"Reason": "Lunch"}),
        said(12, "AgentNotReady", "7001", agent_id="1001", reasons={"Reason": "Break"}),
    ]
    how = {"subject": "DNStatus", "reason_start_overrides_status_start": "yes"}
    for opened_at in (0, 15):
        value = answer(day, "Agent", "ann", "CurrentTime", "NotReadyForNextCall", at=20, opened_at=opened_at, **how)
        assert value == 8


@pytest.mark.parametrize(("dn", "number"), [("7002", 1), ("7003", 0)])
def test_of_two_dns_that_wait_the_one_ready_for_longer_gives_the_status_though_it_talked_meanwhile(
    dn: str, number: int
) -> None:
    call = {"conn_id": "c", "call_type": "Inbound"}
    day = [
        *registered("7002", "7003"),
        *(
            said(time, "AgentLogin", dn, agent_id=agent)
            for time, dn, agent in ((1, "7002", "1002"), (2, "7003", "1003"))
        ),
        *(said(time, "AgentReady", dn) for time, dn in ((3, "7002"), (20, "7003"))),
        *(said(time, name, "7002", **call) for time, name in ((50, "Ringing"), (51, "Established"), (60, "Released"))),
    ]
    how = {"subject": "PlaceStatus", "filter": f'ThisDN = "{dn}"'}
    assert answer(day, "Place", "Desk 2", "CurrentNumber", "WaitForNextCall", at=70, **how) == number
