"""The book in which the rules of an Asterisk read and write: its state, its DNs, the events told so far.

The invariant of endings: the first proof ends a thing, later ones are ignored. Where the first proof does not say *how*
it ended, and Asterisk keeps no order between kinds of event (`sources.md` 3.3), the thing is marked as ended and the
verdict waits, for `VERDICT_US` at most, for the event that tells; its date stays that of the first proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from actors.configuration.environment import Dn
from actors.sources.ami import WHOLE_DIGITS_MAX, AmiMessage
from actors.sources.asterisk_state import Channel, Party, SwitchState, Waiting
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import seconds

VERDICT_US: Final = 100_000
"""How long a verdict may wait, in microseconds: what belongs together came within 0.1 ms, give or take reordering."""

TALKING: Final = frozenset({"Established", "Held"})


class Timer(NamedTuple):
    """A wish to be called back: `AsteriskSwitch.due(key, time)` at `due_us`, before messages of that time."""

    due_us: int
    key: str


class Book:
    """State of one switch and what is being told of it.

    Args:
        dns: the DNs of the switch.
        state: what is remembered of it.
    """

    def __init__(self, dns: Iterable[Dn], state: SwitchState) -> None:
        self.state = state
        self.dns: dict[str, Dn] = {}
        self._by_interface: dict[str, str] = {}
        self.bring(dns)
        self.events: list[TServerEvent] = []
        self.new_timers: list[Timer] = []
        state.now_us = state.now_us or state.last_us

    @property
    def time_us(self) -> int:
        """When what is being handled happened."""
        return self.state.now_us

    @time_us.setter
    def time_us(self, time_us: int) -> None:
        self.state.now_us = time_us

    # Which DNs there are

    def bring(self, dns: Iterable[Dn]) -> None:
        """The configuration has these DNs, new or in the place of others."""
        for dn in dns:
            self.take_out((dn.number,))
            self.dns[dn.number] = dn
            if dn.interface:
                self._by_interface[dn.device] = dn.number

    def take_out(self, numbers: Iterable[str]) -> None:
        """The configuration has DNs no more."""
        for number in numbers:
            dn = self.dns.pop(number, None)
            if dn is not None and self._by_interface.get(dn.device) == number:
                del self._by_interface[dn.device]

    # Who is who

    def dn_of_interface(self, interface: str, state_interface: str = "") -> str:
        """Number of the DN behind a queue member; learns it where only the state interface is configured."""
        name = plain(interface)
        number = self._by_interface.get(name) or self.state.interfaces.get(name, "")
        if not number and (number := self._by_interface.get(plain(state_interface), "")):
            self.state.interfaces[name] = number
        return number

    def dn_of_channel(self, name: str) -> str:
        """Number of the DN whose channel this is, either half of a Local channel; empty for anybody else's."""
        return self.dn_of_interface(name.rpartition("-")[0]) if name else ""

    def channel(self, message: AmiMessage, prefix: str = "") -> Channel | None:
        """The channel that `message` names in the fields with this prefix, from now on known."""
        uniqueid = message.get(f"{prefix}Uniqueid", "")
        if not uniqueid:
            return None
        channel = self.state.channels.get(uniqueid)
        if channel is None:
            linkedid = message.get(f"{prefix}Linkedid") or uniqueid
            channel = Channel(conn_id=linkedid, linkedid=linkedid)
            self.state.channels[uniqueid] = channel
        channel.name = message.get(f"{prefix}Channel") or channel.name
        channel.number = number_of(message, prefix) or channel.number
        return channel

    def party_at(self, dn: str, conn_id: str) -> str:
        """Uniqueid of the party of that call at that DN, if there is one."""
        return next((u for u in self.state.lines.get(dn, ()) if self.state.parties[u].conn_id == conn_id), "")

    def talk_at(self, dn: str, besides: str = "") -> Party | None:
        """The first call that is talked or held at a DN, other than that of the channel `besides`."""
        uniqueids = (u for u in self.state.lines.get(dn, ()) if u != besides)
        parties = map(self.state.parties.__getitem__, uniqueids)
        return next((p for p in parties if p.state in TALKING and p.role != "Observer"), None)

    # What is told

    def tell(self, event: str, dn: str, at_us: int = 0, **attributes: Any) -> None:
        """Tells one event of one DN, dated `at_us` (or now), but never before what was told last."""
        if dn not in self.dns:
            self.count("unknown_dn")
            return
        self._append(event, at_us, this_dn=dn, **attributes)

    def tell_link(self, event: str) -> None:
        """Tells one event of the link itself."""
        self._append(event, 0)

    def _append(self, event: str, at_us: int, **attributes: Any) -> None:
        self.state.told_us = max(at_us or self.time_us, self.state.told_us)
        self.events.append(TServerEvent(event=event, time=seconds(self.state.told_us), **attributes))

    def tell_party(self, event: str, party: Party, at_us: int = 0, **attributes: Any) -> None:
        """Tells one event of a call at its DN."""
        common = {
            "conn_id": party.conn_id,
            "call_type": party.call_type,
            "this_dn_role": party.role,
            "this_queue": party.queue,
            "other_dn": party.other_dn,
            "ani": party.ani,
            "dnis": party.dnis,
            "previous_conn_id": party.previous_conn_id,
        }
        self.tell(event, party.dn, at_us, **{**common, **attributes})

    def tell_waiting(self, event: str, waiting: Waiting, at_us: int = 0, **attributes: Any) -> None:
        """Tells one event of a call at its queue."""
        common = {
            "conn_id": waiting.conn_id,
            "call_type": waiting.call_type,
            "this_queue": waiting.queue,
            "other_dn": waiting.ani,
            "ani": waiting.ani,
            "dnis": waiting.dnis,
            "previous_conn_id": waiting.previous_conn_id,
        }
        self.tell(event, waiting.queue, at_us, **{**common, **attributes})

    def count(self, counter: str) -> None:
        """Counts what was set aside: shown to operators, of no effect on values."""
        self.state.counters[counter] = self.state.counters.get(counter, 0) + 1

    # Timers

    def start_timer(self, key: str, due_us: int) -> None:
        """Asks to be called back at `due_us`; an earlier wish of that key is forgotten."""
        self.state.timers[key] = due_us
        self.new_timers.append(Timer(due_us, key))

    def stop_timer(self, key: str) -> None:
        """Forgets a wish: when it is due, nothing happens."""
        self.state.timers.pop(key, None)

    # Parties

    def add_party(self, uniqueid: str, party: Party) -> None:
        """Notes a party at its DN, and at the channel that called it."""
        self.state.parties[uniqueid] = party
        self.state.lines.setdefault(party.dn, []).append(uniqueid)
        self._note_over(uniqueid, is_over=False)
        caller = self.state.channels.get(party.caller)
        if caller is not None and party.caller != uniqueid:
            caller.parties.append(uniqueid)

    def drop_party(self, uniqueid: str) -> Party:
        """Forgets a party, untold."""
        party = self.state.parties.pop(uniqueid)
        self.state.lines[party.dn].remove(uniqueid)
        caller = self.state.channels.get(party.caller)
        if caller is not None and uniqueid in caller.parties:
            caller.parties.remove(uniqueid)
        self.stop_timer(f"party:{uniqueid}")
        self._note_over(uniqueid, is_over=True)
        return party

    def _note_over(self, uniqueid: str, *, is_over: bool) -> None:
        if channel := self.state.channels.get(uniqueid):
            channel.is_over = is_over

    def rename(self, old: str, new: str) -> None:
        """Lets channel `new` take the place of `old` in everything (an optimised Local channel, `sources.md` 3.3)."""
        state = self.state
        if old in state.parties:
            party = state.parties[new] = state.parties.pop(old)
            party.caller = new if party.caller == old else party.caller
            line = state.lines[party.dn]
            line[line.index(old)] = new
            caller = state.channels.get(party.caller)
            if caller is not None and old in caller.parties:
                caller.parties[caller.parties.index(old)] = new
        if old in state.waiting:
            state.waiting[new] = state.waiting.pop(old)
        if old in state.channels:
            channel = state.channels[new] = state.channels.pop(old)
            for uniqueid in channel.parties:
                state.parties[uniqueid].caller = new
        for kind in ("party", "waiting"):
            if due_us := state.timers.pop(f"{kind}:{old}", 0):
                self.start_timer(f"{kind}:{new}", due_us)


def plain(interface: str) -> str:
    """An interface without the `/n` that only says how its Local channel behaves."""
    return interface.removesuffix("/n")


def known(text: str) -> str:
    """A caller's number, empty where Asterisk does not know it."""
    return "" if text == "<unknown>" else text


def number_of(message: AmiMessage, prefix: str = "") -> str:
    """The caller's number of the channel that `message` names in the fields with this prefix."""
    return known(message.get(f"{prefix}CallerIDNum", ""))


def whole(text: str) -> int:
    """A field that should be a whole number of seconds; 0 where it is none, or longer than a time can be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= WHOLE_DIGITS_MAX else 0


def is_second_half(name: str) -> bool:
    """Whether this is the half of a Local channel that runs the dialplan, which is nobody's party."""
    return name.endswith(";2")
