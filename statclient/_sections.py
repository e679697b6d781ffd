"""What the board's rows and columns are: kinds of object, the statistics asked of them, and how each is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from rich.text import Text

from actors.vocabulary.protocol import ObjectName
from statclient._screen import MISSING, reasons_text, status_text
from statclient._statistic import Reading

BAR_CELLS: Final = 8

STATISTICS: Final[Mapping[str, str]] = {
    "state": "AgentStateReasons",
    "inbound": "CallsInbound",
    "talk": "TalkInbound",
    "logged in": "CurrentLoggedInAgents",
    "ready": "CurrentReadyAgents",
    "talking": "CurrentTalkingAgents",
    "not ready": "CurrentNotReadyAgents",
    "waiting": "CallsWaiting",
    "longest": "LongestWait",
    "entered": "Entered",
    "answered": "Answered",
    "abandoned": "Abandoned",
    "in time": "ServiceFactor",
}
"""The stat type of `conf/statserver.cfg` that a column asks for."""

AWAY: Final = frozenset({"LoggedOut", "NotMonitored"})


class Subject(NamedTuple):
    """One row: an object, and what was last read of it, by the keys of `STATISTICS`."""

    name: ObjectName
    title: str
    readings: dict[str, Reading]


class Column(NamedTuple):
    """A column: the statistic it looks at, and how its reading is shown at a time (seconds, the server's)."""

    title: str
    statistic: str
    shown: Callable[[Reading, float], Text]
    is_number: bool = False


class Section(NamedTuple):
    """A kind of object on the board."""

    title: str
    object_types: tuple[str, ...]
    columns: tuple[Column, ...]


def duration_text(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _count(reading: Reading, now: float) -> Text:
    return Text(f"{reading.value:,}" if isinstance(reading.value, int) else str(reading.value))


def _lit(style: str) -> Callable[[Reading, float], Text]:
    """A number that stands out unless it is 0."""

    def shown(reading: Reading, now: float) -> Text:
        return Text(str(reading.value), style if reading.value else "dim")

    return shown


def _duration(reading: Reading, now: float) -> Text:
    return Text(duration_text(reading.value) if isinstance(reading.value, int | float) else MISSING)


def _service_level(reading: Reading, now: float) -> Text:
    if not isinstance(reading.value, int | float):
        return Text(MISSING)
    share_percent = min(max(reading.value, 0.0), 100.0)
    filled = round(share_percent * BAR_CELLS / 100)
    style = "green" if share_percent >= 80 else "yellow" if share_percent >= 50 else "red"
    return Text.assemble((f"{share_percent:3.0f}% ", style), ("━" * filled, style), ("━" * (BAR_CELLS - filled), "dim"))


def _status(reading: Reading, now: float) -> Text:
    status = str(reading.value)
    dot = status_text(status)
    dot.plain = "● "
    return dot + status_text(status)


def _since(reading: Reading, now: float) -> Text:
    since = (reading.state or {}).get("since")
    return Text(MISSING if since is None else duration_text(now - since))


def _reasons(reading: Reading, now: float) -> Text:
    return Text(reasons_text(reading.state or {}), "italic")


def _place(reading: Reading, now: float) -> Text:
    return Text(str((reading.state or {}).get("place", "")))


QUEUES: Final = Section(
    "QUEUE",
    ("Queue", "RoutePoint"),
    (
        Column("Waiting", "waiting", _lit("bold yellow"), is_number=True),
        Column("Longest", "longest", _duration, is_number=True),
        Column("Entered", "entered", _count, is_number=True),
        Column("Answered", "answered", _count, is_number=True),
        Column("Abandoned", "abandoned", _count, is_number=True),
        Column("Within 20 s", "in time", _service_level),
    ),
)
GROUPS: Final = Section(
    "GROUP",
    ("GroupAgents",),
    (
        Column("Here", "logged in", _count, is_number=True),
        Column("Ready", "ready", _lit("green"), is_number=True),
        Column("Talking", "talking", _lit("bold cyan"), is_number=True),
        Column("Not ready", "not ready", _lit("red"), is_number=True),
        Column("Inbound", "inbound", _count, is_number=True),
        Column("Talk time", "talk", _duration, is_number=True),
    ),
)
AGENTS: Final = Section(
    "AGENT",
    ("Agent",),
    (
        Column("Status", "state", _status),
        Column("Since", "state", _since, is_number=True),
        Column("Reason", "state", _reasons),
        Column("Place", "state", _place),
        Column("Inbound", "inbound", _count, is_number=True),
        Column("Talk", "talk", _duration, is_number=True),
    ),
)
