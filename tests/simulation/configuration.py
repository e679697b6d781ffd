"""The configuration of a simulated server, and what it is when it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.oracle.days import ENVIRONMENT_TOML
from tests.simulation.plan import Plan

CONFIGURATIONS: Final[Mapping[str, str]] = {
    "the same": "",
    "another": "[More]\nObjects = Agent\nCategory = TotalNumber\nMainMask = CallInbound\nSubject = DNAction\n",
    "a broken one": "snapshot-interval = never\n",
}


def write_configuration(plan: Plan, folder: Path, more: str = "") -> None:
    """Writes both files; `more` is for the end of `statserver.cfg`."""
    lines = ["[statserver]", "listen = 127.0.0.1:0", "time-zone = UTC", f"clock = {plan.clock}"]
    lines += [f"journal-sync = {plan.sync}", f"max-client-output-queue-size = {plan.output_kib}"]
    if plan.stuck_call_time is not None:
        lines += ["check-stuck-calls = yes", f"stuck-call-time = {plan.stuck_call_time}"]
    (folder / "statserver.cfg").write_text("\n".join([*lines, more]), encoding="utf-8")
    (folder / "environment.toml").write_text(ENVIRONMENT_TOML, encoding="utf-8")
