"""Whose a login is at one switch: by the configuration's `logins`, else by employee id (`semantics.md` 1)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from actors.configuration.environment import Agent


class Logins(msgspec.Struct):
    """The logins of one switch, changed at quiet points, asked as of any input.

    `former` says of each change since the server began, in order, whose the names had been that became another's: an
    actor that is built anew handles old events again, and they mean what they meant then.
    """

    switch: str = ""
    tenant: str = ""
    by_login: dict[str, str] = {}
    employee_ids: set[str] = set()
    former: list[tuple[int, dict[str, str]]] = []

    def owner_of(self, login: str, order: int) -> str:
        """The employee a login belonged to when the message of this order came; empty if it matches nobody."""
        owner = self.by_login.get(login, "") or (login if login in self.employee_ids else "")
        for changed, names in reversed(self.former):
            if order >= changed:
                break
            owner = names.get(login, owner)
        return owner

    def change(self, order: int, gone: Iterable[Agent], new: Iterable[Agent]) -> set[str]:
        """Takes other agents, as far as they are of the switch's tenant.

        Args:
            order: of the change; 0 before anything was asked.
            gone: as they were; those that are only different too.
            new: as they are now.

        Returns:
            The names that are another's now.
        """
        gone, new = self._mine(gone), self._mine(new)
        names = {name for agent in (*gone, *new) for name in (agent.employee_id, *self._names(agent))}
        before = {name: self.owner_of(name, order) for name in names}
        for agent in gone:
            self.employee_ids.discard(agent.employee_id)
            for name in self._names(agent):
                self.by_login.pop(name, None)
        for agent in new:
            self.employee_ids.add(agent.employee_id)
            self.by_login |= dict.fromkeys(self._names(agent), agent.employee_id)
        others = {name: owner for name, owner in before.items() if self.owner_of(name, order) != owner}
        if others and order:
            self.former.append((order, others))
        return set(others)

    def _mine(self, agents: Iterable[Agent]) -> list[Agent]:
        return [agent for agent in agents if agent.tenant == self.tenant]

    def _names(self, agent: Agent) -> list[str]:
        ending = f"@{self.switch}"
        return [login.removesuffix(ending) for login in agent.logins if login.endswith(ending)]
