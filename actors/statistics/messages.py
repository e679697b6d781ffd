"""What the pool tells a statistic: what its clients ask of it, and that time has passed."""

from __future__ import annotations

from actors.sessions.messages import Ref, SessionRequest
from runtime.mail import Message


class Asked(Message, frozen=True, gc=False):
    """A client's request for this statistic.

    No event older than `settled_us` can come any more: the resets until then have been. A reset that is due, but may
    not have been, is looked at again at `again_us`.
    """

    time_us: int
    settled_us: int
    again_us: int
    asked: SessionRequest


class ClientGone(Message, frozen=True, gc=False):
    """A session that had it open as `id` is gone."""

    session: Ref
    id: int


class Look(Message, frozen=True, gc=False):
    """It is time to look whom to tell; the times are as in `Asked`."""

    time_us: int
    settled_us: int
    again_us: int
