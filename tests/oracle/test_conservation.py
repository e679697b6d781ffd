"""Laws that every value of the server keeps on every day, whatever the oracle says."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from actors.vocabulary.actions import CALL_ACTIONS
from tests.oracle.agreement import AFTER_ALL_TIMERS
from tests.oracle.days import days
from tests.oracle.questions import OBJECTS, Question
from tests.oracle.served import Event, Served

PARTS: Final = range(4)
QUEUES: Final = (
    *(("Queue", queue) for queue in OBJECTS["Queue"]),
    ("RoutePoint", "8500@pbx1"),
    ("GroupQueues", "Everything"),
    ("Switch", "pbx1"),
)
LEFT: Final = "CallDistributed, CallCleared, CallAbandoned, StuckCallCleaned"
ADDITIVE: Final = (
    "TotalNumber",
    "TotalTime",
    "TotalAdjustedTime",
    "TotalAdjustedNumber",
    "CurrentNumber",
    "CurrentTime",
)
MASKS: Final = (
    "CallInbound",
    "CallInternal, CallConsult, CallOnHold",
    "CallAnswered, CallRinging, CallInboundStarted",
    "LoggedIn, WaitForNextCall, AfterCallWork, NotReadyForNextCall",
)
OF_STATUS: Final = "WaitForNextCall, CallInbound, AfterCallWork, LoggedOut"
GROUPS: Final = (("GroupAgents", "Everyone", "Agent", "AgentStatus"), ("GroupPlaces", "Floor", "Place", "PlaceStatus"))
"""Groups of all agents, and of all places: the members' type, and the subject of their statuses."""
WHOLE_DAY: Final = ("Sliding:864000/60", "Growing:never")
HISTORICAL: Final = (
    "TotalNumber",
    "TotalTime",
    "TotalAdjustedTime",
    "TotalAdjustedNumber",
    "MaxTime",
    "MinTime",
    "AverageTime",
    "MaxNumber",
    "MinNumber",
    "AverageOfCurrentNumber",
    "TotalNumberInTimeRange",
    "ElapsedTimePercentage",
)


def ask(
    kind: str, name: str, category: str, mask: str, subject: str = "DNAction", profile: str = "Growing:never"
) -> Any:
    return Question(kind, name, {"category": category, "main_mask": mask, "subject": subject}, profile)


def moments_of(events: list[Event]) -> list[float]:
    """After every event, and after all timers."""
    return [*sorted({event["time"] for event in events}), events[-1]["time"] + AFTER_ALL_TIMERS]


def on_days(part: int, days_max: int) -> Any:
    """The property for so many days of a part."""
    given_day = given(days(), st.integers(0, 2**32 - 1))
    steady = settings(
        max_examples=days_max,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return lambda law: seed(part)(steady(given_day(law)))()


@pytest.mark.parametrize("part", PARTS)
def test_whoever_entered_a_queue_waits_or_has_left_it(part: int) -> None:
    def law(events: list[Event], _number: int) -> None:
        served, asked = Served(events), []
        for kind, name in QUEUES:
            asked += [ask(kind, name, "TotalNumber", mask) for mask in ("CallEntered", "CallWait", LEFT)]
            asked += [ask(kind, name, "CurrentNumber", "CallWait"), ask(kind, name, "TotalAdjustedNumber", "CallWait")]
        served.open(asked, events[0]["time"])
        for moment in moments_of(events):
            values = served.read(moment)
            for at in range(0, len(values), 5):
                entered, ended, left, waiting, seen = values[at : at + 5]
                assert seen == waiting + left, "entered and found waiting = waiting + distributed + ... + cleaned"
                assert ended == left
                assert entered <= seen

    on_days(part, 30)(law)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_of_a_call_outlives_its_link_by_more_than_the_limit(part: int) -> None:
    def law(events: list[Event], _number: int) -> None:
        lost = {"event": "EventServerDisconnected", "time": events[-1]["time"] + 1}
        served = Served([*events, lost])
        asked = [ask("RegDN", dn, "CurrentNumber", ", ".join(sorted(CALL_ACTIONS))) for dn in OBJECTS["RegDN"]]
        asked += [ask("Agent", agent, "CurrentNumber", "*, ~NotMonitored") for agent in OBJECTS["Agent"]]
        asked += [ask(kind, name, "CurrentNumber", "CallWait") for kind, name in QUEUES]
        served.open(asked, events[0]["time"])
        assert served.read(lost["time"] + AFTER_ALL_TIMERS) == [0] * len(asked)

    on_days(part, 50)(law)


@pytest.mark.parametrize("part", PARTS)
def test_the_times_of_an_agents_statuses_sum_to_the_time_since_the_start(part: int) -> None:
    def law(events: list[Event], _number: int) -> None:
        served, start = Served(events), events[0]["time"]
        agents = OBJECTS["Agent"]
        served.open([ask("Agent", agent, "TotalTime", "*", "AgentStatus") for agent in agents], start)
        for moment in moments_of(events):
            assert served.read(moment) == pytest.approx([moment - start] * len(agents), abs=2e-6)

    on_days(part, 30)(law)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("group", "name", "member", "own_subject"), GROUPS)
def test_a_group_is_the_sum_of_its_agents_or_places(
    part: int, group: str, name: str, member: str, own_subject: str
) -> None:
    def law(events: list[Event], _number: int) -> None:
        served, asked = Served(events), []
        for category in ADDITIVE:
            for mask, subject in (*((mask, "DNAction") for mask in MASKS), (OF_STATUS, own_subject)):
                asked += [ask(group, name, category, mask, subject)]
                asked += [ask(member, one, category, mask, subject) for one in OBJECTS[member]]
        served.open(asked, events[0]["time"])
        for moment in moments_of(events):
            values = served.read(moment)
            for at in range(0, len(values), 4):
                assert values[at] == pytest.approx(sum(values[at + 1 : at + 4]), abs=1e-5), asked[at]

    on_days(part, 20)(law)


@pytest.mark.parametrize("part", PARTS)
def test_a_sliding_window_longer_than_the_day_is_growing_without_a_reset(part: int) -> None:
    def law(events: list[Event], number: int) -> None:
        random, served, asked = Random(number), Served(events), []
        for category in HISTORICAL:
            for kind, mask, subject in (
                ("Agent", random.choice(MASKS), "DNAction"),
                ("GroupAgents", OF_STATUS, "AgentStatus"),
                ("RegDN", random.choice(MASKS), "DNAction"),
                ("Queue", random.choice(("CallWait", LEFT, "CallEntered, CallAnswered")), "DNAction"),
            ):
                name = random.choice(OBJECTS[kind])
                asked += [ask(kind, name, category, mask, subject, profile) for profile in WHOLE_DAY]
        served.open(asked, events[0]["time"])
        for moment in moments_of(events)[::5] + moments_of(events)[-1:]:
            values = served.read(moment)
            for at in range(0, len(values), 2):
                assert values[at] == pytest.approx(values[at + 1], abs=1e-6), asked[at]

    on_days(part, 10)(law)
