"""The way in: a day's events and a statistic's definition to its value (`semantics.md`, all of it but multimedia)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.oracle.day import Day
from tests.oracle.statistic import Statistic


class Oracle:
    """One day of one T-Server link, asked for values afterwards.

    Args:
        environment: as `tomllib` reads `environment.toml`.
        events: in wire form, in order; each is one input.
        link_loss_limit: seconds, as the option `link-loss-limit`.
        stuck_call_time: seconds; None: `check-stuck-calls` is off.
        time_zone: of tenants that name none.
    """

    def __init__(
        self,
        environment: dict[str, Any],
        events: Sequence[dict[str, Any]],
        *,
        link_loss_limit: float = 300.0,
        stuck_call_time: float | None = None,
        time_zone: str = "UTC",
    ) -> None:
        stuck_us = None if stuck_call_time is None else round(stuck_call_time * 1_000_000)
        self.day = Day(environment, events, round(link_loss_limit * 1_000_000), stuck_us, time_zone)

    def value(
        self,
        object_type: str,
        object_id: str,
        definition: dict[str, Any],
        *,
        time_profile: str = "Growing:0:00",
        time_range: str = "",
        time_range2: str = "",
        filter: str = "",  # noqa: A002
        opened_at: float,
        at: float,
    ) -> Any:
        """The value of a statistic opened before the events of `opened_at`, behind its limits, and read after `at`.

        Returns:
            A count, seconds or a percentage; for `CurrentState` {"status", "since"} (and "dnd" of a DN); None where
            the subject, category or profile does not fit the object.
        """
        statistic = Statistic(
            self.day, object_type, object_id, definition, time_profile, (time_range, time_range2), filter
        )
        return statistic.value(round(opened_at * 1_000_000), round(at * 1_000_000))
