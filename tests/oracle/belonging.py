"""Which mediation DNs an agent or a DN belongs to (`semantics.md` 9.4)."""

from __future__ import annotations

from tests.oracle.floor import Floor
from tests.oracle.groups import is_member
from tests.oracle.occurrences import Login


def queues_of_agent(floor: Floor, agent: str, logins: list[Login] | None = None, n: int | None = None) -> list[str]:
    """Those it is logged in to, those of its groups, and those of the groups of its place."""
    n = floor.now.n if n is None else n
    logins = floor.logins_of(agent) if logins is None else logins
    found = [floor.named(queue) for login in logins for queue in sorted(login.queues_at(n))]
    for group in floor.centre.agent_groups.values():
        if is_member(floor.centre, group, agent, logins, n):
            found += group.get("origination_dns", [])
    if logins:
        newest = max(logins, key=lambda login: login.shown.n)
        found += queues_of_place(floor, newest.dn)
    return [queue for queue in dict.fromkeys(found) if floor.centre.is_mediation(queue)]


def queues_of_dn(floor: Floor, login: Login, logins: list[Login], n: int) -> list[str]:
    """Those of its own login, of its agent's groups, and of its place's groups."""
    found = [floor.named(queue) for queue in sorted(login.queues_at(n))]
    for group in floor.centre.agent_groups.values():
        if is_member(floor.centre, group, login.agent, logins, n):
            found += group.get("origination_dns", [])
    found += queues_of_place(floor, login.dn)
    return [queue for queue in dict.fromkeys(found) if floor.centre.is_mediation(queue)]


def queues_of_place(floor: Floor, dn: str) -> list[str]:
    return [queue for group in floor.centre.place_groups_of(dn) for queue in group.get("origination_dns", [])]
