"""Who belongs to which mediation DN, and how they are there (`semantics.md` 2.4, 9.4)."""

from __future__ import annotations

import msgspec

from actors.vocabulary.statuses import NOT_MONITORED, NOT_READY, WAIT_FOR_NEXT_CALL


class Belonging(msgspec.Struct):
    """The pseudo-actions of one DN or agent at the mediation DNs it belongs to (`semantics.md` 2.4, 9.4).

    `kind` is `DN` or `Agent`; `runs` maps a queue and an action to its occurrence.
    """

    kind: str
    name: str
    runs: dict[tuple[str, str], str] = {}
    occurrences: int = 0

    def update(self, queues: frozenset[str], status: str, *, is_logged_in: bool) -> list[tuple[str, str, str, bool]]:
        """What began (true) or ended at which queue: rows of queue, action, occurrence, whether it began."""
        if not queues and not self.runs:
            return []
        names = pseudo_actions(self.kind, status, is_logged_in=is_logged_in)
        wanted = {(queue, name) for queue in queues for name in names}
        changes: list[tuple[str, str, str, bool]] = []
        for key in sorted(self.runs.keys() - wanted):
            changes.append((*key, self.runs.pop(key), False))
        for key in sorted(wanted - self.runs.keys()):
            self.occurrences += 1
            self.runs[key] = f"{self.kind}:{self.name}#{self.occurrences}"
            changes.append((*key, self.runs[key], True))
        return changes


def pseudo_actions(kind: str, status: str, *, is_logged_in: bool) -> tuple[str, ...]:
    """Which of Login, Ready, Active run for somebody of this status."""
    if not is_logged_in:
        return ()
    ready = (f"{kind}Ready",) if status == WAIT_FOR_NEXT_CALL else ()
    active = (f"{kind}Active",) if status not in (NOT_READY, NOT_MONITORED) else ()
    return (f"{kind}Login", *ready, *active)
