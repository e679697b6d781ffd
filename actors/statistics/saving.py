"""The variable part of a statistic as bytes, and put back into a core made anew from its opening: exactly.

What the opening says (masks, filters, ranges, resets) is not saved. JSON, because only there are integers of any size,
and reasons and user data come as it; a fraction is written `1/3`.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from actors.statistics.changes import ActionBegan, MediaNoted, Noted, StatusChanged
from actors.statistics.formulas import Amount
from actors.statistics.loaded_tally import LoadedTally
from actors.statistics.loads import Counted, Load
from actors.statistics.measure import Measure, SinceLogin
from actors.statistics.opening import Core
from actors.statistics.reason_dates import Dated
from actors.statistics.sieve import Sieve
from actors.statistics.sliding import Sliding
from actors.statistics.state import StateBook
from actors.statistics.tally import Tally
from actors.statistics.target import TargetBook
from actors.statistics.totals import Totals, Values

VERSION: Final = b"1"
_HEAD: Final = VERSION + b"\n"

SavedAmount = int | str | None
SavedLoad = tuple[str, SavedAmount]
SavedValues = tuple[int, SavedAmount, SavedAmount, SavedAmount]


class SavedTotals(msgspec.Struct, array_like=True):
    """Totals in the order of their fields, and apart from them the values of a formula: these may be fractions."""

    sums: list[int | None]
    values: SavedValues | None = None


class SavedLoads(msgspec.Struct, array_like=True):
    """What a `LoadedTally` has beside: the loads of what runs (before, now, when changed), calls seen, what is kept."""

    carried: dict[str, tuple[SavedLoad, SavedLoad, int]]
    seen: list[str] | None
    kept: list[tuple[int, int | None, int | None, SavedLoad]] | None


class SavedPart(msgspec.Struct, array_like=True):
    """One mask: its tally, its interval, and what its sieve knows of what runs."""

    start_us: int
    changed_us: int
    area: int
    running: dict[str, int]
    ended: SavedTotals
    next_us: int | None
    again: dict[str, int] = {}
    last: list[int | None] | None = None
    stretches: list[tuple[int, int]] | None = None
    buckets: list[tuple[int, SavedTotals]] = []
    dated: dict[str, Dated] = {}
    loads: SavedLoads | None = None


class SavedMeasure(msgspec.Struct, array_like=True):
    """A measure; `is_counting` is of one that counts since a login."""

    parts: list[SavedPart]
    is_counting: bool | None = None


class SavedStates(msgspec.Struct, array_like=True):
    """A book of states."""

    statuses: dict[str, dict[str, StatusChanged]]
    actions: dict[str, dict[str, ActionBegan]]
    notes: dict[str, Noted]
    media: dict[str, MediaNoted] = {}


class UnknownVersionError(ValueError):
    """A statistic was saved by a version that this one does not read."""


class SavedTargets(msgspec.Struct, array_like=True):
    """A book of targets."""

    version: int
    targets: dict[str, dict[str, Any]]
    status: str


def encode(core: Core) -> bytes:
    """What a statistic has counted; it is at rest, with all its input settled."""
    saved: Any
    if isinstance(core, TargetBook):
        saved = SavedTargets(core.version, core.targets, core.status)
    elif isinstance(core, StateBook):
        saved = SavedStates(core._statuses, core._actions, core._notes, core._media)
    elif isinstance(core, SinceLogin):
        saved = SavedMeasure([_saved_part(part) for part in core._measure._parts], core._is_counting)
    else:
        saved = SavedMeasure([_saved_part(part) for part in core._parts])
    return _HEAD + _encode(saved)


def decode(data: bytes, core: Core) -> None:
    """Puts what was saved into a core just made from the same opening, which has taken over nothing.

    Raises:
        UnknownVersionError: it is of another version.
        msgspec.MsgspecError: it is no such statistic.
    """
    version, _, body = data.partition(b"\n")
    if version != VERSION:
        named = version[:20].decode(errors="replace")
        raise UnknownVersionError(f"a statistic was saved by version {named}; this one reads {VERSION.decode()}")
    if isinstance(core, TargetBook):
        targets = _decode_targets(body)
        core.version, core.targets, core.status = targets.version, targets.targets, targets.status
    elif isinstance(core, StateBook):
        _restore_states(core, _decode_states(body))
    else:
        _restore_numbers(core, _decode_measure(body))


def _restore_numbers(core: Measure | SinceLogin, saved: SavedMeasure) -> None:
    measure = core._measure if isinstance(core, SinceLogin) else core
    if len(saved.parts) != len(measure._parts) or (saved.is_counting is None) == isinstance(core, SinceLogin):
        raise msgspec.ValidationError("what was saved is another kind of statistic")
    if isinstance(core, SinceLogin):
        core._is_counting = bool(saved.is_counting)
    _restore_measure(measure, saved.parts)


def restored(data: bytes, like: Core) -> Core:
    """The core that was encoded.

    Args:
        data: what `encode` gave.
        like: a core of the same opening, whatever has become of it: only what it was made of is looked at.

    Raises:
        UnknownVersionError: it is of another version.
        msgspec.MsgspecError: it is no such statistic.
    """
    core = like.fresh()
    decode(data, core)
    return core


# -- a measure ---------------------------------------------------------------------------------------------------------


def _saved_part(sieve: Sieve) -> SavedPart:
    interval = sieve.interval
    tally = interval.tally
    return SavedPart(
        tally.start_us,
        tally._changed_us,
        tally._area,
        tally.running,
        _saved_totals(tally.ended),
        interval.next_us,
        sieve._again,
        None if tally.last is None else list(tally.last),
        None if tally.stretches is None else list(tally.stretches),
        [(at_us, _saved_totals(totals)) for at_us, totals in interval._buckets]
        if isinstance(interval, Sliding)
        else [],
        {} if sieve._dates is None else sieve._dates._dated,
        _saved_loads(tally) if isinstance(tally, LoadedTally) else None,
    )


def _restore_measure(measure: Measure, parts: list[SavedPart]) -> None:
    for sieve, saved in zip(measure._parts, parts, strict=True):
        _restore_tally(sieve.interval.tally, saved)
        _restore_interval(sieve, saved)
        sieve._again = saved.again
        if sieve._dates is not None:
            sieve._dates._dated = saved.dated
    measure._next_us = measure._when_time_changes_it()


def _restore_tally(tally: Tally, saved: SavedPart) -> None:
    tally.start_us, tally._changed_us, tally._area = saved.start_us, saved.changed_us, saved.area
    tally.running.update(saved.running)
    if tally.begins is not None:
        tally.begins.extend(sorted(saved.running.values()))
    tally._began_us = sum(saved.running.values())
    tally._since_us = sum(max(began_us, saved.start_us) for began_us in saved.running.values())
    tally.ended = _totals(saved.ended)
    if tally.last is not None and saved.last is not None:
        tally.last.extend(saved.last)
    if tally.stretches is not None and saved.stretches is not None:
        tally.stretches.extend(saved.stretches)
    if isinstance(tally, LoadedTally) and saved.loads is not None:
        _restore_loads(tally, saved.loads)


def _restore_interval(sieve: Sieve, saved: SavedPart) -> None:
    interval = sieve.interval
    if saved.next_us is not None or interval.next_us is not None:
        interval.next_us = saved.next_us
    if isinstance(interval, Sliding):
        interval._buckets = deque((at_us, _totals(totals)) for at_us, totals in saved.buckets)
        interval.gather()


def _saved_totals(totals: Totals) -> SavedTotals:
    *sums, values = astuple(totals)
    if values is None:
        return SavedTotals(sums)
    return SavedTotals(sums, (values.number, _saved(values.sum), _saved(values.greatest), _saved(values.smallest)))


def _totals(saved: SavedTotals) -> Totals:
    if len(saved.sums) != len(Totals.__struct_fields__) - 1:
        raise msgspec.ValidationError(f"{len(saved.sums)} sums are no totals")
    totals = Totals(*saved.sums)  # type: ignore[arg-type]  # which of them may be None is as it was
    if saved.values is not None:
        number, sum_, greatest, smallest = saved.values
        totals.values = Values(number, _amount(sum_) or 0, _amount(greatest), _amount(smallest))
    return totals


# -- loads -------------------------------------------------------------------------------------------------------------


def _saved_loads(tally: LoadedTally) -> SavedLoads:
    return SavedLoads(
        {name: (_saved_load(one._before), _saved_load(one.now), one._order) for name, one in tally.carried.items()},
        None if tally.seen is None else list(tally.seen),
        None if tally.kept is None else [(*one[:3], _saved_load(one.load)) for one in tally.kept],
    )


def _restore_loads(tally: LoadedTally, saved: SavedLoads) -> None:
    for name, (before, now, order) in saved.carried.items():
        tally.carry(name, _load(before), order)
        tally.carry(name, _load(now), order)
    if tally.seen is not None and saved.seen is not None:
        tally.seen = dict.fromkeys(saved.seen)
    if tally.kept is not None and saved.kept is not None:
        tally.kept.extend(Counted(at_us, began_us, for_us, _load(load)) for at_us, began_us, for_us, load in saved.kept)


def _saved_load(load: Load) -> SavedLoad:
    return load.conn_id, _saved(load.amount)


def _load(saved: SavedLoad) -> Load:
    return Load(saved[0], _amount(saved[1]))


def _saved(amount: Amount | None) -> SavedAmount:
    return str(amount) if isinstance(amount, Fraction) else amount


def _amount(saved: SavedAmount) -> Amount | None:
    return _fraction(saved) if isinstance(saved, str) else saved


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise msgspec.ValidationError(f"no amount: {text[:20]}") from error


# -- a book of states --------------------------------------------------------------------------------------------------


def _restore_states(book: StateBook, saved: SavedStates) -> None:
    book._statuses, book._actions, book._notes = saved.statuses, saved.actions, saved.notes
    book._media = saved.media
    book._action_dns = {occurrence: dn for dn, actions in saved.actions.items() for occurrence in actions}


_encode = msgspec.json.Encoder().encode
_decode_measure = msgspec.json.Decoder(SavedMeasure).decode
_decode_targets = msgspec.json.Decoder(SavedTargets).decode
_decode_states = msgspec.json.Decoder(SavedStates).decode
