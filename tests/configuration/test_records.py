from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.configuration.environment_file import read_environment
from actors.configuration.kept import KeptEnvironment
from actors.configuration.records import Records
from actors.configuration.writer import content_of
from actors.vocabulary.configuration_events import ConfigurationRecord
from runtime.files import write_toml


def record(table: str, **row: Any) -> ConfigurationRecord:
    return ConfigurationRecord(table, msgspec.Raw(msgspec.json.encode(row)))


def content(*put: ConfigurationRecord, deleted: tuple[ConfigurationRecord, ...] = ()) -> dict[str, Any]:
    records = Records()
    for one in put:
        records.put(one)
    for one in deleted:
        records.delete(one)
    return content_of(records.lines)


def test_a_row_replaces_the_one_of_its_name() -> None:
    old, new = (record("agent", employee_id="1001", name=name) for name in ("Ada", "Eva"))
    assert content(old, new) == {"agent": [{"employee_id": "1001", "name": "Eva"}]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (record("dn", number="7001", switch="pbx1"), record("dn", number="7001", switch="pbx2")),
        (record("agent", employee_id="1", tenant="A"), record("agent", employee_id="1", tenant="B")),
        (record("agent_group", name="Sales"), record("dn_group", name="Sales")),
    ],
)
def test_what_is_named_otherwise_is_another_row(one: ConfigurationRecord, other: ConfigurationRecord) -> None:
    assert sum(map(len, content(one, other).values())) == 2
    assert content(one, other, deleted=(other,)) == content(one)


def test_what_is_null_is_as_if_it_were_not_there() -> None:
    assert content(record("place", name="Desk", capacity_rule=None)) == {"place": [{"name": "Desk"}]}


def test_what_was_told_is_read_like_a_file(tmp_path: Path) -> None:
    rows = record("switch", name="pbx1"), record("dn", number="7001", switch="pbx1", type="Extension")
    agent = record("agent", employee_id="1001", skills={"Spanish": 5}, logins=["5001@pbx1"])
    path = tmp_path / "said.toml"
    write_toml(path, content(*rows, agent))
    read = read_environment(path)
    assert read.faults == ()
    assert read.environment.agents["Environment", "1001"].skills == {"Spanish": 5}


def test_what_was_said_is_kept_when_it_was_in_order_and_not_before(tmp_path: Path) -> None:
    kept = KeptEnvironment(tmp_path)
    assert kept.begin_reading() is None
    kept.said.write_text("first")
    reading = kept.begin_reading()
    kept.said.write_text("second, said while the first is read")
    kept.was_in_order()
    assert reading is not None
    assert (tmp_path / "environment.toml").read_text() == "first"
    assert kept.begin_reading() == reading
    assert reading.read_text() == "second, said while the first is read"
