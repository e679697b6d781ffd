"""A timer that kills the pool every time is lost, and no more than that: another one comes."""

from __future__ import annotations

from typing import Any

import pytest

from actors.statistics.forgetting import Forget
from actors.statistics.pool import PoolActor
from runtime.mail import Input
from tests.faults import Faults
from tests.semantics.served import Served
from tests.semantics.test_pool import DAY, pool

DN, IN = "RegDN:7001", "CallInbound"


def test_a_statistic_nobody_asks_for_goes_three_days_later(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("CRITICAL")
    monkeypatch.setattr(Served, "killed", 2)
    seen: list[Any] = []

    def is_first(_actor: Any, message: Any) -> bool:
        if isinstance(message, Input) and isinstance(message.payload, Forget):
            seen.append(message)
        return bool(seen) and message is seen[0]

    kept = pool()
    with Faults([PoolActor], lambda *_: None, is_first).injected():
        kept.open(0, DN, "TotalTime", IN)
        assert kept.open(6.5 * DAY, DN, "TotalTime", IN) == 0
