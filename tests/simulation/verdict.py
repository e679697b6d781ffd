"""What must hold: values against the oracle's, and that nothing is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pykka

from actors.supervisor import Supervisor
from tests.oracle.agreement import ENVIRONMENT, is_same, value_wanted
from tests.oracle.oracle import Oracle
from tests.simulation.client import Client, Wish
from tests.simulation.day import US_PER_SECOND
from tests.simulation.plan import Plan
from tests.simulation.record import Record
from tests.simulation.tserver import Line

FILES: Final = Path("/dev/fd")


class Truth:
    """What every value is, by the oracle, after all that has counted.

    Args:
        plan: of the run.
        record: what has counted.
        said: the lines it is about.
        now_us: what time the server has.
    """

    def __init__(self, plan: Plan, record: Record, said: Sequence[Line], now_us: int) -> None:
        self._record = record
        self._now_us = now_us
        events = list(record.events(said))
        self._oracle = Oracle(ENVIRONMENT, events, stuck_call_time=plan.stuck_call_time) if events else None

    def check(self, inspector: Client, listening: Iterable[Client]) -> None:
        """What the inspector was answered is true, and so is what others were told last that hear of each change."""
        for ref, (value, time) in inspector.answers.items():
            wish = inspector.wishes[ref]
            wanted = self._wanted(wish, time or self._now_us / US_PER_SECOND)
            assert is_same(wanted, value), f"the oracle says {wanted!r}, the server {value!r}\n{wish.question}"
            for client in listening:
                if client.is_told(ref):
                    told, _ = client.answers.get(ref, (None, 0))
                    assert is_same(wanted, told), f"{told!r} was told last, not {wanted!r}\n{wish.question}"

    def _wanted(self, wish: Wish, at: float) -> Any:
        assert self._oracle is not None
        return value_wanted(self._oracle, wish.question, self._record.opened_us[wish.ref] / US_PER_SECOND, at)


def check_forgotten(supervisor: Supervisor) -> None:
    """What nobody has asked for for long is gone, and nobody is told of anything."""
    assert not supervisor.sessions, "sessions are left over"
    assert not supervisor.pool.at_rest().state.entries, "statistics are left over"
    for node in supervisor.board.nodes.values():
        assert not node.actions, f"somebody still wants actions of {node.key}"
        assert not any(node.statuses.values()), f"somebody still wants statuses of {node.key}"


def left() -> tuple[int, int]:
    """How many actors there are, and open files."""
    return len(pykka.ActorRegistry.get_all()), len(list(FILES.iterdir()))
