"""Reads the flows and their contact centre from disk."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final

FLOWS: Final = range(1, 37)
NOBODY_LOGGED_IN: Final = frozenset({24, 28, 29})
FOLDER: Final = Path(__file__).parent


def environment() -> dict[str, Any]:
    """The contact centre of the flows, as TOML reads it."""
    return tomllib.loads((FOLDER / "environment.toml").read_text(encoding="utf-8"))


def events(flow: int, zero: float = 0.0) -> list[dict[str, Any]]:
    """Every event of a flow, the registrations before it included.

    Args:
        flow: its number in `sources.md` 2.
        zero: when the flow begins, in seconds since the epoch; `time` and `since` are moved by it.
    """
    preamble = "preamble_nobody" if flow in NOBODY_LOGGED_IN else "preamble"
    return [moved(event, zero) for name in (preamble, f"flow_{flow:02}") for event in lines(name)]


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of one JSON Lines file of this folder."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def moved(event: dict[str, Any], zero: float) -> dict[str, Any]:
    """The event with its times counted from the epoch."""
    result = event | {"time": event["time"] + zero}
    if "calls" in event:
        result["calls"] = [
            call | ({"since": call["since"] + zero} if "since" in call else {}) for call in event["calls"]
        ]
    return result
