"""A server without sockets: events go in at the intake, what clients are told is kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from actors.configuration.environment import Source, Switch
from actors.configuration.load import Loaded, load
from actors.sessions.messages import Answer, Reading, SessionGone, SessionRequest
from actors.supervisor import Supervisor
from actors.vocabulary import protocol
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import microseconds
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake
from tests.flows.loader import lines

FLOWS: Final = Path(__file__).parents[1] / "flows"
CALL: Final = {"this_dn": "7001", "call_type": "Inbound"}


class ClockByHand(RealClock):
    """The machine's time, as far as the intake knows; it is what a test says it is."""

    def __init__(self, now_us: int) -> None:
        self.time_us = now_us

    def now_us(self) -> int:
        return self.time_us


class Interval(msgspec.Struct, frozen=True, rename={"begin": "from", "end": "to"}):
    """The closed interval that a value is of."""

    begin: float
    end: float


class Info(msgspec.Struct, frozen=True):
    """What a client is told of a statistic, without its id."""

    time: float
    value: Any
    interval: Interval | None = None


class Client:
    """Stands where a session would: keeps what it is told, in order, by id."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.infos: dict[int, list[Info]] = {}
        self.refusals: list[protocol.Error] = []
        self.last: list[Any] = []

    def tell(self, message: Any) -> None:
        if isinstance(message, Reading):
            assert message.id is not None
            info = msgspec.json.decode(b"{" + message.body, type=Info)
            assert info.interval is None or not message.is_replaceable
            self.infos.setdefault(message.id, []).append(info)
        elif isinstance(message, Answer) and isinstance(message.event, protocol.Error):
            self.refusals.append(message.event)

    def ask(self, request: protocol.AnyRequest, id_: int = 0) -> None:
        self._house.ask(SessionRequest(self, request, id_))

    def open(self, id_: int, definition: Mapping[str, str], **fields: Any) -> None:
        """Opens a statistic of agent 1001, in mode Reset over quarters of an hour unless something else is said."""
        whose = fields.pop("object", protocol.ObjectName("Agent", "1001"))
        chosen = {"time_profile": "Growing:0:00 +0:15", "notification": protocol.Notification("Reset"), **fields}
        self.ask(protocol.OpenStatistic(ref=id_, object=whose, statistic=dict(definition), **chosen), id_)

    def closed(self, id_: int, zero: float) -> list[tuple[float, float, Any]]:
        """Begin, end and value of each interval it was told of, in seconds from `zero`."""
        told = [(info.time, info.interval, info.value) for info in self.infos[id_] if info.interval is not None]
        assert all(time == interval.end for time, interval, _ in told)
        return [(interval.begin - zero, interval.end - zero, value) for _, interval, value in told]

    def values(self, id_: int) -> list[Any]:
        return [info.value for info in self.infos[id_]]


@cache
def loaded() -> Loaded:
    return load(FLOWS)


def with_asterisk() -> Loaded:
    """The same, with another switch."""
    environment = loaded().environment
    sources = {**environment.sources, "ami": Source("ami", "asterisk", "pbx2")}
    switches = {**environment.switches, "pbx2": Switch("pbx2")}
    return loaded()._replace(environment=msgspec.structs.replace(environment, sources=sources, switches=switches))


class House:
    """The contact centre of the flows, its three agents ready.

    Args:
        zero: seconds since the epoch; times of events are counted from there.
        is_live: whether the time is that of a clock, and not that of the events.
        has_asterisk: whether another source is one; nothing happens there.
    """

    def __init__(self, zero: float, *, is_live: bool = False, has_asterisk: bool = False) -> None:
        self.zero = zero
        begin_us = microseconds(zero - 10)
        self.clock = ClockByHand(begin_us) if is_live else SteppedClock(begin_us)
        self.intake = Intake(Dispatcher(), self.clock)
        centre = with_asterisk() if has_asterisk else loaded()
        self.supervisor = Supervisor(centre, self.intake.dispatcher, self.intake)
        self.say(*lines("preamble"))
        self.reach(0)

    def client(self) -> Client:
        return Client(self)

    def ask(self, payload: SessionRequest | SessionGone) -> None:
        self.intake.put(self.supervisor.pool, payload, is_alone=True)
        self.intake.drain()

    def put(self, *events: Mapping[str, Any]) -> None:
        """Events that have arrived and wait, to be handled in one batch."""
        for event in events:
            stamped = {**event, "time": self.zero + event["time"]}
            typed = msgspec.convert(stamped, TServerEvent)
            self.intake.put(self.supervisor.connectors["tserver-1"], typed, stamp_us=microseconds(typed.time))

    def say(self, *events: Mapping[str, Any]) -> None:
        """Events that arrive now, and are handled."""
        self.put(*events)
        self.intake.drain()

    def call(self, begin: float, end: float, **fields: Any) -> None:
        """A call at DN 7001, established at once."""
        call = {**CALL, "conn_id": f"c{begin}", **fields}
        self.say(*({"time": begin, "event": event, **call} for event in ("EventRinging", "EventEstablished")))
        self.say({"time": end, "event": "EventReleased", **call})

    def reach(self, time: float) -> None:
        """Moves the time on, and lets all timers up to then come."""
        to_us = microseconds(self.zero + time)
        if isinstance(self.clock, SteppedClock):
            self.intake.advance(to_us)
        else:
            assert isinstance(self.clock, ClockByHand)
            self.clock.time_us = to_us
            self.intake.drain()
