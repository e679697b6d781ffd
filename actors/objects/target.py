"""An agent or a place as a router sees it: one target of `CurrentTargetState` (`multimedia.md` 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from actors.configuration.capacity_rules import Rule
from actors.objects.capacity import Vector
from actors.objects.channels import Channels
from actors.objects.composition import Below
from actors.objects.desk import Desk
from actors.objects.person import Person
from actors.statistics.board import Board
from actors.vocabulary.objects import ObjectKey, ObjectType
from actors.vocabulary.times import seconds


def target_of_agent(person: Person, place: str, rule: Rule) -> dict[str, Any]:
    """The agent, where it is, and what may be sent there."""
    logins = sorted({login.login_id for login in person.logins.values()})
    head = {"agent_id": person.employee_id, "place": place}
    return head | _target(person, person.logins, rule) | {"login_ids": logins}


def target_of_place(desk: Desk, rule: Rule) -> dict[str, Any]:
    """The place, who came there last, and what may be sent there."""
    return {"place": desk.standing.holder, "agent_id": desk.newest_agent} | _target(desk, desk.dns, rule)


def _target(one: Person | Desk, dns: Mapping[str, Below], rule: Rule) -> dict[str, Any]:
    standing = one.standing
    return {
        "status": standing.status,
        "since": seconds(standing.since_us),
        "capacity_rule": rule.name,
        "dns": [_dn(dn, below) for dn, below in dns.items()],
        "media": _media(one.routability.vectors, one.channels),
    }


def _dn(dn: str, below: Below) -> dict[str, Any]:
    number, _, switch = dn.partition("@")
    return {"dn": number, "switch": switch, "status": below.status, "since": seconds(below.since_us)}


def _media(vectors: Mapping[str, Vector], channels: Channels | None) -> dict[str, dict[str, Any]]:
    """Each medium's vector, and what each source that has it says; one whose link is lost says nothing."""
    media: dict[str, dict[str, Any]] = {
        medium: {
            "s": _ready(vector.is_ready),
            "n": vector.number,
            "max": vector.most,
            "routable": vector.free,
        }
        for medium, vector in sorted(vectors.items())
    }
    for medium, source, said in _said(channels):
        sources = media.setdefault(medium, {}).setdefault("sources", {})
        sources[source] = "R" if "R" in (said, sources.get(source)) else said
    return media


def _said(channels: Channels | None) -> Iterable[tuple[str, str, str]]:
    for partial in channels.partials.values() if channels is not None else ():
        for medium, channel in sorted(partial.channels.items()):
            said = _ready(partial.is_ready_for(channel)) if partial.is_up else "Unknown"
            yield medium, partial.source, said


def _ready(is_ready: bool) -> str:
    return "R" if is_ready else "NR"


# -- whose rule it is --------------------------------------------------------------------------------------------------


def rule_at(agent: ObjectKey, place: str, board: Board) -> Rule:
    """An agent's capacity rule: its own, else that of its place, and so on (`multimedia.md` 5.1)."""
    return board.rules.of(agent, ObjectKey(ObjectType.PLACE, place, agent.tenant))


def rule_of(desk: Desk, place: ObjectKey, board: Board) -> Rule:
    """A place's capacity rule: that of the agent who came last, if there is one."""
    agent = desk.newest_agent
    return (
        rule_at(ObjectKey(ObjectType.AGENT, agent, place.tenant), place.id, board) if agent else board.rules.of(place)
    )
