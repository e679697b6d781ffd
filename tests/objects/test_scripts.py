"""Virtual groups by skills and logins, row by row (`semantics.md` 9.7)."""

from __future__ import annotations

import pytest

from actors.configuration.expressions import parse_script
from actors.objects.scripts import Seats, holds_for

SKILLS = {"Spanish": 5, "Billing": 1, "Zero": 0}
AT_PBX1: Seats = {"7001@pbx1": frozenset({"8000@pbx1"})}


@pytest.mark.parametrize(
    ("script", "holds"),
    [
        ('Skill("Spanish") > 4', True),
        ('Skill("Spanish") > 5', False),
        ('Skill("Welsh") = 0', True),
        ('SkillExists("Zero")', True),
        ('SkillExists("Welsh")', False),
        ('Skill("Spanish") > Skill("Billing")', True),
        ('SkillExists("Spanish") & ~SkillExists("Welsh")', True),
        ('Skill("Spanish") > 9 | (Skill("Billing") = 1 & LoggedIn)', True),
        ("LoggedIn", True),
        ('LoggedIn("pbx1")', True),
        ('LoggedIn("pbx")', False),
        ('LoggedIn("8000@pbx1")', True),
        ('LoggedIn("8001@pbx1")', False),
        ("?:Spanish >= 5 & Billing = 1", True),
        ("?:Spanish > 1 & Welsh > 1", False),
    ],
)
def test_a_script_holds(script: str, holds: bool) -> None:
    assert holds_for(parse_script(script), SKILLS, AT_PBX1) is holds


def test_nobody_is_logged_in_anywhere_without_a_login() -> None:
    assert holds_for(parse_script('LoggedIn | LoggedIn("pbx1") | LoggedIn("8000@pbx1")'), SKILLS, {}) is False


@pytest.mark.parametrize(
    ("script", "holds"),
    [
        ('Skill("Spanish") > 1', True),
        ('Skill("Spanish") > 1 & LoggedIn', None),
        ('Skill("Spanish") > 9 & LoggedIn', False),
        ('Skill("Spanish") > 1 | LoggedIn', True),
        ("~LoggedIn", None),
    ],
)
def test_what_skills_alone_decide_is_known_whatever_the_logins_are(script: str, holds: bool | None) -> None:
    assert holds_for(parse_script(script), SKILLS, None) is holds
