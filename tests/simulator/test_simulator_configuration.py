from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from actors.configuration.check import check
from simulator.centre import centre_of
from simulator.configuration import write_configuration

PORTS = {"tserver-1": 4711, "ixn-1": 4712, "ixn-2": 4713}


@pytest.mark.parametrize("agents", [1, 60, 700])
def test_the_server_finds_no_fault_in_it(tmp_path: Path, agents: int) -> None:
    write_configuration(centre_of(agents, seed=1), tmp_path / "conf", host="127.0.0.1", ports=PORTS)
    assert check(tmp_path / "conf") == ()


def test_it_says_where_each_source_is(tmp_path: Path) -> None:
    write_configuration(centre_of(3, seed=1), tmp_path, host="127.0.0.1", ports=PORTS)
    sources = tomllib.loads((tmp_path / "environment.toml").read_text())["source"]
    assert {source["name"]: source["port"] for source in sources} == PORTS
    assert [source["type"] for source in sources] == ["tserver", "interaction-server", "interaction-server"]
