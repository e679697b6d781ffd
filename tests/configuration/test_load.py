from collections.abc import Callable
from pathlib import Path

import pytest

from actors.configuration.definitions import ProfileKind, TimeRange
from actors.configuration.environment import AgentGroup, CapacityRule, Source
from actors.configuration.load import Loaded, load, read
from actors.configuration.server_options import addresses_of
from actors.vocabulary.errors import ConfigurationError
from actors.vocabulary.objects import DnType

Folder = Callable[[str, str], Path]
ROOT = Path(__file__).parents[2]
PAIR = "HOST:PORT, of a pair both with a comma, or none"
SYNCS = "commit, system or a number of seconds above 0"
HEAD = 21
"""Lines of the small centre that stand before what a test adds."""


def faults(loaded: Loaded) -> list[tuple[int, str]]:
    return [(fault.line, fault.reason) for fault in loaded.faults]


@pytest.mark.parametrize("recorded", ["asterisk-small", "asterisk-transfers"])
def test_the_folder_of_a_recording_loads_as_it_is(recorded: str) -> None:
    loaded = load(ROOT / "tests" / "recordings" / recorded)
    assert not loaded.stat_type_faults + loaded.warnings
    assert len(loaded.definitions.stat_types) == 19
    assert loaded.definitions.filters == {"FromMobile": 'ANI = "555*"'}
    assert loaded.environment.dns["sales@pbx1"].type is DnType.ACD_QUEUE


def test_objects_are_found_by_id_and_by_tenant_and_name(folder: Folder) -> None:
    environment = load(folder("", "")).environment
    assert environment.dns["7001@pbx1"].tenant == "Environment"
    assert environment.places["Environment", "Desk"].dns == ("7001@pbx1",)
    assert environment.agents["Environment", "1001"].skills == {"Spanish": 5}
    assert list(environment.tenants) == ["Environment"]


def test_a_single_tenant_need_not_be_named(folder: Folder) -> None:
    environment = load(folder('[[tenant]]\nname = "Acme"\n', "")).environment
    assert environment.dns["7001@pbx1"].tenant == "Acme"
    assert ("Acme", "1001") in environment.agents


def test_of_two_tenants_one_must_be_named(folder: Folder) -> None:
    loaded = read(folder('[[tenant]]\nname = "A"\n[[tenant]]\nname = "B"\n', ""))
    assert (1, "no tenant 'Environment'") in faults(loaded)


def test_a_bare_number_is_of_the_only_switch(folder: Folder) -> None:
    more = '[[dn_group]]\nname = "All"\ndns = ["8000"]\n[[agent]]\nemployee_id = "2"\nlogins = ["2"]\n'
    environment = load(folder(more, "")).environment
    assert environment.dn_groups["Environment", "All"].dns == ("8000@pbx1",)
    assert environment.agents["Environment", "2"].logins == ("2@pbx1",)


def test_a_bare_number_is_of_no_switch_if_there_are_two(folder: Folder) -> None:
    loaded = read(folder('[[switch]]\nname = "pbx2"\n[[dn_group]]\nname = "All"\ndns = ["8000"]\n', ""))
    assert faults(loaded) == [
        (HEAD + 5, "'8000' does not say of which switch: write number@switch"),
    ]


def test_groups_rules_and_sources_are_read(folder: Folder) -> None:
    more = """
[[agent_group]]
name = "Spanish"
script = 'Skill("Spanish") > 3'
origination_dns = ["8000@pbx1"]
[[capacity_rule]]
name = "std"
chat = "chat > 2"
[[source]]
name = "ixn"
type = "interaction-server"
recording = "day.jsonl"
speed = 4
"""
    environment = load(folder(more, "")).environment
    assert environment.agent_groups["Environment", "Spanish"] == AgentGroup(
        name="Spanish", script='Skill("Spanish") > 3', origination_dns=("8000@pbx1",)
    )
    assert environment.capacity_rules["Environment", "std"] == CapacityRule(name="std", media={"chat": "chat > 2"})
    assert environment.sources["ixn"] == Source(
        name="ixn", type="interaction-server", tenant="Environment", recording="day.jsonl", speed=4.0
    )


@pytest.mark.parametrize(
    ("more", "line", "reason"),
    [
        ('[[agnet]]\nname = "x"', 1, "no table 'agnet'; did you mean 'agent'?"),
        ('[tenant]\nname = "x"', 1, "write [[tenant]], in double brackets: there may be several"),
        (
            '[[dn]]\nnumber = "1"\nswitch = "pbx1"\ntype = "Extenson"',
            4,
            "no DN type 'Extenson'; did you mean 'Extension'?",
        ),
        (
            '[[dn]]\nnumber = 1\nswitch = "pbx1"\ntype = "Chat"',
            2,
            "number: Expected a text in quotes, got a whole number",
        ),
        ('[[dn]]\nnumber = "1"\ntype = "Chat"', 1, "[[dn]] has no switch"),
        ('[[dn]]\nnumber = "1"\nswitch = "pbx"\ntype = "Chat"', 3, "no switch 'pbx'; did you mean 'pbx1'?"),
        (
            '[[dn]]\nnumber = "8000"\nswitch = "pbx1"\ntype = "Chat"',
            1,
            "[[dn]] '8000@pbx1' stands twice, first in line 4",
        ),
        ('[[dn]]\nnumber = ""\nswitch = "pbx1"\ntype = "Chat"', 1, "[[dn]] has an empty name"),
        ('[[dn]]\nnumber = "1"\nswitch = "pbx1"\ntype = "Chat"\ntenant = "x"', 5, "no field of [[dn]] 'tenant'"),
        ('[[place]]\nname = "P"\ndsn = []', 3, "no field of [[place]] 'dsn'; did you mean 'dns'?"),
        ('[[place]]\nname = "P"\ndns = ["701@pbx1"]', 3, "no DN '701@pbx1'; did you mean '7001@pbx1'?"),
        ('[[place]]\nname = "P"\ndns = ["7001@pbx1"]', 3, "'7001@pbx1' belongs to place 'Desk' already"),
        (
            '[[place]]\nname = "P"\ndns = ["8000@pbx1"]',
            3,
            "DN '8000@pbx1' is of type ACDQueue: a DN that rings is wanted here",
        ),
        ('[[place]]\nname = "Desk"', 1, "[[place]] 'Desk' stands twice, first in line 14"),
        ('[[place]]\nname = "P"\ncapacity_rule = "std"', 3, "no capacity_rule 'std'"),
        ('[[agent]]\nemployee_id = "1001"', 1, "[[agent]] '1001' stands twice, first in line 18"),
        (
            (
                '[[dn]]\nnumber = "1"\nswitch = "pbx1"\ntype = "Chat"\ninterface = "Local/1@a"\n'
                '[[dn]]\nnumber = "2"\nswitch = "pbx1"\ntype = "Chat"\ninterface = "Local/1@a/n"'
            ),
            10,
            "'Local/1@a' belongs to DN '1@pbx1' already",
        ),
        ('[[agent]]\nemployee_id = "2"\nlogins = ["1001@pbx1"]', 3, "'1001@pbx1' belongs to agent '1001' already"),
        ('[[agent]]\nemployee_id = "2"\nlogins = ["2@pbx2"]', 3, "no switch 'pbx2'; did you mean 'pbx1'?"),
        ('[[agent]]\nemployee_id = "2"\nplace = "Dsk"', 3, "no place 'Dsk'; did you mean 'Desk'?"),
        (
            '[[agent]]\nemployee_id = "2"\nskills = { a = "b" }',
            3,
            "skills: Expected a whole number, got a text in quotes",
        ),
        ('[[agent_group]]\nname = "G"\nagents = ["1002"]', 3, "no agent '1002'; did you mean '1001'?"),
        (
            '[[agent_group]]\nname = "G"\norigination_dns = ["7001@pbx1"]',
            3,
            "DN '7001@pbx1' is of type Extension: a queue or routing point is wanted here",
        ),
        (
            '[[agent_group]]\nname = "G"\nscript = \'Skill("A")\'',
            3,
            'script: is neither true nor false: a comparison is missing\n  Skill("A")\n  ^',
        ),
        (
            '[[agent_group]]\nname = "G"\nagents = ["1001"]\nscript = "LoggedIn"',
            4,
            "a group has either agents or a script, not both",
        ),
        ('[[place_group]]\nname = "G"\nplaces = ["Dsk"]', 3, "no place 'Dsk'; did you mean 'Desk'?"),
        (
            '[[capacity_rule]]\nname = "std"\nchat = "chat >"',
            3,
            "chat: it ends where a value should\n  chat >\n        ^",
        ),
        ('[[tenant]]\nname = "Environment"\ntime_zone = "Mars"', 3, "no time zone 'Mars'; write one like Europe/Paris"),
        ('[[tenant]]\nname = "Environment"\ncapacity_rule = "std"', 3, "no capacity_rule 'std'"),
        ('[[switch]]\nname = "s"\ntenant = "Enviroment"', 3, "no tenant 'Enviroment'; did you mean 'Environment'?"),
        (
            '[[source]]\nname = "s"\ntype = "t-server"\nhost="h"\nport=1',
            3,
            "no type of source 't-server'; did you mean 'tserver'?",
        ),
        ('[[source]]\nname = "s"\ntype = "tserver"\nhost="h"\nport=1', 1, "[[source]] has no switch"),
        (
            '[[source]]\nname = "s"\ntype = "tserver"\nswitch="pbx9"\nhost="h"\nport=1',
            4,
            "no switch 'pbx9'; did you mean 'pbx1'?",
        ),
        (
            '[[source]]\nname = "s"\ntype = "tserver"\nswitch="pbx1"\nport=1',
            1,
            "source 's': has no host, and no recording",
        ),
        (
            '[[source]]\nname = "s"\ntype = "tserver"\nswitch="pbx1"\nhost="h"\nport=70000',
            6,
            "source 's': port 70000 is not between 1 and 65535",
        ),
        (
            '[[source]]\nname = "s"\ntype = "tserver"\nswitch="pbx1"\nrecording="f"\nspeed=-1',
            6,
            "source 's': speed -1.0 is below 0; 0 is as fast as it goes",
        ),
        (
            '[[source]]\nname = "s"\ntype = "tserver"\nswitch="pbx1"\nrecording="f"\nbackup="h"',
            6,
            "source 's': 'h' is no HOST:PORT",
        ),
    ],
)
def test_a_fault_of_the_environment_has_its_line_and_reason(folder: Folder, more: str, line: int, reason: str) -> None:
    assert faults(read(folder(more, ""))) == [(HEAD + line, reason)]


def test_a_reference_to_what_cannot_be_read_is_no_second_fault(folder: Folder) -> None:
    more = '[[dn]]\nnumber = "1"\nswitch = "pbx1"\ntype = "Extenson"\n[[place]]\nname = "P"\ndns = ["1@pbx1"]\n'
    assert len(read(folder(more, "")).faults) == 1


def test_broken_toml_is_one_fault_with_its_line(folder: Folder) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(folder("[[dn]]\nnumber =\n", ""))
    assert [fault.line for fault in caught.value.faults] == [HEAD + 2]


def test_every_fault_of_both_files_is_told_at_once(folder: Folder) -> None:
    path = folder('[[place]]\nnme = "P"\n[[agnt]]\n', "[statserver]\nclock = sundial\n[TimeRanges]\nX = 5\n")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert str(caught.value) == "\n".join(
        [
            f"{path}/environment.toml:{HEAD + 3}: no table 'agnt'; did you mean 'agent'?",
            f"{path}/environment.toml:{HEAD + 2}: no field of [[place]] 'nme'; did you mean 'name'?",
            f"{path}/environment.toml:{HEAD + 1}: [[place]] has no name",
            f"{path}/statserver.cfg:2: clock is live or sources, not 'sundial'",
            f"{path}/statserver.cfg:4: '5' is no time range: write LOW-HIGH in seconds, or LOW- for no end",
        ]
    )


def test_a_folder_without_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    assert [fault.reason for fault in caught.value.faults] == ["cannot be read: No such file or directory"] * 2


def test_a_default_profile_and_range_are_built_in(folder: Folder) -> None:
    definitions = load(folder("", "")).definitions
    assert definitions.time_profiles["Default"].kind is ProfileKind.GROWING
    assert definitions.time_ranges["Default"] == TimeRange(0, 20_000_000)


def test_the_defaults_can_be_defined_anew(folder: Folder) -> None:
    text = "[TimeProfiles]\nDefault,Sliding = 60:5\n[TimeRanges]\nDefault = 5-\n"
    definitions = load(folder("", text)).definitions
    assert definitions.time_profiles["Default"].kind is ProfileKind.SLIDING
    assert definitions.time_ranges["Default"] == TimeRange(5_000_000)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x = 1", 1, "'x = 1' stands before any [section]"),
        (
            "[Filters]\na = AMI = 5",
            2,
            "filter a: a filter knows no 'AMI'; did you mean 'ANI'?\n  AMI = 5\n  ^",
        ),
        ("[TimeProfiles]\nDay = 0:00", 2, "'Day' has no type: write NAME,Growing = 0:00"),
        ("[TimeProfiles]\nDay,Growing = 0:00\nDay,Sliding = 60:5", 3, "'Day' is defined twice in [TimeProfiles]"),
        ("[Filters]\n[filters]", 2, "section [Filters] stands twice, first in line 1"),
        ("[statserver]\nlisten = here", 2, "listen is HOST:PORT, not 'here'"),
        *(
            (f"[statserver]\nconfiguration-server = {text}", 2, f"configuration-server is {PAIR}, not '{text}'")
            for text in ("here", "here:70000", "a:1, b", "a:1, b:2, c:3")
        ),
        *(
            (f"[statserver]\njournal-sync = {text}", 2, f"journal-sync is {SYNCS}, not '{text}'")
            for text in ("-1", "0", "inf", "nan", "soon", "1e300")
        ),
        (
            "[statserver]\ntime-zone = Mars",
            2,
            "time-zone is a name of the time zone database, like Europe/Paris, not 'Mars'",
        ),
        ("[statserver]\nsnapshot-interval = soon", 2, "snapshot-interval is a number, 1 or more, not 'soon'"),
        (
            "[statserver]\nmax-client-output-queue-size = 1.5",
            2,
            "max-client-output-queue-size is a whole number, 1 or more, not '1.5'",
        ),
        ("[statserver]\ncheck-stuck-calls = ja", 2, "check-stuck-calls is yes or no, not 'ja'"),
    ],
)
def test_a_fault_of_the_definitions_has_its_line_and_reason(folder: Folder, text: str, line: int, reason: str) -> None:
    assert faults(read(folder("", text))) == [(line, reason)]


def test_server_options_are_read_in_their_types(folder: Folder) -> None:
    lines = ("check-stuck-calls = on", "link-loss-limit = 2.5", "max-client-output-queue-size = 64", "token-env = none")
    options = load(folder("", "\n".join(["[statserver]", *lines]))).definitions.options
    assert (options.check_stuck_calls, options.link_loss_limit) == (True, 2.5)
    assert (options.max_client_output_queue_size, options.token_env) == (64, "")


@pytest.mark.parametrize("size", ["0", "-1"])
def test_what_waits_for_a_client_must_have_room(folder: Folder, size: str) -> None:
    text = f"[statserver]\nmax-client-output-queue-size = {size}"
    (fault,) = read(folder("", text)).faults
    assert (fault.line, fault.reason) == (2, f"max-client-output-queue-size is a whole number, 1 or more, not '{size}'")


def test_a_dn_of_an_emulating_tserver_has_the_medium_of_its_type(folder: Folder) -> None:
    dns = "".join(
        f'[[dn]]\nnumber = "{number}"\nswitch = "pbx1"\ntype = "{type_}"\n{more}\n'
        for number, type_, more in (
            ("1", "Chat", ""),
            ("2", "Email", ""),
            ("3", "Extension", ""),
            ("4", "Chat", 'media_type = "SMS"'),
        )
    )
    found = load(folder(dns, "")).environment.dns
    media = [found[f"{number}@pbx1"].media_type for number in "1234"]
    assert media == ["chat", "email", "voice", "sms"]


def test_an_option_of_the_vendors_is_kept_with_a_warning(folder: Folder) -> None:
    loaded = load(folder("", "[statserver]\n\nlog = all\nlisen = x\n"))
    assert loaded.definitions.options.others == {"log": "all", "lisen": "x"}
    assert [(warning.line, warning.reason) for warning in loaded.warnings] == [
        (3, "option log is not used here"),
        (4, "option lisen is not used here; did you mean 'listen'?"),
    ]


GOOD = "[Good]\nObjects = Agent\nCategory = TotalNumber\nMainMask = CallInbound\n"


def test_one_bad_stat_type_does_not_keep_the_others_from_loading(folder: Folder) -> None:
    loaded = load(folder("", GOOD + GOOD.replace("Good", "Bad").replace("CallInbound", "CallInbond")))
    assert list(loaded.definitions.stat_types) == ["Good"]
    assert loaded.definitions.refused["Bad"].code == "BadDefinition"
    (fault,) = loaded.stat_type_faults
    assert fault.line == 8
    assert fault.reason.startswith("stat type Bad: MainMask: 'CallInbond' is no action")
    assert fault.reason.endswith("did you mean 'CallInbound'?")


def test_a_stat_type_with_a_line_that_is_no_option_is_refused_for_it(folder: Folder) -> None:
    loaded = load(folder("", GOOD + "what"))
    assert loaded.definitions.refused["Good"].message == "'what' is no option: write NAME = VALUE"
    assert [(fault.line, fault.reason) for fault in loaded.stat_type_faults] == [
        (5, "'what' is no option: write NAME = VALUE")
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            "[A]\nObjects = Agent\nCategory = JavaCategory",
            3,
            "category JavaCategory is not calculated here: Java extensions are not loaded here",
        ),
        ("[A]\nObjects = Campaign\nCategory = TotalNumber", 2, "no source here tells of Campaign"),
        ("[A]\nObjects = Agent", 1, "there is no Category"),
    ],
)
def test_a_stat_type_that_does_not_load_says_why(folder: Folder, text: str, line: int, reason: str) -> None:
    (fault, *_) = reversed(load(folder("", text)).stat_type_faults)
    assert (fault.line, fault.reason) == (line, f"stat type A: {reason}")


def test_of_two_stat_types_of_one_name_the_first_stands(folder: Folder) -> None:
    loaded = load(folder("", GOOD + GOOD.replace("CallInbound", "CallOutbound")))
    assert loaded.definitions.stat_types["Good"].main_mask == {"CallInbound"}
    assert [fault.line for fault in loaded.stat_type_faults] == [5]


def test_an_attribute_that_looks_like_an_option_is_warned_of(folder: Folder) -> None:
    loaded = load(folder("", GOOD + "RelMsk = CallOutbound\nInteractionType = Inbound\n"))
    assert [warning.reason for warning in loaded.warnings] == [
        "RelMsk is taken as a business attribute; did you mean 'RelMask'?"
    ]


def test_a_stat_type_of_interaction_queues_loads(folder: Folder) -> None:
    text = GOOD.replace("Agent", "StagingArea").replace("CallInbound", "InteractionEntered")
    assert "Good" in load(folder("", text)).definitions.stat_types


def test_a_configuration_server_may_be_a_pair(folder: Folder) -> None:
    options = load(folder("", "[statserver]\nconfiguration-server = cs-1:7100, cs-2:7200\n")).definitions.options
    assert addresses_of(options.configuration_server) == [("cs-1", 7100), ("cs-2", 7200)]
