from pathlib import Path

import pytest
import rtoml
from hypothesis import given
from hypothesis import strategies as st

from runtime.files import UnreadableFileError, read_options, read_text, read_toml

CENTRE = '''\
# a comment
title = "x"

[[dn]]
number = "7001"
note = """
[[dn]]
number = "not one"
"""

[[agent]]
id = "1"
[agent.skills]
Spanish = 5

  [[ "dn" ]]
"number" = "7002"
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_a_byte_order_mark_is_no_part_of_the_text(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfa\r\nb")
    assert read_text(path) == "a\nb"


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="file:1: cannot be read: No such file"):
        read_text(path)


def test_bytes_that_are_no_text_are_named_with_their_line(path: Path) -> None:
    path.write_bytes(b"a\nb\xff")
    with pytest.raises(UnreadableFileError, match="file:2: is no UTF-8: byte 0xff"):
        read_text(path)


@pytest.mark.parametrize(
    ("table", "index", "key", "line"),
    [
        ("dn", 0, "", 4),
        ("dn", 0, "number", 5),
        ("dn", 0, "absent", 4),
        ("dn", 1, "number", 17),
        ("agent", 0, "id", 12),
        ("agent", 0, "skills", 13),
        ("title", 0, "", 2),
        ("nothing", 0, "", 1),
    ],
)
def test_every_table_and_key_has_its_line(path: Path, table: str, index: int, key: str, line: int) -> None:
    path.write_text(CENTRE)
    assert read_toml(path).line_of(table, index, key) == line


def test_broken_toml_is_named_with_its_line(path: Path) -> None:
    path.write_text('a = 1\n[[b]]\nc = "open\n')
    with pytest.raises(UnreadableFileError) as caught:
        read_toml(path)
    assert caught.value.line == 3
    assert " at line " not in caught.value.reason


@given(blank=st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_the_nth_table_is_found_whatever_stands_between(
    tmp_path_factory: pytest.TempPathFactory, blank: list[int]
) -> None:
    path = tmp_path_factory.mktemp("toml") / "file"
    lines: list[str] = []
    expected = []
    for index, blanks in enumerate(blank):
        lines += ["# [[row]]"] * blanks
        expected.append(len(lines) + 1)
        lines += ["[[row]]", f"n = {index}"]
    path.write_text("\n".join(lines))
    file = read_toml(path)
    assert [file.line_of("row", index) for index in range(len(blank))] == expected
    assert [file.line_of("row", index, "n") for index in range(len(blank))] == [line + 1 for line in expected]


def test_an_option_is_split_at_its_first_equals_sign(path: Path) -> None:
    path.write_text('[Filters]\n  Mobile  =  ANI = "555*" \n')
    (section,) = read_options(path).sections
    assert section.options == ((2, "Mobile", 'ANI = "555*"'),)


def test_marks_inside_a_value_are_plain_characters(path: Path) -> None:
    path.write_text("[s]\na = 1 ; 2 % 3 @ # \"4'\n")
    assert read_options(path).sections[0].options[0].value == "1 ; 2 % 3 @ # \"4'"


def test_comments_are_lines_that_begin_so(path: Path) -> None:
    path.write_text("; one\n[s]\n# two\n  ; three\na=1\n")
    (section,) = read_options(path).sections
    assert section == (2, "s", ((5, "a", "1"),), ())


def test_an_option_that_stands_twice_keeps_its_first_value_and_is_complained_of(path: Path) -> None:
    path.write_text("[s]\na = 1\na = 2\n")
    (section,) = read_options(path).sections
    assert section.options == ((2, "a", "1"),)
    assert section.complaints == ((3, "'a' stands twice in this section, first in line 2"),)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[s]\nno value\n", 2, "'no value' is no option: write NAME = VALUE"),
        ("[s]\n= 3\n", 2, "'= 3' is no option: write NAME = VALUE"),
        ("[s\na = 1\n", 1, "'[s' is no [section]: it does not end in ']'"),
    ],
)
def test_broken_lines_are_complaints_of_their_section(path: Path, text: str, line: int, reason: str) -> None:
    path.write_text(text)
    assert read_options(path).sections[0].complaints == ((line, reason),)


def test_what_stands_before_any_section_is_complained_of(path: Path) -> None:
    path.write_text("a = 1\n[s]\n")
    assert read_options(path).complaints == ((1, "'a = 1' stands before any [section]"),)


def test_a_section_that_stands_twice_is_there_twice(path: Path) -> None:
    path.write_text("[s]\na = 1\n[s]\na = 2\n")
    assert [(section.line, section.name) for section in read_options(path).sections] == [(1, "s"), (3, "s")]


NAMES = st.text(st.characters(whitelist_categories=["L", "N"], whitelist_characters=",-_"), min_size=1)
VALUES = st.text(st.characters(whitelist_categories=["L", "N", "P"], whitelist_characters=" =;%@'\""))


@given(options=st.dictionaries(NAMES, VALUES.map(str.strip)))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, options: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("cfg") / "file"
    path.write_text("[s]\n" + "".join(f" {name}  = {value}\n" for name, value in options.items()), encoding="utf-8")
    (section,) = read_options(path).sections
    assert {option.name: option.value for option in section.options} == options


def test_a_document_is_what_the_toml_reader_makes_of_it(path: Path) -> None:
    path.write_text(CENTRE)
    assert read_toml(path).content == rtoml.loads(CENTRE)
