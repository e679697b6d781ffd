"""The switch behind a random day: what is at each DN, and how it says so (`sources.md` 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

Event = dict[str, Any]
T = TypeVar("T")

DNS: Final = ("7001", "7002", "7003", "7004")
QUEUES: Final = ("8000", "8001", "8500")
VIRTUAL: Final = "8900"
AGENT_IDS: Final = ("1001", "1002", "2002", "1003", "9999")
CUSTOMER: Final = "5550001"
DATA: Final[tuple[Event, ...]] = (
    {"ServiceType": "Sales"},
    {"ServiceType": "Billing", "Value": "3"},
    {"Value": 12, "In": {"Deep": "1"}},
    {},
)
BRING_DATA: Final = frozenset(
    f"Event{name}" for name in ("Established", "Held", "Retrieved", "Released", "Abandoned", "Diverted", "TreatmentEnd")
)
"""Events that may tell new data beside what they are about: what they end ran without them."""
REASONS: Final = ({"Reason": "Lunch"}, {"Reason": "Break"}, None)
SINCES: Final = (None, 0.0, 1.0, 25.0, 400.0)


@dataclass
class Party:
    """A call at a DN, as the switch knows it."""

    conn_id: str
    dn: str
    state: str
    call_type: str
    role: str
    queue: str = ""
    other_dn: str = CUSTOMER
    previous: str = ""

    def told(self) -> Event:
        """What every event of this party carries."""
        told = {"conn_id": self.conn_id, "call_type": self.call_type, "this_dn_role": self.role}
        told |= {"this_queue": self.queue} if self.queue else {}
        told |= {"previous_conn_id": self.previous} if self.previous and self.call_type == "Consult" else {}
        return told | {"other_dn": self.other_dn}


@dataclass
class Switch:
    """All that is there; each happening appends events at `now`."""

    draw: st.DrawFn
    now: float
    events: list[Event] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    waits: list[tuple[str, str, str]] = field(default_factory=list)
    agents: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    is_up: bool = True
    treated: set[tuple[str, str, str]] = field(default_factory=set)
    has_hooks: bool = False
    calls: int = 0

    def choose(self, *choices: T) -> T:
        return self.draw(st.sampled_from(choices))

    def shuffled(self, things: Sequence[T]) -> Sequence[T]:
        return self.draw(st.permutations(things))

    def tell(self, name: str, dn: str, **told: Any) -> Event:
        if name in BRING_DATA:
            told = {"user_data": self.choose(None, None, None, *DATA)} | told
            told = {"extensions": self.choose(None, None, None, {"ReasonCode": "1"})} | told
        event = {"event": name, "time": self.now, "this_dn": dn} | {k: v for k, v in told.items() if v is not None}
        self.events.append(event)
        return event

    def tell_of(self, name: str, party: Party, **told: Any) -> None:
        """An event of the party; in a party change `previous_conn_id` is the call left behind, and nothing else."""
        plain = {"previous_conn_id": None} if name == "EventPartyChanged" else {}
        self.tell(name, party.dn, **{**party.told(), **plain, **told})

    def shuffled_since(self, count: int) -> None:
        """Events of one time may come in any order across DNs, in their own order at each."""
        tail = self.events[count:]
        dns = list(dict.fromkeys(event.get("this_dn", "") for event in tail))
        if len(dns) > 1 and self.choose(False, True):
            order = self.shuffled(dns)
            self.events[count:] = sorted(tail, key=lambda event: order.index(event.get("this_dn", "")))

    def of_state(self, *states: str) -> list[Party]:
        return [party for party in self.parties if party.state in states]

    def free_dns(self) -> list[str]:
        return [dn for dn in DNS if all(party.dn != dn for party in self.parties)] or list(DNS)

    def new_conn(self) -> str:
        self.calls += 1
        return f"c{self.calls}"

    def register(self, dn: str, name: str = "EventRegistered") -> None:
        told: Event = {"calls": [self.present(party) for party in self.parties if party.dn == dn]}
        if dn in DNS:
            told["agent_id"] = self.agents.get(dn)
            told["agent_state"] = self.states.get(dn, "NotReady") if dn in self.agents else "LoggedOut"
            told["reasons"] = self.choose(*REASONS)
            told["login_since"] = self.since() if dn in self.agents else None
            told["agent_state_since"] = self.since()
        else:
            told["calls"] = [
                {"conn_id": conn_id, "call_type": call_type, "call_state": "Queued", **self.since_of()}
                for queue, conn_id, call_type in self.waits
                if queue == dn
            ]
        self.tell(name, dn, dn_type="Extension" if dn in DNS else "ACDQueue", **told)

    def present(self, party: Party) -> Event:
        words = {"talking": "Established", "held": "Held", "ringing": "Ringing", "dialing": "Dialing"}
        state = words.get(party.state, "Established")
        told = {"conn_id": party.conn_id, "call_type": party.call_type, "call_state": state, "other_dn": party.other_dn}
        told |= {"this_dn_role": party.role} if party.role == "Observer" or self.choose(True, False) else {}
        told |= {"this_queue": party.queue} if party.queue else {}
        return told | self.since_of()

    def since(self) -> float | None:
        ago = self.choose(*SINCES)
        return None if ago is None else self.now - ago

    def since_of(self) -> Event:
        since = self.since()
        return {} if since is None else {"since": since}

    def tell_link(self, name: str) -> None:
        self.events.append({"event": name, "time": self.now})

    def find_call(self, dn: str) -> None:
        state = self.choose("talking", "ringing", "held", "dialing")
        role = "Origination" if state == "dialing" else "Destination"
        call_type = "Outbound" if state == "dialing" else self.choose("Inbound", "Internal")
        self.parties.append(Party(self.new_conn(), dn, state, call_type, role, self.choose("", "8000")))

    def waits_of(self, conn_id: str) -> list[tuple[str, str, str]]:
        return [wait for wait in self.waits if wait[1] == conn_id]

    def enter(self, queue: str, conn_id: str, call_type: str, **told: Any) -> None:
        self.waits.append((queue, conn_id, call_type))
        told = {"conn_id": conn_id, "call_type": call_type, "this_queue": queue, "this_dn_role": "Destination"} | told
        if queue == "8500":
            first = self.choose("EventQueued", "EventRouteRequest")
            self.tell(first, queue, **told)
            if first == "EventQueued":
                self.tell("EventRouteRequest", queue, **told)
        else:
            self.tell("EventQueued", queue, **told)
