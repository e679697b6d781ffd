"""`semantics.md` 7.3, with its fine print: of queues and their agents."""

import pytest

from tests.semantics.timeline import Day, Moment

Q = "Queue:8000"


def answered_and_abandoned() -> Day:
    """Answered after 15 and 30 s, abandoned after 3 and 25 s."""
    day = Day()
    for conn, waits in (("a", 15), ("b", 30)):
        day.at(0).queued("8000", conn=conn).at(waits).diverted("8000", conn=conn, to="7001")
        day.at(waits).ringing("7001", conn=conn, queue="8000").established("7001", conn=conn)
    for conn, waits in (("c", 3), ("d", 25)):
        day.at(0).queued("8000", conn=conn).at(waits).abandoned("8000", conn=conn)
    return day


def two_agents() -> Moment:
    """1001 and 1002 sit for 8000, ready, from 0."""
    moment = Day(staffed=False).at(0)
    for dn, agent in (("7001", "1001"), ("7002", "1002")):
        moment = moment.agent_login(dn, agent=agent, queue="8000").agent_ready(dn)
    return moment


def handled_and_three_waiting(of: Moment | None = None) -> Moment:
    """A call of 60 s with after-call work of 20 s, then 1001 in that work no more, 1002 not ready; three wait."""
    moment = (of or two_agents()).at(10).queued("8000").diverted("8000", to="7001").ringing("7001", queue="8000")
    moment = moment.established("7001").at(70).released("7001").agent_not_ready("7001", mode="AfterCallWork")
    moment = moment.at(90).agent_ready("7001").agent_not_ready("7002").at(100)
    return moment.queued("8000", conn="w1").queued("8000", conn="w2").queued("8000", conn="w3")


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ({}, 100 * 1 / (2 + 2 - 1)),
        ({"time_range": "0-40"}, 100 * 2 / (2 + 2 - 1)),
        ({"time_range": "0-40", "time_range2": "0-2"}, 100 * 2 / (2 + 2 - 0)),
        ({"time_range": "0-20", "time_range2": "0-5"}, 100 * 1 / (2 + 2 - 1)),
    ],
)
def test_service_factor_1(ranges: dict[str, str], expected: float) -> None:
    assert answered_and_abandoned().value(Q, "ServiceFactor1", **ranges) == pytest.approx(expected)


@pytest.mark.parametrize("category", ["EstimWaitingTime", "EstimWaitTime"])
def test_estim_waiting_time(category: str) -> None:
    assert handled_and_three_waiting().day.value(Q, category, at=110) == 80 * (3 - 1) / 1


def test_estim_waiting_time_is_never_negative() -> None:
    assert two_agents().day.value(Q, "EstimWaitingTime", at=10) == 0


def test_load_balance() -> None:
    assert handled_and_three_waiting().day.value(Q, "LoadBalance", at=110) == 80 * (3 - 1) / 1
    assert two_agents().day.value(Q, "LoadBalance", at=10) == 90 * (0 - 2) / 2


def test_load_balance_1() -> None:
    assert handled_and_three_waiting().day.value(Q, "LoadBalance1", at=110) == 80 * (3 - 1) / 2


def test_without_a_call_the_handling_time_is_90_s() -> None:
    day = two_agents().at(5).queued("8000").queued("8000", conn="c2").queued("8000", conn="c3").day
    assert day.value(Q, "EstimWaitingTime", at=10) == 90 * (3 - 2) / 2


def test_without_an_active_agent_a_ten_thousandth_is_below() -> None:
    day = Day().at(5).queued("8000").day
    assert day.value(Q, "EstimWaitingTime", at=10) == pytest.approx(90 * 1 / 0.0001)


def test_what_agents_handle_for_other_queues_is_in_the_handling_time() -> None:
    moment = two_agents().agent_login("7001", agent="1001", queue="8001").at(10)
    moment = moment.ringing("7001", queue="8001").established("7001").at(50).released("7001")
    moment = moment.agent_not_ready("7001", mode="AfterCallWork").at(60).agent_ready("7001")
    day = moment.queued("8000", conn="w1").queued("8000", conn="w2").queued("8000", conn="w3").day
    assert day.number(Q, "CallMissed, ACWMissed") == 2
    assert day.value(Q, "EstimWaitingTime", at=70) == (40 + 10) * (3 - 2) / 2


def test_a_filter_acts_on_the_calls_and_not_on_the_agents() -> None:
    moment = handled_and_three_waiting().queued("8000", conn="w4", data={"Of": "Sales"})
    moment = moment.queued("8000", conn="w5", data={"Of": "Sales"})
    assert moment.day.value(Q, "LoadBalance", filter='PairExists("Of","Sales")', at=110) == 90 * (2 - 1) / 1


def test_business_attributes_act_on_the_calls_and_not_on_the_agents() -> None:
    moment = handled_and_three_waiting().queued("8000", conn="w4", data={"Of": "Sales"})
    assert moment.day.value(Q, "LoadBalance", Of="Sales", at=110) == 90 * (1 - 1) / 1
    assert moment.day.value(Q, "LoadBalance1", Of="Sales", at=110) == 90 * (1 - 1) / 2
    assert moment.day.running(Q, "CallWait, AgentLogin", Of="Sales", at=110) == 1 + 2


REFUSED = {
    "ExpectedWaitTime2": "use EstimWaitingTime",
    "TotalDistinctTime": "CurrentDistinctNumber",
    "EstimTimeToEndCurrentNumber": "calling lists",
    "EstimTimeToComplete": "calling lists",
    "TotalNumberErrors": "calling lists",
    "Formula": "calculates from other statistics",
    "JavaCategory": "Java",
}


@pytest.mark.parametrize("category", REFUSED)
def test_a_known_name_is_refused_and_why(category: str) -> None:
    code, message = Day().refusal(Q, category)
    assert code == "NotApplicable"
    assert REFUSED[category] in message


@pytest.mark.parametrize("category", ["ServiceFactor1", "EstimWaitingTime", "LoadBalance", "LoadBalance1"])
@pytest.mark.parametrize("whose", ["RegDN:7001", "Agent:1001", "GroupPlaces:Floor"])
def test_it_is_of_mediation_dns_alone(category: str, whose: str) -> None:
    assert Day().refusal(whose, category)[0] == "NotApplicable"


def test_it_is_of_a_group_of_queues_too() -> None:
    assert answered_and_abandoned().value("GroupQueues:Queues", "ServiceFactor1") == pytest.approx(100 / 3)
