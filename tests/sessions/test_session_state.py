from __future__ import annotations

import pytest

from actors.sessions.session_state import BAD_LINES_MAX, SessionState
from actors.vocabulary import protocol
from actors.vocabulary.errors import RequestError


def registered(**options: int) -> SessionState:
    state = SessionState(**options)
    state.register(protocol.Register(ref=1, client="wallboard"))
    return state


def opening(ref: int = 1) -> protocol.OpenStatistic:
    return protocol.OpenStatistic(ref=ref, object=protocol.ObjectName(type="Agent", id="1001"), statistic="TotalCalls")


def code_of(state: SessionState, request: protocol.AnyRequest) -> str:
    with pytest.raises(RequestError) as caught:
        state.register(request) if isinstance(request, protocol.Register) else state.admit(request)
    return caught.value.code


@pytest.mark.parametrize("request_", [opening(), protocol.PeekStatistic(ref=1, id=1), protocol.ListFilters(ref=1)])
def test_who_is_not_registered_may_not_ask(request_: protocol.AnyRequest) -> None:
    assert code_of(SessionState(), request_) == "NotRegistered"


@pytest.mark.parametrize("token", ["", "secre", "secret!", "Secret", "ключ"])
def test_a_wrong_token_is_refused(token: str) -> None:
    state = SessionState("secret")
    assert code_of(state, protocol.Register(ref=1, client="c", token=token)) == "Unauthorized"
    assert not state.is_registered


def test_the_right_token_is_let_in_after_a_wrong_one() -> None:
    state = SessionState("ключ")
    assert code_of(state, protocol.Register(ref=1, client="c", token="key")) == "Unauthorized"
    state.register(protocol.Register(ref=2, client="c", token="ключ"))
    assert state.is_registered


def test_a_token_that_nobody_asks_for_is_ignored() -> None:
    state = SessionState()
    state.register(protocol.Register(ref=1, client="c", token="whatever"))
    assert state.client == "c"


def test_another_protocol_is_not_spoken() -> None:
    state = SessionState()
    assert code_of(state, protocol.Register(ref=1, client="c", protocol=2)) == "BadMessage"
    assert not state.is_registered


def test_a_client_registers_once() -> None:
    state = registered()
    assert code_of(state, protocol.Register(ref=2, client="another")) == "BadMessage"
    assert state.client == "wallboard"


def test_ids_grow_from_1_and_are_not_used_again() -> None:
    state = registered()
    assert state.admit(opening()) == 1
    state.opened(1)
    assert state.admit(protocol.CloseStatistic(ref=2, id=1)) == 1
    assert state.admit(opening()) == 2


NAMING = [
    protocol.PeekStatistic,
    protocol.SuspendNotification,
    protocol.ResumeNotification,
    protocol.CloseStatistic,
]


@pytest.mark.parametrize("kind", NAMING)
def test_only_an_open_statistic_can_be_named(kind: type[protocol.PeekStatistic]) -> None:
    state = registered()
    state.admit(opening())
    assert code_of(state, kind(ref=2, id=1)) == "UnknownStatistic"
    state.opened(1)
    assert state.admit(kind(ref=2, id=1)) == 1
    state.closed(1)
    assert code_of(state, kind(ref=3, id=1)) == "UnknownStatistic"


def test_a_closed_statistic_cannot_be_named_though_the_pool_has_not_answered() -> None:
    state = registered()
    state.admit(opening())
    state.opened(1)
    state.admit(protocol.CloseStatistic(ref=2, id=1))
    assert code_of(state, protocol.PeekStatistic(ref=3, id=1)) == "UnknownStatistic"


def test_what_names_no_statistic_has_no_id() -> None:
    assert registered().admit(protocol.ListStatTypes(ref=2)) == 0


def test_open_and_asked_for_statistics_count_against_the_limit() -> None:
    state = registered(statistics_max=2)
    state.admit(opening())
    state.opened(1)
    state.admit(opening())
    assert code_of(state, opening()) == "LimitExceeded"


def test_refused_and_closed_statistics_do_not_count() -> None:
    state = registered(statistics_max=2)
    state.admit(opening(ref=7))
    state.admit(opening(ref=8))
    state.opened(1)
    state.refused(8)
    assert state.admit(opening()) == 3
    state.closed(1)
    assert state.admit(opening()) == 4


def test_so_many_bad_lines_in_a_row_end_a_session() -> None:
    state = SessionState()
    assert not any(state.count_line(is_bad=True) for _ in range(BAD_LINES_MAX - 1))
    assert state.count_line(is_bad=True)


def test_a_good_line_makes_up_for_bad_ones() -> None:
    state = SessionState()
    for _ in range(BAD_LINES_MAX - 1):
        state.count_line(is_bad=True)
    state.count_line(is_bad=False)
    assert not state.count_line(is_bad=True)
