"""Who belongs to which mediation DN, and how they are there (`semantics.md` 2.4, 9.4)."""

from __future__ import annotations

import msgspec

from actors.vocabulary.statuses import NOT_MONITORED, NOT_READY, WAIT_FOR_NEXT_CALL


class Belonging(msgspec.Struct):
    """The pseudo-actions of one DN or agent at the mediation DNs it belongs to (`semantics.md` 2.4, 9.4).

    `kind` is `DN` or `Agent`; `runs` holds queue and action of each. At all its queues an action is one occurrence, so
    that a group of queues counts it once (`semantics.md` 3).
    """

    kind: str
    name: str
    runs: set[tuple[str, str]] = set()

    def update(self, queues: frozenset[str], status: str, *, is_logged_in: bool) -> list[tuple[str, str, str, bool]]:
        """What began (true) or ended at which queue: rows of queue, action, occurrence, whether it began."""
        if not queues and not self.runs:
            return []
        names = pseudo_actions(self.kind, status, is_logged_in=is_logged_in)
        wanted = {(queue, name) for queue in queues for name in names}
        ended, began = sorted(self.runs - wanted), sorted(wanted - self.runs)
        self.runs = wanted
        rows = [(queue, action, False) for queue, action in ended] + [(queue, action, True) for queue, action in began]
        return [(queue, action, self.occurrence(action), is_begin) for queue, action, is_begin in rows]

    def occurrence(self, action: str) -> str:
        """The name of an action's occurrence."""
        return f"{self.name}:{action}"


def pseudo_actions(kind: str, status: str, *, is_logged_in: bool) -> tuple[str, ...]:
    """Which of Login, Ready, Active run for somebody of this status."""
    if not is_logged_in:
        return ()
    ready = (f"{kind}Ready",) if status == WAIT_FOR_NEXT_CALL else ()
    active = (f"{kind}Active",) if status not in (NOT_READY, NOT_MONITORED) else ()
    return (f"{kind}Login", *ready, *active)
