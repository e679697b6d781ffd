"""The `--conf` folder that goes with a contact centre (`protocols.md` 6, `semantics.md` 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import rtoml

from simulator.centre import INTERACTION_SERVERS, SWITCH, TENANT, Centre, Service
from simulator.tserver import TSERVER

Table = dict[str, Any]

REGULAR: Final = "RegDN, Agent, Place, GroupAgents, GroupPlaces"
MEDIATION: Final = "Queue, RoutePoint, GroupQueues"
PEOPLE: Final = "Agent, GroupAgents"
BUSY: Final = (
    "CallInbound, CallOutbound, CallInternal, CallConsult, CallOnHold, CallRinging, CallDialing, AfterCallWork"
)

HEAD: Final = """\
# What can be asked of the simulated contact centre.

[statserver]
listen = 127.0.0.1:3050

[TimeProfiles]
Default,Growing = 0:00
Ever,Growing = never
LastMinute,Sliding = 60:5
LastHour,Sliding = 3600:60
Shift,SinceLogin =

[TimeRanges]
Default = 0-20
Range0-10 = 0-10

[Filters]
Gold = PairExists("CustomerSegment","Gold")
Sales = PairExists("ServiceType","Sales*")
"""

CAPACITY_RULE: Final[Table] = {
    "name": "std",
    "voice": "voice>1",
    "chat": "chat>2 or (voice>0 and chat>1)",
    "email": "email>2 or (voice>0 and email>1)",
}
"""Two chats and two e-mails at a time, one of each during a call."""

STAT_TYPES: Final = (
    # name, objects, category, subject, main mask, relative mask
    ("AgentState", "Agent, Place, RegDN", "CurrentState", "DNStatus", "*", ""),
    ("AgentsReady", PEOPLE, "CurrentNumber", "AgentStatus", "WaitForNextCall", ""),
    ("AgentsNotReady", PEOPLE, "CurrentNumber", "AgentStatus", "NotReadyForNextCall", ""),
    ("AgentsLoggedIn", PEOPLE, "CurrentNumber", "AgentStatus", "*, ~LoggedOut, ~NotMonitored", ""),
    ("TimeInStatus", "Agent", "CurrentTime", "AgentStatus", "*", ""),
    ("Occupancy", PEOPLE, "RelativeTimePercentage", "AgentStatus", BUSY, "*, ~LoggedOut, ~NotMonitored"),
    ("CallsInbound", REGULAR, "TotalNumber", "DNAction", "CallInbound", ""),
    ("CallsOutbound", REGULAR, "TotalNumber", "DNAction", "CallOutbound", ""),
    ("CallsInternal", REGULAR, "TotalNumber", "DNAction", "CallInternal", ""),
    ("TalkInbound", REGULAR, "TotalTime", "DNAction", "CallInbound", ""),
    ("AverageTalkInbound", REGULAR, "AverageTime", "DNAction", "CallInbound", ""),
    ("AfterCallWorkTime", REGULAR, "TotalTime", "DNAction", "AfterCallWork", ""),
    ("HoldTime", REGULAR, "TotalTime", "DNAction", "CallOnHold", ""),
    ("NoAnswer", REGULAR, "TotalNumber", "DNAction", "CallForwarded", ""),
    ("TransfersMade", REGULAR, "TotalNumber", "DNAction", "CallTransferMade", ""),
    ("TransfersTaken", REGULAR, "TotalNumber", "DNAction", "CallTransferTaken", ""),
    ("ConferencesMade", REGULAR, "TotalNumber", "DNAction", "CallConferenceMade", ""),
    ("Logins", PEOPLE, "TotalNumber", "DNAction", "LoggedIn", ""),
    ("LoggedInTime", PEOPLE, "TotalTime", "DNAction", "LoggedIn", ""),
    ("NotReadyTime", PEOPLE, "TotalTime", "DNAction", "NotReadyForNextCall", ""),
    ("TargetState", "Agent, Place, GroupAgents", "CurrentTargetState", "AgentStatus", "*", ""),
    ("Offered", PEOPLE, "TotalNumber", "DNAction", "DeliveringStarted", ""),
    ("Accepted", PEOPLE, "TotalNumber", "DNAction", "InteractionAccepted", ""),
    ("Missed", PEOPLE, "TotalNumber", "DNAction", "Rejected, Revoked", ""),
    ("HandlingNow", PEOPLE, "CurrentNumber", "DNAction", "Handling", ""),
    ("HandlingTime", PEOPLE, "TotalTime", "DNAction", "Handling", ""),
    ("InteractionsIn", "StagingArea", "TotalNumber", "DNAction", "InteractionEntered", ""),
    ("InteractionsWaiting", "StagingArea", "CurrentNumber", "DNAction", "InteractionWait", ""),
    ("InteractionsGivenUp", "StagingArea", "TotalNumber", "DNAction", "InteractionAbandoned", ""),
    ("Entered", MEDIATION, "TotalNumber", "DNAction", "CallEntered", ""),
    ("Distributed", MEDIATION, "TotalNumber", "DNAction", "CallDistributed", ""),
    ("Answered", MEDIATION, "TotalNumber", "DNAction", "CallAnswered", ""),
    ("Abandoned", MEDIATION, "TotalNumber", "DNAction", "CallAbandoned", ""),
    ("Cleared", MEDIATION, "TotalNumber", "DNAction", "CallCleared", ""),
    ("WaitingNow", MEDIATION, "CurrentNumber", "DNAction", "CallWait", ""),
    ("LongestWaitNow", MEDIATION, "CurrentMaxTime", "DNAction", "CallWait", ""),
    ("TotalWait", MEDIATION, "TotalTime", "DNAction", "CallWait", ""),
    ("MaxWait", MEDIATION, "MaxTime", "DNAction", "CallWait", ""),
    ("ServiceFactor", MEDIATION, "ServiceFactor1", "DNAction", "", ""),
    ("EstimatedWait", MEDIATION, "EstimWaitingTime", "DNAction", "", ""),
)


def write_configuration(centre: Centre, folder: Path, *, host: str, ports: Mapping[str, int]) -> None:
    """Writes `environment.toml` and `statserver.cfg`; what stood there is replaced.

    Args:
        centre: what the environment describes.
        folder: made where it is missing.
        host: where its T-Server and its Interaction Servers are.
        ports: theirs, by the name of the source; one that has none is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_environment(centre, folder, host=host, ports=ports)
    (folder / "statserver.cfg").write_text("\n".join((HEAD, *(_stat_type(*row) for row in STAT_TYPES))))


def write_environment(centre: Centre, folder: Path, *, host: str, ports: Mapping[str, int]) -> None:
    """Writes `environment.toml` alone, at one stroke: whoever reads it has the old one or the new; as above."""
    path = folder / "environment.toml"
    beside = path.with_suffix(".new")
    beside.write_text(rtoml.dumps(_environment(centre, host, ports)))
    beside.replace(path)


def _environment(centre: Centre, host: str, ports: Mapping[str, int]) -> dict[str, list[Table]]:
    return {
        "capacity_rule": [CAPACITY_RULE],
        "tenant": [{"name": TENANT, "capacity_rule": CAPACITY_RULE["name"]}],
        "switch": [{"name": SWITCH, "tenant": TENANT}],
        "source": [_SOURCES[name] | {"name": name, "host": host, "port": port} for name, port in ports.items()],
        "interaction_queue": [
            {"name": queue} for medium in INTERACTION_SERVERS for queue in centre.interaction_queues(medium)
        ],
        "dn": list(_dns(centre)),
        "place": [{"name": f"Desk {number}", "dns": [_at_switch(number)]} for number in centre.extensions],
        "agent": [
            {
                "employee_id": agent.employee_id,
                "name": agent.name,
                "logins": [_at_switch(agent.login)],
                "place": f"Desk {agent.extension}",
                "skills": agent.skills,
            }
            for agent in centre.agents
        ],
        "agent_group": list(_agent_groups(centre)),
        "dn_group": [
            {"name": name, "dns": [_at_switch(number) for number in numbers]}
            for name, numbers in centre.dn_groups.items()
        ],
    }


_SOURCES: Final[Mapping[str, Table]] = {
    TSERVER: {"type": "tserver", "switch": SWITCH},
    **{name: {"type": "interaction-server", "tenant": TENANT} for name in INTERACTION_SERVERS.values()},
}


def _dns(centre: Centre) -> Iterable[Table]:
    for number in centre.extensions:
        yield _dn(number, "Extension")
    for service in centre.services:
        yield _dn(service.number, "RoutingPoint" if service.is_routed else "ACDQueue")
        if service.is_routed:
            yield _dn(service.virtual_queue, "VirtualQueue")


def _dn(number: str, dn_type: str) -> Table:
    return {"number": number, "switch": SWITCH, "type": dn_type}


def _agent_groups(centre: Centre) -> Iterable[Table]:
    services = {service.name: service for service in centre.services}
    for name, agents in centre.agent_groups.items():
        yield {"name": name, "agents": list(agents)} | _origination(services.get(name))
    for name, (skill, level) in centre.expert_groups.items():
        yield {"name": name, "script": f'Skill("{skill}") >= {level}'}


def _origination(service: Service | None) -> Table:
    if service is None:
        return {}
    numbers = (service.number, service.virtual_queue) if service.is_routed else (service.number,)
    return {"origination_dns": [_at_switch(number) for number in numbers]}


def _at_switch(number: str) -> str:
    return f"{number}@{SWITCH}"


def _stat_type(name: str, objects: str, category: str, subject: str, main_mask: str, rel_mask: str) -> str:
    options = {
        "Objects": objects,
        "Category": category,
        "Subject": subject,
        "MainMask": main_mask,
        "RelMask": rel_mask,
    }
    return "\n".join((f"[{name}]", *(f"{option} = {value}" for option, value in options.items() if value), ""))
