"""A server on simulated time whose contact centre changes; seconds are those of the timelines of `tests/semantics`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from actors.configuration.difference import KEYS, difference
from actors.configuration.environment import Environment
from actors.replay import Replay
from actors.sessions.messages import Answer, Reading, SessionRequest
from actors.vocabulary import protocol
from actors.vocabulary.events import CALL_EVENTS, TServerEvent
from actors.vocabulary.objects import ObjectType
from actors.vocabulary.times import microseconds
from tests.semantics.served import ZERO, loaded

Edit = Callable[[Environment], Environment]


def with_records(table: str, *records: Any) -> Edit:
    """Records of a table, new or in the place of others."""

    def edit(environment: Environment) -> Environment:
        rows = getattr(environment, table) | {KEYS[table](record): record for record in records}
        return msgspec.structs.replace(environment, **{table: rows})

    return edit


def without(table: str, *keys: Any) -> Edit:
    """A table without records."""

    def edit(environment: Environment) -> Environment:
        rows = {key: record for key, record in getattr(environment, table).items() if key not in keys}
        return msgspec.structs.replace(environment, **{table: rows})

    return edit


def changed(table: str, key: Any, **fields: Any) -> Edit:
    """A record of a table with other fields."""

    def edit(environment: Environment) -> Environment:
        record = msgspec.structs.replace(getattr(environment, table)[key], **fields)
        return with_records(table, record)(environment)

    return edit


def of_tenant(name: str) -> tuple[str, str]:
    """The key of what has a tenant, by its name in the only one."""
    return ("Environment", name)


class Client:
    """Stands where a session would: what it was told of each statistic, and which were closed and why."""

    def __init__(self) -> None:
        self.values: dict[int, list[Any]] = {}
        self.states: dict[int, Any] = {}
        self.targets: dict[int, list[Any]] = {}
        self.closed: dict[int, str] = {}
        self.refused: dict[int, str] = {}

    def tell(self, message: Any) -> None:
        if isinstance(message, Reading):
            assert message.id is not None
            assert message.id not in self.closed
            info = msgspec.json.decode(b"{" + message.body)
            if "target" in info:
                self.targets.setdefault(message.id, []).append(info["target"])
                return
            self.values.setdefault(message.id, []).append(info["value"])
            self.states[message.id] = info.get("state")
        elif isinstance(message, Answer) and isinstance(message.event, protocol.StatisticClosed):
            self.closed[message.event.id] = message.event.reason
        elif isinstance(message, Answer) and isinstance(message.event, protocol.Error):
            assert message.event.ref is not None
            self.refused[message.event.ref] = message.event.code


class House:
    """The contact centre of the timelines, DNs registered, 1001 to 1003 logged in and ready at 7001 to 7003."""

    def __init__(self, *edits: Edit) -> None:
        self.loaded = loaded("", "")
        environment = self.loaded.environment
        for edit in edits:
            environment = edit(environment)
        self.replay = Replay(self.loaded._replace(environment=environment), [], microseconds(ZERO - 3600))
        self.supervisor, self.intake = self.replay.supervisor, self.replay.intake
        self.client = Client()
        self._opened = 0
        for dn, agent in {"7001": "1001", "7002": "1002", "7003": "1003"}.items():
            self.say(-10, "Registered", dn, agent_id=agent, agent_state="Ready", calls=[])
        for dn in ("7101", "7004", "8000", "8001", "8500", "8900"):
            self.say(-10, "Registered", dn, calls=[])
        self.say(-10, "LinkConnected")
        self.intake.advance(microseconds(ZERO))

    def say(self, time: float, name: str, this_dn: str = "", source: str = "tserver-1", **fields: Any) -> None:
        """An event of the link; a call is c1, and inbound, unless something else is said."""
        event = f"Event{name}"
        told: dict[str, Any] = {"conn_id": "c1", "call_type": "Inbound"} if event in CALL_EVENTS else {}
        told |= {"event": event, "time": time + ZERO, "this_dn": this_dn, **fields}
        typed = msgspec.convert(told, TServerEvent)
        self.intake.put(self.supervisor.connectors[source], typed, stamp_us=microseconds(typed.time))
        self.intake.drain()
        assert self.supervisor.failures == 0

    def talk(self, time: float, this_dn: str = "7001", conn_id: str = "c1") -> None:
        """A call rings and is answered at once."""
        for name in ("Ringing", "Established"):
            self.say(time, name, this_dn, conn_id=conn_id)

    def become(self, time: float, *edits: Edit) -> None:
        """The configuration is another from then on."""
        environment = self.supervisor.reconfiguring.planned
        for edit in edits:
            environment = edit(environment)
        change = difference(self.supervisor.reconfiguring.planned, environment)
        self.intake.advance(microseconds(time + ZERO))
        self.supervisor.reconfiguring.take_in(change, microseconds(time + ZERO))
        self.intake.drain()
        assert self.supervisor.failures == 0

    def open(self, whose: str, category: str, mask: str = "", *, mode: str = "None", **how: Any) -> int:
        """Opens a statistic now, growing for ever; answers its id."""
        self._opened += 1
        kind, _, name = whose.partition(":")
        if kind in ("RegDN", "Queue", "RoutePoint"):
            name = f"{name}@pbx1"
        definition = {"category": category, "main_mask": mask, "subject": how.pop("subject", "DNAction")}
        request = protocol.OpenStatistic(
            ref=self._opened,
            object=protocol.ObjectName(kind, name),
            statistic=definition,
            time_profile=how.pop("time_profile", "Growing:never"),
            notification=protocol.Notification(mode),
            **how,
        )
        self._ask(request, self._opened)
        return self._opened

    def value(self, id_: int, time: float) -> Any:
        """What a statistic says at a second."""
        self.intake.advance(microseconds(time + ZERO))
        self._ask(protocol.PeekStatistic(ref=id_, id=id_), id_)
        return self.client.values[id_][-1]

    def state(self, id_: int, time: float) -> Any:
        """What a state says at a second."""
        self.value(id_, time)
        return self.client.states[id_]

    def values(self, ids: Iterable[int], time: float) -> list[Any]:
        """What statistics say at a second."""
        return [self.value(id_, time) for id_ in ids]

    def members(self, group: str, kind: ObjectType = ObjectType.GROUP_AGENTS) -> set[str]:
        """Who is in a group, by its table and by what its actor counts."""
        (node,) = (node for key, node in self.supervisor.board.nodes.items() if key[:2] == (kind, group))
        counted = set(node.state.members)
        assert counted == {member.key.id for member in node.members}
        return counted

    def _ask(self, request: protocol.AnyRequest, id_: int) -> None:
        self.intake.put(self.supervisor.pool, SessionRequest(self.client, request, id_), is_alone=True)
        self.intake.drain()
        assert self.supervisor.failures == 0
