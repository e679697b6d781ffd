"""Who is in the pipeline: its agents with their groups, and which statistic has which number.

Every agent has the three statistics `OF_AGENT`, every group the four `OF_GROUP`; they are numbered in that order,
agents first, from 1 on. `pipeline.erl` reads the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from simulator.centre import Centre

OF_AGENT = ("AgentState", "CallsInbound", "TalkInbound")
OF_GROUP = ("AgentsReady", "AgentsNotReady", "AgentsLoggedIn", "CallsInbound")


class Plan(NamedTuple):
    """Logins, and for each the numbers of the groups it is in, from 0 on."""

    groups_of: dict[str, tuple[int, ...]]
    groups: int

    def agents(self) -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...]]]:
        """Each login with its groups and the numbers of its statistics."""
        for at, (login, groups) in enumerate(self.groups_of.items()):
            yield login, groups, _numbers(1 + at * len(OF_AGENT), len(OF_AGENT))

    def group_statistics(self) -> Iterator[tuple[int, ...]]:
        """The numbers of each group's statistics."""
        first = 1 + len(self.groups_of) * len(OF_AGENT)
        for group in range(self.groups):
            yield _numbers(first + group * len(OF_GROUP), len(OF_GROUP))


def _numbers(first: int, count: int) -> tuple[int, ...]:
    return tuple(range(first, first + count))


def write_plan(centre: Centre, path: Path) -> None:
    """Writes the plan of a contact centre: a line an agent, its login and then its groups."""
    groups: dict[str, list[str]] = {agent.employee_id: [] for agent in centre.agents}
    for number, members in enumerate(centre.agent_groups.values()):
        for member in members:
            groups[member].append(str(number))
    lines = (" ".join((agent.login, *groups[agent.employee_id])) for agent in centre.agents)
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def read_plan(path: Path) -> Plan:
    """The plan in a file."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    groups_of = {login: tuple(map(int, groups)) for login, *groups in rows}
    return Plan(groups_of, 1 + max(max(groups) for groups in groups_of.values()))
