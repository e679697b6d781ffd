"""What agents do at their desks beside the telephone: log in, get ready for a medium, do not, want to be left alone.

The events are those of `multimedia.md` 1.3, what is booked is of its section 2.1.
"""

from __future__ import annotations

from typing import Final

from actors.vocabulary.events import UserData
from actors.vocabulary.interaction_events import READY
from simulator.floor import NOT_READY, Staff
from simulator.interactions import Login
from simulator.media_wire import MediaWire

CHANNEL_ACTIONS: Final = {True: "Available", False: "Blocked"}


class MediaDesks:
    """The acts of agents at one Interaction Server, told and booked.

    Args:
        wire: tells and books them.
        medium: the one that this server carries.
    """

    def __init__(self, wire: MediaWire, medium: str) -> None:
        self.logins: dict[str, Login] = {}
        """Who is there, by employee id."""
        self._wire = wire
        self._medium = medium

    def log_in(self, staff: Staff) -> Login:
        """The agent is there, at the place of the telephone, and the channel begins, not ready."""
        assert staff.line is not None
        now_us = self._wire.now_us
        place = f"Desk {staff.line.number}"
        login = Login(staff, place, self._medium, now_us, now_us, now_us, NOT_READY)
        self.logins[login.agent_id] = login
        self._wire.of_login("EventAgentLogin", login)
        self._wire.of_channel("EventMediaAdded", login)
        return login

    def log_out(self, login: Login) -> None:
        """The agent is gone, and the channel; what the agent had has been taken away before, without a word."""
        assert not login.parties
        now_us = self._wire.now_us
        self._wire.of_login("EventAgentLogout", login)
        self._wire.book_login(login, CHANNEL_ACTIONS[login.is_available], now_us - login.available_us)
        if login.is_dnd:
            self._wire.book_login(login, "DoNotDisturb", now_us - login.dnd_us)
        self._wire.book_login(login, "Active", now_us - login.began_us)
        login.is_there = False
        del self.logins[login.agent_id]

    def get_ready(self, login: Login) -> None:
        """Interactions of the medium may be offered."""
        self._wire.of_channel("EventReadyForMedia", login)
        self._enter(login, READY, None)

    def get_unready(self, login: Login, reasons: UserData | None = None) -> None:
        """The agent wants no interactions; said again while not ready it changes the reason alone."""
        self._wire.of_channel("EventNotReadyForMedia", login, reasons=reasons)
        self._enter(login, NOT_READY, reasons)

    def give_reason(self, login: Login, reasons: UserData) -> None:
        """Why the medium is as it is."""
        login.reasons = reasons
        self._wire.of_channel("EventMediaStateReasonChanged", login, reasons=reasons)

    def set_dnd(self, login: Login, *, is_on: bool) -> None:
        """Do not disturb: blocks the channel, whatever its state."""
        assert login.is_dnd is not is_on
        self._wire.of_login(f"EventDoNotDisturb{'On' if is_on else 'Off'}", login)
        was_available = login.is_available
        login.is_dnd = is_on
        if is_on:
            login.dnd_us = self._wire.now_us
        else:
            self._wire.book_login(login, "DoNotDisturb", self._wire.now_us - login.dnd_us)
        self._changed(login, was_available)

    def _enter(self, login: Login, state: str, reasons: UserData | None) -> None:
        was_available = login.is_available
        login.reasons = reasons
        if state != login.state:
            login.state, login.since_us = state, self._wire.now_us
        self._changed(login, was_available)

    def _changed(self, login: Login, was_available: bool) -> None:
        if login.is_available is not was_available:
            self._wire.book_login(login, CHANNEL_ACTIONS[was_available], self._wire.now_us - login.available_us)
            login.available_us = self._wire.now_us
