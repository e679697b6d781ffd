from collections.abc import Callable
from pathlib import Path

import pytest

Folder = Callable[[str, str], Path]

CENTRE = """\
[[switch]]
name = "pbx1"

[[dn]]
number = "8000"
switch = "pbx1"
type = "ACDQueue"

[[dn]]
number = "7001"
switch = "pbx1"
type = "Extension"

[[place]]
name = "Desk"
dns = ["7001@pbx1"]

[[agent]]
employee_id = "1001"
logins = ["1001@pbx1"]
skills = { Spanish = 5 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Writes a configuration; the small centre stands at the head of its environment."""

    def write(environment: str, definitions: str) -> Path:
        (tmp_path / "environment.toml").write_text(CENTRE + environment)
        (tmp_path / "statserver.cfg").write_text(definitions)
        return tmp_path

    return write
