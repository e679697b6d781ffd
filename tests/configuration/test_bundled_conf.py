from pathlib import Path

import pytest

from actors.configuration.load import Loaded, load

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "recordings" / "asterisk-small"


@pytest.fixture(scope="module")
def bundled() -> Loaded:
    return load(ROOT / "conf")


def test_the_bundled_contact_centre_loads_without_a_word(bundled: Loaded) -> None:
    assert not bundled.stat_type_faults + bundled.warnings


def test_it_plays_a_recording_that_lies_beside_it(bundled: Loaded) -> None:
    (source,) = bundled.environment.sources.values()
    assert (ROOT / "conf" / source.recording).read_bytes() == (RECORDED / "recording.ami.gz").read_bytes()
    assert source.speed == 4


def test_it_is_the_contact_centre_of_the_recording(bundled: Loaded) -> None:
    recorded = load(RECORDED)
    assert bundled.environment.dns == recorded.environment.dns
    assert bundled.environment.agents.keys() == recorded.environment.agents.keys()
    assert recorded.definitions.stat_types.items() <= bundled.definitions.stat_types.items()


def test_everybody_has_a_name(bundled: Loaded) -> None:
    assert all(agent.name for agent in bundled.environment.agents.values())
