from collections.abc import Callable
from pathlib import Path

from actors.configuration.check import check

Folder = Callable[[str, str], Path]
BAD = "[A]\nObjects = Agent\nCategory = Nothing\n"


def test_a_good_configuration_has_no_faults(folder: Folder) -> None:
    assert check(folder("", "")) == ()


def test_everything_wrong_is_told_by_file_and_line(folder: Folder) -> None:
    faults = check(folder('[[place]]\nname = "P"\ndns = ["x@pbx1"]\nsize = 4\n', BAD + "[statserver]\nclock = x\n"))
    assert [(Path(fault.file).name, fault.line) for fault in faults] == [
        ("environment.toml", 24),
        ("environment.toml", 25),
        ("statserver.cfg", 3),
        ("statserver.cfg", 5),
    ]


def test_an_option_that_is_only_not_used_is_no_fault(folder: Folder) -> None:
    assert check(folder("", "[statserver]\nlog = all\n")) == ()
