"""Who is in a group of agents: listed, or by a script over skills and logins (`semantics.md` 9.7)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from tests.oracle.centre import Centre
from tests.oracle.expressions import Scene, parse
from tests.oracle.occurrences import Login

ROUTER_TERM: Final = re.compile(r"([A-Za-z_][\w ]*?)\s*(?=>=|<=|!=|=|<|>)")


@lru_cache
def script_of(text: str) -> Any:
    return parse(text)


def script_in(group: dict[str, Any]) -> str:
    return str(group.get("script", ""))


def group_named(centre: Centre, name: str) -> dict[str, Any]:
    """A configured group, or one written as the router does: `?:Name > 1 & Other >= 5`."""
    if name.startswith("?:"):
        return {"name": name, "script": ROUTER_TERM.sub(r'Skill("\1")', name.removeprefix("?:"))}
    return dict(centre.agent_groups[name])


def is_member(centre: Centre, group: dict[str, Any], agent: str, logins: list[Login], n: int) -> bool:
    """Whether the agent is in the group after input `n`, being logged in as `logins` say."""
    if not agent or agent not in centre.agents:
        return False
    if not script_in(group):
        return agent in group.get("agents", [])
    if centre.tenant_of(centre.agents, agent) != centre.tenant_of(centre.agent_groups, group["name"]):
        return False
    scene = Scene(
        skills=centre.agents[agent].get("skills", {}),
        is_logged_in=lambda where: any(_is_at(login, where, n) for login in logins),
    )
    return bool(script_of(script_in(group))(scene))


def _is_at(login: Login, where: str, n: int) -> bool:
    """Logged in anywhere, at a switch, or with a queue of a switch."""
    queue, _, switch = where.rpartition("@")
    at_switch = not where or login.dn.endswith(f"@{switch}")
    return at_switch and (not queue or queue in login.queues_at(n))
