"""What agents do at their desks: log in, get ready, do not, work after calls, log out (`sources.md` 1.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from actors.vocabulary.events import UserData
from simulator.floor import AFTER_CALL_WORK, LOGGED_OUT, NOT_READY, READY, Line, Staff
from simulator.wire import Wire

ACTIONS: Final = {READY: "WaitForNextCall", NOT_READY: "NotReadyForNextCall", AFTER_CALL_WORK: "AfterCallWork"}
"""Agent state to the action it is (`semantics.md` 2.1)."""


class Desks:
    """The acts of agents at their lines, told and booked.

    Args:
        wire: tells and books them.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.on_seated: list[Callable[[Staff], None]] = []
        """Called when an agent has sat down."""
        self.on_leaving: list[Callable[[Staff], None]] = []
        """Called when an agent is about to leave."""

    def log_in(self, staff: Staff, line: Line) -> None:
        """The agent sits down: one EventAgentLogin for each ACD queue, one alone where there is none."""
        assert staff.line is None
        assert line.staff is None
        staff.line, line.staff = line, staff
        staff.logged_in_us = self._wire.now_us
        for queue in staff.queues or ("",):
            self._wire.of_line("EventAgentLogin", line, this_queue=queue, agent_work_mode="Unknown")
        self._wire.book_line(line, staff, "AgentLogin")
        for hear in self.on_seated:
            hear(staff)

    def log_out(self, staff: Staff) -> None:
        """The agent leaves one queue after the other, and with the last the line; also during a call."""
        line = _line_of(staff)
        for hear in self.on_leaving:
            hear(staff)
        self._enter(staff, LOGGED_OUT)
        queues = staff.queues or ("",)
        for queue in queues[:-1]:
            self._wire.of_line("EventQueueLogout", line, this_queue=queue)
        self._wire.of_line("EventAgentLogout", line, this_queue=queues[-1])
        self._wire.book_line(line, staff, "LoggedIn", self._wire.now_us - staff.logged_in_us)
        self._wire.book_line(line, staff, "AgentLogout")
        staff.line = line.staff = None

    def get_ready(self, staff: Staff, work_mode: str) -> None:
        """The agent may get calls; `work_mode` is `ManualIn` or `AutoIn`."""
        self._enter(staff, READY, work_mode)
        self._wire.of_line("EventAgentReady", _line_of(staff), agent_work_mode=work_mode)

    def get_unready(self, staff: Staff, reasons: UserData | None = None) -> None:
        """The agent wants no calls; said again while not ready it changes the reason alone."""
        self._enter(staff, NOT_READY, "AuxWork", reasons)
        self._wire.of_line("EventAgentNotReady", _line_of(staff), agent_work_mode="AuxWork", reasons=reasons)

    def wrap_up(self, staff: Staff) -> None:
        """After-call work: from now, or from the end of the calls that are still there."""
        line = _line_of(staff)
        self._wire.of_line("EventAgentNotReady", line, agent_work_mode=AFTER_CALL_WORK)
        if line.is_talking:
            staff.wrap_up_asked = True
        else:
            self._enter(staff, AFTER_CALL_WORK, AFTER_CALL_WORK)

    def call_ended(self, line: Line) -> None:
        """An answered call has ended there: after-call work that was asked for begins with the last of them."""
        staff = line.staff
        if staff is not None and staff.wrap_up_asked and not line.is_talking:
            self._enter(staff, AFTER_CALL_WORK, AFTER_CALL_WORK)

    def set_dnd(self, line: Line, is_on: bool) -> None:
        """Do not disturb at the telephone: no action of anybody's (`sources.md` flow 35)."""
        line.is_dnd = is_on
        self._wire.of_line("EventDNDOn" if is_on else "EventDNDOff", line)

    def _enter(self, staff: Staff, state: str, work_mode: str = "", reasons: UserData | None = None) -> None:
        line, now_us = _line_of(staff), self._wire.now_us
        staff.work_mode, staff.reasons, staff.wrap_up_asked = work_mode, reasons, False
        if state == staff.state:
            return
        if staff.state in ACTIONS:
            self._wire.book_line(line, staff, ACTIONS[staff.state], now_us - staff.since_us)
        if staff.state == AFTER_CALL_WORK:
            for delivery in staff.worked_for:
                self._wire.book_queue(delivery.line, "ACWCompleted", now_us - staff.since_us)
        if state == AFTER_CALL_WORK:
            staff.worked_for = line.last_deliveries
        staff.state, staff.since_us = state, now_us


def _line_of(staff: Staff) -> Line:
    assert staff.line is not None, "not logged in"
    return staff.line
