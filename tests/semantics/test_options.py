"""`semantics.md` 10: what `statserver.cfg` may say."""

import pytest

from tests.semantics.served import loaded
from tests.semantics.timeline import Day

DN, AGENT = "RegDN:7001", "Agent:1001"
TYPE = "[Calls]\nObjects = RegDN, Agent\nCategory = TotalNumber\nMainMask = CallInbound\n"

OPTIONS = {
    "Objects": "Objects = RegDN, Agent",
    "Category": "Category = TotalNumber",
    "Subject": "Subject = DNAction",
    "MainMask": "MainMask = CallInbound",
    "RelMask": "RelMask = CallOutbound",
    "Formula": "Formula = DistByConnID",
    "MediaType": "MediaType = voice",
    "UseSourceTimeStamps": "UseSourceTimeStamps = no",
    "ReasonStartOverridesStatusStart": "ReasonStartOverridesStatusStart = yes",
    "Description": 'Description = 50% of us; at "home" @ night',
    "AggregationType": "AggregationType = Total",
    "a business attribute": "Of = Sales",
}


def one_call(options: str) -> Day:
    day = Day(options=options)
    day.at(10).established("7001", data={"Of": "Sales"}).at(30).released("7001", data={"Of": "Sales"})
    return day


@pytest.mark.parametrize("option", OPTIONS)
def test_option(option: str) -> None:
    line = OPTIONS[option]
    written = TYPE if line.split(" =")[0] in TYPE else f"{TYPE}{line}\n"
    assert loaded(written, "").stat_type_faults == loaded(written, "").warnings == ()
    assert one_call(written).value(DN, ":Calls") == 1


def test_a_stat_type_is_for_its_objects_alone() -> None:
    assert Day(options=TYPE).refusal("Place:Desk 1", ":Calls")[0] == "NotApplicable"


def test_objects_come_from_one_group() -> None:
    mixed = TYPE.replace("Agent", "Queue")
    assert len(loaded(mixed, "").stat_type_faults) == 1


@pytest.mark.parametrize("section", ["statserver", "TimeProfiles", "TimeRanges", "Filters"])
def test_a_section_that_is_no_stat_type(section: str) -> None:
    written = "" if section == "statserver" else f"[{section}]\n"
    assert Day(options=written).refusal(DN, f":{section}")[0] == "UnknownStatType"


@pytest.mark.parametrize("character", [";", "%", "@", '"', "'", "#", "="])
def test_a_plain_character_in_a_value(character: str) -> None:
    written = f'[Filters]\nOdd = PairExists(Extensions,"a{character}b","x")\n'.replace('a"b', "a'b")
    day = Day(options=written)
    key = "a'b" if character == '"' else f"a{character}b"
    day.at(10).established("7001", extensions={key: "x"}).at(12).established("7001", conn="c2", extensions={"ab": "x"})
    assert day.running(DN, "CallInbound", filter="Odd", at=20) == 1


@pytest.mark.parametrize("mark", ["#", ";"])
def test_a_line_that_begins_with_it_is_a_comment(mark: str) -> None:
    written = TYPE.replace("MainMask", f"{mark} MainMask = Nonsense\nMainMask")
    assert one_call(written).value(DN, ":Calls") == 1


BOOLEANS = {"yes": 20, "true": 20, "on": 20, "1": 20, "no": 40, "false": 40, "off": 40, "0": 40}


@pytest.mark.parametrize("word", BOOLEANS)
def test_boolean(word: str) -> None:
    written = (
        "[Waits]\nObjects = Agent\nCategory = CurrentTime\nSubject = AgentStatus\nMainMask = NotReadyForNextCall\n"
        f"ReasonStartOverridesStatusStart = {word}\n"
    )
    day = Day(options=written).at(10).agent_not_ready("7001").at(30).agent_not_ready("7001", reasons={"Why": "x"}).day
    assert day.value(AGENT, ":Waits", at=50) == BOOLEANS[word]


def test_what_is_no_boolean_is_refused() -> None:
    assert len(loaded(f"{TYPE}ReasonStartOverridesStatusStart = perhaps\n", "").stat_type_faults) == 1


DEFAULTS = {
    "auto-backup-interval": 10,
    "backup-file-name": "backup.jsonl",
    "old-stats-remove-interval": 3,
    "generate-stat-validity-events": True,
    "queue-use-pseudo-actions": True,
    "check-stuck-calls": False,
    "vq-use-alt-enter-time": False,
    "load-balance-aht": 90,
    "reconnect-timeout": 10,
    "max-client-output-queue-size": 4096,
    "position-extension-linked": False,
    "listen": "127.0.0.1:3050",
    "metrics-listen": "",
    "token-env": "",
    "clock": "live",
    "restore": "values",
    "snapshot-interval": 10,
    "journal-sync": "1",
    "link-loss-limit": 300,
    "stuck-call-time": 43200,
    "time-zone": "UTC",
    "configuration-server": "",
}


@pytest.mark.parametrize("option", DEFAULTS)
def test_server_option(option: str) -> None:
    assert getattr(loaded("", "").definitions.options, option.replace("-", "_")) == DEFAULTS[option]


def test_another_option_of_the_vendors_is_kept_with_a_warning() -> None:
    configuration = loaded("accept-clients-in-backup-mode = yes\n", "")
    assert len(configuration.warnings) == 1
    assert configuration.definitions.options.others == {"accept-clients-in-backup-mode": "yes"}


def test_load_balance_aht_stands_while_no_call_was_handled() -> None:
    day = Day(options="load-balance-aht = 30\n", staffed=False)
    moment = day.at(0).agent_login("7001", agent="1001", queue="8000").agent_ready("7001").agent_not_ready("7001")
    moment.agent_login("7002", agent="1002", queue="8000").agent_ready("7002")
    day.at(5).queued("8000").queued("8000", conn="c2").queued("8000", conn="c3")
    assert day.value("Queue:8000", "EstimWaitingTime", at=10) == 30 * (3 - 1) / 1
