"""Counts a link's events again, naively and from the events alone, and knows what they leave behind."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

Event = dict[str, Any]

FORWARDED: Final = {"Redirected", "Forwarded", "NoAnswer"}
CLEARED: Final = {"Redirected", "Cleared", "Overflowed"}
FAMILY: Final = {"Ready": "WaitForNextCall", "NotReady": "NotReadyForNextCall", "AfterCallWork": "AfterCallWork"}


class Tracker:
    """What a stat server would know: counts by (DN number or agent login, action), and the present state."""

    def __init__(self) -> None:
        self.numbers: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.times_us: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.kinds: dict[str, str] = {}
        self._desks: dict[str, dict[str, Any]] = {}
        self._dnd: set[str] = set()
        self._parties: dict[tuple[str, str], dict[str, Any]] = {}
        self._entered: dict[tuple[str, str], int] = {}
        self._virtually: dict[tuple[str, str], list[tuple[str, int]]] = {}

    def feed(self, event: Event) -> None:
        handler = getattr(self, f"_on_{event['event']}", None)
        if handler is not None:
            handler(event, round(event["time"] * 1_000_000))

    def present(self, dn: str) -> dict[str, Any]:
        desk = self._desks.get(dn)
        return {
            "agent_id": desk["agent"] if desk else "",
            "agent_state": desk["state"] if desk else "LoggedOut" if self.kinds[dn] == "Extension" else "",
            "reasons": desk["reasons"] if desk else None,
            "dnd": dn in self._dnd,
            "calls": sorted(
                (conn, party["type"], party["state"], party["data"], party["shown"])
                for (at, conn), party in self._parties.items()
                if at == dn
            ),
        }

    def _count(self, who: str, action: str, us: int = 0) -> None:
        self.numbers[who, action] += 1
        self.times_us[who, action] += us

    # --- registration, agents

    def _on_EventRegistered(self, event: Event, now: int) -> None:  # noqa: N802
        self.kinds[event["this_dn"]] = event["dn_type"]
        assert not event["calls"]
        assert "agent_id" not in event

    def _on_EventAgentLogin(self, event: Event, now: int) -> None:  # noqa: N802
        new = {"agent": event["agent_id"], "in": now, "state": "", "since": now, "reasons": None, "asked": False}
        self._desks.setdefault(event["this_dn"], new)

    def _on_EventAgentLogout(self, event: Event, now: int) -> None:  # noqa: N802
        self._enter(event["this_dn"], "", None, now)
        desk = self._desks.pop(event["this_dn"])
        assert desk["agent"] == event["agent_id"]
        self._count(desk["agent"], "LoggedIn", now - desk["in"])

    def _on_EventAgentReady(self, event: Event, now: int) -> None:  # noqa: N802
        self._enter(event["this_dn"], "Ready", None, now)

    def _on_EventAgentNotReady(self, event: Event, now: int) -> None:  # noqa: N802
        dn, is_wrap_up = event["this_dn"], event["agent_work_mode"] == "AfterCallWork"
        if is_wrap_up and self._talking(dn):
            self._desks[dn]["asked"] = True
        else:
            self._enter(dn, "AfterCallWork" if is_wrap_up else "NotReady", event.get("reasons"), now)

    def _on_EventDNDOn(self, event: Event, now: int) -> None:  # noqa: N802
        self._dnd.add(event["this_dn"])

    def _on_EventDNDOff(self, event: Event, now: int) -> None:  # noqa: N802
        self._dnd.discard(event["this_dn"])

    def _enter(self, dn: str, state: str, reasons: dict[str, str] | None, now: int) -> None:
        desk = self._desks[dn]
        desk["reasons"], desk["asked"] = reasons, False
        if state != desk["state"]:
            if desk["state"]:
                self._count(desk["agent"], FAMILY[desk["state"]], now - desk["since"])
            desk["state"], desk["since"] = state, now

    def _talking(self, dn: str) -> bool:
        return any(at == dn and p["state"] in {"Established", "Held"} for (at, _), p in self._parties.items())

    # --- queues

    def _on_EventQueued(self, event: Event, now: int) -> None:  # noqa: N802
        key = event["this_dn"], event["conn_id"]
        if key not in self._parties:
            self._begin(event, "Queued", now)
            self._entered[key] = now
            self._count(event["this_dn"], "CallEntered")

    _on_EventRouteRequest = _on_EventQueued  # noqa: N815

    def _on_EventDiverted(self, event: Event, now: int) -> None:  # noqa: N802
        dn, conn = event["this_dn"], event["conn_id"]
        waited = now - self._parties.pop((dn, conn))["since"]
        is_cleared = event.get("call_state") in CLEARED
        self._count(dn, "CallWait", waited)
        self._count(dn, "CallCleared" if is_cleared else "CallDistributed", waited)
        if self.kinds[dn] == "VirtualQueue" and not is_cleared:
            credit = (dn, self._entered[dn, conn])
            self._virtually.setdefault((conn, event["third_party_dn"]), []).append(credit)

    # --- calls

    def _begin(self, event: Event, state: str, now: int) -> dict[str, Any]:
        dn, conn = event["this_dn"], event["conn_id"]
        desk = self._desks.get(dn)
        party = {"state": state, "since": now, "shown": now, "type": event["call_type"], "data": event.get("user_data")}
        party |= {"agent": desk["agent"] if desk else "", "credits": [], "answered": 0, "began": 0}
        assert (dn, conn) not in self._parties
        self._parties[dn, conn] = party
        return party

    def _on_EventDialing(self, event: Event, now: int) -> None:  # noqa: N802
        self._begin(event, "Dialing", now)

    def _on_EventRinging(self, event: Event, now: int) -> None:  # noqa: N802
        party, conn = self._begin(event, "Ringing", now), event["conn_id"]
        if "this_queue" in event:
            party["credits"].append((event["this_queue"], self._entered[event["this_queue"], conn]))
        party["credits"] += self._virtually.pop((conn, event["this_dn"]), [])

    def _on_EventEstablished(self, event: Event, now: int) -> None:  # noqa: N802
        party = self._parties[event["this_dn"], event["conn_id"]]
        if party["state"] == "Ringing":
            self._count(party["agent"], "CallRinging", now - party["since"])
            for queue, entered in party["credits"]:
                self._count(queue, "CallAnswered", now - entered)
        party |= {"state": "Established", "since": now, "shown": now, "answered": now, "began": now}

    def _on_EventHeld(self, event: Event, now: int) -> None:  # noqa: N802
        self._parties[event["this_dn"], event["conn_id"]] |= {"state": "Held", "since": now, "shown": now}

    def _on_EventRetrieved(self, event: Event, now: int) -> None:  # noqa: N802
        party = self._parties[event["this_dn"], event["conn_id"]]
        self._count(party["agent"], "CallOnHold", now - party["since"])
        party |= {"state": "Established", "shown": party["began"]}

    def _on_EventAttachedDataChanged(self, event: Event, now: int) -> None:  # noqa: N802
        self._parties[event["this_dn"], event["conn_id"]]["data"] = event["user_data"]

    def _on_EventReleased(self, event: Event, now: int) -> None:  # noqa: N802
        dn, state = event["this_dn"], event.get("call_state", "Ok")
        party = self._parties.pop((dn, event["conn_id"]))
        if party["state"] == "Ringing":
            assert state in FORWARDED
            self._end_ringing(party, "CallForwarded", now)
        if party["state"] not in {"Established", "Held"}:
            return
        if party["state"] == "Held":
            self._count(party["agent"], "CallOnHold", now - party["since"])
        self._count(party["agent"], f"Call{party['type']}", now - party["began"])
        for queue, _ in party["credits"]:
            self._count(queue, "CallReleased", now - party["answered"])
        if state == "Transferred" and party["type"] != "Consult":
            self._count(party["agent"], "CallTransferMade", now - party["answered"])
        if dn in self._desks and self._desks[dn]["asked"] and not self._talking(dn):
            self._enter(dn, "AfterCallWork", None, now)

    def _on_EventAbandoned(self, event: Event, now: int) -> None:  # noqa: N802
        party = self._parties.pop((event["this_dn"], event["conn_id"]))
        if party["state"] == "Ringing":
            self._end_ringing(party, "CallAbandonedFromRinging", now)
        else:
            self._count(event["this_dn"], "CallWait", now - party["since"])
            self._count(event["this_dn"], "CallAbandoned", now - party["since"])

    def _end_ringing(self, party: dict[str, Any], ending: str, now: int) -> None:
        self._count(party["agent"], "CallRinging", now - party["since"])
        self._count(party["agent"], ending, now - party["since"])
        for queue, entered in party["credits"]:
            self._count(queue, ending, now - entered)

    def _on_EventPartyChanged(self, event: Event, now: int) -> None:  # noqa: N802
        dn, conn, left = event["this_dn"], event["conn_id"], event["previous_conn_id"]
        party = self._parties.pop((dn, left))
        self._parties[dn, conn] = party
        if party["state"] == "Queued":
            self._entered[dn, conn] = self._entered[dn, left]
        elif party["state"] == "Ringing":
            self._count(party["agent"], "CallRinging", now - party["since"])
            party |= {"since": now, "shown": now}
        else:
            self._count(party["agent"], f"Call{party['type']}", now - party["began"])
            party |= {"began": now, "shown": now}
        party |= {"type": event["call_type"], "data": event.get("user_data")}
