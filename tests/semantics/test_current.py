"""`semantics.md` 7.1: what runs now."""

from operator import attrgetter

import pytest

from actors.vocabulary.categories import CATEGORIES, Category
from tests.semantics.served import ZERO
from tests.semantics.timeline import Day

DN, AGENT, FLOOR = "RegDN:7001", "Agent:1001", "GroupPlaces:Floor"
IN, BOTH = "CallInbound", "CallInbound, CallOutbound"
LUNCH = {"Reason": "Lunch"}
PRICE = 'GetNumber("Price")'


def three() -> Day:
    """Read at 22: one call since 10, one since 17, one from 3 to 9 that is over; an outbound one since 2."""
    day = Day()
    day.at(2).established("7001", conn="out", type="Outbound").at(3).established("7001").at(9).released("7001")
    day.at(10).established("7001", conn="a", data={"Price": 20}).at(17).established("7001", conn="b", data={"Price": 5})
    return day


def now(category: str, mask: str = IN, rel: str = "", **how: str) -> float:
    return three().value(DN, category, mask, rel, at=22, **how)


def test_current_number() -> None:
    assert now("CurrentNumber") == 2


def test_current_time() -> None:
    assert now("CurrentTime") == 12 + 5


def test_current_max_time() -> None:
    assert now("CurrentMaxTime") == 12


def test_current_min_time() -> None:
    assert now("CurrentMinTime") == 5


def test_current_average_time() -> None:
    assert now("CurrentAverageTime") == 17 / 2
    assert now("CurrentAverageTime", IN, BOTH) == pytest.approx(17 / 3)


def test_current_relative_number_percentage() -> None:
    assert now("CurrentRelativeNumberPercentage", IN, BOTH) == pytest.approx(200 / 3)
    assert now("CurrentRelativeNumberPercentage", BOTH, IN) == 150


def test_current_relative_time_percentage() -> None:
    assert now("CurrentRelativeTimePercentage", IN, BOTH) == pytest.approx(100 * 17 / 37)


@pytest.mark.parametrize(("time_range", "number"), [("5-12", 1), ("5-13", 2), ("6-", 1), ("0-5", 0)])
def test_current_number_in_time_range(time_range: str, number: int) -> None:
    assert now("CurrentNumberInTimeRange", time_range=time_range) == number


def test_current_number_in_time_range_percentage() -> None:
    assert now("CurrentNumberInTimeRangePercentage", time_range="5-12") == 50


def test_current_distinct_number() -> None:
    day = Day().at(10).established("7001").established("7002").established("7002", conn="c2").day
    assert day.running(FLOOR, IN, at=20) == 3
    assert day.value(FLOOR, "CurrentDistinctNumber", IN, at=20) == 2


def test_what_is_of_no_call_is_no_distinct_call() -> None:
    assert Day().value(DN, "CurrentDistinctNumber", "LoggedIn, Monitored", at=20) == 0


def test_current_continuous_time() -> None:
    moment = Day().at(10).established("7001").at(20).held("7001").at(30).retrieved("7001")
    day = moment.at(60).released("7001").day
    how = {"subject": "AgentStatus"}
    assert day.value(AGENT, "CurrentContinuousTime", "CallInbound, CallOnHold", at=40, **how) == 30
    assert day.value(AGENT, "CurrentContinuousTime", "CallInbound", at=40, **how) == 10
    assert day.value(AGENT, "CurrentContinuousTime", "CallInbound", at=70, **how) == 0


@pytest.mark.parametrize(
    ("whose", "subject"), [(DN, "DNStatus"), (AGENT, "DNAction"), ("GroupAgents:Sales", "AgentStatus")]
)
def test_continuous_time_is_for_agents_and_places_by_status(whose: str, subject: str) -> None:
    assert Day().refusal(whose, "CurrentContinuousTime", IN, subject=subject)[0] == "NotApplicable"


def test_current_custom_value() -> None:
    assert now("CurrentCustomValue", formula=PRICE) == 25


def test_current_average_custom_value() -> None:
    assert now("CurrentAverageCustomValue", formula=PRICE) == 12.5


def test_current_max_custom_value() -> None:
    assert now("CurrentMaxCustomValue", formula=PRICE) == 20


def test_current_min_custom_value() -> None:
    assert now("CurrentMinCustomValue", formula=PRICE) == 5


def test_current_state() -> None:
    told = Day().at(10).established("7001").day.read(AGENT, "CurrentState", at=20)
    assert told.value == "CallInbound"
    assert (told.state["status"], told.state["since"] - ZERO, told.state["place"]) == ("CallInbound", 10, "Desk 1")
    (dn,) = told.state["dns"]
    assert (dn["dn"], dn["status"], dn["since"] - ZERO) == ("7001@pbx1", "CallInbound", 10)
    calls = [action for action in dn["actions"] if action["action"] == "CallInbound"]
    assert [(call["since"] - ZERO, call["conn_id"], call["call_type"]) for call in calls] == [(10, "c1", "Inbound")]


@pytest.mark.parametrize(
    ("subject", "depth"),
    [("AgentStatus", {"dns": False, "actions": False}), ("DNStatus", {"dns": True, "actions": False})],
)
def test_a_state_is_told_down_to_the_subject(subject: str, depth: dict[str, bool]) -> None:
    state = Day().read(AGENT, "CurrentState", subject=subject, at=20).state
    assert ("dns" in state) == depth["dns"]
    assert ("actions" in state.get("dns", [{}])[0]) == depth["actions"]


def test_the_state_of_a_group_has_its_members() -> None:
    state = (
        Day()
        .at(10)
        .agent_not_ready("7001")
        .day.read("GroupAgents:Sales", "CurrentState", subject="AgentStatus", at=20)
        .state
    )
    statuses = {member["agent_id"]: member["status"] for member in state["members"]}
    assert statuses == {"1001": "NotReadyForNextCall", "1002": "WaitForNextCall"}


def test_current_state_reasons() -> None:
    day = Day().at(10).agent_not_ready("7001").at(30).agent_not_ready("7001", reasons=LUNCH).day
    state = day.read(AGENT, "CurrentStateReasons", subject="AgentStatus", at=40).state
    assert (state["reasons"], state["reasons_since"] - ZERO, state["since"] - ZERO) == (LUNCH, 30, 10)
    assert "reasons" not in day.read(AGENT, "CurrentState", subject="AgentStatus", at=40).state


def test_do_not_disturb_is_in_the_state_and_no_status() -> None:
    day = Day().at(10).dnd_on("7001").at(30).dnd_off("7001").day
    states = [day.read(DN, "CurrentState", subject="DNStatus", at=at) for at in (20, 40)]
    assert [(one.value, one.state.get("dnd", False)) for one in states] == [
        ("WaitForNextCall", True),
        ("WaitForNextCall", False),
    ]


def test_an_average_is_of_what_the_filter_lets_through_on_both_sides() -> None:
    assert now("CurrentAverageTime", filter='GetNumber("Price") = 20') == 12


def test_the_profile_plays_no_part() -> None:
    assert now("CurrentTime", profile="Sliding:4:2") == 17
    day = Day().at(30).established("7001").day
    assert day.value(DN, "CurrentTime", IN, profile="Growing:6:01", at=90) == 60


def test_what_was_there_before_the_opening_counts_whole() -> None:
    assert three().value(DN, "CurrentTime", IN, opened=20, at=22) == 17


def test_instants_are_ignored() -> None:
    assert now("CurrentNumber", "CallInboundStarted, CallInboundCompleted, CallInbound") == 2


def test_with_a_filter_it_runs_from_when_the_filter_held() -> None:
    moment = Day().at(10).established("7001", data={"Of": "a"}).at(25).attached_data_changed("7001", data={"Of": "b"})
    assert moment.day.value(DN, "CurrentTime", IN, filter='PairExists("Of","b")', at=45) == 20
    assert moment.day.running(DN, IN, filter='PairExists("Of","a")', at=45) == 0


STATES = ("CurrentState", "CurrentStateReasons", "CurrentTargetState")
NUMBERS = [category for category in CATEGORIES.values() if category.name not in STATES]


@pytest.mark.parametrize("category", NUMBERS, ids=attrgetter("name"))
def test_with_nothing_to_count_every_number_is_0(category: Category) -> None:
    whose, mask = (AGENT, "CallInbound") if "Agent" in category.objects else ("Queue:8000", "")
    how = {} if "DNAction" in category.subjects else {"subject": "AgentStatus"}
    how |= {"formula": PRICE} if category.has_formula else {}
    assert Day().value(whose, category.name, mask, mask, at=100, **how) == 0
