"""The contact centre as an environment file describes it (`semantics.md` 1, `protocols.md` 6)."""

from __future__ import annotations

from typing import Any, Final

MEDIATION_TYPES: Final = frozenset(
    {"ACDQueue", "VirtualQueue", "RoutingPoint", "ExternalRoutingPoint", "ServiceNumber"}
)
ROUTE_POINT_TYPES: Final = frozenset({"RoutingPoint", "ExternalRoutingPoint", "ServiceNumber"})
DEFAULT_TENANT: Final = "Environment"


class Centre:
    """Who is where, by name. DNs are named `number@switch`, as on the client's side."""

    def __init__(self, environment: dict[str, Any]) -> None:
        self.tenants: dict[str, dict[str, Any]] = {tenant["name"]: tenant for tenant in environment.get("tenant", [])}
        self.only_tenant = next(iter(self.tenants), DEFAULT_TENANT)
        self.switches = {switch["name"]: switch for switch in environment.get("switch", [])}
        self.dns = {f"{dn['number']}@{dn['switch']}": dn for dn in environment.get("dn", [])}
        self.places = {place["name"]: place for place in environment.get("place", [])}
        self.agents = {agent["employee_id"]: agent for agent in environment.get("agent", [])}
        self.agent_groups = {group["name"]: group for group in environment.get("agent_group", [])}
        self.place_groups = {group["name"]: group for group in environment.get("place_group", [])}
        self.dn_groups = {group["name"]: group for group in environment.get("dn_group", [])}
        sources = [source for source in environment.get("source", []) if source["type"] == "tserver"]
        self.link_switch = str(sources[0]["switch"] if sources else next(iter(self.switches)))

    def is_mediation(self, dn: str) -> bool:
        return dn in self.dns and self.dns[dn]["type"] in MEDIATION_TYPES

    def is_route_point(self, dn: str) -> bool:
        return self.dns[dn]["type"] in ROUTE_POINT_TYPES

    def is_virtual_queue(self, dn: str) -> bool:
        return bool(self.dns[dn]["type"] == "VirtualQueue")

    def agent_of(self, agent_id: str) -> str:
        """The employee id behind an `agent_id`: by the logins at the switch, else by itself; none: the empty text."""
        for employee_id, agent in self.agents.items():
            if f"{agent_id}@{self.link_switch}" in agent.get("logins", []):
                return str(employee_id)
        return agent_id if agent_id in self.agents else ""

    def tenant_of(self, table: dict[str, Any], name: str) -> str:
        """The tenant an object is written under."""
        return str(table.get(name, {}).get("tenant", self.only_tenant))

    def tenant_of_dn(self, dn: str) -> str:
        return self.tenant_of(self.switches, self.dns[dn]["switch"])

    def places_of(self, dn: str) -> list[str]:
        return [name for name, place in self.places.items() if dn in place.get("dns", [])]

    def place_groups_of(self, dn: str) -> list[dict[str, Any]]:
        places = self.places_of(dn)
        return [
            group for group in self.place_groups.values() if any(name in places for name in group.get("places", []))
        ]
