"""The client protocol's messages, as they stand on the wire (`protocols.md` 1). Times and durations are in seconds."""

from __future__ import annotations

from typing import Any

import msgspec

PROTOCOL = 1
DEFAULT_PORT = 3050


class ObjectName(msgspec.Struct, frozen=True, omit_defaults=True):
    """`object` of a request: a DN's `id` is `number@switch`."""

    type: str
    id: str
    tenant: str = ""


class Definition(msgspec.Struct, frozen=True, omit_defaults=True):
    """A statistic defined in the request, with the configuration's options in snake case."""

    category: str
    main_mask: str = ""
    rel_mask: str = ""
    subject: str = "DNAction"
    objects: str = ""
    formula: str = ""
    media_type: str = ""
    reason_start_overrides_status_start: bool | str = False
    description: str = ""
    aggregation_type: str = ""
    use_source_time_stamps: bool | str = True


class Notification(msgspec.Struct, frozen=True, omit_defaults=True):
    """When to be told: `Immediate`, `Periodic`, `Reset` or `None` (`semantics.md` 9.5)."""

    mode: str = "Immediate"
    insensitivity: float = 0
    frequency: float = 5
    interval: float = 5


class Request(msgspec.Struct, frozen=True, tag_field="request", omit_defaults=True, kw_only=True):
    """Root of what a client sends; `ref` is the client's, its answer carries it."""

    ref: int


class Register(Request, frozen=True, tag="Register"):
    """Says who the client is; the first request of a session."""

    client: str
    token: str = ""
    protocol: int = PROTOCOL


class OpenStatistic(Request, frozen=True, tag="OpenStatistic"):
    """Opens a statistic: a configured stat type by name, or a definition (any option, in snake case)."""

    object: ObjectName
    statistic: str | dict[str, Any]
    time_profile: str = ""
    time_range: str = ""
    time_range2: str = ""
    filter: str = ""
    notification: Notification = Notification()


class GetStatistic(Request, frozen=True, tag="GetStatistic"):
    """One reading of a statistic, which then stays in the pool."""

    object: ObjectName
    statistic: str | dict[str, Any]
    time_profile: str = ""
    time_range: str = ""
    time_range2: str = ""
    filter: str = ""


class PeekStatistic(Request, frozen=True, tag="PeekStatistic"):
    """One reading of an open statistic."""

    id: int


class SuspendNotification(Request, frozen=True, tag="SuspendNotification"):
    """Stops what is sent of a statistic; it goes on being calculated."""

    id: int


class ResumeNotification(Request, frozen=True, tag="ResumeNotification"):
    """Sends the present value, then changes again."""

    id: int


class CloseStatistic(Request, frozen=True, tag="CloseStatistic"):
    """Ends a statistic for this client."""

    id: int


class ListObjects(Request, frozen=True, tag="ListObjects"):
    """Asks which objects of a type there are."""

    type: str
    tenant: str = ""


class ListStatTypes(Request, frozen=True, tag="ListStatTypes"):
    """Asks which stat types the configuration defines."""


class ListTimeProfiles(Request, frozen=True, tag="ListTimeProfiles"):
    """Asks which time profiles the configuration defines."""


class ListTimeRanges(Request, frozen=True, tag="ListTimeRanges"):
    """Asks which time ranges the configuration defines."""


class ListFilters(Request, frozen=True, tag="ListFilters"):
    """Asks which filters the configuration defines."""


class ReadConfiguration(Request, frozen=True, tag="ReadConfiguration"):
    """Has the server read its configuration again, and asks what has become other by that."""


class Ping(Request, frozen=True, tag="Ping"):
    """Asks whether the server is there."""


AnyRequest = (
    Register
    | OpenStatistic
    | GetStatistic
    | PeekStatistic
    | SuspendNotification
    | ResumeNotification
    | CloseStatistic
    | ListObjects
    | ListStatTypes
    | ListTimeProfiles
    | ListTimeRanges
    | ListFilters
    | ReadConfiguration
    | Ping
)


class Event(msgspec.Struct, frozen=True, tag_field="event", omit_defaults=True, kw_only=True):
    """Root of what the server sends, but for `Info`, which statistics encode themselves."""

    ref: int | None = None


class Registered(Event, frozen=True, tag="Registered"):
    """Answers `Register`."""

    server: str
    version: str
    time: float
    mode: str


class StatisticOpened(Event, frozen=True, tag="StatisticOpened"):
    """Answers `OpenStatistic`; the value follows at once."""

    id: int


class StatisticClosed(Event, frozen=True, tag="StatisticClosed"):
    """Answers `CloseStatistic`, or says why a statistic is gone."""

    id: int
    reason: str = ""


class Suspended(Event, frozen=True, tag="Suspended"):
    """Answers `SuspendNotification`."""

    id: int


class Resumed(Event, frozen=True, tag="Resumed"):
    """Answers `ResumeNotification`; the value follows at once."""

    id: int


class Objects(Event, frozen=True, tag="Objects"):
    """Answers `ListObjects`."""

    objects: list[dict[str, Any]]


class StatTypes(Event, frozen=True, tag="StatTypes"):
    """Answers `ListStatTypes`: each with its options as they are understood."""

    stat_types: list[dict[str, Any]]


class TimeProfiles(Event, frozen=True, tag="TimeProfiles"):
    """Answers `ListTimeProfiles`."""

    time_profiles: list[dict[str, Any]]


class TimeRanges(Event, frozen=True, tag="TimeRanges"):
    """Answers `ListTimeRanges`."""

    time_ranges: list[dict[str, Any]]


class Filters(Event, frozen=True, tag="Filters"):
    """Answers `ListFilters`."""

    filters: list[dict[str, Any]]


class ConfigurationRead(Event, frozen=True, tag="ConfigurationRead"):
    """Answers `ReadConfiguration`: how many records of each table are `new`, `gone` and `changed`."""

    changes: dict[str, dict[str, int]]


class Pong(Event, frozen=True, tag="Pong"):
    """Answers `Ping`."""

    time: float


class SourceDown(Event, frozen=True, tag="SourceDown"):
    """A source's link is lost; values that depend on it stand still."""

    source: str
    time: float


class SourceUp(Event, frozen=True, tag="SourceUp"):
    """A source's link is back and reconciled."""

    source: str
    time: float


class Closed(Event, frozen=True, tag="Closed"):
    """The server ends the session: `SlowClient`, `BadMessage` or `Shutdown`."""

    code: str
    message: str


class Error(Event, frozen=True, tag="Error"):
    """Refuses a request; `code` is one of the protocol's."""

    code: str
    message: str
