"""The pages name everything there is, link to what is there, and show what happens."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.stage import ROOT, Program, conf_folder
from msgspec import structs
from sources.standins import PATIENCE_S

from actors.configuration.definitions import ServerOptions
from actors.configuration.stat_type_options import OPTIONS
from actors.vocabulary import protocol
from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS
from actors.vocabulary.categories import CATEGORIES, REFUSED_CATEGORIES, SUBJECT_OBJECTS
from actors.vocabulary.events import EVENTS, TServerEvent
from actors.vocabulary.interaction_events import AGENT_EVENTS, SYNCHRONISATIONS
from actors.vocabulary.media_actions import MEDIA_ACTIONS, STAGING_ACTIONS, TENANT_ACTIONS
from actors.vocabulary.objects import DnType, ObjectType
from actors.vocabulary.statuses import AGENT_STATUSES

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKS = [(page, link) for page in PAGES for link in re.findall(r"\]\(((?!http)[^)\s]+)\)", page.read_text())]
REQUESTS = [kind.__struct_config__.tag for kind in protocol.AnyRequest.__args__]
ANSWERS = [kind.__struct_config__.tag for kind in protocol.Event.__subclasses__()]
SERVER_OPTIONS = [name.replace("_", "-") for name in ServerOptions.__struct_fields__ if name != "others"]
NAMES = {
    "statistics.md": [
        *REGULAR_ACTIONS,
        *MEDIATION_ACTIONS,
        *AGENT_STATUSES,
        *CATEGORIES,
        *REFUSED_CATEGORIES,
        *SUBJECT_OBJECTS,
        *ObjectType,
    ],
    "protocol.md": [*REQUESTS, *ANSWERS, *EVENTS, *AGENT_EVENTS, *SYNCHRONISATIONS, *TServerEvent.__struct_fields__],
    "multimedia.md": [*MEDIA_ACTIONS, *STAGING_ACTIONS, *TENANT_ACTIONS],
    "configuration.md": [*SERVER_OPTIONS, *OPTIONS, *DnType],
}


def words(page: Path) -> set[str]:
    """All words of a page, names with hyphens included."""
    return set(re.findall(r"[A-Za-z_][\w-]*", page.read_text()))


def anchor(heading: str) -> str:
    """What a heading is linked by."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def conversation() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The requests of the protocol's page, each with what comes back."""
    exchanges: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    for sign, line in re.findall(r"^    ([<>]) (\{.*\})$", (ROOT / "docs" / "protocol.md").read_text(), re.MULTILINE):
        if sign == ">":
            exchanges.append((json.loads(line), []))
        elif "Error" not in line:
            exchanges[-1][1].append(json.loads(line))
    return exchanges


@pytest.fixture
def answers_of(tmp_path: Path) -> Iterator[Any]:
    """Asks a server on the bundled contact centre, in one session."""
    recording = str(ROOT / "conf" / "recording.ami.gz")
    conf = conf_folder(tmp_path / "conf", ROOT / "conf", recording=recording, speed=20)
    server = Program("run", "--conf", conf, cwd=tmp_path, stderr=tmp_path / "stderr.txt")
    host, port = server.said.split()[-1].split(":")
    with socket.create_connection((host, int(port)), PATIENCE_S) as connection:
        lines = connection.makefile()

        def ask(request: dict[str, Any]) -> dict[str, Any]:
            connection.sendall(json.dumps(request).encode() + b"\n")
            while (answer := json.loads(lines.readline())).get("ref") != request["ref"]:
                pass
            return dict(answer)

        yield ask
    server.stop()


@pytest.mark.parametrize("page", NAMES)
def test_a_page_names_everything_there_is(page: str) -> None:
    assert [name for name in NAMES[page] if str(name) not in words(ROOT / "docs" / page)] == []


@pytest.mark.parametrize(("page", "link"), LINKS, ids=lambda one: getattr(one, "name", one))
def test_a_link_leads_somewhere(page: Path, link: str) -> None:
    file, _, heading = link.partition("#")
    target = page.parent / file if file else page
    assert target.exists()
    if heading:
        assert heading in map(anchor, re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE))


def test_every_request_shown_is_answered_as_shown(answers_of: Any) -> None:
    for request, shown in conversation():
        answer = answers_of(request)
        assert (answer["event"], answer.keys()) == (shown[0]["event"], shown[0].keys()), request


def test_the_defaults_told_are_those_of_the_server() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    told = dict(re.findall(r"^\| `([a-z-]+)` \| `?([^|`]+)`? \|", page, re.MULTILINE))
    for field in structs.fields(ServerOptions):
        name = field.name.replace("_", "-")
        if name in told and told[name].strip() not in ("none", "yes", "no", "true"):
            assert told[name].strip() == f"{field.default}"


def test_every_table_of_the_bundled_contact_centre_is_explained() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    tables = set(re.findall(r"^\[\[(\w+)\]\]", (ROOT / "conf" / "environment.toml").read_text(), re.MULTILINE))
    assert {table for table in tables if f"| `[[{table}]]` |" not in page} == set()
