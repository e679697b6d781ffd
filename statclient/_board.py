"""The board: what the whole contact centre is doing now, on one screen, and how to ask for it oneself.

The rows that fit are drawn: 80 by 24 is enough, and from `WIDE_COLUMNS` on the agents stand beside queues and groups.
"""

from __future__ import annotations

import contextlib
import shlex
import socket
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final, TextIO

import msgspec
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from actors.vocabulary.protocol import Notification, ObjectName, SourceDown, SourceUp
from statclient._client import StatClient
from statclient._errors import RequestRefused
from statclient._link import DEFAULT_SERVER, Connect, wait
from statclient._screen import MISSING, clock_time
from statclient._sections import AGENTS, AWAY, GROUPS, QUEUES, STATISTICS, Column, Section, Subject
from statclient._statistic import Notice, Statistic, StatisticGone, Update

OBJECTS_MAX: Final = 100
"""Objects of a type that are opened: more than most terminals show. The others are only counted."""
DRAW_EVERY_S: Final = 0.25
"""The server is asked for its time as often: a recording's clock may run faster than ours."""
EACH_SECOND: Final = Notification(frequency=1)
WIDE_COLUMNS: Final = 160
ASIDE_COLUMNS: Final = 74
"""What the queues need beside the agents; these need a little more."""


def board(
    server: str,
    *,
    token: str = "",
    command: str = "statserver",
    out: TextIO | None = None,
    connect: Connect = socket.create_connection,
    sleep: Callable[[float], object] = wait,
) -> None:
    """Shows the board until Ctrl-C; where `out` is no terminal, once.

    Args:
        server: `HOST:PORT`.
        token: where the server asks for one.
        command: what to type for another client.
        out: where to; standard output.
        connect: as for `StatClient`.
        sleep: likewise.

    Raises:
        StatClientError: no server there, or it is gone for good.
    """
    console = Console(file=out or sys.stdout)
    with contextlib.suppress(KeyboardInterrupt):
        Board(View(server=server, command=command), console, token=token, connect=connect, sleep=sleep).run()


class Board:
    """The view, the statistics that feed it, and the terminal it is drawn on."""

    def __init__(
        self, view: View, console: Console, *, token: str, connect: Connect, sleep: Callable[[float], object]
    ) -> None:
        self._console = console
        self._sleep = sleep
        self._client = StatClient(
            view.server, client="statserver board", token=token, connect=connect, sleep=self._wait_for_server
        )
        self._view = view
        self._feeds: dict[Statistic, tuple[Subject, str]] = {}
        self._now_s = 0.0
        self._live: Live | None = None

    def run(self) -> None:
        """Opens what there is, and draws it as it changes."""
        self._view.version = self._client.connect().version
        try:
            for section, subjects in self._view.sections():
                subjects.extend(self._opened(section))
            self._now_s = self._client.ping()
            while self._client.has_notices:
                self._take(self._client.receive())
            if not self._console.is_terminal:
                self._console.print(self._drawn())
                return
            with Live(console=self._console, screen=True, auto_refresh=False) as self._live:
                self._follow()
        finally:
            self._client.disconnect()

    def _follow(self) -> None:
        while True:
            self._now_s, self._view.trouble = self._client.ping(), ""
            self._draw()
            draw_at_s = time.monotonic() + DRAW_EVERY_S
            while (left_s := draw_at_s - time.monotonic()) > 0:
                self._take(self._client.receive(left_s))

    def _opened(self, section: Section) -> list[Subject]:
        """The objects of a section, the first of them open; what the server refuses stays empty."""
        subjects = []
        for kind in section.object_types:
            for place, listed in enumerate(self._client.list_objects(kind)):
                name = ObjectName(type=kind, id=listed["id"], tenant=listed.get("tenant", ""))
                subject = Subject(name, listed.get("name") or name.id, {})
                subjects.append(subject)
                if place < OBJECTS_MAX:
                    self._open(subject, section)
        return subjects

    def _open(self, subject: Subject, section: Section) -> None:
        for key in dict.fromkeys(column.statistic for column in section.columns):
            with contextlib.suppress(RequestRefused):
                statistic = self._client.open(subject.name, STATISTICS[key], notification=EACH_SECOND)
                self._feeds[statistic] = subject, key

    def _take(self, notice: Notice | None) -> None:
        match notice:
            case Update(statistic=statistic):
                subject, key = self._feeds[statistic]
                subject.readings[key] = notice
            case StatisticGone(statistic=statistic):
                subject, key = self._feeds.pop(statistic)
                subject.readings.pop(key, None)
            case SourceDown(source=source):
                self._view.sources_down.add(source)
            case SourceUp(source=source):
                self._view.sources_down.discard(source)

    def _wait_for_server(self, delay_s: float) -> None:
        self._view.trouble = "connection lost, trying again"
        self._view.sources_down.clear()
        self._draw()
        self._sleep(delay_s)

    def _draw(self) -> None:
        if self._live is not None:
            self._live.update(self._drawn(), refresh=True)

    def _drawn(self) -> RenderableType:
        return drawn(self._view, self._now_s, width=self._console.width, height=self._console.height)


class View(msgspec.Struct):
    """All that the board shows, apart from how large the terminal is."""

    server: str
    command: str = "statserver"
    version: str = ""
    queues: list[Subject] = []
    groups: list[Subject] = []
    agents: list[Subject] = []
    sources_down: set[str] = set()
    trouble: str = ""

    def sections(self) -> tuple[tuple[Section, list[Subject]], ...]:
        """Each kind of object with its rows, in the order in which they are drawn."""
        return (QUEUES, self.queues), (GROUPS, self.groups), (AGENTS, self.agents)


def drawn(view: View, now: float, *, width: int, height: int) -> RenderableType:
    """The board for a terminal of this size; `now` is the server's time, in seconds."""
    head, foot = _head(view, now), _foot(view)
    agents = sorted(view.agents, key=_is_away)
    if width >= WIDE_COLUMNS:
        return Group(head, Rule(style="dim"), _side_by_side(view, agents, height - 6, now), Text(), foot)
    queue_rows = min(len(view.queues), height // 5)
    group_rows = min(len(view.groups), height // 6)
    agent_rows = max(1, height - queue_rows - group_rows - 10)
    return Group(
        head,
        Rule(style="dim"),
        _table(QUEUES, view.queues, queue_rows, now),
        Text(),
        _table(GROUPS, view.groups, group_rows, now),
        Text(),
        _table(AGENTS, agents, agent_rows, now),
        Text(),
        foot,
    )


def _side_by_side(view: View, agents: Sequence[Subject], rows: int, now: float) -> Table:
    group_rows = min(len(view.groups), rows // 3)
    aside = Group(
        _table(QUEUES, view.queues, rows - group_rows - 2, now),
        Text(),
        _table(GROUPS, view.groups, group_rows, now),
    )
    columns = Table.grid(expand=True, padding=(0, 4, 0, 0), pad_edge=False)
    columns.add_column(ratio=1)
    columns.add_column(width=ASIDE_COLUMNS)
    columns.add_row(_table(AGENTS, agents, rows, now), aside)
    return columns


def _is_away(agent: Subject) -> bool:
    reading = agent.readings.get("state")
    return reading is None or reading.value in AWAY


def _table(section: Section, subjects: Sequence[Subject], rows: int, now: float) -> Table:
    """The first rows of a section; where they do not all fit, the last line says how many more there are."""
    table = Table(box=None, pad_edge=False, expand=True, header_style="bold dim")
    table.add_column(section.title, no_wrap=True, ratio=1, min_width=10)
    for column in section.columns:
        table.add_column(column.title, justify="right" if column.is_number else "left", no_wrap=True)
    shown = subjects if len(subjects) <= rows else subjects[: max(0, rows - 1)]
    for subject in shown:
        table.add_row(Text(subject.title, "bold"), *(_cell(subject, column, now) for column in section.columns))
    if len(shown) < len(subjects):
        table.add_row(Text(f"{len(subjects) - len(shown)} more", "dim"))
    return table


def _cell(subject: Subject, column: Column, now: float) -> Text:
    reading = subject.readings.get(column.statistic)
    return Text(MISSING, "dim") if reading is None else column.shown(reading, now)


def _head(view: View, now: float) -> Table:
    head = Table.grid(expand=True)
    head.add_column(no_wrap=True)
    head.add_column(justify="right", no_wrap=True)
    if view.trouble:
        state = Text(view.trouble, "bold red")
    elif view.sources_down:
        state = Text(f"no link to {', '.join(sorted(view.sources_down))}", "bold red")
    else:
        state = Text("connected", "green")
    head.add_row(
        Text.assemble(("stat server ", "bold"), (view.version, "dim"), ("  ", ""), state),
        Text(f"{clock_time(now)} UTC", "bold"),
    )
    return head


def _foot(view: View) -> RenderableType:
    """How to attach another client: a command that works as it stands, from any folder."""
    shown = [(subject, name) for subject, name in ((view.agents, "inbound"), (view.queues, "entered")) if subject]
    example = "watch OBJECT STATTYPE"
    if shown:
        subjects, key = shown[0]
        name = subjects[0].name
        example = f"watch {shlex.quote(f'{name.type}:{name.id}')} {STATISTICS[key]}"
    elsewhere = "" if view.server == DEFAULT_SERVER else f" --server {view.server}"
    return Group(
        Text.assemble(("Try: ", "dim"), (f"{view.command} {example}{elsewhere}", "bold cyan")),
        Text.assemble(("Clients connect to ", "dim"), view.server, (", JSON Lines over TCP. Ctrl-C ends.", "dim")),
    )
