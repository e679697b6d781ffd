"""Both recordings, turned into events and counted by those alone, against what Asterisk's own books say of them."""

from __future__ import annotations

import json
import random
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pytest
from asterisk_play import RECORDINGS, Player, dns_of, messages_of

from actors.sources.ami import AmiMessage, timestamp_us
from actors.sources.asterisk import AsteriskSwitch
from actors.sources.asterisk_state import SwitchState
from actors.vocabulary.events import TServerEvent

FOLDERS = ["asterisk-small", "asterisk-transfers"]
Books = dict[str, dict[str, float]]


class Counter:
    """Queues and agents counted from events, knowing nothing of Asterisk."""

    def __init__(self) -> None:
        self.queues: Books = defaultdict(lambda: defaultdict(float))
        self.agents: Books = defaultdict(lambda: defaultdict(float))
        self._agent_at: dict[str, str] = {}
        self._since: dict[tuple[str, ...], float] = {}
        self._owner: dict[tuple[str, str], str] = {}

    def count(self, event: TServerEvent) -> None:
        handler = getattr(self, f"on_{event.event}", None)
        if handler:
            handler(event)

    def on_EventAgentLogin(self, e: TServerEvent) -> None:  # noqa: N802
        if e.this_dn not in self._agent_at:
            self._agent_at[e.this_dn] = e.agent_id
            self._since["login", e.agent_id] = e.time
            self.agents[e.agent_id]["Logins"] += 1

    def on_EventAgentLogout(self, e: TServerEvent) -> None:  # noqa: N802
        self.agents[e.agent_id]["LoggedInTime"] += e.time - self._since.pop(("login", e.agent_id))
        self.on_EventAgentReady(e)
        del self._agent_at[e.this_dn]

    def on_EventAgentNotReady(self, e: TServerEvent) -> None:  # noqa: N802
        if ("pause", e.agent_id) not in self._since:
            self._since["pause", e.agent_id] = e.time

    def on_EventAgentReady(self, e: TServerEvent) -> None:  # noqa: N802
        if ("pause", e.agent_id) in self._since:
            self.agents[e.agent_id]["NotReadies"] += 1
            self.agents[e.agent_id]["NotReadyTime"] += e.time - self._since.pop(("pause", e.agent_id))

    def on_EventQueued(self, e: TServerEvent) -> None:  # noqa: N802
        self.queues[e.this_dn]["Entered"] += 1
        self._since["wait", e.this_dn, e.conn_id] = self._since["entered", e.this_dn, e.conn_id] = e.time

    def on_EventAbandoned(self, e: TServerEvent) -> None:  # noqa: N802
        if e.this_dn == e.this_queue:
            self.queues[e.this_dn]["Abandoned"] += 1
            self._end_wait(e)

    def on_EventDiverted(self, e: TServerEvent) -> None:  # noqa: N802
        self.queues[e.this_dn]["Cleared"] += e.call_state == "Redirected"
        self._end_wait(e)

    def on_EventEstablished(self, e: TServerEvent) -> None:  # noqa: N802
        queue, agent = self.queues[e.this_queue], self._agent_at[e.this_dn]
        queue["Answered"] += 1
        queue["AnsweredWait"] += e.time - self._since.pop(("entered", e.this_queue, e.conn_id))
        self.agents[agent]["CallsStarted"] += 1
        self._since["talk", e.this_dn, e.conn_id] = e.time
        self._owner[e.this_dn, e.conn_id] = agent

    def on_EventReleased(self, e: TServerEvent) -> None:  # noqa: N802
        since = self._since.pop(("talk", e.this_dn, e.conn_id), None)
        if since is None:
            self.agents[self._agent_at[e.this_dn]]["NoAnswer"] += e.call_state == "Redirected"
            return
        agent = self.agents[self._owner.pop((e.this_dn, e.conn_id))]
        agent["CallsInbound"] += 1
        agent["TalkInbound"] += e.time - since
        agent["Transfers"] += e.call_state == "Transferred"
        self.queues[e.this_queue]["Released"] += 1
        self.queues[e.this_queue]["HandleTime"] += e.time - since

    def _end_wait(self, e: TServerEvent) -> None:
        wait = e.time - self._since.pop(("wait", e.this_dn, e.conn_id))
        queue = self.queues[e.this_dn]
        queue["TotalWait"] += wait
        queue["MaxWait"] = max(queue["MaxWait"], wait)

    def waiting_now(self) -> int:
        return sum(key[0] == "wait" for key in self._since)


def total(parts: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for part in parts:
        for key, value in part.items():
            sums[key] = max(sums[key], value) if key == "MaxWait" else sums[key] + value
    return sums


def book_of(counter: Counter, environment: dict[str, Any], kind: str, name: str) -> Mapping[str, float]:
    if kind == "Queue":
        return counter.queues[name.split("@")[0]]
    if kind == "Agent":
        return counter.agents[name]
    table, field = ("dn_group", "dns") if kind == "GroupQueues" else ("agent_group", "agents")
    group = next(row for row in environment[table] if row["name"] == name)
    books = counter.queues if kind == "GroupQueues" else counter.agents
    return total(books[member.split("@")[0]] for member in group[field])


def wrong_facts(folder: str, events: Iterable[TServerEvent]) -> list[str]:
    counter = Counter()
    for event in events:
        counter.count(event)
    assert counter.waiting_now() == 0
    environment = tomllib.loads((RECORDINGS / folder / "environment.toml").read_text())
    wrong = []
    for line in (RECORDINGS / folder / "expected.jsonl").read_text().splitlines():
        fact = json.loads(line)
        book = book_of(counter, environment, fact["object"]["type"], fact["object"]["id"])
        value = book.get(fact["statistic"], 0)
        if abs(value - fact["value"]) > fact["tolerance"] + 1e-6:
            wrong.append(f"{fact['object']} {fact['statistic']}: {value}, not {fact['value']}")
    return wrong


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_fact_of_the_queue_log_is_in_the_events(folder: str) -> None:
    events = Player(AsteriskSwitch(dns_of(folder))).play(messages_of(folder))
    assert wrong_facts(folder, events) == []


def kind_of(message: AmiMessage) -> str:
    """Events of one kind keep their order, kinds overtake one another."""
    event = message.get("Event", "")
    if event in ("VarSet", "BlindTransfer"):
        return event
    return next((kind for kind in ("QueueMember", "Queue", "Agent", "Dial", "Bridge") if event.startswith(kind)), "")


def overtaken(messages: list[AmiMessage], seed: int, late_max_us: int) -> list[AmiMessage]:
    """The same day, every kind of event delayed now and then."""
    chance, last, order = random.Random(seed), defaultdict(int), []
    for message in messages:
        kind, time_us = kind_of(message), timestamp_us(message) or 0
        late_us = chance.randrange(late_max_us) if chance.randrange(3) == 0 else 0
        last[kind] = max(last[kind], time_us + late_us)
        order.append((last[kind] if time_us else 0, message))
    order.sort(key=lambda item: item[0])
    return [
        {**message, "Timestamp": f"{us // 1_000_000}.{us % 1_000_000:06}"} if us else message for us, message in order
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("late_max_us", [200, 20_000])
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_facts_stay_when_kinds_of_event_overtake_one_another(folder: str, late_max_us: int, seed: int) -> None:
    player = Player(AsteriskSwitch(dns_of(folder)))
    events = player.play(overtaken(messages_of(folder), seed, late_max_us))
    assert wrong_facts(folder, events + player.wait_until(player.now_us + 1_000_000)) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_left_over_when_all_calls_are_gone(folder: str) -> None:
    player = Player(AsteriskSwitch(dns_of(folder)))
    player.play(messages_of(folder))
    state = player.switch.state
    assert (state.channels, state.parties, state.waiting, state.timers, state.halves) == ({}, {}, {}, {}, {})


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_time_of_events_never_goes_back(folder: str) -> None:
    events = Player(AsteriskSwitch(dns_of(folder))).play(messages_of(folder))
    times = [event.time for event in events]
    assert times == sorted(times)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_switch_restored_anywhere_tells_the_same_events(folder: str) -> None:
    messages = messages_of(folder)
    whole = Player(AsteriskSwitch(dns_of(folder))).play(messages)
    player = Player(AsteriskSwitch(dns_of(folder)))
    events = []
    for start in range(0, len(messages), 97):
        saved = msgspec.msgpack.encode(player.switch.state)
        player.switch = AsteriskSwitch(dns_of(folder), msgspec.msgpack.decode(saved, type=SwitchState))
        events += player.play(messages[start : start + 97])
    assert events == whole


@pytest.mark.parametrize("start", [700, 1500, 2500])
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_recording_cut_from_the_middle_counts_what_it_still_shows(folder: str, start: int) -> None:
    messages = messages_of(folder)[start:]
    events = Player(AsteriskSwitch(dns_of(folder))).play(messages)
    connects = sum(message.get("Event") == "AgentConnect" for message in messages)
    assert sum(event.event == "EventEstablished" for event in events) == connects


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_message_is_too_mutilated(folder: str) -> None:
    messages = [
        {key: value for number, (key, value) in enumerate(message.items()) if number == 0 or (number + index) % 7}
        for index, message in enumerate(messages_of(folder))
    ]
    player = Player(AsteriskSwitch(dns_of(folder)))
    player.play(messages)
    assert player.switch.counters["incomplete"] > 0
