"""Who keeps everybody alive: starts every actor, hears of every failure, puts another in its place.

With the table of their kinds (`actors.kinds`) the only one who imports actors. What one server is made of is started
here in the order of the levels, and stopped in the reverse. The strategy is one_for_one: who fails is restarted alone,
as it was (`runtime.restart`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from actors.configuration import registrar
from actors.configuration.definitions import Definitions, ServerOptions
from actors.configuration.environment import Environment, Source
from actors.configuration.load import Loaded
from actors.kinds import KINDS, STARTED_AS, start_arguments
from actors.objects.centre import build_board
from actors.objects.views import view_of
from actors.objects.virtual import VirtualGroupActor
from actors.objects.virtual_node import made_again
from actors.reconfiguring import Reconfiguring
from actors.sessions.listener import StartSession
from actors.sessions.messages import Answer, NotOpened, SessionRequest
from actors.sessions.outbox import Outbox
from actors.sessions.session import SessionActor, refuse_to_read
from actors.sources import connector
from actors.sources.asterisk import AsteriskSwitch
from actors.sources.call_book import CallBook
from actors.sources.interaction_book import InteractionBook
from actors.sources.saving import Book
from actors.sources.translators import AsteriskTranslator, NoTranslator, Translator
from actors.statistics import pool, pool_state
from actors.statistics.agenda import Agenda
from actors.statistics.board import Board
from actors.statistics.messages import Asked
from actors.statistics.node import Node
from actors.statistics.opening import Core
from actors.statistics.statistic import StatisticActor
from actors.vocabulary import protocol
from actors.vocabulary.objects import DnType
from runtime.actor import Actor, ActorRef
from runtime.dead_letters import DeadLetters, dead_letter
from runtime.dispatcher import Dispatcher
from runtime.effects import EFFECTS
from runtime.intake import Intake
from runtime.mail import Mailbox
from runtime.restart import begin_log
from runtime.supervision import Restart
from statclient._version import VERSION

log = logging.getLogger(__name__)

SERVER_NAME: Final = "statserver"
FAILED: Final = "the server failed on this request"
RESTARTS_MAX: Final = 100
RESTART_WINDOW_US: Final = 5_000_000
"""More restarts than this in five seconds mean that restarting does not help."""


def add_restart(restarts: list[int], now_us: int) -> list[int]:
    """The restarts that count towards the intensity, with one more at `now_us`."""
    return [at_us for at_us in restarts if at_us > now_us - RESTART_WINDOW_US] + [now_us]


class TooManyRestarts(RuntimeError):  # noqa: N818 - it ends the process, as OTP's shutdown does
    """Actors fail faster than restarting helps: the process must end."""


class Supervisor:
    """One server's actors.

    Args:
        loaded: the configuration.
        dispatcher: runs them.
        intake: what happens outside comes to them through it.
    """

    def __init__(self, loaded: Loaded, dispatcher: Dispatcher, intake: Intake) -> None:
        self.down: dict[str, int] = {}
        """Sources whose link is lost, since when (microseconds since the epoch)."""
        self.dispatcher = dispatcher
        self.intake = intake
        self.board: Board = build_board(loaded.environment, intake.now_us)
        self.connectors: dict[str, ActorRef] = {}
        self.read_configuration: Callable[[ActorRef, int], None] = refuse_to_read
        """Has a session's request to read the configuration again done; the server says how."""
        self.sessions: dict[ActorRef, None] = {}
        self.failures = 0
        self.dead_letters = DeadLetters()
        self._restarts: list[int] = []
        for node in self.board.nodes.values():
            self._start_object(node)
        self.reconfiguring = Reconfiguring(
            loaded.environment,
            self.board,
            intake,
            start_object=self._start_object,
            start_connector=self._start_connector,
            connectors=self.connectors,
        )
        self._pool_wiring = pool_state.Wiring(
            board=self.board,
            definitions=loaded.definitions,
            environment=self.environment,
            intake=intake,
            see=lambda node: view_of(node, self.board),
            start_statistic=self._start_statistic,
            agenda=Agenda(intake),
            audience=self.sessions,
        )
        self.pool = self._started(pool.PoolActor, self._pool_wiring, pool_state.PoolState())
        registrar_ref = self._started(registrar.RegistrarActor, self.reconfiguring.carry_out)
        self.reconfiguring.connect(registrar_ref, self.pool, self._pool_wiring)
        for source in self.environment.sources.values():
            self._start_connector(source)
        dispatcher.run_until_quiet()

    @property
    def environment(self) -> Environment:
        """The contact centre as it is now."""
        return self.reconfiguring.environment

    @property
    def options(self) -> ServerOptions:
        """Section `[statserver]`."""
        return self._pool_wiring.definitions.options

    # -- starting --------------------------------------------------------------------------------------------------

    def _started(self, actor: type[Actor], *args: Any, **kwargs: Any) -> ActorRef:
        with self.dispatcher.starting():
            ref = actor.start(*args, **kwargs)
        assert isinstance(ref, ActorRef)
        ref.actor_inbox.supervision = self
        begin_log(ref.actor_inbox)
        return ref

    def _start_object(self, node: Node) -> None:
        start = VirtualGroupActor if node.hears_seats else STARTED_AS[node.key.type]
        node.ref = self._started(start, *start_arguments(start, node, self.board))

    def _start_connector(self, source: Source) -> None:
        book, refs = self._book(source)
        options = self.options
        wiring = connector.Wiring(
            name=source.name,
            translator=self._translator(source),
            book=book,
            refs=refs,
            routers=self.board.routers,
            tenant=source.tenant or self.environment.switches[source.switch].tenant,
            audience=self.sessions,
            down=self.down,
            limits=connector.limits_of(
                link_loss_limit_s=options.link_loss_limit,
                stuck_call_time_s=options.stuck_call_time,
                check_stuck_calls=options.check_stuck_calls,
            ),
            intake=self.intake,
        )
        self.connectors[source.name] = self._started(connector.ConnectorActor, wiring, connector.LinkState())

    def _book(self, source: Source) -> tuple[Book, connector.Refs]:
        """What the link of a source knows, and the actors of the objects that it names."""
        if source.type == "interaction-server":
            return InteractionBook(source.name, source.tenant), self.board.refs
        dns = [dn for dn in self.environment.dns.values() if dn.switch == source.switch]
        book = CallBook(
            source.switch,
            regular=frozenset(dn.number for dn in dns if not dn.is_mediation),
            mediation=frozenset(dn.number for dn in dns if dn.is_mediation),
            virtual=frozenset(dn.number for dn in dns if dn.type is DnType.VIRTUAL_QUEUE),
            numbers=tuple(dn.number for dn in dns),
        )
        return book, self.reconfiguring.dns_of(source.switch)

    def _translator(self, source: Source) -> Translator:
        if source.type == "asterisk":
            dns = [dn for dn in self.environment.dns.values() if dn.switch == source.switch]
            return AsteriskTranslator(AsteriskSwitch(dns))
        return NoTranslator()

    def session_starter(self, token: str | None) -> StartSession:
        """What starts a session for a client that has connected.

        Args:
            token: what the client must show, if anything.
        """

        def start(outbox: Outbox, on_handled: Callable[[], None]) -> ActorRef:
            ref = self._started(
                SessionActor,
                outbox,
                on_handled,
                pool=self.pool,
                intake=self.intake,
                server=SERVER_NAME,
                version=VERSION,
                token=token,
                down=self.down,
                read_configuration=self.read_configuration,
            )
            self.sessions[ref] = None
            return ref

        return start

    def _start_statistic(self, core: Core, look_at: Callable[[int], None]) -> ActorRef:
        def make() -> ActorRef:
            inbox = StatisticActor(core, look_at).actor_inbox
            inbox.supervision = self
            begin_log(inbox)
            return inbox.actor.actor_ref

        def start(ref: ActorRef) -> None:
            with self.dispatcher.starting():
                ref.at_rest().begin_work()

        return EFFECTS.outside(make, start)

    def begin(self) -> None:
        """Has everything begin now, when a clock that stood at 0 is first told the time: nothing has happened yet."""
        fresh = build_board(self.environment, self.intake.now_us)
        for key, node in self.board.nodes.items():
            node.state = (fresh.nodes.get(key) or made_again(node, fresh, self.intake.now_us)).state
            assert isinstance(node.ref, ActorRef)
            old = node.ref.at_rest()
            KINDS[type(old)].rebuilt(old).take_over(old.actor_inbox)
            begin_log(old.actor_inbox)
        pool = self.pool.at_rest()
        pool.begin(self.intake.now_us)
        for entry in pool.state.entries.values():
            begin_log(entry.ref.actor_inbox)

    def redefine(self, definitions: Definitions) -> None:
        """What is opened from now on follows these definitions."""
        self._pool_wiring.definitions = definitions

    def stop(self) -> None:
        """Stops every actor, the highest level first."""
        refs = [node.ref for node in self.board.nodes.values()] + list(self.connectors.values())
        statistics = [entry.ref for entry in self.pool.at_rest().state.entries.values()]
        for ref in [*self.sessions, *statistics, self.pool, *reversed(refs), self.reconfiguring.registrar]:
            if ref.is_alive():
                ref.stop(block=False)
        self.dispatcher.run_until_quiet()

    # -- failures --------------------------------------------------------------------------------------------------

    def failed(self, actor: Actor, message: Any, error: BaseException) -> bool:
        """Counts and logs a failure; a session ends with it.

        Raises:
            TooManyRestarts: it happens too often.
        """
        self.failures += 1
        log.error("%s failed on %r", actor, message, exc_info=error)
        self._restarts = add_restart(self._restarts, self.intake.now_us)
        if len(self._restarts) > RESTARTS_MAX:
            raise TooManyRestarts(f"{RESTARTS_MAX} restarts in {RESTART_WINDOW_US / 1_000_000:.0f} s") from error
        if KINDS[type(actor)].restart is Restart.TEMPORARY:
            actor.on_failure(type(error), error, error.__traceback__)
        return True

    def rebuild(self, inbox: Mailbox) -> None:
        """Puts a new actor in the place of one that failed: as it was saved, or around what the failed one had."""
        old = inbox.actor
        kind = KINDS[type(old)]
        if kind.restart is Restart.TEMPORARY:
            return
        if kind.restore is not None and inbox.saved is not None:
            kind.restore(old, inbox.saved)
        kind.rebuilt(old).take_over(inbox)

    def save(self, actor: Actor) -> Any:
        """What its kind keeps of an actor."""
        save = KINDS[type(actor)].save
        return None if save is None else save(actor)

    def name_of(self, actor: Actor) -> str:
        """What an actor is called by the people who configured it: `Agent:1001`, `Source:pbx1`."""
        for key, node in self.board.nodes.items():
            if node.ref.actor_inbox is actor.actor_inbox:  # type: ignore[attr-defined]
                return f"{key.type}:{key.id}"
        for source, ref in self.connectors.items():
            if ref.actor_inbox is actor.actor_inbox:
                return f"Source:{source}"
        for entry in self.pool.at_rest().state.entries.values():
            if entry.ref.actor_inbox is actor.actor_inbox:
                key = entry.opening.node.key
                return f"{entry.opening.stat_type.category} of {key.type}:{key.id}"
        return type(actor).__name__

    def set_aside(self, actor: Actor, message: Any, error: BaseException) -> None:
        """Keeps a message that an actor has failed on for good; a client hears that its request failed."""
        log.error("%s never handled %r: it is in dead letters", actor, message)
        self.dead_letters.add(dead_letter(self.name_of(actor), message, error, self.intake.now_us))
        if isinstance(actor, StatisticActor | pool.PoolActor | connector.ConnectorActor):
            actor.make_up(message)
            begin_log(actor.actor_inbox)
            asked = message.asked if isinstance(message, Asked) else getattr(message, "payload", None)
            if isinstance(asked, SessionRequest):
                self._refuse(asked, message.order)

    def _refuse(self, asked: SessionRequest, order: int) -> None:
        refusal = protocol.Error(ref=asked.request.ref, code="Internal", message=FAILED)
        asked.session.tell(Answer(order, refusal))
        if isinstance(asked.request, protocol.OpenStatistic):
            self.intake.put(self.pool, NotOpened(asked.session, asked.id), is_alone=True)

    def log_max(self, actor: Actor, saved: Any) -> int:
        """What its kind says."""
        return KINDS[type(actor)].log_max(saved)
