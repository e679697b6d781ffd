"""Who sits at a regular DN, and how: login, the ready family, the hook, user events (`semantics.md` 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from actors.configuration.logins import Logins
from actors.objects.ledger import Ledger, Running
from actors.objects.messages import SeatLeft, SeatTaken
from actors.statistics.changes import Attributes
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.statuses import AFTER_CALL_WORK, NOT_READY, WAIT_FOR_NEXT_CALL

READY_FAMILY: Final = (WAIT_FOR_NEXT_CALL, NOT_READY, AFTER_CALL_WORK)
ACTION_OF_AGENT_STATE: Final[Mapping[str, str]] = {
    "Ready": WAIT_FOR_NEXT_CALL,
    "NotReady": NOT_READY,
    "AfterCallWork": AFTER_CALL_WORK,
}
HOOK: Final = ("OnHook", "OffHook")


class Seat(msgspec.Struct):
    """What runs at a DN that is not of a call.

    `own` are the attributes an action has of the DN alone. `login_id` is the login in use, empty when nobody is logged
    in; `agent` is the employee it belongs to, empty if it matches nobody. `acw_asked` are the attributes of after-call
    work that waits for the end of a call; `acw_credits` are the queues of the call that after-call work follows.
    """

    ledger: Ledger
    own: Attributes
    logins: Logins = msgspec.field(default_factory=Logins)
    login_id: str = ""
    agent: str = ""
    login_us: int = 0
    queues: frozenset[str] = frozenset()
    dnd: bool = False
    acw_asked: Attributes | None = None
    acw_credits: dict[str, int] = {}
    running: dict[str, Running] = {}
    acw_ended: list[tuple[str, frozenset[str], dict[str, int], int]] = []
    """After-call work that ended with the event: agent, queues then, credited queues, duration."""

    # -- actions ---------------------------------------------------------------------------------------------------

    def begin(self, action: str, attributes: Attributes | None = None, began_us: int | None = None) -> None:
        """Begins a durable action of the DN, unless it runs."""
        if action in self.running:
            return
        is_earlier = began_us is not None and bool(self.agent) and began_us < self.login_us
        agent = "" if is_earlier else self.agent
        running = self.running[action] = self.ledger.begin(action, attributes or self.own, agent, began_us)
        if is_earlier:
            self.ledger.give(running, self.agent, self.login_us)

    def end(self, action: str, *, is_seen: bool = True) -> None:
        """Ends a durable action of the DN, if it runs; after-call work that is seen to end counts for its queues."""
        running = self.running.pop(action, None)
        if running is None:
            return
        self.ledger.end(running)
        if action == AFTER_CALL_WORK and is_seen:
            self._finish_after_call_work(self.ledger.time_us - running.began_us)

    def _finish_after_call_work(self, lasted_us: int) -> None:
        for queue in self.acw_credits:
            self.ledger.credit(queue, "ACWCompleted", lasted_us, self.own)
        if self.acw_credits and self.agent:
            self.acw_ended.append((self.agent, self.queues, self.acw_credits, lasted_us))
        self.acw_credits = {}

    def told(self, event: TServerEvent) -> Attributes:
        """What an event of the DN tells beside the DN itself; one without reasons clears them."""
        if not (event.reasons or event.extensions or event.user_data):
            return self.own
        return msgspec.structs.replace(
            self.own, reasons=event.reasons or None, extensions=event.extensions, user_data=event.user_data
        )

    def is_taken_by(self, login_id: str) -> bool:
        """Whether this login, or another of the same agent, sits here; one that matches nobody goes by its name."""
        agent = self.logins.owner_of(login_id, self.ledger.order)
        return self.agent == agent if agent or self.agent else self.login_id == login_id

    # -- login and logout ------------------------------------------------------------------------------------------

    def log_in(self, event: TServerEvent, queue: str, *, is_found: bool = False, began_us: int | None = None) -> None:
        """An agent is there: another one is logged out, the same one is perhaps in one more queue.

        Args:
            event: names the login.
            queue: id of the mediation DN it logged in to, if any.
            is_found: whether a registration found it, so that no instant is raised.
            began_us: since when, if the registration knows.
        """
        if self.is_taken_by(event.agent_id):
            if queue and queue not in self.queues:
                self.queues |= {queue}
                self._tell_seat()
            return
        if self.login_id:
            self.leave(None if is_found else self.own)
        self.end("LoggedOut")
        self.login_id = event.agent_id
        self.agent = self.logins.owner_of(event.agent_id, self.ledger.order)
        self.queues = frozenset({queue} if queue else ())
        self.login_us = self.ledger.time_us if began_us is None else began_us
        if self.agent:
            for running in self.running.values():
                self.ledger.give(running, self.agent, self.login_us)
        attributes = self.told(event)
        self.begin("LoggedIn", attributes, began_us)
        if not is_found:
            self.ledger.happen("AgentLogin", 0, attributes, self.agent)
        self._tell_seat()

    def _tell_seat(self) -> None:
        if self.agent:
            ledger = self.ledger
            taken = SeatTaken(ledger.order, ledger.time_us, ledger.dn, self.login_id, self.queues, self.own.media_type)
            ledger.told_agents.append((self.agent, taken))

    def leave(self, logout: Attributes | None) -> None:
        """Whoever sits here is gone; what the DN itself does goes on without them.

        Args:
            logout: attributes of the `AgentLogout` to raise; None where none happened.
        """
        agent = self.agent
        self.end_ready_family(is_seen=logout is not None)
        self.end("LoggedIn")
        for running in self.running.values():
            if running.agent:
                self.ledger.take(running)
        if logout is not None:
            self.ledger.happen("AgentLogout", 0, logout, agent)
        if agent:
            self.ledger.told_agents.append((agent, SeatLeft(self.ledger.order, self.ledger.time_us, self.ledger.dn)))
        self.login_id = self.agent = ""
        self.queues = frozenset()

    def log_out(self, logout: Attributes | None) -> None:
        """Nobody is logged in at the DN from now on.

        Args:
            logout: attributes of the `AgentLogout`, which happens unless it was so already; None if it was only found.
        """
        if self.login_id or (logout is not None and "LoggedOut" not in self.running):
            self.leave(logout)
        self.end_ready_family(is_seen=logout is not None)
        self.begin("LoggedOut", logout)

    def reseat(self) -> None:
        """The configuration may say that the login here is another's, or nobody's: no event has happened at the DN."""
        owner = self.logins.owner_of(self.login_id, self.ledger.order) if self.login_id else ""
        if owner == self.agent:
            return
        for running in self.running.values():
            if running.agent:
                self.ledger.take(running)
        if self.agent:
            left = SeatLeft(self.ledger.order, self.ledger.time_us, self.ledger.dn)
            self.ledger.told_agents.append((self.agent, left))
        self.agent, self.login_us = owner, self.ledger.time_us
        if owner:
            for running in self.running.values():
                self.ledger.give(running, owner, self.login_us)
            self._tell_seat()

    def leave_queue(self, queue: str) -> None:
        """The agent left one of its queues and is still in another."""
        if queue in self.queues:
            self.queues -= {queue}
            self._tell_seat()

    # -- ready, not ready, after-call work -------------------------------------------------------------------------

    def end_ready_family(self, *, is_seen: bool = True) -> None:
        """Ends ready, not ready and after-call work, and forgets a request for the latter."""
        self.acw_asked = None
        for action in READY_FAMILY:
            self.end(action, is_seen=is_seen)

    def set_ready(
        self,
        action: str,
        attributes: Attributes,
        credits_: dict[str, int],
        *,
        began_us: int | None = None,
        is_seen: bool = True,
    ) -> None:
        """One of the ready family runs from now on; the same one only takes the new reasons.

        Args:
            action: which.
            attributes: with the reasons.
            credits_: for after-call work, the queues of the call it follows.
            began_us: since when, if a registration knows.
            is_seen: whether the change happens now, or was found.
        """
        self.acw_asked = None
        running = self.running.get(action)
        if running is not None:
            if running.attributes != attributes:
                self.ledger.change(running, attributes)
            return
        for other in READY_FAMILY:
            self.end(other, is_seen=is_seen)
        if action == AFTER_CALL_WORK:
            self.acw_credits = dict(credits_)
        self.begin(action, attributes, began_us)

    # -- the hook, user events -------------------------------------------------------------------------------------

    def set_hook(self, action: str, began_us: int | None = None) -> None:
        """The handset is up, or down."""
        if action not in self.running:
            for other in HOOK:
                self.end(other)
            self.begin(action, None, began_us)

    def user_event(self, event: TServerEvent) -> None:
        """A message came to the DN; its data can be filtered until the next one."""
        self.end("UserEventReceived")
        attributes = self.told(event)
        self.begin("UserEventReceived", attributes)
        self.ledger.happen("UserEvent", 0, attributes, self.agent)
