"""Requests and events as Hypothesis draws them: of every kind, their attributes believable or any JSON there is."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from actors.vocabulary import protocol
from actors.vocabulary.events import EVENTS, PartyState, TServerEvent
from tests.fuzz import vocabulary as words
from tests.fuzz.mutations import SPLICES, encoded
from tests.fuzz.vocabulary import Fields

plain = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
anything = st.recursive(
    plain | st.sampled_from(words.ODD_NUMBERS) | st.sampled_from(words.ODD_TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

dns = st.sampled_from((*words.DNS, *words.ODD_TEXTS))
conn_ids = st.sampled_from((*words.CONN_IDS[:4], ""))
states = st.sampled_from((*words.CALL_STATES, *words.PARTY_STATES, "Ready", "NotReady", "AfterCallWork", ""))
times = st.floats(0, words.NOW_S * 2) | st.just(words.NOW_S)
USUAL: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("this_dn", "other_dn", "third_party_dn", "this_queue"), dns),
    **dict.fromkeys(("conn_id", "previous_conn_id", "transfer_conn_id", "conference_conn_id"), conn_ids),
    **dict.fromkeys(("call_type", "propagated_call_type"), st.sampled_from((*words.CALL_TYPES, ""))),
    **dict.fromkeys(("call_state", "agent_state", "agent_work_mode"), states),
    **dict.fromkeys(("time", "since", "login_since", "agent_state_since"), times),
    **dict.fromkeys(("user_data", "reasons", "extensions"), st.dictionaries(st.text(max_size=8), anything, max_size=3)),
    "this_dn_role": st.sampled_from((*words.ROLES, "")),
    "agent_id": st.sampled_from((*words.LOGINS, "")),
    "dnd": st.booleans(),
    "seq": st.none(),
}
usual_text = st.sampled_from(words.ODD_TEXTS)


def _optional(struct: type[Any], *without: str) -> dict[str, st.SearchStrategy[Any]]:
    return {name: USUAL.get(name, usual_text) for name in struct.__struct_fields__ if name not in without}


parties = st.fixed_dictionaries({"conn_id": conn_ids}, optional=_optional(PartyState, "conn_id"))
events: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {"event": st.sampled_from(sorted(EVENTS)), "time": times, "this_dn": dns},
    optional={**_optional(TServerEvent, "event", "time", "this_dn", "calls"), "calls": st.lists(parties, max_size=3)},
)

refs = st.integers(-(2**63), 2**63 - 1)
randoms = st.randoms(use_true_random=False)
statistics: st.SearchStrategy[Fields] = randoms.map(words.statistic)
names_an_id = st.sampled_from(("PeekStatistic", "SuspendNotification", "ResumeNotification", "CloseStatistic"))
ids = st.fixed_dictionaries({"request": names_an_id, "id": st.integers(0, 5) | st.integers()})
KINDS = tuple(
    str(kind.__struct_config__.tag)
    for kind in protocol.AnyRequest.__args__
    if kind is not protocol.ReadConfiguration  # a process reads it: the answer comes behind those of later requests
)
opening = st.fixed_dictionaries(
    {"request": st.sampled_from(("OpenStatistic", "GetStatistic"))},
    optional={"notification": randoms.map(words.notification)},
)
requests: st.SearchStrategy[Fields] = st.tuples(
    st.fixed_dictionaries({"ref": refs}),
    st.one_of(
        st.tuples(opening, statistics).map(lambda both: both[1] | both[0]),
        ids,
        st.fixed_dictionaries(
            {"request": st.sampled_from(KINDS)},
            optional={"type": st.sampled_from(words.OBJECT_TYPES), "client": usual_text, "protocol": st.integers()},
        ),
    ),
).map(lambda both: both[0] | both[1])


@st.composite
def spoiled(draw: st.DrawFn, of: st.SearchStrategy[Fields]) -> bytes:
    """A line of such an object with a field of another kind or gone, then its bytes cut, flipped or spliced."""
    fields = dict(draw(of))
    where = draw(st.sampled_from(sorted(fields)))
    if draw(st.booleans()):
        fields[where] = draw(anything)
    else:
        del fields[where]
    line = encoded(fields)
    begin, end = sorted(draw(st.tuples(st.integers(0, len(line)), st.integers(0, len(line)))))
    between = draw(st.sampled_from((line[begin:end], b"", *SPLICES)) | st.binary(max_size=6))
    return line[:begin] + between + line[end:]
