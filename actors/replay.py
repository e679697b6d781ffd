"""Recordings fed through the server on simulated time, as fast as it goes: what `statserver replay` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from actors.configuration.load import Loaded
from actors.sessions.messages import Answer, Reading, SessionRequest
from actors.supervisor import Supervisor
from actors.vocabulary import protocol
from actors.vocabulary.times import seconds
from runtime.clock import SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.effects import EFFECTS
from runtime.intake import BATCH_MAX, Intake


class Line(NamedTuple):
    """One thing a recording carried: when, of which source, what."""

    stamp_us: int
    source: str
    payload: Any


class Result(msgspec.Struct, omit_defaults=True):
    """One reading, or the refusal of its request, as `replay` prints it (`protocols.md` 7)."""

    ref: int
    time: float
    object: protocol.ObjectName
    statistic: str | dict[str, Any]
    value: Any
    state: dict[str, Any] | None = None
    target: dict[str, Any] | None = None
    error: dict[str, str] | None = None


class _Info(msgspec.Struct):
    time: float
    value: Any
    state: dict[str, Any] | None = None
    target: dict[str, Any] | None = None


class _Client:
    """Stands where a session would: keeps what the pool answers."""

    def __init__(self) -> None:
        self.readings: dict[int, _Info] = {}
        self.refusals: dict[int, protocol.Error] = {}

    def tell(self, message: Any) -> None:
        """An answer or a reading; of a turn that fails it is none."""
        EFFECTS.later(lambda: self._keep(message))

    def _keep(self, message: Any) -> None:
        if isinstance(message, Reading) and message.id is not None:
            self.readings[message.id] = msgspec.json.decode(b"{" + message.body, type=_Info)
        elif isinstance(message, Answer) and isinstance(message.event, protocol.Error):
            assert message.event.ref is not None
            self.refusals[message.event.ref] = message.event


class Replay:
    """A server on simulated time, with statistics opened on it before the first event.

    Args:
        loaded: the configuration.
        requests: what to open; refs name the results.
        begin_us: stamp of the first event.
        batch_max: lines a batch may hold; no value depends on it.
        dispatcher: runs the actors; no value depends on in which order it does those of one level.
    """

    def __init__(
        self,
        loaded: Loaded,
        requests: Sequence[protocol.OpenStatistic],
        begin_us: int,
        *,
        batch_max: int = BATCH_MAX,
        dispatcher: Dispatcher | None = None,
    ) -> None:
        self.intake = Intake(dispatcher or Dispatcher(), SteppedClock(begin_us), batch_max=batch_max)
        self.supervisor = Supervisor(loaded, self.intake.dispatcher, self.intake)
        self._requests = requests
        self._client = _Client()
        for id_, request in enumerate(requests):
            self._ask(request, id_)
        self.intake.drain()

    def _ask(self, request: protocol.AnyRequest, id_: int) -> None:
        self.intake.put(self.supervisor.pool, SessionRequest(self._client, request, id_), is_alone=True)

    def feed(self, lines: Iterable[Line], readings_us: Sequence[int] = ()) -> Iterator[list[Result]]:
        """Feeds lines in the order of their stamps; yields the results at each reading time and after the last line.

        Args:
            lines: of all sources.
            readings_us: when to read, ascending; none is once, after the last line.
        """
        waiting = list(readings_us)
        for line in lines:
            while waiting and line.stamp_us > waiting[0]:
                yield self.read(waiting.pop(0))
            self.intake.put(self.supervisor.connectors[line.source], line.payload, stamp_us=line.stamp_us)
            self.intake.run_full_batches()
        self.intake.drain()
        for at_us in waiting if readings_us else [self.intake.now_us]:
            yield self.read(at_us)

    def read(self, at_us: int) -> list[Result]:
        """All statistics at a moment, timers and resets up to then included; sorted by ref."""
        self.intake.advance(at_us)
        for id_, request in enumerate(self._requests):
            if request.ref not in self._client.refusals:
                self._ask(protocol.PeekStatistic(ref=request.ref, id=id_), id_)
        self.intake.drain()
        results = [self._result(id_, request, at_us) for id_, request in enumerate(self._requests)]
        return sorted(results, key=lambda result: result.ref)

    def _result(self, id_: int, request: protocol.OpenStatistic, at_us: int) -> Result:
        refusal = self._client.refusals.get(request.ref)
        if refusal is not None:
            error = {"code": refusal.code, "message": refusal.message}
            return Result(request.ref, seconds(at_us), request.object, request.statistic, None, error=error)
        info = self._client.readings[id_]
        return Result(
            request.ref, info.time, request.object, request.statistic, info.value, info.state, _unversioned(info.target)
        )


def _unversioned(target: dict[str, Any] | None) -> dict[str, Any] | None:
    """All targets of a reading; nothing follows it, so that it needs no version (`multimedia.md` 9, to 5.4)."""
    return None if target is None else {name: part for name, part in target.items() if name != "version"}
