"""A timer that kills its connector every time is in dead letters; those that come after it do all they should."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from test_exact_restart import asterisk, never
from test_order import loaded_from

from actors.replay import Replay
from actors.sources.connector import LOSS_LIMIT, STUCK, ConnectorActor
from actors.sources.messages import TimerDue
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import US_PER_SECOND, microseconds
from runtime.restart import begin_log
from tests.faults import Faults
from tests.semantics.served import ZERO, loaded

WRAP_UP: Final = "wrap-up:7001"
CHECKED: Final = "check-stuck-calls = yes\nstuck-call-time = 100\n"


@contextmanager
def killing(is_lethal: Callable[[TimerDue], bool]) -> Iterator[Faults]:
    """Meanwhile such timers kill connectors, each time."""
    logging.disable(logging.ERROR)
    try:
        faults = Faults(
            (ConnectorActor,),
            never,
            is_lethal=lambda _, message: isinstance(message.payload, TimerDue) and is_lethal(message.payload),
        )
        with faults.injected():
            yield faults
    finally:
        logging.disable(logging.NOTSET)


def the_first(key: str) -> Callable[[TimerDue], bool]:
    """Whether a timer is the first of this key."""
    seen: list[TimerDue] = []

    def is_it(timer: TimerDue) -> bool:
        if timer.key == key and not seen:
            seen.append(timer)
        return any(timer is one for one in seen)

    return is_it


class Link:
    """A link on simulated time; seconds are those of the timelines of `tests/semantics`."""

    def __init__(self, options: str = "") -> None:
        self._replay = Replay(loaded(options, ""), [], microseconds(ZERO))
        self._ref = self._replay.supervisor.connectors["tserver-1"]

    def say(self, time: float, name: str, this_dn: str = "", **fields: Any) -> None:
        event = TServerEvent(f"Event{name}", time=ZERO + time, this_dn=this_dn, **fields)
        self._replay.intake.put(self._ref, event, stamp_us=microseconds(event.time))

    def calls_at(self, time: float, number: str) -> set[str]:
        """What runs at a DN then, as far as the link knows."""
        self._replay.intake.advance(microseconds(ZERO + time))
        return set(self._ref.at_rest().wiring.book.at.get(number, ()))


def test_stuck_calls_are_looked_for_again_a_minute_later() -> None:
    link = Link(CHECKED)
    link.say(10, "Established", "7001", conn_id="c1")
    with killing(the_first(STUCK)) as faults:
        assert link.calls_at(169, "7001") == {"c1"}
        assert link.calls_at(171, "7001") == set()
    assert faults.count == 2


def test_whatever_a_lost_link_froze_ends_though_the_first_limit_failed() -> None:
    link = Link()
    for lost, number in ((10, "7001"), (50, "7002")):
        link.say(lost - 5, "LinkConnected")
        link.say(lost - 5, "Registered", number)
        link.say(lost - 5, "Ringing", number, conn_id=number)
        link.say(lost, "LinkDisconnected")
    with killing(the_first(LOSS_LIMIT)) as faults:
        assert link.calls_at(349, "7001") == {"7001"}
        assert link.calls_at(371, "7001") == link.calls_at(371, "7002") == set()
    assert faults.count == 2


def test_a_timer_of_an_asterisk_that_is_set_aside_does_not_run_any_more() -> None:
    day = asterisk()
    replay = Replay(loaded_from(day.folder), [], day.lines[0].stamp_us)
    (ref,) = replay.supervisor.connectors.values()
    timers = ref.at_rest().wiring.translator.state.timers
    timers[WRAP_UP] = day.lines[0].stamp_us + US_PER_SECOND
    begin_log(ref.actor_inbox)
    replay.intake.call_at(timers[WRAP_UP], ref, TimerDue(WRAP_UP))
    with killing(lambda _: True):
        replay.intake.advance(timers[WRAP_UP])
    assert replay.supervisor.dead_letters.count == 1
    assert ref.at_rest().wiring.translator.state.timers == {}
