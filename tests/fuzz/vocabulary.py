"""Well-formed requests and events with random attributes, believable and absurd, drawn from a seeded `Random`."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from actors.vocabulary.actions import CALL_TYPES
from actors.vocabulary.categories import CATEGORIES, REFUSED_CATEGORIES, Subject
from actors.vocabulary.events import CALL_EVENTS, DN_EVENTS, LINK_EVENTS
from actors.vocabulary.interaction_events import AGENT_EVENTS, INTERACTION_EVENTS, SYNCHRONISATIONS
from actors.vocabulary.kinds import ACTIONS, SHORT_FORMS, ObjectKind, kind_of
from actors.vocabulary.objects import ObjectType
from simulator.centre import centre_of
from simulator.configuration import STAT_TYPES

Fields = dict[str, Any]

CENTRE: Final = centre_of(9, seed=3)
NOW_S: Final = 1_795_505_403.028
REGULAR: Final = CENTRE.extensions[:6]
MEDIATION: Final = tuple(number for one in CENTRE.services for number in (one.number, one.virtual_queue) if number)
DNS: Final = (*REGULAR, *MEDIATION)
LOGINS: Final = tuple(agent.login for agent in CENTRE.agents)
EMPLOYEES: Final = tuple(agent.employee_id for agent in CENTRE.agents)
QUEUES: Final = ("Chat In", "Email In")
MEDIA: Final = ("voice", "chat", "email")
PLACES: Final = tuple(f"Desk {number}" for number in REGULAR)
CONN_IDS: Final = tuple(f"c{number}" for number in range(12))
PARTY_STATES: Final = ("Queued", "Ringing", "Dialing", "Established", "Held")
CALL_STATES: Final = ("Transferred", "Conferenced", "Redirected", "Cleared", "Overflowed", "Forwarded", "NoAnswer")
ROLES: Final = ("Origination", "Destination", "Observer", "ConferenceMember")

ODD_TEXTS: Final = (
    "",
    " ",
    "nobody",
    "*",
    "7001@pbx1",
    "@",
    "é\u2028\U0001f4a9",
    "\0",
    "\ufeff",
    "-0",
    "1e999",
    "x" * 5000,
)
ODD_NUMBERS: Final = (0, -1, 1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**40, 1e308, -1e308, 5e-324, 0.1, -0.0)
DEEP: Final = "(" * 3000 + "1" + ")" * 3000


def odd(random: Random, depth: int = 0) -> Any:
    """Any value JSON has, in a place where it is not expected."""
    kind = random.randrange(7 if depth < 3 else 5)
    if kind == 5:
        return [odd(random, depth + 1) for _ in range(random.randrange(4))]
    if kind == 6:
        return {random.choice(ODD_TEXTS): odd(random, depth + 1) for _ in range(random.randrange(4))}
    return random.choice(((None, True, False), ODD_TEXTS, ODD_NUMBERS, DNS, CONN_IDS)[kind])


def _mostly(random: Random, usual: tuple[str, ...]) -> str:
    return random.choice(usual if random.random() < 0.95 else ODD_TEXTS)


def _some(random: Random, drawn: Fields, share: float) -> Fields:
    return {name: value for name, value in drawn.items() if random.random() < share}


# -- what a T-Server says ----------------------------------------------------------------------------------------------


def data(random: Random) -> Fields | None:
    """User data, reasons or extensions: a few pairs, at times nested."""
    if random.random() < 0.1:
        return None
    pairs: Fields = {
        "ServiceType": random.choice(("Sales", "Billing")),
        "CustomerSegment": random.choice(("Gold", 7, None)),
        "ReasonCode": random.choice((1, "2", 3.5)),
        "asm": random.choice(("engaged", "outbound", 1)),
        "More": {"CustomerSegment": "Gold", "Still more": {"Amount": random.choice(("12", "1e400", "nan"))}},
        "Odd": odd(random),
    }
    return _some(random, pairs, 0.4)


def party(random: Random) -> Fields:
    """A call found at a DN."""
    drawn: Fields = {
        "call_type": _mostly(random, CALL_TYPES),
        "call_state": _mostly(random, PARTY_STATES),
        "other_dn": _mostly(random, DNS),
        "this_dn_role": _mostly(random, ROLES),
        "this_queue": _mostly(random, MEDIATION),
        "user_data": data(random),
        "since": NOW_S - random.choice((-5, 0, 0.5, 30, 4000, NOW_S)),
        "ani": "5550001",
        "dnis": "8000",
    }
    return {"conn_id": _mostly(random, CONN_IDS)} | _some(random, drawn, 0.7)


_KINDS: Final = tuple(tuple(sorted(events)) for events in (DN_EVENTS, CALL_EVENTS, LINK_EVENTS))


def event(random: Random, now_s: float) -> Fields:
    """An event of any kind at any DN in any order, whatever the DN is doing; at times long ago or far ahead."""
    (name,) = random.choices(_KINDS, (30, 68, 2))
    drawn: Fields = {
        "other_dn": _mostly(random, DNS),
        "third_party_dn": _mostly(random, DNS),
        "this_queue": _mostly(random, MEDIATION),
        "previous_conn_id": _mostly(random, CONN_IDS),
        "transfer_conn_id": _mostly(random, CONN_IDS),
        "conference_conn_id": _mostly(random, CONN_IDS),
        "call_type": _mostly(random, CALL_TYPES),
        "propagated_call_type": _mostly(random, CALL_TYPES),
        "call_state": _mostly(random, CALL_STATES),
        "this_dn_role": _mostly(random, ROLES),
        "agent_id": _mostly(random, LOGINS),
        "agent_state": _mostly(random, ("Ready", "NotReady", "AfterCallWork", "Logout", "Unknown")),
        "agent_work_mode": _mostly(random, ("AfterCallWork", "LegalGuard", "ManualIn")),
        "login_since": now_s - random.choice((-5, 0, 30, 9000, now_s)),
        "agent_state_since": now_s - random.choice((-5, 0, 30, 9000, now_s)),
        "dnd": random.random() < 0.5,
        "ani": "5550001",
        "dnis": "8000",
        "cause": _mostly(random, ("Busy",)),
        "treatment_type": _mostly(random, ("Music",)),
        "media_type": _mostly(random, ("voice", "chat")),
        "reasons": data(random),
        "extensions": data(random),
        "user_data": data(random),
    }
    told = _some(random, drawn, 0.35)
    if random.random() < 0.1:
        told["calls"] = [party(random) for _ in range(random.randrange(5))]
    if random.random() < 0.95:
        told["this_dn"] = _mostly(random, DNS)
    if random.random() < 0.95:
        told["conn_id"] = _mostly(random, CONN_IDS)
    return {"event": random.choice(name), "time": _stamp(random, now_s), **told}


def _stamp(random: Random, now_s: float) -> float:
    if random.random() < 0.9:
        return now_s + random.random() / 10
    return now_s + random.choice((-1, 1)) * random.choice((0.5, 3, 60, 4000))


# -- what an Interaction Server says -----------------------------------------------------------------------------------

OPERATIONS: Final = (
    "Route",
    "Pull",
    "Create",
    "Transfer",
    "Conference",
    "Intrude",
    "Monitor",
    "Coach",
    "Leave",
    "Stop",
)
INTERACTION_KINDS: Final = tuple(
    tuple(sorted(events)) for events in (INTERACTION_EVENTS, AGENT_EVENTS, {*SYNCHRONISATIONS, *LINK_EVENTS})
)


def interaction(random: Random) -> Fields:
    """An interaction that a synchronisation finds."""
    drawn: Fields = {
        "media_type": _mostly(random, MEDIA),
        "interaction_type": _mostly(random, CALL_TYPES),
        "role": _mostly(random, ("Invited", "Handling")),
        "since": NOW_S - random.choice((-5, 0, 30, 4000, NOW_S)),
        "placed_in_queue_at": NOW_S - random.choice((-5, 0, 30, 4000, NOW_S)),
        "state": random.choice((0, 1, 2, 3, -1)),
        "user_data": data(random),
    }
    return {"interaction_id": _mostly(random, CONN_IDS)} | _some(random, drawn, 0.6)


def interaction_event(random: Random, now_s: float) -> Fields:
    """An event of an interaction, of an agent, or of the link, whatever there is."""
    (names,) = random.choices(INTERACTION_KINDS, (60, 35, 5))
    drawn: Fields = {
        "tenant": _mostly(random, ("Environment",)),
        "parent_interaction_id": _mostly(random, CONN_IDS),
        "media_type": _mostly(random, MEDIA),
        "interaction_type": _mostly(random, CALL_TYPES),
        "interaction_state": random.choice((0, 1, 2, 3, -1)),
        "is_online": random.random() < 0.5,
        "queue": _mostly(random, QUEUES),
        "old_queue": _mostly(random, QUEUES),
        "party_type": _mostly(random, ("Agent", "Strategy", "Server")),
        "place": _mostly(random, PLACES),
        "actor_type": _mostly(random, ("Agent", "Server")),
        "actor_id": _mostly(random, EMPLOYEES),
        "operation": _mostly(random, OPERATIONS),
        "visibility": _mostly(random, ("Conference", "Coach", "Monitor")),
        "reasons": data(random),
        "user_data": data(random),
        "deleted": random.choices(("ServiceType", "More", ""), k=random.randrange(3)),
        "dnd": random.random() < 0.5,
        "dnd_since": now_s - random.choice((-5, 0, 30, 9000, now_s)),
        "media": {_mostly(random, MEDIA): _mostly(random, ("Ready", "NotReady")) for _ in range(random.randrange(3))},
        "interactions": [interaction(random) for _ in range(random.randrange(4))],
    }
    told = _some(random, drawn, 0.5)
    if random.random() < 0.95:
        told["interaction_id"] = _mostly(random, CONN_IDS)
    if random.random() < 0.95:
        told["agent_id"] = _mostly(random, EMPLOYEES)
    return {"event": random.choice(names), "time": _stamp(random, now_s), **told}


# -- what a client says ------------------------------------------------------------------------------------------------

CATEGORY_NAMES: Final = (*CATEGORIES, *REFUSED_CATEGORIES, "TotlNumber")
WORDS: Final = {kind: (*actions, *SHORT_FORMS[kind]) for kind, actions in ACTIONS.items()}
"""Of the masks of each kind of object."""
ODD_WORDS: Final = ("*", "LoggedOut", "~CallInbound", "~CallWait", "~Handling", "~InteractionWait", "Calls")
PROFILES: Final = (
    *("Default", "Ever", "LastMinute", "LastHour", "Shift", "Nothing", "Growing:0:00 +0:15", "Growing:never"),
    *("Growing:25:00", "Growing:0:00 tz=Mars/Base", "Sliding:3600/60", "Sliding:60:7", "Sliding:0/0", "Sliding:1e9/1"),
    *("Sliding:999999999999/1", "Selection:20", "Selection:0", "Selection:99999999999999999999", "SinceLogin", ":"),
    *("Growing:0:00 +0:00", "Growing:0:00 +99999:00", f"Growing:{'0:00, ' * 500}", "Selection:²", "Sliding:٣٦٠٠/٦٠"),
)
RANGES: Final = ("Default", "0-20", "20-", "5-1", "-", "0-1e308", f"0-{'9' * 400}", "²-3", "1.5-2.25", "Nothing")
FILTERS: Final = (
    *(
        "Gold",
        "Sales",
        "Nothing",
        'PairExists("a","b*")',
        'PairExists("*")',
        "~" * 2000 + "ANI=1",
        DEEP,
        "ANI",
        "ANI =",
    ),
    *('GetNumber("Amount",1e400) > 1', "DNIS=8000 & " * 400 + "ANI=1", 'UserData("Odd") != "?"', "CallType = Inbound"),
    *('MediaType = "chat" & PairExists("Subject")', "MediaType != voice"),
    *('PairExists(Reasons,"ReasonCode")', "ExtensionReasonCode >= 1", '"', 'PairExists("' + "*" * 60 + 'x","*")'),
)
FORMULAS: Final = (
    "DCID",
    'DistByConnID, GetNumber("ReasonCode")',
    "1/0",
    'GetGlobalNumber("Amount",2)*3',
    DEEP,
    "-",
    "",
)
GROUP_IDS: Final = (
    *tuple(CENTRE.agent_groups)[:6],
    *tuple(CENTRE.expert_groups),
    *("?:Sales > 1 & Billing >= 5", "?:", f"?:{DEEP}", "?:Sales > " + "9" * 400, '?:Skill("Sales") > 1'),
)
IDS: Final[dict[str, tuple[str, ...]]] = {
    "RegDN": tuple(f"{number}@pbx1" for number in REGULAR),
    "Agent": EMPLOYEES,
    "Place": PLACES,
    "GroupAgents": GROUP_IDS,
    "Queue": tuple(f"{one.number}@pbx1" for one in CENTRE.services if not one.is_routed),
    "RoutePoint": tuple(f"{one.number}@pbx1" for one in CENTRE.services if one.is_routed),
    "GroupQueues": tuple(CENTRE.dn_groups),
    "StagingArea": QUEUES,
    "Tenant": ("Environment",),
    "Switch": ("pbx1",),
}
KINDS: Final = {str(type_): kind_of(frozenset({type_})) for type_ in ObjectType}
OBJECT_TYPES: Final = (*ObjectType, "Campaign", "agent", "Robot")
NAMES: Final = (*(row[0] for row in STAT_TYPES), "TotlCalls")


def definition(random: Random, words: tuple[str, ...]) -> Fields:
    """A statistic defined in the request, of known words."""
    drawn: Fields = {
        "rel_mask": ", ".join(random.choices(words, k=random.randrange(4))),
        "subject": random.choice(tuple(Subject)),
        "formula": random.choice(FORMULAS),
        "media_type": random.choice((*MEDIA, "")),
        "InteractionType": random.choice(("Inbound", "Outbound, Internal")),
        "reason_start_overrides_status_start": random.choice(("yes", True, "perhaps")),
        "ServiceType": "Sales",
    }
    mask = ", ".join(random.choices(words, k=random.randrange(1, 5)))
    return {"category": random.choice(CATEGORY_NAMES), "main_mask": mask} | _some(random, drawn, 0.25)


def statistic(random: Random) -> Fields:
    """What `OpenStatistic` and `GetStatistic` ask for: mostly of an object that there is, often of what it can have."""
    kind = random.choice(tuple(IDS) if random.random() < 0.9 else OBJECT_TYPES)
    named = IDS.get(kind, EMPLOYEES) if random.random() < 0.95 else (*ODD_TEXTS, "pbx1", "Environment")
    words = (*WORDS[KINDS.get(kind, ObjectKind.REGULAR)], *ODD_WORDS)
    asked: Fields = {
        "object": {"type": kind, "id": random.choice(named)},
        "statistic": random.choice(NAMES) if random.random() < 0.4 else definition(random, words),
    }
    drawn: Fields = {
        "time_profile": random.choice(PROFILES),
        "time_range": random.choice(RANGES),
        "time_range2": random.choice(RANGES),
        "filter": random.choice(FILTERS),
    }
    return asked | _some(random, drawn, 0.2)


def notification(random: Random) -> Fields:
    """When to be told."""
    drawn: Fields = {
        "mode": random.choice(("Immediate", "Periodic", "Reset", "None", "Sometimes")),
        "insensitivity": random.choice((0, 1, 5.5, -1, 1e308)),
        "frequency": random.choice((0.1, 5, 0, 1e308)),
        "interval": random.choice((0.1, 5, -5, 86_400)),
    }
    return _some(random, drawn, 0.6)


_NAMING_AN_ID: Final = ("PeekStatistic", "SuspendNotification", "ResumeNotification", "CloseStatistic")
_PLAIN: Final = ("ListStatTypes", "ListTimeProfiles", "ListTimeRanges", "ListFilters", "Ping")


def request(random: Random) -> Fields:
    """A request of any kind."""
    ref = random.randrange(1_000_000)
    kind = random.randrange(20)
    if kind < 7:
        asked = {"request": "OpenStatistic", "ref": ref, **statistic(random)}
        return asked | ({"notification": notification(random)} if random.random() < 0.5 else {})
    if kind < 9:
        return {"request": "GetStatistic", "ref": ref, **statistic(random)}
    if kind < 16:
        return {"request": random.choice(_NAMING_AN_ID), "ref": ref, "id": random.randrange(1, 40)}
    if kind == 16:
        return {"request": "ListObjects", "ref": ref, "type": random.choice(OBJECT_TYPES)}
    if kind == 17:
        return {"request": "Register", "ref": ref, "client": random.choice(ODD_TEXTS)}
    return {"request": random.choice(_PLAIN), "ref": ref}
