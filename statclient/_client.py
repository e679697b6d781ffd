"""The client: what a program may ask a stat server, in the protocol's words. How it is asked is `_session`'s."""

# ruff: noqa: A002 - `object`, `type` and `filter` are the protocol's words

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, Self

from actors.vocabulary import protocol
from actors.vocabulary.protocol import Notification, ObjectName
from statclient import _protocol as wire
from statclient._connection import Connection
from statclient._errors import RequestRefused
from statclient._link import DEFAULT_SERVER, Connect, Link, server_address, wait
from statclient._session import RECONNECTS_MAX, Session
from statclient._statistic import Notice, Reading, Statistic, reading_of


class StatClient:
    """A session with a stat server.

    One thread or greenlet uses a client; another may only `disconnect` it. What was open stays open over a lost
    connection: the client reconnects, opens it anew, and goes on where it was; so it does after a `Shutdown`, for a
    server that stops is mostly one that comes back. `SlowClient` and `BadMessage` are this program's fault: raised.

    Example: talk time of an agent, as it changes, until Ctrl-C, from the server that `statserver run` starts.

        from statclient import StatClient, Update

        with StatClient("127.0.0.1:3050", client="wallboard") as client:
            client.open("Agent:1001", "TalkInbound")
            for notice in client:
                match notice:
                    case Update(statistic=statistic, value=value):
                        print(statistic.object.id, statistic.name, value)
                    case _:
                        print(notice)

    In a gevent program: `StatClient(server, connect=gevent.socket.create_connection, sleep=gevent.sleep)`.

    Args:
        server: `HOST:PORT`.
        client: this program's name, as the server's operator will see it.
        token: where the server asks for one.
        connect: makes a connected socket of an address and a timeout in seconds.
        sleep: waits so many seconds, between two attempts to reconnect.
        clock: seconds that only ever grow.
        reconnects_max: attempts in a row to get a lost connection back; 0 to be told at once.

    Raises:
        ValueError: `server` is no address.
    """

    def __init__(
        self,
        server: str = DEFAULT_SERVER,
        *,
        client: str = "statclient",
        token: str = "",
        connect: Connect = socket.create_connection,
        sleep: Callable[[float], object] = wait,
        clock: Callable[[], float] = time.monotonic,
        reconnects_max: int = RECONNECTS_MAX,
    ) -> None:
        self._connection = Connection(client, token)
        link = Link(server_address(server), connect, clock)
        self._session = Session(link, self._connection, sleep=sleep, clock=clock, reconnects_max=reconnects_max)

    def connect(self) -> protocol.Registered:
        """Connects, registers, and opens anew whatever was open. Tries once. Who the server is.

        Raises:
            ConnectionLost: no stat server answers there.
            RequestRefused: it does not want this client (`Unauthorized`).
        """
        return self._session.connect()

    def disconnect(self) -> None:
        """Ends the session, and with it an iteration that waits; nothing is forgotten: `connect` opens it anew."""
        self._session.disconnect()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *exception: object) -> None:
        self.disconnect()

    def open(
        self,
        object: str | ObjectName,
        statistic: str | dict[str, Any],
        *,
        time_profile: str = "",
        time_range: str = "",
        time_range2: str = "",
        filter: str = "",
        notification: Notification | None = None,
    ) -> Statistic:
        """Opens a statistic; its value comes by iterating, at once and then by `notification`.

        Args:
            object: `Agent:1001`, `Queue:8000@pbx1`; an `ObjectName` where a tenant is to be named.
            statistic: a configured stat type's name, or a definition: the configuration's options in snake case.
            time_profile: a configured name, or `Growing:0:00`, `Sliding:3600/60`.
            time_range: a configured name, or `0-20`, in seconds.
            time_range2: the second range, for a category that has two.
            filter: a configured name, or an expression.
            notification: when to be told; without it, of each change.

        Raises:
            RequestRefused: with the protocol's code; nothing is open.
            ConnectionLost, SessionClosed: see the class.
        """
        handle = Statistic(
            protocol.OpenStatistic(
                ref=0,
                object=_named(object),
                statistic=statistic,
                time_profile=time_profile,
                time_range=time_range,
                time_range2=time_range2,
                filter=filter,
                notification=notification or Notification(),
            )
        )
        self._session.ask(handle.opened_as, protocol.StatisticOpened, statistic=handle)
        return handle

    def get(
        self,
        object: str | ObjectName,
        statistic: str | dict[str, Any],
        *,
        time_profile: str = "",
        time_range: str = "",
        time_range2: str = "",
        filter: str = "",
    ) -> Reading:
        """One reading of a statistic that need not be open; arguments and errors as for `open`.

        It counts from the first time that anybody asked for it, and is kept by the server from then on.
        """
        name = _named(object)

        def request(ref: int) -> protocol.GetStatistic:
            return protocol.GetStatistic(
                ref=ref,
                object=name,
                statistic=statistic,
                time_profile=time_profile,
                time_range=time_range,
                time_range2=time_range2,
                filter=filter,
            )

        return reading_of(self._session.ask(request, wire.Info))

    def peek(self, statistic: Statistic) -> Reading:
        """The value of an open statistic now.

        Raises:
            RequestRefused: `UnknownStatistic`, it is not open any more.
        """
        return reading_of(
            self._session.ask(lambda ref: protocol.PeekStatistic(ref=ref, id=_id_of(statistic)), wire.Info)
        )

    def suspend(self, statistic: Statistic) -> None:
        """Stops what is sent of it; the server goes on calculating. Errors as for `peek`."""
        self._session.ask(
            lambda ref: protocol.SuspendNotification(ref=ref, id=_id_of(statistic)),
            protocol.Suspended,
            statistic=statistic,
        )

    def resume(self, statistic: Statistic) -> None:
        """Its value now, then changes, come by iterating again. Errors as for `peek`."""
        self._session.ask(
            lambda ref: protocol.ResumeNotification(ref=ref, id=_id_of(statistic)),
            protocol.Resumed,
            statistic=statistic,
        )

    def close(self, statistic: Statistic) -> None:
        """Ends it for this client. Errors as for `peek`."""
        self._session.ask(
            lambda ref: protocol.CloseStatistic(ref=ref, id=_id_of(statistic)),
            protocol.StatisticClosed,
            statistic=statistic,
        )

    def list_objects(self, type: str, *, tenant: str = "") -> list[dict[str, Any]]:
        """The objects of a type, each with `type` and `id`, and what else the server says of them."""
        return self._session.ask(
            lambda ref: protocol.ListObjects(ref=ref, type=type, tenant=tenant), protocol.Objects
        ).objects

    def list_stat_types(self) -> list[dict[str, Any]]:
        """The stat types of the server's configuration."""
        return self._session.ask(lambda ref: protocol.ListStatTypes(ref=ref), protocol.StatTypes).stat_types

    def list_time_profiles(self) -> list[dict[str, Any]]:
        """The time profiles of the server's configuration."""
        return self._session.ask(lambda ref: protocol.ListTimeProfiles(ref=ref), protocol.TimeProfiles).time_profiles

    def list_time_ranges(self) -> list[dict[str, Any]]:
        """The time ranges of the server's configuration."""
        return self._session.ask(lambda ref: protocol.ListTimeRanges(ref=ref), protocol.TimeRanges).time_ranges

    def list_filters(self) -> list[dict[str, Any]]:
        """The filters of the server's configuration."""
        return self._session.ask(lambda ref: protocol.ListFilters(ref=ref), protocol.Filters).filters

    def read_configuration(self) -> dict[str, dict[str, int]]:
        """Has the server read its configuration again; how many records are `new`, `gone`, `changed`, by table.

        Raises:
            RequestRefused: `BadConfiguration`, with every fault in it; the old one stays.
        """
        return self._session.ask(lambda ref: protocol.ReadConfiguration(ref=ref), protocol.ConfigurationRead).changes

    def ping(self) -> float:
        """The server's time, in seconds since the epoch; what it sent before has arrived."""
        return self._session.ask(lambda ref: protocol.Ping(ref=ref), protocol.Pong).time

    def receive(self, timeout_s: float | None = None) -> Notice | None:
        """The next thing told; None when nothing was told in time, or the client was disconnected.

        Raises:
            ConnectionLost: no attempt to reconnect is left.
            SessionClosed: the server ended the session, and not because it stops.
        """
        return self._session.receive(timeout_s)

    def __iter__(self) -> Iterator[Notice]:
        """All that is told, until `disconnect`; errors as for `receive`."""
        while (notice := self.receive()) is not None:
            yield notice

    @property
    def has_notices(self) -> bool:
        """Whether `receive` would answer at once."""
        return bool(self._connection.notices)

    @property
    def missed(self) -> int:
        """Notices that went because this program did not iterate for too long."""
        return self._connection.missed


def _named(name: str | ObjectName) -> ObjectName:
    return wire.object_name(name) if isinstance(name, str) else name


def _id_of(statistic: Statistic) -> int:
    if statistic.id is None:
        raise RequestRefused("UnknownStatistic", f"{statistic!r} is not open")
    return statistic.id
