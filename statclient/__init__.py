"""What other programs import to ask a stat server: the client, its errors, and the screens built on it.

from statclient import StatClient

with StatClient("127.0.0.1:3050") as client:
    print(client.get("Queue:8000@pbx1", "Entered").value)
"""

from __future__ import annotations

from actors.vocabulary.protocol import Notification, ObjectName, Registered, SourceDown, SourceUp
from statclient._board import board
from statclient._client import StatClient
from statclient._errors import ConnectionLost, RequestRefused, SessionClosed, StatClientError
from statclient._protocol import Interval
from statclient._screen import peek, watch
from statclient._statistic import Notice, Reading, Statistic, StatisticGone, Update
from statclient._version import VERSION

__all__ = [
    "VERSION",
    "ConnectionLost",
    "Interval",
    "Notice",
    "Notification",
    "ObjectName",
    "Reading",
    "Registered",
    "RequestRefused",
    "SessionClosed",
    "SourceDown",
    "SourceUp",
    "StatClient",
    "StatClientError",
    "Statistic",
    "StatisticGone",
    "Update",
    "board",
    "peek",
    "watch",
]
