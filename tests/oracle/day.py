"""One day of one link: the book, the views, and what a statistic asks of the centre (`semantics.md` 1, 9.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.oracle.belonging import queues_of_agent, queues_of_dn
from tests.oracle.centre import Centre
from tests.oracle.derivation import Derivation
from tests.oracle.occurrences import Login
from tests.oracle.views import Views


class Day:
    """Everything that does not depend on a statistic, worked out once."""

    def __init__(
        self,
        environment: dict[str, Any],
        events: Sequence[dict[str, Any]],
        link_loss_limit_us: int,
        stuck_call_us: int | None,
        time_zone: str,
    ) -> None:
        self.centre = Centre(environment)
        self.floor = Derivation(self.centre, events, link_loss_limit_us, stuck_call_us).floor
        self.views = Views(self.centre, self.floor)
        self._time_zone = time_zone

    def zone_of(self, object_type: str, object_id: str) -> str:
        """Of the object's tenant, else the server's."""
        tenant = self.centre.tenants.get(self.tenant_of(object_type, object_id), {})
        return str(tenant.get("time_zone", self._time_zone))

    def tenant_of(self, object_type: str, object_id: str) -> str:
        centre = self.centre
        if object_type == "Tenant":
            return object_id
        if object_type in {"RegDN", "Queue", "RoutePoint"}:
            return centre.tenant_of_dn(object_id)
        table: dict[str, Any] = {
            "Agent": centre.agents,
            "Place": centre.places,
            "GroupAgents": centre.agent_groups,
            "GroupPlaces": centre.place_groups,
            "GroupQueues": centre.dn_groups,
            "Switch": centre.switches,
        }[object_type]
        return centre.tenant_of(table, object_id)

    def pseudo(self, queues: list[str], name: str, n: int) -> int:
        """How many DNs or agents of mediation DNs a pseudo-action counts after an input (2.4, 9.4)."""
        here = [login for login in self.floor.logins if login.runs_at(n)]
        if name.startswith("DN"):
            found = {
                login.dn: self.views.dn_tracks[login.dn].at(n).name
                for login in here
                if set(queues_of_dn(self.floor, login, self._logins(here, login.agent), n)) & set(queues)
            }
        else:
            found = {
                agent: self.views.agent_tracks[agent].at(n).name
                for agent in {login.agent for login in here} - {""}
                if set(queues_of_agent(self.floor, agent, self._logins(here, agent), n)) & set(queues)
            }
        if name.endswith("Ready"):
            return sum(status == "WaitForNextCall" for status in found.values())
        if name.endswith("Active"):
            return sum(status not in {"NotReadyForNextCall", "NotMonitored"} for status in found.values())
        return len(found)

    @staticmethod
    def _logins(logins: list[Login], agent: str) -> list[Login]:
        return [login for login in logins if login.agent == agent]
