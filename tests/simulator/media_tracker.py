"""What an Interaction Server's events alone leave behind: who is there, who has what, what is in which queue."""

from __future__ import annotations

from typing import Any

Event = dict[str, Any]


class MediaTracker:
    """Follows one link, naively."""

    def __init__(self) -> None:
        self.logins: dict[str, dict[str, Any]] = {}
        self.queues: dict[str, dict[str, tuple[bool, float]]] = {}
        self.offers: list[tuple[str, float, int]] = []
        """Routed invitations: to whom, when, and how many interactions the agent has then."""

    def feed(self, event: Event) -> None:
        handler = getattr(self, f"_on_{event['event']}", None)
        if handler is not None:
            handler(event)

    @property
    def present(self) -> list[Any]:
        """As `found` has the answer to a registration."""
        agents = [(agent, login["dnd"], login["state"], login["has"]) for agent, login in self.logins.items()]
        return sorted(agents, key=str) + sorted(((q, has) for q, has in self.queues.items() if has), key=str)

    # --- agents

    def _on_EventAgentLogin(self, event: Event) -> None:  # noqa: N802
        self.logins[event["agent_id"]] = {"dnd": False, "state": "NotReady", "has": {}}

    def _on_EventAgentLogout(self, event: Event) -> None:  # noqa: N802
        del self.logins[event["agent_id"]]

    def _on_EventReadyForMedia(self, event: Event) -> None:  # noqa: N802
        self.logins[event["agent_id"]]["state"] = "Ready"

    def _on_EventNotReadyForMedia(self, event: Event) -> None:  # noqa: N802
        self.logins[event["agent_id"]]["state"] = "NotReady"

    def _on_EventDoNotDisturbOn(self, event: Event) -> None:  # noqa: N802
        self.logins[event["agent_id"]]["dnd"] = True

    def _on_EventDoNotDisturbOff(self, event: Event) -> None:  # noqa: N802
        self.logins[event["agent_id"]]["dnd"] = False

    # --- interactions

    def _on_EventAgentInvited(self, event: Event) -> None:  # noqa: N802
        login = self.logins[event["agent_id"]]
        login["has"][event["interaction_id"]] = ("Invited", event["time"])
        if event["operation"] == "Route":
            assert login["state"] == "Ready"
            assert not login["dnd"]
            self.offers.append((event["agent_id"], event["time"], len(login["has"])))

    def _on_EventPartyAdded(self, event: Event) -> None:  # noqa: N802
        if event["party_type"] == "Agent":
            has, id_ = self.logins[event["agent_id"]]["has"], event["interaction_id"]
            has[id_] = ("Handling", event["time"])
            if event["operation"] == "Coach":
                del has[id_]

    def _on_EventPartyRemoved(self, event: Event) -> None:  # noqa: N802
        if event["party_type"] == "Agent" and event["agent_id"] in self.logins:
            self.logins[event["agent_id"]]["has"].pop(event["interaction_id"], None)

    _on_EventRejected = _on_EventRevoked = _on_EventPartyRemoved  # noqa: N815

    def _on_EventInteractionSubmitted(self, event: Event) -> None:  # noqa: N802
        if event.get("queue"):
            self._on_EventPlacedInQueue(event)

    def _on_EventPlacedInQueue(self, event: Event) -> None:  # noqa: N802
        self._leave(event)
        self.queues.setdefault(event["queue"], {})[event["interaction_id"]] = (True, event["time"])

    def _on_EventTakenFromQueue(self, event: Event) -> None:  # noqa: N802
        queue, id_ = self.queues[event["queue"]], event["interaction_id"]
        queue[id_] = (False, queue[id_][1])

    def _on_EventProcessingStopped(self, event: Event) -> None:  # noqa: N802
        self._leave(event)
        for login in self.logins.values():
            login["has"].pop(event["interaction_id"], None)

    def _leave(self, event: Event) -> None:
        for queue in self.queues.values():
            queue.pop(event["interaction_id"], None)


def found(events: list[Event]) -> list[Any]:
    """What a registration is told, as `MediaTracker.present` has it."""
    agents = [
        (
            event["agent_id"],
            event.get("dnd", False),
            next(iter(event["media"].values())).get("state", "NotReady"),
            {
                one["interaction_id"]: (one.get("role", "Handling"), one["since"])
                for one in event.get("interactions", ())
            },
        )
        for event in events
        if event["event"] == "EventPlaceAgentState"
    ]
    queues = [
        (
            event["queue"],
            {
                one["interaction_id"]: (one.get("state", 0) == 0, one["placed_in_queue_at"])
                for one in event["interactions"]
            },
        )
        for event in events
        if event["event"] == "EventQueueState" and event.get("interactions")
    ]
    return sorted(agents, key=str) + sorted(queues, key=str)
