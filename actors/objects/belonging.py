"""Who belongs to which mediation DN, and how they are there (`semantics.md` 2.4, 9.4)."""

from __future__ import annotations

from functools import cache

import msgspec

from actors.vocabulary.statuses import NOT_MONITORED, NOT_READY, WAIT_FOR_NEXT_CALL


class Belonging(msgspec.Struct):
    """The pseudo-actions of one DN or agent at the mediation DNs it belongs to (`semantics.md` 2.4, 9.4).

    `kind` is `DN` or `Agent`; each of `actions` runs at each of `queues`. At all its queues an action is one
    occurrence, so that a group of queues counts it once (`semantics.md` 3).
    """

    kind: str
    name: str
    queues: frozenset[str] = frozenset()
    actions: tuple[str, ...] = ()

    @property
    def runs(self) -> set[tuple[str, str]]:
        """Queue and action of all that runs."""
        return {(queue, action) for queue in self.queues for action in self.actions}

    def update(self, queues: frozenset[str], status: str, *, is_logged_in: bool) -> list[tuple[str, str, str, bool]]:
        """What began (true) or ended at which queue: rows of queue, action, occurrence, whether it began."""
        actions = pseudo_actions(self.kind, status) if queues and is_logged_in else ()
        if actions == self.actions and queues == self.queues:
            return []
        ended = _without(self.queues, self.actions, queues, actions)
        began = _without(queues, actions, self.queues, self.actions)
        self.queues, self.actions = queues, actions
        return [(queue, action, self.occurrence(action), False) for queue, action in ended] + [
            (queue, action, self.occurrence(action), True) for queue, action in began
        ]

    def occurrence(self, action: str) -> str:
        """The name of an action's occurrence."""
        return f"{self.name}:{action}"


def _without(
    queues: frozenset[str], actions: tuple[str, ...], other_queues: frozenset[str], other_actions: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Pairs of queue and action that the others do not have."""
    if queues == other_queues:
        actions = tuple(action for action in actions if action not in other_actions)
        return [(queue, action) for queue in sorted(queues) for action in actions] if actions else []
    return [
        (queue, action)
        for queue in sorted(queues)
        for action in actions
        if action not in other_actions or queue not in other_queues
    ]


@cache
def pseudo_actions(kind: str, status: str) -> tuple[str, ...]:
    """Which of Login, Ready, Active run for somebody logged in, of this status."""
    ready = (f"{kind}Ready",) if status == WAIT_FOR_NEXT_CALL else ()
    active = (f"{kind}Active",) if status not in (NOT_READY, NOT_MONITORED) else ()
    return (f"{kind}Login", *ready, *active)
