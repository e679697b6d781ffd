from collections.abc import Callable
from pathlib import Path

import pytest

from actors.configuration.check import check
from actors.vocabulary.errors import Fault

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


def lines(faults: tuple[Fault, ...]) -> list[int]:
    return [fault.line for fault in faults]


@pytest.mark.parametrize(
    "row",
    [
        '[[dn]]\nnumber = "7001"\nswitch = "pbx1"\ntype = "Extenson"\n',
        '[[agent]]\nemployee_id = "1001"\nname = 7\n',
        '[[switch]]\nname = "pbx1"\ntenant = "Nobody"\n',
    ],
)
def test_a_second_row_of_a_name_is_one_though_it_cannot_be_read(folder: Folder, row: str) -> None:
    faults = check(folder(row, ""))
    assert "stands twice" in faults[0].reason
    assert lines(faults) == [22, 21 + row.count("\n")]


def test_a_row_that_cannot_be_read_is_the_first_of_its_name(folder: Folder) -> None:
    place = '[[place]]\nname = "P"\n'
    faults = check(folder(f"{place}dns = 7\n{place}", ""))
    assert [(fault.line, fault.reason) for fault in faults][1] == (25, "[[place]] 'P' stands twice, first in line 22")


def test_a_row_without_a_name_is_complained_of_once(folder: Folder) -> None:
    (fault,) = check(folder('[[dn]]\nswitch = "pbx1"\ntype = "Chat"\n', ""))
    assert fault.reason == "[[dn]] has no number"


def test_what_stands_in_the_second_section_of_a_name_is_read(folder: Folder) -> None:
    profiles = "[TimeProfiles]\nDay,Growing = 0:00\n[TimeProfiles]\nDay,Growing = 8:00\nNight,Growing = 99:00\n"
    options = "[statserver]\n[statserver]\nlisten = here\n"
    assert lines(check(folder("", profiles + options))) == [3, 4, 5, 7, 8]


def test_a_second_name_is_one_though_its_value_cannot_be_read(folder: Folder) -> None:
    text = "[TimeProfiles]\nDay,Growing = 0:00\nDay,Growin = 0:00\n[Filters]\nA = ANI = 5\nA = AMI = 5\n"
    assert lines(check(folder("", text))) == [3, 3, 6]


def test_each_option_of_each_stat_type_is_checked(folder: Folder) -> None:
    text = (
        "[A]\nObjects = Agnt\nCategory = Nothing\nwhat\n[A]\nObjects = Agent\nCategory = Nothing\nMainMask = No, Nor\n"
    )
    assert lines(check(folder("", text))) == [2, 3, 4, 5, 7, 8, 8]


def test_what_may_stand_in_a_broken_line_is_not_missed(folder: Folder) -> None:
    assert lines(check(folder("", "[A]\nObjects Agent\nCategory = TotalNumber\nMainMask = CallInbound\n"))) == [2]


def test_an_option_that_is_only_not_used_is_no_fault(folder: Folder) -> None:
    assert check(folder("", "[statserver]\nlog = all\n")) == ()
