"""The pure core of a `CurrentTargetState`: what a router must know of its targets (`multimedia.md` 5.4).

Whoever opens it is told all targets, then each one that is another, with a version that grows by one each time: so a
gap is seen. What changes within one input is one change.
"""

from __future__ import annotations

from typing import Any, Final

from actors.sessions.messages import SourceNews
from actors.statistics.changes import StatesView, StatusChanged, TargetTold
from actors.statistics.intervals import Closed
from actors.statistics.state import OWN_SUBJECTS
from actors.vocabulary.objects import ObjectType

CATEGORY: Final = "CurrentTargetState"
Target = dict[str, Any]

HOLDERS: Final = {
    ObjectType.AGENT: "agent_id",
    ObjectType.GROUP_AGENTS: "agent_id",
    ObjectType.PLACE: "place",
    ObjectType.GROUP_PLACES: "place",
}
"""Which field of a target names it."""


class TargetBook:
    """The targets of one agent or place, or of a group of them.

    Args:
        object_type: of the object.
    """

    next_reset_us: int | None = None
    moves = False
    settles = True

    def __init__(self, object_type: ObjectType) -> None:
        self._type = object_type
        self.version = 0
        self.targets: dict[str, Target] = {}
        self.status = ""
        self._subject = OWN_SUBJECTS[object_type]
        self._changed: dict[str, bool] = {}
        self._recovered: list[str] = []
        self._news: list[dict[str, Any]] = []

    def fresh(self) -> TargetBook:
        """One of the same object that knows nothing yet."""
        return TargetBook(self._type)

    # -- what happens ----------------------------------------------------------------------------------------------

    def hear(self, change: Any) -> None:
        """Takes a change in."""
        if isinstance(change, TargetTold):
            self._hear_of(change.holder, change.target)
        elif isinstance(change, SourceNews):
            self._tell("SourceUp" if change.is_up else "SourceDown", source=change.source)
            if change.is_up:
                self._recovered.append(change.source)
        elif isinstance(change, StatusChanged) and change.subject == self._subject:
            self.status = change.status

    def _hear_of(self, holder: str, target: Target | None) -> None:
        """A target is new, another one, or none any more; it is remembered whether it was one before the input."""
        if self.targets.get(holder) == target:
            return
        self._changed.setdefault(holder, holder in self.targets)
        if target is None:
            del self.targets[holder]
        else:
            self.targets[holder] = target

    def settle(self) -> None:
        """An input is over: each target that it changed is news; after a source is back, all are."""
        if self._recovered:
            self._tell("Snapshot", targets=self._all)
        else:
            for holder, was_there in self._changed.items():
                self._tell_of(holder, was_there=was_there)
        self._changed.clear()
        self._recovered.clear()

    def _tell_of(self, holder: str, *, was_there: bool) -> None:
        if holder in self.targets:
            self._tell("Updated" if was_there else "Added", targets=[self.targets[holder]])
        elif was_there:
            self._tell("Removed", targets=[{HOLDERS[self._type]: holder}])

    def _tell(self, kind: str, **what: Any) -> None:
        self.version += 1
        self._news.append({"kind": kind, "version": self.version, **what})

    def take_over(self, view: StatesView) -> None:
        """Begins with the object as it is."""
        for change in (*view.statuses, *view.targets):
            self.hear(change)
        self._changed.clear()

    def advance(self, until_us: int) -> None:
        """It has no intervals."""

    def close(self, _until_us: int) -> tuple[Closed, ...]:
        """It has no intervals."""
        return ()

    # -- what it comes to ------------------------------------------------------------------------------------------

    def take_news(self) -> list[dict[str, Any]]:
        """What has happened since the last call, each as an `Info` has it."""
        news, self._news = self._news, []
        return news

    def value(self, _now_us: int) -> str:
        """The name of the object's status."""
        return self.status

    @property
    def parts(self) -> dict[str, Any]:
        """What an `Info` has beside the value: all targets, by id."""
        return {"target": {"kind": "Snapshot", "version": self.version, "targets": self._all}}

    @property
    def _all(self) -> list[Target]:
        return [target for _, target in sorted(self.targets.items())]
