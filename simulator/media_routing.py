"""Who gets which chat or e-mail: whoever has room for one more, in turn."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.centre import Service
from simulator.interactions import Login


class MediaRouting:
    """Knows who is there for which service at one Interaction Server.

    Args:
        services: all there are.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self._at_work: dict[str, dict[Login, None]] = {service.name: {} for service in services}

    def seat(self, login: Login) -> None:
        """An agent is there."""
        for service in login.staff.services:
            self._at_work[service.name][login] = None

    def unseat(self, login: Login) -> None:
        """An agent is there no more."""
        for service in login.staff.services:
            del self._at_work[service.name][login]

    def find(self, service: Service, besides: Login | None = None) -> Login | None:
        """The agent for the next interaction of a service: who may get one, and was found longest ago.

        Args:
            service: what for.
            besides: who looks for a colleague.
        """
        at_work = self._at_work[service.name]
        found = next((login for login in at_work if login is not besides and is_free(login)), None)
        if found is not None:
            del at_work[found]
            at_work[found] = None
        return found


def is_free(login: Login) -> bool:
    """Whether an interaction may be given to an agent, or is wanted by one."""
    return login.is_available and login.has_room and not login.staff.wants_break
