"""`semantics.md` 2.4, what comes of a mediation DN's calls at regular DNs, and who belongs to it (9.4)."""

import pytest

from tests.semantics.timeline import Day, Moment

Q, OTHER, VQ = "Queue:8000", "Queue:8001", "Queue:8900"
CONSULT = {"conn": "c2", "type": "Consult", "was": "c1"}
GROUP_OF_VQ = '[[agent_group]]\nname = "Virtual"\nagents = ["1001"]\norigination_dns = ["8900@pbx1"]\n'


def raised(day: Day, action: str, whose: str = Q) -> tuple[int, float]:
    return day.ended(whose, action)


def delivered(day: Day | None = None, **call: str) -> Moment:
    """A call waits in 8000 from 10 and rings at 7001 from 22."""
    moment = (day or Day()).at(10).queued("8000", **call).at(22).diverted("8000", to="7001", **call)
    return moment.ringing("7001", queue="8000", **call)


def two_queues() -> Day:
    """1001 sits at 7001 for queues 8000 and 8001."""
    moment = Day(staffed=False).at(0).agent_login("7001", agent="1001", queue="8000")
    return moment.agent_login("7001", agent="1001", queue="8001").agent_ready("7001").day


def test_call_answered() -> None:
    day = delivered().at(25).established("7001").day
    assert raised(day, "CallAnswered") == (1, 15)


def test_call_abandoned_from_ringing() -> None:
    assert raised(delivered().at(30).abandoned("7001").day, "CallAbandonedFromRinging") == (1, 20)


def test_call_forwarded() -> None:
    assert raised(delivered().at(40).released("7001", state="Redirected").day, "CallForwarded") == (1, 30)


def test_call_ringing_party_changed() -> None:
    moment = delivered(**CONSULT).at(30).party_changed("7001", conn="c1", type="Inbound", was="c2", state="Transferred")
    day = moment.at(33).established("7001", conn="c1").day
    assert raised(day, "CallRingingPartyChanged") == (1, 20)
    assert raised(day, "CallAnswered") == (1, 23)


def test_call_released() -> None:
    day = (
        delivered().at(25).established("7001").at(40).held("7001").at(50).retrieved("7001").at(85).released("7001").day
    )
    assert raised(day, "CallReleased") == (1, 60)


def test_a_transfer_ends_the_call_of_the_queue() -> None:
    moment = delivered().at(25).established("7001").at(45).released("7001", state="Transferred", to="7002")
    day = moment.ringing("7002", state="Transferred").at(50).established("7002").at(90).released("7002").day
    assert raised(day, "CallReleased") == (1, 20)


def test_acw_completed() -> None:
    moment = delivered().at(25).established("7001").at(60).released("7001").at(62)
    day = moment.agent_not_ready("7001", mode="AfterCallWork").at(80).agent_ready("7001").day
    assert raised(day, "ACWCompleted") == (1, 18)
    assert raised(day, "ACWCompleted", OTHER) == (0, 0)


def test_after_call_work_that_a_logout_ends_is_completed() -> None:
    moment = delivered().at(25).established("7001").at(60).released("7001")
    day = moment.agent_not_ready("7001", mode="AfterCallWork").at(70).agent_logout("7001").day
    assert raised(day, "ACWCompleted") == (1, 10)


@pytest.mark.parametrize(("is_answered", "credited"), [(False, (1, 10)), (True, (0, 0))])
def test_after_call_work_is_of_the_established_call_that_ended_last(
    is_answered: bool, credited: tuple[int, float]
) -> None:
    moment = delivered().at(25).established("7001").at(60).released("7001").at(61).ringing("7001", conn="c2")
    if is_answered:
        moment = moment.established("7001", conn="c2")
    moment = moment.at(65).released("7001", conn="c2").agent_not_ready("7001", mode="AfterCallWork")
    assert raised(moment.at(75).agent_ready("7001").day, "ACWCompleted") == credited


def test_of_calls_that_one_input_ended_after_call_work_is_of_the_one_established_first() -> None:
    moment = delivered().at(25).established("7001").at(30).ringing("7001", conn="c2", queue="8001")
    moment = moment.established("7001", conn="c2").at(40).link_disconnected().at(50)
    moment = moment.registered("7001", agent="1001", agent_state="AfterCallWork", calls=[])
    day = moment.at(65).agent_ready("7001").day
    assert (raised(day, "ACWCompleted"), raised(day, "ACWCompleted", OTHER)) == ((1, 15), (0, 0))


def test_call_missed() -> None:
    day = delivered(two_queues()).at(25).established("7001").at(85).released("7001").day
    assert raised(day, "CallMissed", OTHER) == (1, 60)
    assert raised(day, "CallMissed") == (0, 0)


def test_a_direct_call_is_missed_nowhere() -> None:
    day = two_queues().at(10).established("7001").at(30).released("7001").day
    assert day.number("GroupQueues:Queues", "CallMissed") == 0


def test_call_missed_is_of_the_queues_at_the_end_of_the_call() -> None:
    moment = delivered(two_queues()).at(25).established("7001").at(30).queue_logout("7001", agent="1001", queue="8001")
    assert raised(moment.at(85).released("7001").day, "CallMissed", OTHER) == (0, 0)


def test_acw_missed() -> None:
    moment = delivered(two_queues()).at(25).established("7001").at(60).released("7001")
    day = moment.agent_not_ready("7001", mode="AfterCallWork").at(72).agent_ready("7001").day
    assert raised(day, "ACWMissed", OTHER) == (1, 12)
    assert raised(day, "ACWMissed") == (0, 0)


def test_acw_missed_when_a_logout_ends_it_is_of_the_queues_before() -> None:
    moment = delivered(two_queues()).at(25).established("7001").at(60).released("7001")
    day = moment.agent_not_ready("7001", mode="AfterCallWork").at(72).agent_logout("7001").day
    assert raised(day, "ACWMissed", OTHER) == (1, 12)


def two_desks() -> Moment:
    """1001 at 7001 and 7101, 1002 at 7002, all for 8000: ready, in a call from 20, and not ready."""
    moment = Day(staffed=False).at(10)
    for dn, agent in (("7001", "1001"), ("7101", "1001"), ("7002", "1002")):
        moment = moment.agent_login(dn, agent=agent, queue="8000").agent_ready(dn)
    return moment.at(20).established("7101").agent_not_ready("7002")


PSEUDO = {
    "DNLogin": (3, 3),
    "AgentLogin": (2, 2),
    "DNReady": (3, 1),
    "AgentReady": (2, 0),
    "DNActive": (3, 2),
    "AgentActive": (2, 1),
}


@pytest.mark.parametrize("action", PSEUDO)
def test_pseudo_action(action: str) -> None:
    day = two_desks().at(40).agent_logout("7001").agent_logout("7101").agent_logout("7002").day
    assert (day.running(Q, action, at=10), day.running(Q, action, at=20)) == PSEUDO[action]
    assert day.running(Q, action, at=40) == day.running(OTHER, action, at=20) == 0
    assert day.number(Q, action) == day.time(Q, action) == day.value(Q, "MaxNumber", action) == 0


@pytest.mark.parametrize("kind", ["DN", "Agent"])
def test_who_is_not_monitored_is_logged_in_and_not_active(kind: str) -> None:
    day = two_desks().at(30).link_disconnected().day
    assert day.running(Q, f"{kind}Active", at=30) == 0
    assert day.running(Q, f"{kind}Login", at=30) == PSEUDO[f"{kind}Login"][1]


def test_pseudo_actions_have_a_relative_number_too() -> None:
    day = two_desks().day
    assert day.value(Q, "CurrentRelativeNumberPercentage", "DNActive", "DNLogin", at=20) == pytest.approx(200 / 3)


def test_without_this_queue_the_last_diversion_to_the_dn_decides() -> None:
    moment = Day().at(10).queued("8000").at(22).diverted("8000", to="7001").ringing("7001").at(25).established("7001")
    assert raised(moment.at(35).released("7001").day, "CallAnswered") == (1, 15)


def test_a_diversion_serves_the_next_party_alone() -> None:
    moment = Day().at(10).queued("8000").at(22).diverted("8000", to="7001").ringing("7001").at(25).established("7001")
    day = moment.at(35).released("7001").at(40).ringing("7001").at(42).established("7001").day
    assert raised(day, "CallAnswered") == (1, 15)


def test_a_queue_that_never_saw_the_call_has_it_from_the_partys_first_event() -> None:
    day = Day().at(22).ringing("7001", queue="8000").at(25).established("7001", queue="8000").day
    assert raised(day, "CallAnswered") == (1, 3)


@pytest.mark.parametrize("told_at", [22, 24, 50])
def test_a_virtual_queue_that_names_the_dn_is_credited_also_late(told_at: float) -> None:
    day = delivered(Day().at(5).queued("8900").day).at(25).established("7001").day
    day.at(told_at).diverted("8900", to="7001").at(85).released("7001")
    assert day.number(VQ, "CallAnswered", at=max(told_at, 25) - 1) == 0
    assert raised(day, "CallAnswered", VQ) == (1, 20)
    assert raised(day, "CallReleased", VQ) == (1, 60)


def test_a_virtual_queue_that_cleared_the_call_is_not_credited() -> None:
    moment = delivered(Day().at(5).queued("8900").day).diverted("8900", to="7001", state="Redirected")
    assert raised(moment.at(25).established("7001").day, "CallAnswered", VQ) == (0, 0)


def test_a_virtual_queue_that_is_credited_late_keeps_what_it_missed() -> None:
    day = delivered(Day(environment=GROUP_OF_VQ).at(5).queued("8900").day).at(25).established("7001").day
    day.at(85).released("7001").at(90).diverted("8900", to="7001")
    assert raised(day, "CallMissed", VQ) == (1, 60)
    assert raised(day, "CallReleased", VQ) == (1, 60)


def test_what_a_dn_raises_at_a_queue_has_the_queues_numbers_and_the_partys_data() -> None:
    day = delivered().at(25).established("7001", data={"Of": "party"}).day
    assert day.number(Q, "CallAnswered", filter='ThisDN = "8000" & ThisQueue = "8000" & PairExists("Of","party")') == 1


@pytest.mark.parametrize("action", ["ACWCompleted", "ACWMissed"])
def test_after_call_work_at_a_queue_has_this_dn_and_the_medium_alone(action: str) -> None:
    moment = delivered(two_queues()).at(25).established("7001").at(60).released("7001")
    day = moment.agent_not_ready("7001", mode="AfterCallWork").at(72).agent_ready("7001").day
    whose, number = (Q, "8000") if action == "ACWCompleted" else (OTHER, "8001")
    assert day.number(whose, action, filter=f'ThisDN = "{number}" & MediaType = "voice"') == 1
    for absent in ("ThisQueue", "ConnID", "CallType"):
        assert day.number(whose, action, filter=f'{absent} = "*"') == 0


def test_a_queue_of_an_agent_group_has_its_members() -> None:
    assert Day().running("Queue:8001", "AgentLogin", at=10) == 1


def test_a_mediation_dn_of_a_place_group_has_the_agents_at_its_places() -> None:
    assert Day().running("RoutePoint:8500", "DNReady", at=10) == 1


def test_a_routing_point_that_sent_the_call_to_a_queue_is_not_credited() -> None:
    moment = Day().at(0).route_request("8500").at(10).diverted("8500", to="8000").queued("8000")
    moment = moment.at(18).diverted("8000", to="7001").ringing("7001", queue="8000").at(20).established("7001")
    assert raised(moment.day, "CallAnswered", "RoutePoint:8500") == (0, 0)
    assert raised(moment.day, "CallAnswered") == (1, 10)


def test_call_missed_is_also_of_the_groups_of_the_agent_and_of_its_place() -> None:
    moment = Day().at(10).queued("8000").diverted("8000", to="7003").ringing("7003", queue="8000")
    day = moment.at(15).established("7003").at(45).released("7003").day
    assert raised(day, "CallMissed", OTHER) == raised(day, "CallMissed", "RoutePoint:8500") == (1, 30)


def test_an_agent_of_two_queues_is_one_in_their_group() -> None:
    day = two_queues()
    assert [day.running("GroupQueues:Queues", action, at=10) for action in ("DNLogin", "AgentReady")] == [1, 1]


def test_a_diversion_whose_party_did_not_answer_serves_no_other() -> None:
    moment = Day().at(10).queued("8000").at(22).diverted("8000", to="7001").ringing("7001")
    moment = moment.at(30).released("7001", state="NoAnswer").at(31).ringing("7001").at(33).established("7001")
    assert (raised(moment.day, "CallForwarded"), raised(moment.day, "CallAnswered")) == ((1, 20), (0, 0))
