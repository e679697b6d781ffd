"""Statistics, connectors and the pool fail anywhere in a day: each client is told what it would have been, in order."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from random import Random
from typing import Any, Final, NamedTuple

import msgspec
import pytest
from everything import every_statistic
from hypothesis import given, settings
from hypothesis import strategies as st
from test_order import interleaved, loaded_from, recorded

from actors import kinds
from actors.replay import Line, Replay
from actors.sessions.messages import Answer, SessionGone, SessionRequest, SourceNews
from actors.sources.connector import ConnectorActor
from actors.statistics.messages import Asked
from actors.statistics.pool import PoolActor
from actors.statistics.statistic import StatisticActor
from actors.vocabulary import protocol
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import US_PER_SECOND
from runtime import restart
from runtime.actor import Actor
from runtime.effects import EFFECTS
from tests.faults import Draw, Faults, drawn_from

KINDS: Final = (StatisticActor, ConnectorActor, PoolActor)
CLIENTS: Final = 3
NOTIFICATIONS: Final = (
    protocol.Notification(),
    protocol.Notification("Immediate", frequency=3),
    protocol.Notification("Periodic", interval=7),
    protocol.Notification("Reset"),
    protocol.Notification("None"),
)
RESETS: Final = "Growing:never +0:01"
SEED: Final = 5
REQUESTS: Final = 120
SHARE: Final = 0.02
LINES: Final = 1500
NOTHING: Final[dict[type, Any]] = {TServerEvent: TServerEvent("EventOfNothing", time=0), dict: {}}
BETWEEN: Final = (
    protocol.PeekStatistic,
    protocol.SuspendNotification,
    protocol.ResumeNotification,
    protocol.CloseStatistic,
)


class Client:
    """Stands where a session would: what it is told is kept when the turn that tells it is over."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def tell(self, message: Any) -> None:
        EFFECTS.later(lambda: self.told.append(message))


class Step(NamedTuple):
    """What a client does before a line; without a request it goes."""

    at: int
    client: int
    request: protocol.AnyRequest | None = None
    id: int = 0


class Day(NamedTuple):
    """Some lines, and what clients do meanwhile."""

    folder: str
    lines: Sequence[Line]
    steps: Sequence[Step]


def steps_of(folder: str, lines: int) -> Iterator[Step]:
    """Opens statistics in every way, asks for them, stops listening, closes them; one client goes and others stay."""
    random = Random(SEED)
    asked = random.sample(every_statistic(loaded_from(folder)), REQUESTS)
    opened: list[tuple[int, int, int]] = []
    for id_, request in enumerate(asked):
        at, client, notification = random.randrange(lines), random.randrange(CLIENTS), random.choice(NOTIFICATIONS)
        profile = RESETS if notification.mode == "Reset" else request.time_profile
        yield Step(at, client, msgspec.structs.replace(request, time_profile=profile, notification=notification), id_)
        opened.append((at, client, id_))
        for _ in range(2):
            at, client, other = random.choice(opened)
            yield Step(random.randrange(at, lines), client, random.choice(BETWEEN)(ref=1000 + id_, id=other), other)
        read = protocol.GetStatistic(ref=2000 + id_, object=request.object, statistic=request.statistic)
        yield Step(random.randrange(lines), client, read)
    yield Step(lines * 2 // 3, 0)


def day_of(folder: str, lines: Sequence[Line]) -> Day:
    return Day(folder, lines, sorted(steps_of(folder, len(lines)), key=lambda step: step.at))


@cache
def flows() -> Day:
    return day_of("flows", interleaved(SEED, 24))


@cache
def asterisk() -> Day:
    return day_of("recordings/asterisk-transfers", recorded("asterisk-transfers")[:LINES])


class Run:
    """One day through one server."""

    def __init__(self, day: Day, batch_max: int) -> None:
        self._day = day
        self.replay = Replay(loaded_from(day.folder), [], day.lines[0].stamp_us, batch_max=batch_max)
        self._clients = [Client() for _ in range(CLIENTS)]
        self.replay.supervisor.sessions.update(dict.fromkeys(self._clients))  # type: ignore[arg-type]

    def told(self, unsaid: Line | None = None) -> list[list[Any]]:
        """What each client is told, and the pool's books at the end; one line may say nothing."""
        steps = list(self._day.steps)
        for at, line in enumerate(self._day.lines):
            while steps and steps[0].at == at:
                self._do(steps.pop(0))
            connector = self.replay.supervisor.connectors[line.source]
            payload = line.payload if line is not unsaid else NOTHING[type(line.payload)]
            self.replay.intake.put(connector, payload, stamp_us=line.stamp_us)
            self.replay.intake.run_full_batches()
        self.replay.intake.advance(self._day.lines[-1].stamp_us + 300 * US_PER_SECOND)
        return [*(client.told for client in self._clients), self._books()]

    def _books(self) -> list[Any]:
        entries = self.replay.supervisor.pool.at_rest().state.entries
        return [(identity, one.asked_us, one.listeners, one.is_going) for identity, one in entries.items()]

    def _do(self, step: Step) -> None:
        client = self._clients[step.client]
        payload = SessionGone(client) if step.request is None else SessionRequest(client, step.request, step.id)
        self.replay.intake.put(self.replay.supervisor.pool, payload, is_alone=True)

    def told_with(self, draw: Draw, kinds: Sequence[type[Actor]] = KINDS, **lethal: Any) -> tuple[Faults, list[Any]]:
        """The same, while actors of some kinds fail."""
        logging.disable(logging.ERROR)
        try:
            with Faults(kinds, draw, **lethal).injected() as faults:
                return faults, self.told()
        finally:
            logging.disable(logging.NOTSET)


@cache
def undisturbed(day: Any, batch_max: int) -> list[list[Any]]:
    return Run(day(), batch_max).told()


def differing(one: list[Any], other: list[Any]) -> list[Any]:
    found = [pair for told in zip(one, other, strict=True) for pair in zip(*told, strict=False) if pair[0] != pair[1]]
    return found[:2] or [sizes for sizes in zip(map(len, one), map(len, other), strict=True) if sizes[0] != sizes[1]]


@contextmanager
def saved_after(messages: int | None) -> Iterator[None]:
    """Actors are saved after so many messages; None for as seldom as they are."""
    with pytest.MonkeyPatch.context() as patch:
        if messages is not None:
            patch.setattr(restart, "LOG_MAX", messages)
            patch.setattr(restart, "BYTES_A_MESSAGE", 10**9)
            patch.setattr(kinds, "STATISTICS_LOG_MAX", messages)
        yield


@pytest.mark.parametrize("day", [flows, asterisk])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), batch_max=st.sampled_from([1, 7, 500]), often=st.sampled_from([1, 3, None]))
def test_whoever_fails_wherever_each_client_is_told_the_same(
    day: Any, kind: type[Actor], seed: int, batch_max: int, often: int | None
) -> None:
    run = Run(day(), batch_max)
    with saved_after(often):
        faults, told = run.told_with(drawn_from(Random(seed), SHARE), (kind,))
    assert run.replay.supervisor.failures == faults.count > 0
    assert run.replay.supervisor.dead_letters.count == 0
    assert differing(told, undisturbed(day, batch_max)) == []


class Always:
    """The so many-th thing that statistics do kills the one that does it, each time: a message, or settling."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._seen: dict[Any, Any] = {}
        self._victim: Any = None
        self.ids: set[int] = set()
        """What clients know the victim as."""

    def __call__(self, actor: Any, message: Any) -> bool:
        what = actor.actor_urn, message if isinstance(message, int) else id(message)
        is_new = what not in self._seen
        self._seen[what] = message
        if is_new and len(self._seen) == self._number:
            self._victim = what
        if self._victim is None or actor.actor_urn != self._victim[0]:
            return False
        self.ids |= {listener.id for listener in actor.listeners}
        if isinstance(message, Asked):
            self.ids |= {message.asked.id, message.asked.request.ref}
        return what == self._victim


def by_statistic(told: list[list[Any]]) -> dict[Any, list[Any]]:
    """What was told, without its place in the order: by client and id, or by the request that it answers."""
    streams: dict[Any, list[Any]] = {}
    for client, messages in enumerate(told[:CLIENTS]):
        for message in messages:
            named = message.event if isinstance(message, Answer) else message
            id_ = getattr(named, "id", None)
            about = getattr(named, "ref", SourceNews) if id_ is None else id_
            stream = streams.setdefault((client, about), [])
            stream.append(msgspec.structs.replace(message, order=0))
    return streams


def wrong_in(told: list[list[Any]]) -> set[int]:
    """The ids, and the requests, of which clients are told other things than without faults."""
    one, other = by_statistic(told), by_statistic(undisturbed(flows, 7))
    return {name for client, name in one.keys() | other.keys() if one.get((client, name)) != other.get((client, name))}


def requests_about(ids: set[int]) -> set[int]:
    return {step.request.ref for step in flows().steps if step.request is not None and step.id in ids}


def never(_actor: Any, _message: Any) -> None:
    """Nothing fails but what always does."""


@pytest.mark.parametrize("number", range(1, 1000, 97))
def test_of_a_message_that_kills_a_statistic_every_time_no_other_one_suffers(number: int) -> None:
    run, always = Run(flows(), 7), Always(number)
    _, told = run.told_with(never, (StatisticActor,), is_lethal=always)
    assert run.replay.supervisor.failures == 2
    assert run.replay.supervisor.dead_letters.count > 0
    assert wrong_in(told) <= always.ids | requests_about(always.ids)


@pytest.mark.parametrize("number", range(0, REQUESTS, 20))
def test_of_a_request_that_kills_the_pool_every_time_no_other_statistic_suffers(number: int) -> None:
    step = [step for step in flows().steps if isinstance(step.request, protocol.OpenStatistic)][number]
    run = Run(flows(), 7)
    _, told = run.told_with(never, (PoolActor,), is_lethal=lambda _, message: _request_of(message) is step.request)
    assert run.replay.supervisor.dead_letters.count == 1
    assert {step.request.ref} <= wrong_in(told) <= requests_about({step.id}) | {step.id}


@pytest.mark.parametrize("day", [flows, asterisk])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_line_that_kills_a_connector_every_time_is_as_if_it_had_said_nothing(day: Any, share: float) -> None:
    lethal = day().lines[round(share * len(day().lines))]
    run, without = Run(day(), 7), Run(day(), 7)
    _, told = run.told_with(never, (ConnectorActor,), is_lethal=lambda _, message: message.payload is lethal.payload)
    (letter,) = run.replay.supervisor.dead_letters.newest
    assert letter.actor == f"Source:{lethal.source}"
    assert by_statistic(told) == by_statistic(without.told(unsaid=lethal))


def _request_of(message: Any) -> Any:
    return getattr(message.payload, "request", None)
