"""Random changes of the contact centre of the random days (`tests/oracle/days.py`), as its file would be edited."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

from actors.configuration.environment import Environment
from actors.configuration.environment_file import environment_of
from runtime.files import TomlFile

Tables = dict[str, Any]
QUEUES: Final = ("8000@pbx1", "8001@pbx1", "8500@pbx1", "8900@pbx1")
SCRIPTS: Final = (
    'Skill("Spanish") > 2 & LoggedIn("pbx1")',
    'SkillExists("Billing") | Skill("Spanish") > 4',
    "~LoggedIn",
    'LoggedIn("8001@pbx1")',
)
SPARE: Final = ("dora", "emil", "fay")
"""Agents that come and go, and never log in."""


def environment_in(tables: Tables) -> Environment:
    """The contact centre that such a file describes."""
    read = environment_of(TomlFile(Path("environment.toml"), "", copy.deepcopy(tables)))
    assert not read.faults, read.faults
    return read.environment


def row(tables: Tables, table: str, name: str) -> dict[str, Any]:
    (found,) = (one for one in tables[table] if one.get("name", one.get("employee_id")) == name)
    assert isinstance(found, dict)
    return found


def subset(random: Random, names: list[str]) -> list[str]:
    return [name for name in names if random.random() < 0.6]


def regroup_agents(random: Random, tables: Tables) -> None:
    agents = [agent["employee_id"] for agent in tables["agent"]]
    row(tables, "agent_group", random.choice(("Sales", "Everyone")))["agents"] = subset(random, agents)


def regroup_places(random: Random, tables: Tables) -> None:
    places = [place["name"] for place in tables["place"]]
    row(tables, "place_group", random.choice(("Floor", "Window")))["places"] = subset(random, places)


def regroup_queues(random: Random, tables: Tables) -> None:
    row(tables, "dn_group", random.choice(("Queues", "Everything")))["dns"] = subset(random, list(QUEUES))


def move_desk(random: Random, tables: Tables) -> None:
    places = tables["place"]
    source = random.choice([place for place in places if place["dns"]] or places)
    if not source["dns"]:
        return
    dn = random.choice(source["dns"])
    source["dns"].remove(dn)
    random.choice(places)["dns"].append(dn)


def teach(random: Random, tables: Tables) -> None:
    for agent in tables["agent"]:
        if random.random() < 0.3:
            agent["skills"] = {skill: random.randint(0, 6) for skill in subset(random, ["Spanish", "Billing"])}


def rewrite(random: Random, tables: Tables) -> None:
    row(tables, "agent_group", random.choice(("Spanish here", "Of 8001")))["script"] = random.choice(SCRIPTS)


def serve_queues(random: Random, tables: Tables) -> None:
    table, name = random.choice((("agent_group", "Sales"), ("place_group", "Window"), ("agent_group", "Everyone")))
    row(tables, table, name)["origination_dns"] = subset(random, list(QUEUES))


def hire_or_fire(random: Random, tables: Tables) -> None:
    come_or_go(random, tables, random.choice(SPARE))


def come_or_go(random: Random, tables: Tables, name: str) -> None:
    """An agent that is there is gone, or the reverse."""
    there = [agent for agent in tables["agent"] if agent["employee_id"] == name]
    if not there:
        tables["agent"].append({"employee_id": name, "skills": {"Spanish": random.randint(0, 9)}})
        return
    tables["agent"].remove(there[0])
    for group in tables["agent_group"]:
        if name in group.get("agents", ()):
            group["agents"].remove(name)


OF_MEMBERS: Final[tuple[Callable[[Random, Tables], None], ...]] = (
    regroup_agents,
    regroup_places,
    regroup_queues,
    move_desk,
    teach,
    rewrite,
    serve_queues,
    hire_or_fire,
)
"""What changes who belongs to whom; the oracle knows it all."""


def build_or_raze(random: Random, tables: Tables) -> None:
    """A desk with a DN of its own, and groups of everything, come or go."""
    number = random.choice(("7101", "7102", "7103"))
    dn, name = f"{number}@pbx1", f"Annex {number}"
    if not any(place["name"] == name for place in tables["place"]):
        tables["dn"].append({"number": number, "switch": "pbx1", "type": "Extension"})
        tables["place"].append({"name": name, "dns": [dn]})
        tables["place_group"].append({"name": name, "places": [name], "origination_dns": [random.choice(QUEUES)]})
        return
    tables["dn"] = [one for one in tables["dn"] if one["number"] != number]
    tables["place"] = [place for place in tables["place"] if place["name"] != name]
    tables["place_group"] = [group for group in tables["place_group"] if group["name"] != name]
    for row_ in (*tables["place"], *tables["place_group"]):
        for field, gone in (("dns", dn), ("places", name)):
            if gone in row_.get(field, ()):
                row_[field].remove(gone)


def open_or_close_queue(random: Random, tables: Tables) -> None:
    number = random.choice(("8100", "8101"))
    if not any(dn["number"] == number for dn in tables["dn"]):
        kind = random.choice(("ACDQueue", "VirtualQueue", "RoutingPoint"))
        tables["dn"].append({"number": number, "switch": "pbx1", "type": kind})
        tables["dn_group"].append({"name": f"Only {number}", "dns": [f"{number}@pbx1"]})
        return
    tables["dn"] = [dn for dn in tables["dn"] if dn["number"] != number]
    tables["dn_group"] = [group for group in tables["dn_group"] if group["name"] != f"Only {number}"]


def pass_login_on(random: Random, tables: Tables) -> None:
    if len(tables["agent"]) < 2:
        return
    one, other = random.sample(tables["agent"], 2)
    logins = one.get("logins", []) + other.get("logins", [])
    at = random.randint(0, len(logins))
    one["logins"], other["logins"] = logins[:at], logins[at:]


def hire_or_fire_anybody(random: Random, tables: Tables) -> None:
    """Whoever works here, logged in or not, is gone, and comes back as the spare agents do."""
    come_or_go(random, tables, random.choice((*SPARE, "ann", "bob", "1003")))


def close_or_open_group(random: Random, tables: Tables) -> None:
    found = [group for group in tables["agent_group"] if group["name"] == "Night"]
    if found:
        tables["agent_group"].remove(found[0])
    else:
        tables["agent_group"].append({"name": "Night", "agents": [agent["employee_id"] for agent in tables["agent"]]})


OF_OBJECTS: Final = (
    *OF_MEMBERS,
    build_or_raze,
    open_or_close_queue,
    pass_login_on,
    hire_or_fire_anybody,
    close_or_open_group,
)
"""What changes which objects there are, too."""
