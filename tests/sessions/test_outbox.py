from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.sessions.outbox import TOTAL_FACTOR, Outbox

ALL = 1 << 30


def an_outbox(limit: int = 100, keeps_up_max: int = 0) -> Outbox:
    return Outbox(limit, lambda: None, keeps_up_max=keeps_up_max)


def reading(number: int, value: int) -> bytes:
    return b"%d=%d\n" % (number, value)


def test_while_little_waits_every_reading_is_kept_in_order() -> None:
    outbox = an_outbox(keeps_up_max=20)
    for value in range(3):
        outbox.add_reading(1, reading(1, value))
    assert outbox.take(ALL) == b"1=0\n1=1\n1=2\n"


def test_for_a_slow_client_a_reading_takes_the_place_of_the_older_one() -> None:
    outbox = an_outbox()
    outbox.add_reading(1, reading(1, 0))
    outbox.add_reading(2, reading(2, 0))
    outbox.add_reading(1, reading(1, 5))
    assert outbox.take(ALL) == b"1=5\n2=0\n"


def test_a_reading_never_passes_an_answer_about_its_statistic() -> None:
    outbox = an_outbox()
    outbox.add_reading(1, reading(1, 0))
    outbox.add(b"Suspended 1\n", 1)
    outbox.add_reading(1, reading(1, 5))
    assert outbox.take(ALL) == b"1=0\nSuspended 1\n1=5\n"


def test_what_was_taken_is_not_replaced() -> None:
    outbox = an_outbox()
    outbox.add_reading(1, reading(1, 0))
    assert outbox.take(ALL) == b"1=0\n"
    outbox.add_reading(1, reading(1, 5))
    assert outbox.take(ALL) == b"1=5\n"


def test_lines_that_cannot_be_replaced_are_refused_past_the_limit() -> None:
    outbox = an_outbox(limit=10)
    assert outbox.add(b"123456\n")
    assert outbox.add(b"123456\n")
    assert not outbox.add(b"1\n")
    assert outbox.waiting == 14


def test_readings_alone_make_no_client_slow() -> None:
    outbox = an_outbox(limit=10)
    assert all(outbox.add_reading(1, reading(1, value)) for value in range(1000))
    assert outbox.take(ALL) == b"1=999\n"


def test_readings_of_too_many_statistics_are_refused() -> None:
    outbox = an_outbox(limit=10)
    assert not all(outbox.add_reading(number, reading(number, 0)) for number in range(1000))


def test_a_reading_that_grows_is_refused_when_too_much_waits() -> None:
    outbox = an_outbox(limit=10)
    assert outbox.add_reading(1, b"x" * 50)
    assert not outbox.add_reading(1, b"x" * 51)
    assert outbox.add_reading(1, b"x" * 30)


def test_a_long_answer_is_taken_when_nothing_waits() -> None:
    outbox = an_outbox(limit=10)
    assert outbox.add(b"x" * 1000)
    assert outbox.take(16) == b"x" * 1000


def test_as_many_lines_leave_at_once_as_fit() -> None:
    outbox = an_outbox()
    for _ in range(3):
        outbox.add(b"1234\n")
    assert outbox.take(14) == b"1234\n1234\n"
    assert outbox.take(14) == b"1234\n"
    assert outbox.take(14) == b""


def test_a_closed_outbox_sends_what_waits_and_takes_no_more() -> None:
    outbox = an_outbox()
    outbox.add(b"answer\n")
    outbox.close(b"Closed\n")
    outbox.add(b"late\n")
    outbox.add_reading(1, b"late\n")
    outbox.close(b"again\n")
    assert outbox.take(ALL) == b"answer\nClosed\n"


def test_what_waits_for_a_slow_client_can_be_dropped_at_the_end() -> None:
    outbox = an_outbox()
    outbox.add_reading(1, reading(1, 0))
    outbox.close(b"Closed\n", drops_waiting=True)
    assert (outbox.waiting, outbox.take(ALL)) == (7, b"Closed\n")


def test_whoever_sends_hears_of_lines_and_of_the_end() -> None:
    heard: list[int] = []
    outbox = Outbox(100, lambda: heard.append(1))
    outbox.add(b"1\n")
    outbox.add_reading(1, b"2\n")
    outbox.close()
    assert len(heard) == 3


STEPS = st.lists(
    st.tuples(st.just("reading"), st.integers(1, 4))
    | st.tuples(st.just("answer"), st.integers(1, 4))
    | st.tuples(st.just("take"), st.integers(1, 40)),
    max_size=60,
)


@given(STEPS, st.integers(0, 60))
def test_a_client_gets_all_answers_and_the_newest_readings_in_order(
    steps: list[tuple[str, int]], keeps_up_max: int
) -> None:
    outbox = an_outbox(limit=10_000, keeps_up_max=keeps_up_max)
    sent = b""
    newest: dict[int, int] = {}
    answers = []
    for at, (step, number) in enumerate(steps):
        line = b"%s %d %d\n" % (step.encode(), number, at)
        if step == "take":
            sent += outbox.take(number)
        elif step == "reading":
            assert outbox.add_reading(number, line)
            newest[number] = at
        else:
            assert outbox.add(line, number)
            answers.append(at)
    got = [line.split() for line in (sent + outbox.take(ALL)).splitlines()]
    assert [int(at) for kind, _, at in got if kind == b"answer"] == answers
    for number in range(1, 5):
        times = [int(at) for _, its, at in got if int(its) == number]
        assert times == sorted(times)
        readings = [int(at) for kind, its, at in got if kind == b"reading" and int(its) == number]
        assert readings[-1:] == [newest[number]] if number in newest else not readings
    assert outbox.waiting == 0


@given(STEPS, st.integers(0, 60), st.integers(0, 30))
def test_what_waits_is_bounded(steps: list[tuple[str, int]], keeps_up_max: int, limit: int) -> None:
    outbox = an_outbox(limit=limit, keeps_up_max=keeps_up_max)
    for at, (step, number) in enumerate(steps):
        line = b"%s %d %d\n" % (step.encode(), number, at)
        if step == "take":
            outbox.take(number)
        elif step == "reading":
            outbox.add_reading(number, line)
        else:
            outbox.add(line, number)
        assert outbox.waiting <= TOTAL_FACTOR * limit + 20
    left = outbox.waiting
    assert len(outbox.take(ALL)) == left
