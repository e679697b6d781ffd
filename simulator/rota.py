"""What changes in the contact centre while it works: people change teams, learn, and are new.

Whoever is changed is away, and stays away until every server that follows the configuration has read it: so nobody's
figures depend on when exactly it did.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Final

from msgspec import structs

from actors.vocabulary.times import US_PER_SECOND
from simulator.centre import EVERYBODY, FIRST_NAMES, LAST_NAMES, MEDIA, Agent, Centre
from simulator.crew import Crew
from simulator.dice import Dice
from simulator.schedule import Process, Schedule

FIRST_US: Final = 2 * US_PER_SECOND
EVERY_US: Final = 20 * US_PER_SECOND
AWAY_US: Final = 15 * US_PER_SECOND
"""A server looks at its files each second, and reads one that was the same twice; the rest is for the reading."""


class Rota:
    """Changes the contact centre, one person at a time.

    Args:
        centre: as it is in the morning.
        crew: the people.
        dice: who changes, and how.
        schedule: runs the days of those who are new.
        on_changed: is told what the contact centre is now.
    """

    def __init__(
        self, centre: Centre, crew: Crew, dice: Dice, schedule: Schedule, on_changed: Callable[[Centre], None]
    ) -> None:
        self._centre = centre
        self._crew = crew
        self._dice = dice
        self._schedule = schedule
        self._on_changed = on_changed

    def changes(self) -> Process:
        """One of each kind in the morning, then one after the other, as long as the day lasts."""
        ways = (self._hire, self._change_team, self._learn)
        yield FIRST_US
        for change in ways:
            change()
        for change in cycle(ways):
            yield EVERY_US
            change()

    def _change_team(self) -> None:
        staff = self._crew.one_away(AWAY_US, self._dice)
        if staff is not None:
            self._become(staff.agent, self._dice.one_of(self._centre.teams))

    def _learn(self) -> None:
        staff = self._crew.one_away(AWAY_US, self._dice)
        if staff is not None:
            skill = self._dice.one_of(self._centre.services).name
            skills = staff.agent.skills | {skill: self._dice.number(1, 9)}
            agent = structs.replace(staff.agent, skills=skills)
            self._crew.change(staff, agent)
            self._become(agent, self._centre.team_of(agent))

    def _hire(self) -> None:
        centre, dice = self._centre, self._dice
        employee_id = str(1 + max(int(agent.employee_id) for agent in centre.agents))
        name = f"{dice.one_of(FIRST_NAMES)} {dice.one_of(LAST_NAMES)}"
        skills = {dice.one_of(centre.services).name: dice.number(1, 9)}
        desk = dice.one_of(centre.extensions)
        agent = Agent(employee_id, f"6{employee_id}", name, desk, skills, dice.one_of(MEDIA))
        self._schedule.start(self._crew.hire(agent, AWAY_US))
        self._become(agent, dice.one_of(centre.teams))

    def _become(self, agent: Agent, team: str) -> None:
        self._centre = with_agent(self._centre, agent, team)
        self._on_changed(self._centre)


def with_agent(centre: Centre, agent: Agent, team: str) -> Centre:
    """The contact centre with an agent who is new, or another now: in the groups of the skills, and in one team.

    Args:
        centre: as it was.
        agent: as it is now.
        team: the agent's.
    """
    people = {one.employee_id: one for one in centre.agents} | {agent.employee_id: agent}
    belongs = {EVERYBODY, team, *agent.skills}
    groups = {
        name: tuple(one for one in members if one != agent.employee_id)
        + ((agent.employee_id,) if name in belongs else ())
        for name, members in centre.agent_groups.items()
    }
    return structs.replace(centre, agents=tuple(people.values()), agent_groups=groups)
