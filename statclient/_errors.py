"""What can go wrong between a program and the stat server.

StatClientError
├── RequestRefused   the server said no to one request; the session goes on
├── ConnectionLost   the link is gone, or never came up, and no attempt to get it back is left
└── SessionClosed    the server ended the session and said why
"""

from __future__ import annotations


class StatClientError(Exception):
    """Root of what the client library raises on purpose."""


class RequestRefused(StatClientError):  # noqa: N818 - what happened, in the protocol's words
    """The server's `Error`: its code and message (`protocols.md` 1). The session goes on, nothing is changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ConnectionLost(StatClientError):  # noqa: N818
    """No server there, or none any more. What was open is opened anew by the next `connect`."""


class SessionClosed(StatClientError):  # noqa: N818
    """The server's `Closed`: `SlowClient`, `BadMessage` or `Shutdown`, and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
