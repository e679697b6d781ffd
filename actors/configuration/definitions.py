"""What `statserver.cfg` or a client defines: stat types, profiles, ranges, filters (`semantics.md` 5 to 10)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from actors.vocabulary.objects import ObjectType


class ProfileKind(StrEnum):
    """The four types of time profile (`semantics.md` 8.1)."""

    GROWING = "Growing"
    SLIDING = "Sliding"
    SELECTION = "Selection"
    SINCE_LOGIN = "SinceLogin"


class ResetTime(msgspec.Struct, frozen=True):
    """A time of day at which a Growing value goes to 0, repeated every `every_us` until the next one if that is set."""

    at_us: int
    every_us: int = 0


class TimeProfile(msgspec.Struct, frozen=True):
    """The interval a historical value covers.

    `resets` and `time_zone` (empty: the tenant's) belong to Growing; no resets is `never`. `window_us` and
    `step_us` belong to Sliding, `count` to Selection.
    """

    kind: ProfileKind
    resets: tuple[ResetTime, ...] = ()
    time_zone: str = ""
    window_us: int = 0
    step_us: int = 0
    count: int = 0


class TimeRange(msgspec.Struct, frozen=True):
    """Durations d with `low_us` <= d < `high_us`; no `high_us`: no end."""

    low_us: int
    high_us: int | None = None


class StatType(msgspec.Struct, frozen=True):
    """A statistic's definition, every word of it checked.

    Masks are sets of action names (statuses, for a status subject) as written out by `configuration.masks`; a RelMask
    that was given may be left with none that counts. `business` narrows by attribute: name to the values let through,
    lower case.
    """

    category: str
    subject: str
    objects: frozenset[ObjectType]
    main_mask: frozenset[str]
    rel_mask: frozenset[str] = frozenset()
    has_rel_mask: bool = False
    formula: str = ""
    business: Mapping[str, tuple[str, ...]] = {}
    reason_start_overrides_status_start: bool = False
    description: str = ""
    name: str = ""


class ServerOptions(msgspec.Struct, frozen=True):
    """Section `[statserver]` (`semantics.md` 10); durations in the unit the option is written in.

    `others` keeps, as written, what the vendor's server knows and this one does not use.
    """

    listen: str = "127.0.0.1:3050"
    metrics_listen: str = ""
    configuration_server: str = ""
    token_env: str = ""
    clock: str = "live"
    restore: str = "values"
    snapshot_interval: float = 10
    journal_sync: str = "1"
    link_loss_limit: float = 300
    stuck_call_time: float = 43200
    check_stuck_calls: bool = False
    time_zone: str = "UTC"
    max_client_output_queue_size: int = 4096
    old_stats_remove_interval: float = 3
    auto_backup_interval: float = 10
    backup_file_name: str = "backup.jsonl"
    generate_stat_validity_events: bool = True
    queue_use_pseudo_actions: bool = True
    vq_use_alt_enter_time: bool = False
    load_balance_aht: float = 90
    reconnect_timeout: float = 10
    position_extension_linked: bool = False
    others: Mapping[str, str] = {}


class Refusal(msgspec.Struct, frozen=True):
    """Why a stat type of the file cannot be opened: the protocol's error code and its message."""

    code: str
    message: str


class Definitions(msgspec.Struct, frozen=True):
    """All that `statserver.cfg` defines, by name; `filters` hold the expression as written.

    `refused` are the stat types that did not load, so that who asks for one is told why.
    """

    options: ServerOptions
    stat_types: Mapping[str, StatType]
    time_profiles: Mapping[str, TimeProfile]
    time_ranges: Mapping[str, TimeRange]
    filters: Mapping[str, str]
    refused: Mapping[str, Refusal] = {}
