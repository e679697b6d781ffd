"""`semantics.md` 9.6: every statistic asked for is kept."""

from typing import Any

import pytest

from actors.vocabulary.protocol import CloseStatistic, OpenStatistic
from tests.semantics.served import Client, Served, loaded
from tests.semantics.timeline import Day, asked

DAY = 86400
DN, IN = "RegDN:7001", "CallInbound"


class Pool:
    """A server that a client opens, and closes, statistics of."""

    def __init__(self, day: Day, options: str = "") -> None:
        self._client = Client()
        self._served = Served(loaded(options, ""))
        self._events = day.events
        self._reached = -100.0

    def open(self, at: float, *which: str, **how: Any) -> Any:
        """The value at the open, after the events of that second; the statistic is closed again."""
        self._served.hear([event for time, event in self._events if self._reached < time <= at], at)
        self._reached = at
        statistic = asked(*which, **how)
        request = OpenStatistic(ref=1, object=statistic.whose, statistic=statistic.definition, **statistic.fields)
        self._served.ask(request, self._client, 1)
        value = self._client.told[-1].value
        self._served.ask(CloseStatistic(ref=2, id=1), self._client, 1)
        return value


def pool(options: str = "") -> Pool:
    """A call from 10 to 30 at 7001."""
    return Pool(Day().at(10).established("7001", data={"Of": "Sales"}).at(30).released("7001").day, options)


def test_asked_for_again_it_is_the_same_one_with_its_value() -> None:
    kept = pool()
    assert [kept.open(at, DN, "TotalTime", IN) for at in (0, 40)] == [0, 20]


OTHERS = {
    "object": ("Agent:1001", "TotalTime", IN, {}),
    "definition": (DN, "TotalTime", "CallInbound, CallOutbound", {}),
    "profile": (DN, "TotalTime", IN, {"profile": "Sliding:600:60"}),
    "range": (DN, "TotalTimeInTimeRange", IN, {"time_range": "0-21"}),
    "filter": (DN, "TotalTime", IN, {"filter": 'PairExists("Of","Sales")'}),
}


@pytest.mark.parametrize("what", OTHERS)
def test_with_another(what: str) -> None:
    whose, category, mask, how = OTHERS[what]
    kept = pool()
    first_range = {"time_range": "0-30"} if what == "range" else {}
    assert kept.open(0, DN, category, IN, **first_range) == 0
    assert kept.open(40, whose, category, mask, **how) == 0
    assert kept.open(50, DN, category, IN, **first_range) == 20


def test_removed_when_nobody_has_asked_for_it_for_three_days() -> None:
    kept = pool()
    kept.open(0, DN, "TotalTime", IN)
    assert kept.open(3 * DAY - 60, DN, "TotalTime", IN) == 20
    assert kept.open(6 * DAY - 180, DN, "TotalTime", IN) == 20
    assert kept.open(10 * DAY, DN, "TotalTime", IN) == 0


def test_the_days_are_an_option() -> None:
    kept = pool("old-stats-remove-interval = 1\n")
    kept.open(0, DN, "TotalTime", IN)
    assert kept.open(3 * DAY - 60, DN, "TotalTime", IN) == 0
