"""`semantics.md` 4, with its fine print: which of what runs is the status."""

import pytest

from actors.vocabulary.statuses import PRIORITY
from tests.semantics.served import ZERO
from tests.semantics.timeline import Day, Moment

DN, AGENT, PLACE = "RegDN:7001", "Agent:1001", "Place:Desk 1"
SALES, FLOOR = "GroupAgents:Sales", "GroupPlaces:Floor"
LUNCH = {"Reason": "Lunch"}

CLIMB = {
    "NotMonitored": lambda moment: moment.heartbeat(),
    "Monitored": lambda moment: moment.registered("7001", agent_state="LoggedOut", calls=[]),
    "LoggedIn": lambda moment: moment.agent_login("7001", agent="1001"),
    "OnHook": lambda moment: moment.on_hook("7001"),
    "WaitForNextCall": lambda moment: moment.agent_ready("7001"),
    "OffHook": lambda moment: moment.off_hook("7001"),
    "CallDialing": lambda moment: moment.dialing("7001", conn="dialing"),
    "CallRinging": lambda moment: moment.ringing("7001", conn="ringing"),
    "NotReadyForNextCall": lambda moment: moment.agent_not_ready("7001", mode="AuxWork"),
    "AfterCallWork": lambda moment: moment.agent_not_ready("7001", mode="AfterCallWork"),
    "CallOnHold": lambda moment: moment.established("7001", conn="held").held("7001", conn="held"),
    "ASM_Engaged": lambda moment: engaged(moment, "Engaged"),
    "ASM_Outbound": lambda moment: engaged(moment, "Outbound"),
    "CallUnknown": lambda moment: moment.established("7001", conn="u", type="Unknown"),
    "CallConsult": lambda moment: moment.established("7001", conn="k", type="Consult"),
    "CallInternal": lambda moment: moment.established("7001", conn="i", type="Internal"),
    "CallOutbound": lambda moment: moment.established("7001", conn="o", type="Outbound"),
    "CallInbound": lambda moment: moment.established("7001", conn="in", type="Inbound"),
}
"""From low to high: each happens while all before it go on, as far as they can."""

DESCENT = {
    "CallOutbound": lambda moment: moment.released("7001", conn="in"),
    "CallInternal": lambda moment: moment.released("7001", conn="o"),
    "CallConsult": lambda moment: moment.released("7001", conn="i"),
    "CallUnknown": lambda moment: moment.released("7001", conn="k"),
    "ASM_Outbound": lambda moment: moment.released("7001", conn="u"),
    "ASM_Engaged": lambda moment: moment.released("7001", conn="Outbound"),
    "CallOnHold": lambda moment: moment.released("7001", conn="Engaged"),
    "AfterCallWork": lambda moment: moment.released("7001", conn="held"),
    "NotReadyForNextCall": lambda moment: moment.agent_not_ready("7001"),
    "CallRinging": lambda moment: moment.agent_ready("7001"),
    "CallDialing": lambda moment: moment.abandoned("7001", conn="ringing"),
    "OffHook": lambda moment: moment.released("7001", conn="dialing"),
    "WaitForNextCall": lambda moment: moment.on_hook("7001"),
    "OnHook": lambda moment: moment.agent_logout("7001"),
}


def engaged(moment: Moment, asm: str) -> Moment:
    """A dialler's call whose call action hides behind its hold."""
    return moment.established("7001", conn=asm, type="Internal", extensions={"asm": asm}).held("7001", conn=asm)


def climb_and_descent() -> tuple[Day, dict[str, int], dict[str, int]]:
    """One step each ten seconds, up from 10 and down again."""
    day = Day(registered=False)
    steps = (*CLIMB.items(), *DESCENT.items())
    times = [10 * number for number in range(1, len(steps) + 1)]
    for time, (_, happens) in zip(times, steps, strict=True):
        happens(day.at(time))
    names = [name for name, _ in steps]
    ups = dict(zip(names[: len(CLIMB)], times, strict=False))
    return day, ups, dict(zip(names[len(CLIMB) :], times[len(CLIMB) :], strict=True))


def test_the_order_is_that_of_the_page() -> None:
    assert tuple(CLIMB) == PRIORITY


@pytest.mark.parametrize("status", CLIMB)
def test_higher_than_all_before_it(status: str) -> None:
    day, ups, downs = climb_and_descent()
    assert day.status(DN, at=ups[status] + 5) == status
    if status in downs:
        assert day.status(DN, at=downs[status] + 5) == status


def test_logged_out() -> None:
    day = Day(staffed=False).at(10).established("7001").day
    assert day.status(AGENT, at=20) == "LoggedOut"
    assert day.status(DN, at=20) == "CallInbound"


def test_the_action_logged_out_gives_no_status() -> None:
    assert Day(staffed=False).status(DN, at=10) == "Monitored"


def test_logged_in_is_for_one_of_whom_nothing_else_is_known() -> None:
    day = (
        Day(staffed=False).at(10).agent_login("7001", agent="1001").at(20).ringing("7001").at(30).abandoned("7001").day
    )
    assert day.status(DN, at=(15, 25, 35)) == ["LoggedIn", "CallRinging", "OnHook"]


def test_not_monitored_hides_whatever_else_is_kept() -> None:
    day = Day().at(10).established("7001").at(20).link_disconnected().day
    assert day.running(DN, "CallInbound", at=30) == 1
    assert [day.status(whose, at=30) for whose in (DN, PLACE, AGENT)] == ["NotMonitored"] * 3


@pytest.mark.parametrize("call_type", ["Inbound", "Outbound", "Internal", "Consult", "Unknown"])
def test_a_held_calls_action_is_hidden(call_type: str) -> None:
    day = Day().at(10).established("7001", type=call_type).at(20).held("7001").at(30).retrieved("7001").day
    assert day.status(DN, at=(15, 25, 35)) == [f"Call{call_type}", "CallOnHold", f"Call{call_type}"]


def test_a_call_that_takes_the_place_of_another_of_the_same_name_is_the_same_status() -> None:
    moment = Day().at(10).established("7001").at(20).established("7001", conn="c2").at(30).released("7001")
    day = moment.at(50).released("7001", conn="c2").day
    assert day.number(DN, "CallInbound", subject="DNStatus") == 1
    assert day.time(DN, "CallInbound", subject="DNStatus") == 40


def test_a_status_has_the_data_of_the_oldest_action_that_gives_it() -> None:
    moment = Day().at(10).established("7001", data={"Of": "first"}).at(20)
    day = moment.established("7001", conn="c2", data={"Of": "second"}).at(30).released("7001").day
    first, second = 'PairExists("Of","first")', 'PairExists("Of","second")'
    for time, expected in ((25, (1, 0)), (35, (0, 1))):
        told = [day.running(DN, "CallInbound", subject="DNStatus", filter=one, at=time) for one in (first, second)]
        assert tuple(told) == expected


def reasons_day() -> Day:
    """Not ready at 10 without reasons, at 30 with."""
    return Day().at(10).agent_not_ready("7001").at(30).agent_not_ready("7001", reasons=LUNCH).day


@pytest.mark.parametrize(("overrides", "expected"), [("no", 40), ("yes", 20)])
def test_reason_start_overrides_status_start(overrides: str, expected: float) -> None:
    how = {"subject": "AgentStatus", "reason_start_overrides_status_start": overrides, "at": 50}
    assert reasons_day().value(AGENT, "CurrentTime", "NotReadyForNextCall", **how) == expected


def test_with_no_reasons_present_it_counts_from_the_begin_of_the_status() -> None:
    day = reasons_day().at(40).agent_not_ready("7001").day
    how = {"subject": "AgentStatus", "reason_start_overrides_status_start": "yes", "at": 50}
    assert day.value(AGENT, "CurrentTime", "NotReadyForNextCall", **how) == 40


def test_reason_start_acts_on_no_historical_category() -> None:
    how = {"subject": "AgentStatus", "reason_start_overrides_status_start": "yes", "at": 50}
    assert reasons_day().time(AGENT, "NotReadyForNextCall", **how) == 40


def test_a_place_has_the_highest_status_of_its_dns() -> None:
    day = Day().at(10).ringing("7101").at(20).established("7001", conn="c2").at(30).released("7001", conn="c2").day
    assert day.status(PLACE, at=(15, 25, 35)) == ["CallRinging", "CallInbound", "CallRinging"]


def test_an_agent_has_the_highest_status_of_the_dns_where_it_is_logged_in() -> None:
    day = Day().at(10).agent_login("7101", agent="1001").at(20).ringing("7101").at(30).agent_logout("7101").day
    assert day.status(AGENT, at=(15, 25, 35)) == [
        "WaitForNextCall",
        "CallRinging",
        "WaitForNextCall",
    ]


GROUP_STATUSES = {
    "WaitForNextCall": lambda moment: moment.agent_logout("7001"),
    "NotReadyForNextCall": lambda moment: moment.ringing("7001").agent_logout("7002"),
    "NotMonitored": lambda moment: moment.agent_logout("7002").link_disconnected(),
    "LoggedOut": lambda moment: moment.agent_logout("7001").agent_logout("7002"),
}


@pytest.mark.parametrize("status", GROUP_STATUSES)
def test_group(status: str) -> None:
    assert GROUP_STATUSES[status](Day().at(10)).day.status(SALES, at=20) == status


def test_a_group_of_nobody_is_not_monitored() -> None:
    environment = '[[agent_group]]\nname = "Nobody"\nagents = []\n'
    assert Day(environment=environment).status("GroupAgents:Nobody", at=10) == "NotMonitored"


def test_a_place_group_with_an_unmonitored_place_is_ready_if_another_is() -> None:
    day = Day().at(10).unregistered("7001").day
    assert day.status(FLOOR, at=20) == "WaitForNextCall"
    day.at(30).agent_not_ready("7002").agent_not_ready("7003")
    assert day.status(FLOOR, at=40) == "NotReadyForNextCall"


def test_a_place_where_nobody_sits_is_neither_logged_out_nor_unmonitored() -> None:
    assert Day(staffed=False).status(FLOOR, at=10) == "NotReadyForNextCall"


def test_an_agent_at_a_watched_and_an_unwatched_dn_has_the_status_of_the_first() -> None:
    day = Day().at(10).agent_login("7101", agent="1001").at(20).link_disconnected().at(30).on_hook("7101").day
    day.at(30).registered("7001", agent="1001", agent_state="Ready", calls=[])
    assert (day.status(AGENT, at=25), day.status(AGENT, at=35)) == ("NotMonitored", "WaitForNextCall")


def test_reason_start_acts_on_the_state() -> None:
    how = {"subject": "AgentStatus", "reason_start_overrides_status_start": "yes", "at": 50}
    assert reasons_day().read(AGENT, "CurrentState", **how).state["since"] - ZERO == 30
