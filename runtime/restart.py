"""An actor that fails is built anew as it was, and what killed it is tried once more (`design.md`, supervision).

The mailbox is the log: it has the actor as it was last *saved*, and what it has handled since. What fails is a *unit*:
one message; of an actor that settles, the whole input (all its mail of one number, which a pass brings it in one turn).
Then whatever the unit told is taken back, a new actor is made of what was saved, and handles the log and the mail
of the turn before the unit again, unheard. Now the unit is tried once more. A message that fails twice is set aside;
if settling fails twice, the whole input is. What was asked has its error for an answer, and is not tried again.

So that the log does not grow, the actor is saved when a turn has made it too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from runtime.effects import EFFECTS
from runtime.mail import LAST, NUMBER_SHIFT, Envelope, Mailbox
from runtime.ref import ActorRef

if TYPE_CHECKING:
    from runtime.actor import Actor

LOG_MAX: Final = 32
BYTES_A_MESSAGE: Final = 256
"""A log may have so many messages, and one more for each so many bytes of the saved actor: what is large is saved less
often, so that to handle a message costs the same, and no log weighs much more than what it adds to. Measured with 1,000
agents: to save costs 2 % of the time, with half as long logs 4 %; and a message has 0.7 KB."""
_UNNUMBERED: Final = LAST >> NUMBER_SHIFT


class ReplayError(RuntimeError):
    """An actor failed on what it had handled before: what it is does not follow from its log, so nothing is certain."""


class SettlingError(Exception):
    """`settle` raised the cause of this; `drawn` messages of the next input had been drawn already, none handled."""

    def __init__(self, drawn: int) -> None:
        super().__init__()
        self.drawn = drawn


class Failure(NamedTuple):
    """What was raised, by the message at which place of the mail: by settling, if that is the last one before it."""

    error: BaseException
    at: int
    is_settling: bool


# -- the log -----------------------------------------------------------------------------------------------------------


def log_max_of(size: int) -> int:
    """How many messages a log may have on top of something saved of so many bytes."""
    return LOG_MAX + size // BYTES_A_MESSAGE


def begin_log(inbox: Mailbox) -> None:
    """From now on the actor can be built anew, if it can be saved."""
    assert inbox.supervision is not None
    inbox.saved = inbox.supervision.save(inbox.actor)
    if inbox.saved is not None:
        inbox.log, inbox.results = [], ()
        inbox.log_max = inbox.supervision.log_max(inbox.actor, inbox.saved)


def end_log(inbox: Mailbox) -> None:
    """The actor has stopped for good."""
    inbox.log = inbox.saved = None
    inbox.results = ()


def finish_turn(inbox: Mailbox, mail: Sequence[Any]) -> None:
    """All of the mail is handled: does what it put off, and logs it.

    What is put off cannot fail. Where it does all the same, the turn's last message is set aside: nothing can be taken
    back any more.
    """
    results, raised = EFFECTS.finish() if EFFECTS.put_off else (None, ())
    log = inbox.log
    if log is not None:
        log += mail
        if results:
            inbox.results = [*inbox.results, *results]
        if len(log) > inbox.log_max:
            begin_log(inbox)
    for error in raised:
        _fail_late(inbox, mail[-1] if mail else None, error)


def _fail_late(inbox: Mailbox, message: Any, error: BaseException) -> None:
    """What was put off because of a message has failed."""
    supervision = inbox.supervision
    if supervision is None or not supervision.failed(inbox.actor, message, error):
        raise error
    _set_aside(inbox, [(message, error)])


# -- failures ----------------------------------------------------------------------------------------------------------


def failure_of(error: BaseException, mail: Sequence[Any], waiting: Iterator[Any]) -> Failure:
    """Where an actor failed that drew its mail from `waiting`; that is empty then."""
    at = len(mail) - len(list(waiting)) - 1
    if isinstance(error, SettlingError):
        assert error.__cause__ is not None
        return Failure(error.__cause__, at - error.drawn, is_settling=True)
    return Failure(error, at, is_settling=False)


def fail_start(inbox: Mailbox, error: BaseException) -> bool:
    """The actor failed as it started; another one is to start in its stead.

    Returns:
        Whether the mailbox goes on.
    """
    supervision = inbox.supervision
    if supervision is None or not supervision.failed(inbox.actor, None, error):
        return False
    if inbox.log is None:
        supervision.rebuild(inbox)
    else:
        EFFECTS.withdraw(0, 0)
        with _unheard():
            supervision.rebuild(inbox)
    return True


def give_up(inbox: Mailbox, message: Any, error: BaseException) -> bool:
    """Has a mailbox without a log go on after a failure, the message set aside.

    Returns:
        Whether it goes on.
    """
    supervision = inbox.supervision
    assert supervision is not None
    if not supervision.failed(inbox.actor, message, error):
        return False
    if not _is_asked(message):
        supervision.set_aside(inbox.actor, message, error)
    supervision.rebuild(inbox)
    return True


def recover(inbox: Mailbox, mail: list[Any], failure: Failure) -> bool:
    """Has a mailbox with a log go on after a failure, and handle the rest of the turn's mail.

    Returns:
        Whether it goes on.

    Raises:
        ReplayError: what was handled before cannot be handled again.
    """
    done: list[Any] = []
    lost: list[tuple[Any, BaseException]] = []
    goes_on = True
    failing: Failure | None = failure
    try:
        while failing is not None:
            first, behind = _unit(inbox.actor, mail, failing.at)
            done += mail[:first]
            unit, mail = mail[first:behind], mail[behind:]
            goes_on = _tried_again(inbox, done, unit, failing._replace(at=failing.at - first), lost)
            done += unit
            if not goes_on or inbox.is_stopped:
                inbox[:0] = mail
                break
            failing = _failure_on(inbox.actor, mail)
        else:
            done += mail
        finish_turn(inbox, done)
    except BaseException:
        EFFECTS.put_off.clear()
        raise
    finally:
        _set_aside(inbox, lost)
    return goes_on


def _unit(actor: Actor, mail: Sequence[Any], at: int) -> tuple[int, int]:
    """Where in the mail the unit of a message begins and ends."""
    first, behind = at, at + 1
    number = _number(mail[at])
    if actor.settles and number != _UNNUMBERED:
        while first > 0 and _number(mail[first - 1]) == number:
            first -= 1
        while behind < len(mail) and _number(mail[behind]) == number:
            behind += 1
    return first, behind


def _number(message: Any) -> int:
    order: int = getattr(message, "order", LAST)
    return order >> NUMBER_SHIFT


def _set_aside(inbox: Mailbox, lost: list[tuple[Any, BaseException]]) -> None:
    """When all else is done: what is told because of it is not taken back."""
    supervision = inbox.supervision
    assert supervision is not None
    for message, error in lost:
        supervision.set_aside(inbox.actor, message, error)
    _, raised = EFFECTS.finish()
    for error in raised:
        supervision.failed(inbox.actor, None, error)


def _tried_again(
    inbox: Mailbox, done: list[Any], unit: list[Any], failure: Failure, lost: list[tuple[Any, BaseException]]
) -> bool:
    """Handles the unit after `done`; what must be set aside of it is taken out, and `lost`."""
    supervision = inbox.supervision
    assert supervision is not None
    tried: set[tuple[int, ...]] = set()
    failing: Failure | None = failure
    while failing is not None:
        message = unit[failing.at]
        if not supervision.failed(inbox.actor, message, failing.error):
            inbox[:0] = unit[failing.at + 1 :]
            del unit[failing.at :]
            return False
        culprits = unit[:] if failing.is_settling else [message]
        if _is_asked(message):
            unit.clear()
        elif (names := tuple(map(id, culprits))) not in tried:
            tried.add(names)
        else:
            lost += [(culprit, failing.error) for culprit in culprits]
            unit[:] = [other for other in unit if id(other) not in names]
        _rebuild(inbox, done)
        failing = _failure_on(inbox.actor, unit)
    return True


def _is_asked(message: Any) -> bool:
    return type(message) is Envelope and message.reply_to is not None


def _failure_on(actor: Actor, mail: list[Any]) -> Failure | None:
    """Handles mail; what a stop leaves waits again."""
    waiting = iter(mail)
    try:
        actor.handle_mail(waiting)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a failure is the supervisor's, whatever it is
        return failure_of(error, mail, waiting)
    actor.actor_inbox[:0] = waiting
    return None


def _rebuild(inbox: Mailbox, done: list[Any]) -> None:
    """Puts an actor in place that is what the failed one was after `done`, and takes back what came after that.

    The log is of many turns, and an actor may settle in one and not in another: so each input is a turn here.
    """
    assert inbox.supervision is not None
    assert inbox.log is not None
    results = [*inbox.results, *(result for result, _ in EFFECTS.put_off)]
    with _unheard() as told, EFFECTS.replayed(results) as given:
        try:
            inbox.supervision.rebuild(inbox)
            inbox.is_started = True
            for _, unit in groupby(inbox.log, _number):
                inbox.actor.handle_mail(_unanswered(unit))
            told.clear()
            inbox.actor.handle_mail(_unanswered(done))
        except Exception as error:
            raise ReplayError(f"{inbox.actor} fails on what it had handled") from error
        EFFECTS.withdraw(len(told), given() - len(inbox.results))


def _unanswered(mail: Iterable[Any]) -> Iterator[Any]:
    """What was asked has been answered."""
    return iter([Envelope(message.message) if type(message) is Envelope else message for message in mail])


@contextmanager
def _unheard() -> Iterator[list[Mailbox]]:
    """Nothing told reaches anybody meanwhile; it gives the mailboxes that it would have reached."""
    told: list[Mailbox] = []

    def note(inbox: Mailbox, _message: Any) -> None:
        if not inbox.is_stopped:
            told.append(inbox)

    tell, put = ActorRef.tell, Mailbox.put
    ActorRef.tell = lambda ref, message: note(ref.actor_inbox, message)  # type: ignore[assignment,method-assign]
    Mailbox.put = note  # type: ignore[method-assign]
    try:
        yield told
    finally:
        ActorRef.tell, Mailbox.put = tell, put  # type: ignore[method-assign]
