"""Who gets which call: calls wait in the order they came, agents in the order they became free."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.centre import Service
from simulator.floor import Call, Delivery, Line, Party, Staff
from simulator.switchboard import Switchboard


@dataclass(slots=True, eq=False)
class Waiting:
    """A call that waits for a service: at its queue or routing point first, then at virtual queues."""

    call: Call
    service: Service
    since_us: int
    stands: tuple[Party, ...]
    is_over: bool = False


class Routing:
    """Brings waiting calls and free agents together.

    Args:
        switchboard: where calls wait.
        services: all there are.
        deliver: gives a call to an agent, at once: the agent is not available afterwards.
    """

    def __init__(
        self, switchboard: Switchboard, services: Sequence[Service], deliver: Callable[[Waiting, Staff], None]
    ) -> None:
        self._switchboard = switchboard
        self._deliver = deliver
        self._waiting: dict[str, deque[Waiting]] = {service.name: deque() for service in services}
        self._free: dict[str, dict[Staff, None]] = {service.name: {} for service in services}

    def enter(
        self,
        call: Call,
        service: Service,
        caller: str,
        *,
        call_state: str = "",
        third_party_dn: str = "",
        is_told: bool = True,
        also: Service | None = None,
    ) -> Waiting:
        """The call begins to wait for the service, and is distributed once it is requested.

        Args:
            call: which.
            service: what for.
            caller: the far end's number.
            call_state: how it came.
            third_party_dn: who gave it away.
            is_told: as in `Queues.enter`.
            also: a service in whose virtual queue it waits, too.
        """
        queues, lines = self._switchboard.queues, self._switchboard.lines
        how = {"call_state": call_state, "third_party_dn": third_party_dn}
        stands = [queues.enter(lines[service.number], call, caller, is_told=is_told, **how)]
        if service.is_routed:
            numbers = dict.fromkeys((service.virtual_queue, also.virtual_queue if also else service.virtual_queue))
            stands += [queues.enter(lines[number], call, caller) for number in numbers]
        return Waiting(call, service, stands[0].since_us, tuple(stands))

    def request(self, waiting: Waiting) -> None:
        """From now an agent may get the call: the one who is free longest, at once if there is one."""
        staff = self.take(waiting.service)
        if staff is None:
            self._waiting[waiting.service.name].append(waiting)
        else:
            self._deliver(waiting, staff)

    def offer(self, staff: Staff) -> None:
        """An agent may be free: gets the call that waits longest, or waits for one."""
        if not staff.is_available:
            return
        heads = [head for service in staff.services if (head := self._head(service)) is not None]
        if heads:
            longest = min(heads, key=lambda waiting: waiting.since_us)
            self._waiting[longest.service.name].popleft()
            self._deliver(longest, staff)
            return
        for service in staff.services:
            free = self._free[service.name]
            free.pop(staff, None)
            free[staff] = None

    def take(self, service: Service) -> Staff | None:
        """The agent of the service who is free longest, who must get a call at once; None if nobody is free."""
        free = self._free[service.name]
        while free:
            staff = next(iter(free))
            del free[staff]
            if staff.is_available and service in staff.services:
                return staff
        return None

    def divert(self, waiting: Waiting, target: Line) -> tuple[Delivery, ...]:
        """The call leaves for an agent's line; a virtual queue of another service is cleared of it.

        Returns:
            What gave it to the line: its queue or routing point first.
        """
        waiting.is_over = True
        queues = self._switchboard.queues
        own, others = waiting.stands[:2], waiting.stands[2:]
        queues.end_treatment(own[0])
        deliveries = tuple(queues.divert(stand, target) for stand in own)
        for stand in others:
            queues.divert(stand, target, "Redirected")
        return deliveries

    def pass_on(self, waiting: Waiting, service: Service, caller: str) -> Waiting:
        """The call goes to wait for another service, in its ACD queue (`sources.md` flows 6 and 8)."""
        queue = self._switchboard.lines[service.number]
        self._leave(waiting, queue, "")
        return self.enter(waiting.call, service, caller, call_state="" if waiting.service.is_routed else "Overflowed")

    def clear(self, waiting: Waiting) -> None:
        """The call has waited too long and is taken out."""
        self._leave(waiting, None, "Redirected")

    def abandon(self, waiting: Waiting) -> None:
        """The caller gives up."""
        waiting.is_over = True
        for stand in waiting.stands:
            self._switchboard.queues.abandon(stand)

    def _leave(self, waiting: Waiting, target: Line | None, call_state: str) -> None:
        waiting.is_over = True
        queues = self._switchboard.queues
        first, *virtual = waiting.stands
        queues.end_treatment(first)
        queues.divert(first, target, call_state)
        for stand in virtual:
            queues.divert(stand, target, "Redirected")

    def _head(self, service: Service) -> Waiting | None:
        waiting = self._waiting[service.name]
        while waiting and waiting[0].is_over:
            waiting.popleft()
        return waiting[0] if waiting else None
