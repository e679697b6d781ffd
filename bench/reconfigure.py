"""How long a large contact centre takes to load, and one agent's difference to apply while events go on.

    python -m bench.reconfigure

prints a table and writes `bench/results/reconfigure.json`. All is processor time: seconds to load 30,000 agents, 60,000
DNs and 2,000 groups, files and actors apart; ms of a difference, the median and the greatest of `CHANGES`, each behind
events and before some; `apart` are the seconds of the process that reads the files meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table

from actors.configuration.difference import Difference, changed_by, difference
from actors.configuration.environment import Agent, Environment
from actors.configuration.load import Loaded, load
from actors.configuration.reader import report_of
from actors.supervisor import Supervisor
from actors.vocabulary.events import TServerEvent
from bench.report import report
from runtime.clock import SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.garbage import ColdStorage
from runtime.intake import Intake

RESULTS: Final = Path(__file__).parent / "results" / "reconfigure.json"
AGENTS: Final = 30_000
DNS: Final = 60_000
GROUPS: Final = 2_000
VIRTUAL: Final = 100
"""Of the groups; each has a fiftieth of the agents. The others list as many as `MEMBERS`."""
MEMBERS: Final = 30
CHANGES: Final = 20
EVENTS: Final = 50
"""Between two changes."""
START_US: Final = 1_790_000_000_000_000


def centre() -> Iterator[str]:
    """`environment.toml`, each DN at a desk of its own with another, each agent in a group of listed ones."""
    yield '[[switch]]\nname = "pbx1"\n'
    yield '[[source]]\nname = "t"\ntype = "tserver"\nswitch = "pbx1"\nhost = "127.0.0.1"\nport = 5001\n'
    for dn in range(DNS):
        yield f'[[dn]]\nnumber = "{dn}"\nswitch = "pbx1"\ntype = "Extension"\n'
    for agent in range(AGENTS):
        yield f'[[place]]\nname = "Desk {agent}"\ndns = ["{2 * agent}@pbx1", "{2 * agent + 1}@pbx1"]\n'
        yield f'[[agent]]\nemployee_id = "a{agent}"\nlogins = ["{agent}@pbx1"]\nskills = {{ Skill{agent % 50} = 5 }}\n'
    for group in range(GROUPS - VIRTUAL):
        names = ", ".join(f'"a{(group * MEMBERS + member) % AGENTS}"' for member in range(MEMBERS))
        yield f'[[agent_group]]\nname = "Listed {group}"\nagents = [{names}]\n'
    for group in range(VIRTUAL):
        yield f'[[agent_group]]\nname = "Virtual {group}"\nscript = \'Skill("Skill{group % 50}") > {group % 7}\'\n'


class House:
    """A server of the contact centre, where calls come and go."""

    def __init__(self, loaded: Loaded) -> None:
        self.intake = Intake(Dispatcher(), SteppedClock(START_US))
        self.supervisor = Supervisor(loaded, self.intake.dispatcher, self.intake)
        self.now_us = START_US
        self._calls = 0

    def call(self) -> None:
        """An agent logs in and answers; the call goes on."""
        self._calls += 1
        number = str(self._calls * 7 % DNS)
        for name, told in (
            ("EventAgentLogin", {"agent_id": str(self._calls * 7 % AGENTS)}),
            ("EventRinging", {"conn_id": f"c{self._calls}", "call_type": "Inbound"}),
            ("EventEstablished", {"conn_id": f"c{self._calls}", "call_type": "Inbound"}),
        ):
            self.now_us += 1_000
            event = TServerEvent(name, time=self.now_us / 1e6, this_dn=number, **told)
            self.intake.put(self.supervisor.connectors["t"], event, stamp_us=self.now_us)

    def become_ms(self, change: Difference) -> float:
        """Events, the change, events: how long the events behind the change are kept by it."""
        for _ in range(EVENTS):
            self.call()
        self.intake.drain()
        began = time.process_time()
        self.supervisor.reconfiguring.take_in(change, self.now_us)
        while self.intake.step():
            pass
        took = time.process_time() - began
        self.call()
        self.intake.drain()
        return took * 1e3


def changes_of(environment: Environment) -> Iterator[Difference]:
    """One agent is new, learns, has another login, moves, is gone; in turn."""
    for number in range(CHANGES // 4):
        new = Agent(f"new{number}", logins=(f"n{number}@pbx1",), skills={"Skill1": 9})
        taught = msgspec.structs.replace(new, skills={"Skill2": 9}, logins=(f"m{number}@pbx1",))
        key = (new.tenant, new.employee_id)
        group = environment.agent_groups[new.tenant, f"Listed {number}"]
        joined = msgspec.structs.replace(group, agents=(*group.agents, new.employee_id))
        states: list[dict[str, Any]] = [
            {"agents": {**environment.agents, key: new}},
            {"agents": {**environment.agents, key: taught}},
        ]
        states.append({**states[1], "agent_groups": {**environment.agent_groups, (group.tenant, group.name): joined}})
        before = environment
        for state in (*states, {}):
            after = msgspec.structs.replace(environment, **state)
            yield difference(before, after)
            before = after


def measured(step: Callable[[str], None] = lambda _what: None) -> dict[str, float]:
    """All figures."""
    step("a large contact centre")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "environment.toml").write_text("".join(centre()))
        (folder / "statserver.cfg").write_text("[statserver]\n")
        storage = ColdStorage()
        storage.open()
        began = time.process_time()
        loaded = load(folder)
        read = time.process_time()
        house = House(loaded)
        started = time.process_time()
        report_of(folder, loaded.environment)
        apart = time.process_time()
    took = [house.become_ms(change) for change in changes_of(loaded.environment)]
    assert house.supervisor.environment == changed_by(loaded.environment, Difference())
    assert house.supervisor.failures == 0
    return {
        "files_s": read - began,
        "actors_s": started - read,
        "load_s": started - began,
        "apart_s": apart - started,
        "change_median_ms": sorted(took)[len(took) // 2],
        "change_max_ms": max(took),
    }


def show(figures: dict[str, float], console: Console) -> None:
    table = Table("figure", "value", title="A large contact centre changes")
    for name, value in figures.items():
        table.add_row(name, f"{value:.2f}")
    console.print(table)


def main() -> None:
    report(measured(), show, RESULTS, Console())


if __name__ == "__main__":
    main()
