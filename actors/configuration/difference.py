"""What makes one contact centre of another: the records that are new, gone or other, table by table.

A changed configuration is applied as one such difference (`protocols.md` 6). Computing it looks at every record once;
everything after that costs what has changed, however large the contact centre is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec

from actors.configuration.environment import (
    Agent,
    AgentGroup,
    CapacityRule,
    Dn,
    DnGroup,
    Environment,
    InteractionQueue,
    Place,
    PlaceGroup,
    Source,
    Switch,
    Tenant,
)

R = TypeVar("R")


class Changes(msgspec.Struct, Generic[R], frozen=True, omit_defaults=True):
    """What is other in one table: records that are gone, that are new, and pairs of one before and after."""

    gone: tuple[R, ...] = ()
    new: tuple[R, ...] = ()
    changed: tuple[tuple[R, R], ...] = ()

    @property
    def before(self) -> Iterator[R]:
        """Every record that is no more, or no more so."""
        yield from self.gone
        for old, _ in self.changed:
            yield old

    @property
    def after(self) -> Iterator[R]:
        """Every record that is new, or new so."""
        yield from self.new
        for _, new in self.changed:
            yield new


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """The difference between two contact centres; each field has the name of the environment's."""

    tenants: Changes[Tenant] = Changes()
    switches: Changes[Switch] = Changes()
    dns: Changes[Dn] = Changes()
    places: Changes[Place] = Changes()
    agents: Changes[Agent] = Changes()
    agent_groups: Changes[AgentGroup] = Changes()
    place_groups: Changes[PlaceGroup] = Changes()
    dn_groups: Changes[DnGroup] = Changes()
    interaction_queues: Changes[InteractionQueue] = Changes()
    capacity_rules: Changes[CapacityRule] = Changes()
    sources: Changes[Source] = Changes()

    @property
    def tables(self) -> Iterator[tuple[str, Changes[Any]]]:
        """The tables in which something is other, by name."""
        for table in TABLES:
            changes: Changes[Any] = getattr(self, table)
            if changes.gone or changes.new or changes.changed:
                yield table, changes

    @property
    def is_empty(self) -> bool:
        """Whether nothing is other."""
        return not any(self.tables)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many records of each table are new, gone and changed, for who is to be told."""
        return {
            table: {name: len(rows) for name in ("new", "gone", "changed") if (rows := getattr(changes, name))}
            for table, changes in self.tables
        }

    def __str__(self) -> str:
        told = [
            f"{table.replace('_', ' ')}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
            for table, counts in self.counts.items()
        ]
        return "; ".join(told) or "nothing is other"


class Reconfigured(msgspec.Struct, frozen=True):
    """Payload of an input: the contact centre is this one now, which the difference makes of the one before."""

    change: Difference
    environment: Environment


PART_RECORDS: Final = 2_000
"""A millisecond's worth to encode, so that events come between."""
TABLES: Final = Difference.__struct_fields__


def _tenant_and_name(record: Any) -> tuple[str, str]:
    return record.tenant, record.name


def _name(record: Any) -> str:
    name: str = record.name
    return name


KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "tenants": _name,
    "switches": _name,
    "dns": lambda dn: dn.id,
    "places": _tenant_and_name,
    "agents": lambda agent: (agent.tenant, agent.employee_id),
    "agent_groups": _tenant_and_name,
    "place_groups": _tenant_and_name,
    "dn_groups": _tenant_and_name,
    "interaction_queues": _tenant_and_name,
    "capacity_rules": _tenant_and_name,
    "sources": _name,
}
"""By what the environment has the records of each table."""

IDENTITIES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "switches": lambda switch: switch.tenant,
    "dns": lambda dn: (dn.key, dn.media_type),
    "agent_groups": lambda group: bool(group.script),
    "sources": lambda source: (source.type, source.switch, source.tenant),
}
"""What makes a record another one, though its key is the same: a queue that becomes an extension is another object."""


def difference(old: Environment, new: Environment) -> Difference:
    """What makes `new` of `old`."""
    return Difference(**{table: _changes(table, getattr(old, table), getattr(new, table)) for table in TABLES})


def _changes(table: str, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Changes[Any]:
    gone = [record for key, record in old.items() if key not in new]
    added = [record for key, record in new.items() if key not in old]
    changed = []
    identity = IDENTITIES.get(table)
    for key, before in old.items():
        after = new.get(key, before)
        if after is before or after == before:
            continue
        if identity is not None and identity(before) != identity(after):
            gone.append(before)
            added.append(after)
        else:
            changed.append((before, after))
    return Changes(tuple(gone), tuple(added), tuple(changed))


def changed_by(environment: Environment, change: Difference) -> Environment:
    """The contact centre that a difference makes of the one it was computed from; records keep their places."""
    tables = {}
    for table, changes in change.tables:
        key_of = KEYS[table]
        records = dict(getattr(environment, table))
        for record in changes.gone:
            del records[key_of(record)]
        records |= {key_of(record): record for record in changes.after}
        tables[table] = records
    return msgspec.structs.replace(environment, **tables)


def parts_of(environment: Environment) -> Iterator[Difference]:
    """A whole contact centre in parts that are quickly encoded: applied one after the other to none they make it."""
    for table in TABLES:
        records = tuple(getattr(environment, table).values())
        for begin in range(0, len(records), PART_RECORDS):
            yield Difference(**{table: Changes(new=records[begin : begin + PART_RECORDS])})


def whole_of(parts: Iterable[Difference]) -> Environment:
    """The contact centre of which these are the parts."""
    tables: dict[str, dict[Any, Any]] = {table: {} for table in TABLES}
    for part in parts:
        for table, changes in part.tables:
            tables[table] |= {KEYS[table](record): record for record in changes.new}
    return Environment(**tables)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Difference).decode


def encoded(change: Difference) -> bytes:
    """A difference as bytes, in one line."""
    return _encode(change)


def decoded(data: bytes) -> Difference:
    """What was `encoded`.

    Raises:
        msgspec.MsgspecError: it is no difference.
    """
    return _decode(data)
