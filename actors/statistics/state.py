"""The pure core of a `CurrentState`: an object's status and what lies under it, kept from what objects tell.

The shape is that of `protocols.md` 1; the subject says how deep it goes (`semantics.md` 7.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from actors.configuration.definitions import StatType
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    MediaNoted,
    Noted,
    StatesView,
    StatusChanged,
)
from actors.statistics.intervals import Closed
from actors.vocabulary.media_actions import MEDIA_ACTIONS
from actors.vocabulary.objects import ObjectType
from actors.vocabulary.times import seconds

SHOWN_TO_NOBODY: Final = MEDIA_ACTIONS.keys() | {
    "Monitored",
    "NotMonitored",
    "LoggedIn",
    "LoggedOut",
    "OnHook",
    "OffHook",
    "UserEventReceived",
}
"""Actions that a status tells already, or that run always; those of media are shown in another way."""
CALL_FIELDS: Final = ("conn_id", "call_type", "other_dn")
GROUPS: Final = frozenset({ObjectType.GROUP_AGENTS, ObjectType.GROUP_PLACES})
OWN_SUBJECTS: Final[Mapping[ObjectType, str]] = {
    ObjectType.REG_DN: "DNStatus",
    ObjectType.AGENT: "AgentStatus",
    ObjectType.PLACE: "PlaceStatus",
    ObjectType.GROUP_AGENTS: "GroupStatus",
    ObjectType.GROUP_PLACES: "GroupStatus",
}
MEMBER_SUBJECTS: Final[Mapping[ObjectType, str]] = {
    ObjectType.GROUP_AGENTS: "AgentStatus",
    ObjectType.GROUP_PLACES: "PlaceStatus",
}


class StateBook:
    """What `CurrentState` and `CurrentStateReasons` tell of one object.

    Args:
        stat_type: its definition; the category says whether reasons are shown, the subject how deep it goes.
        object_type: of the object.
    """

    next_reset_us: int | None = None
    moves = False
    settles = False

    def __init__(self, stat_type: StatType, object_type: ObjectType) -> None:
        self._stat_type = stat_type
        self._type = object_type
        self._subject = stat_type.subject
        self._shows_reasons = stat_type.category == "CurrentStateReasons"
        self._dates_by_reasons = stat_type.reason_start_overrides_status_start
        self._statuses: dict[str, dict[str, StatusChanged]] = {
            "DNStatus": {},
            "AgentStatus": {},
            "PlaceStatus": {},
            "GroupStatus": {},
        }
        self._actions: dict[str, dict[str, ActionBegan]] = {}
        self._action_dns: dict[str, str] = {}
        self._notes: dict[str, Noted] = {}
        self._media: dict[str, MediaNoted] = {}
        self.is_group = object_type in GROUPS

    def fresh(self) -> StateBook:
        """One of the same opening that knows nothing."""
        return StateBook(self._stat_type, self._type)

    # -- what happens ----------------------------------------------------------------------------------------------

    def hear(self, change: Any) -> None:
        """Takes a change in."""
        take = TAKE.get(type(change))
        if take is not None:
            take(self, change)

    def settle(self) -> None:
        """An input is over: nothing waits for that."""

    def advance(self, until_us: int) -> None:
        """It has no intervals."""

    def close(self, _until_us: int) -> tuple[Closed, ...]:
        """It has no intervals."""
        return ()

    def take_over(self, view: StatesView) -> None:
        """Begins with the object as it is."""
        for change in (*view.statuses, *view.actions, *view.notes):
            self.hear(change)

    def _status(self, change: StatusChanged) -> None:
        holders = self._statuses[change.subject]
        if change.status:
            holders[change.holder] = change
        else:
            holders.pop(change.holder, None)

    def _began(self, change: ActionBegan) -> None:
        if change.action not in SHOWN_TO_NOBODY:
            self._actions.setdefault(change.dn, {})[change.occurrence] = change
            self._action_dns[change.occurrence] = change.dn

    def _changed(self, change: ActionChanged) -> None:
        dn = self._action_dns.get(change.occurrence)
        if dn is not None:
            actions = self._actions[dn]
            actions[change.occurrence] = msgspec.structs.replace(
                actions[change.occurrence], attributes=change.attributes
            )

    def _ended(self, change: ActionEnded) -> None:
        dn = self._action_dns.pop(change.occurrence, None)
        if dn is not None:
            del self._actions[dn][change.occurrence]
            if not self._actions[dn]:
                del self._actions[dn]

    def _noted(self, change: Noted) -> None:
        self._notes[change.holder] = change

    def _media_noted(self, change: MediaNoted) -> None:
        self._media[change.holder] = change

    # -- what it comes to ------------------------------------------------------------------------------------------

    def value(self, _now_us: int) -> str:
        """The name of the object's status."""
        return self._own().status

    @property
    def parts(self) -> dict[str, Any]:
        """What an `Info` has beside the value."""
        return {"state": self.state}

    @property
    def state(self) -> dict[str, Any]:
        """The structure that goes with the value."""
        own = self._own()
        state = self._of_status(own)
        if self._type is ObjectType.REG_DN:
            self._add_dn(state, own.holder)
        elif self._type is ObjectType.AGENT:
            note = self._notes.get(own.holder)
            state["place"] = note.place if note else ""
        if self.is_group and self._subject != "GroupStatus":
            state["members"] = [self._member(change) for _, change in sorted(self._members().items())]
        elif self._type in (ObjectType.AGENT, ObjectType.PLACE) and self._subject.startswith("DN"):
            state["dns"] = [self._dn(change) for _, change in sorted(self._statuses["DNStatus"].items())]
            self._add_media(state, own.holder)
        return state

    def _own(self) -> StatusChanged:
        (own,) = self._statuses[OWN_SUBJECTS[self._type]].values()
        return own

    def _members(self) -> dict[str, StatusChanged]:
        return self._statuses[MEMBER_SUBJECTS[self._type]]

    def _of_status(self, change: StatusChanged) -> dict[str, Any]:
        is_by_reasons = self._dates_by_reasons and change.attributes.reasons
        since_us = change.reasons_since_us if is_by_reasons else change.since_us
        state: dict[str, Any] = {"status": change.status, "since": seconds(since_us)}
        if self._shows_reasons and change.attributes.reasons:
            state["reasons"] = change.attributes.reasons
            state["reasons_since"] = seconds(change.reasons_since_us)
        return state

    def _member(self, change: StatusChanged) -> dict[str, Any]:
        is_agent = self._type is ObjectType.GROUP_AGENTS
        member = {"agent_id" if is_agent else "place": change.holder, **self._of_status(change)}
        if self._subject.startswith("DN"):
            prefix = f"{change.holder}|" if is_agent else ""
            member["dns"] = [
                self._dn(dn)
                for holder, dn in sorted(self._statuses["DNStatus"].items())
                if holder.startswith(prefix) and (is_agent or self._place_of(holder) == change.holder)
            ]
            self._add_media(member, change.holder)
        return member

    def _add_media(self, state: dict[str, Any], holder: str) -> None:
        noted = self._media.get(holder)
        if noted is None or not noted.media:
            return
        media = msgspec.to_builtins(noted.media)
        if not self._shows_reasons:
            for medium in media.values():
                medium.pop("reasons", None)
        state["media"] = media

    def _place_of(self, dn: str) -> str:
        note = self._notes.get(dn)
        return note.place if note else ""

    def _dn(self, change: StatusChanged) -> dict[str, Any]:
        dn = change.holder.rpartition("|")[2]
        state = {"dn": dn, **self._of_status(change)}
        if self._subject == "DNAction":
            state["actions"] = self._actions_at(dn)
        return state

    def _add_dn(self, state: dict[str, Any], dn: str) -> None:
        note = self._notes.get(dn)
        state["dnd"] = note.dnd if note else False
        state["agent_id"] = note.agent_id if note else ""
        if self._subject == "DNAction":
            state["actions"] = self._actions_at(dn)

    def _actions_at(self, dn: str) -> list[dict[str, Any]]:
        return [_as_action(began) for began in self._actions.get(dn, {}).values()]


def _as_action(began: ActionBegan) -> dict[str, Any]:
    action: dict[str, Any] = {"action": began.action, "since": seconds(began.began_us)}
    if began.attributes.conn_id:
        action |= {field: getattr(began.attributes, field) for field in CALL_FIELDS}
    return action


TAKE: Final[Mapping[type, Callable[[StateBook, Any], None]]] = {
    StatusChanged: StateBook._status,
    ActionBegan: StateBook._began,
    ActionChanged: StateBook._changed,
    ActionEnded: StateBook._ended,
    Noted: StateBook._noted,
    MediaNoted: StateBook._media_noted,
}
