"""`semantics.md` 2.4, what a mediation DN's own events raise, with the fine print."""

import pytest

from tests.semantics.timeline import Day, Moment, found

Q = "Queue:8000"
RP = "RoutePoint:8500"
TYPES = ("Inbound", "Outbound", "Internal", "Consult", "Unknown")
CONSULT = {"conn": "c2", "type": "Consult", "was": "c1"}
LEFT = "CallDistributed", "CallCleared", "CallAbandoned", "StuckCallCleaned"


def raised(day: Day, action: str, whose: str = Q) -> tuple[int, float]:
    return day.ended(whose, action)


def queued(**how: str) -> Moment:
    """A call enters queue 8000 at 10."""
    return Day().at(10).queued("8000", **how)


def routed() -> Moment:
    """A call stands at routing point 8500 from 10."""
    return Day().at(10).queued("8500").route_request("8500")


def watched() -> Day:
    day = Day()
    day.at(30).link_disconnected().at(50).registered("8000", calls=[]).link_connected()
    return day


def test_monitored() -> None:
    day = watched()
    assert day.running(Q, "Monitored", at=(20, 40, 60)) == [1, 0, 1]
    assert raised(day, "Monitored") == (1, 40)


def test_not_monitored() -> None:
    day = watched()
    assert day.running(Q, "NotMonitored", at=(20, 40, 60)) == [0, 1, 0]
    assert raised(day, "NotMonitored") == (1, 20)


WAIT_ENDS = {
    "diverted": lambda moment: moment.diverted("8000", to="7001"),
    "abandoned": lambda moment: moment.abandoned("8000"),
    "released": lambda moment: moment.released("8000"),
    "cleaned": lambda moment: moment.link_disconnected().registered("8000", calls=[]).link_connected(),
}


@pytest.mark.parametrize("how", WAIT_ENDS)
def test_call_wait(how: str) -> None:
    day = WAIT_ENDS[how](queued().at(35)).day
    assert day.value(Q, "CurrentTime", "CallWait", at=30) == 20
    assert raised(day, "CallWait") == (1, 25)
    assert raised(day, "CallWaitInbound") == (1, 25)


def test_call_wait_at_a_routing_point_is_from_the_route_request() -> None:
    day = Day().at(10).route_request("8500").at(30).diverted("8500", to="7001").day
    assert raised(day, "CallWait", RP) == (1, 20)


def test_a_route_request_after_queued_is_the_same_entry() -> None:
    day = Day().at(10).queued("8500").at(12).route_request("8500").at(30).diverted("8500", to="7001").day
    assert raised(day, "CallWait", RP) == (1, 20)
    assert day.number(RP, "CallEntered") == 1


@pytest.mark.parametrize("action", [f"CallWait{call_type}" for call_type in TYPES])
def test_a_wait_by_type(action: str) -> None:
    day = queued(type=action.removeprefix("CallWait")).at(35).abandoned("8000").day
    assert raised(day, action) == raised(day, "CallWait") == (1, 25)
    assert raised(day, f"CallWait, ~{action}") == (0, 0)


def test_a_wait_whose_name_changes_inside_the_mask_is_one_occurrence() -> None:
    moment = Day().at(10).queued("8000", **CONSULT).at(14)
    moment = moment.party_changed("8000", conn="c1", type="Inbound", was="c2", state="Transferred")
    day = moment.at(22).diverted("8000", conn="c1", to="7002").day
    assert raised(day, "CallWait") == (1, 12)
    assert raised(day, "CallWaitConsult") == (1, 4)
    assert raised(day, "CallWaitInbound") == (1, 8)
    assert day.number(Q, "CallEntered") == 1


def test_call_entered() -> None:
    day = queued().at(12).queued("8000", conn="c2").day
    assert day.number(Q, "CallEntered", at=(9, 10, 12)) == [0, 1, 2]


def test_call_distributed() -> None:
    day = queued().at(35).diverted("8000", to="7001").day
    assert raised(day, "CallDistributed") == (1, 25)
    assert day.number(Q, "CallDistributedToQueue, CallCleared, CallAbandoned") == 0


@pytest.mark.parametrize("state", ["Ok", "Transferred", "Forwarded", "NoAnswer"])
def test_the_state_alone_decides_that_a_call_was_distributed(state: str) -> None:
    day = queued().at(35).diverted("8000", state=state).day
    assert (day.number(Q, "CallDistributed"), day.number(Q, "CallCleared")) == (1, 0)


def test_a_switch_without_diverted_distributes_with_the_route_used() -> None:
    day = routed().at(30).route_used("8500", to="7002").at(42).ringing("7002").day
    assert (day.running(RP, "CallWait", at=41), day.running(RP, "CallWait", at=42)) == (1, 0)
    assert (day.number(RP, "CallDistributed", at=41), day.number(RP, "CallDistributed", at=42)) == (0, 1)
    assert raised(day, "CallDistributed", RP) == raised(day, "CallWait", RP) == (1, 20)


def test_call_distributed_to_queue() -> None:
    day = queued().at(35).diverted("8000", to="8001").queued("8001").day
    assert raised(day, "CallDistributedToQueue") == raised(day, "CallDistributed") == (1, 25)


def test_call_cleared() -> None:
    day = queued().at(35).diverted("8000", state="Redirected").day
    assert raised(day, "CallCleared") == (1, 25)


@pytest.mark.parametrize("state", ["Redirected", "Cleared", "Overflowed"])
@pytest.mark.parametrize("to", ["", "7001", "8001"])
def test_a_call_that_found_another_way_is_cleared_wherever_it_goes(state: str, to: str) -> None:
    day = queued().at(35).diverted("8000", state=state, to=to).day
    assert raised(day, "CallCleared") == (1, 25)
    assert day.number(Q, "CallDistributed, CallDistributedToQueue") == 0


@pytest.mark.parametrize("event", ["abandoned", "released"])
def test_call_abandoned(event: str) -> None:
    day = getattr(queued().at(35), event)("8000").day
    assert raised(day, "CallAbandoned") == (1, 25)
    assert day.number(Q, "CallDistributed, CallCleared") == 0


def test_call_treatment_started() -> None:
    day = routed().at(12).treatment_applied("8500", treatment_type="Music")
    day = day.at(20).treatment_applied("8500", treatment_type="IVR").day
    assert day.number(RP, "CallTreatmentStarted") == 2
    assert day.number(RP, "CallTreatmentStarted", filter='TreatmentType = "IVR"') == 1


def test_call_treatment_not_started() -> None:
    day = routed().at(12).treatment_not_applied("8500", treatment_type="Music").day
    assert day.number(RP, "CallTreatmentNotStarted") == 1
    assert day.number(RP, "CallTreatmentStarted, CallTreatmentCompleted") == 0


def test_call_treatment_completed() -> None:
    moment = routed().at(12).treatment_applied("8500", treatment_type="Music")
    day = moment.at(40).treatment_end("8500", treatment_type="Music").day
    assert raised(day, "CallTreatmentCompleted", RP) == (1, 28)


def test_a_treatment_that_another_replaced_without_an_end_is_not_completed() -> None:
    moment = routed().at(12).treatment_applied("8500", treatment_type="Music")
    moment = (
        moment.at(20).treatment_applied("8500", treatment_type="IVR").at(50).treatment_end("8500", treatment_type="IVR")
    )
    assert raised(moment.day, "CallTreatmentCompleted", RP) == (1, 30)


def test_stuck_call_cleaned() -> None:
    day = queued().at(30).link_disconnected().at(50).registered("8000", calls=[]).link_connected().day
    assert raised(day, "StuckCallCleaned") == (1, 40)
    assert day.number(Q, "CallAbandoned, CallDistributed, CallCleared") == 0


def test_a_call_that_comes_back_enters_anew() -> None:
    moment = queued().at(20).diverted("8000", to="7001").ringing("7001", queue="8000")
    moment = moment.at(30).released("7001", state="Redirected", to="8000").queued("8000", state="Redirected")
    day = moment.at(45).abandoned("8000").day
    assert day.number(Q, "CallEntered") == 2
    assert raised(day, "CallWait") == (2, 10 + 15)


def test_entered_and_found_are_waiting_distributed_cleared_abandoned_and_cleaned() -> None:
    day = Day()
    day.at(0).registered("8000", calls=[found("f1", "Queued", since=-20), found("f2", "Queued")])
    day.at(10).queued("8000").queued("8000", conn="c2").queued("8000", conn="c3").queued("8000", conn="c4")
    day.at(20).diverted("8000", to="7001").abandoned("8000", conn="c2").diverted("8000", conn="c3", state="Overflowed")
    day.at(30).link_disconnected().at(40).registered("8000", calls=[found("f1", "Queued", since=-20)]).link_connected()
    entered, waiting = day.number(Q, "CallEntered"), day.running(Q, "CallWait", at=50)
    left = [day.number(Q, action) for action in LEFT]
    assert (entered, waiting, left) == (4, 1, [1, 1, 1, 2])
    assert entered + 2 == waiting + sum(left)


def test_a_call_that_is_queued_twice_entered_once() -> None:
    day = queued().at(15).queued("8000").at(35).diverted("8000", to="7001").day
    assert (day.number(Q, "CallEntered"), raised(day, "CallWait")) == (1, (1, 25))


@pytest.mark.parametrize("event", ["diverted", "abandoned", "released"])
def test_a_call_that_does_not_wait_here_raises_nothing(event: str) -> None:
    assert getattr(Day().at(10), event)("8000").day.number(Q, "*") == 0
