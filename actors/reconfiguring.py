"""What the configuration has become is carried out: objects, connectors, statistics, while the server runs.

One difference is up to three kinds of input, one behind the other, each alone: every connector takes the DNs that go
out of service, as if the switch had said so (`sources.md` 1); the registrar changes who is there and who belongs to
whom; every connector gets the DNs that are new. A link that begins or ends is the server's affair (`on_changed`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from actors.configuration.difference import Difference, Reconfigured, changed_by, difference, encoded
from actors.configuration.environment import Dn, Environment, Source
from actors.configuration.expression_tokens import ExpressionError
from actors.configuration.expressions import parse_script
from actors.objects.centre import skilled_in
from actors.objects.restructuring import Restructuring
from actors.objects.virtual_node import add_virtual_group
from actors.sources.messages import DnsBrought, DnsTakenOut
from actors.statistics.board import Board
from actors.statistics.node import Node, Ref
from actors.statistics.pool_state import Wiring
from actors.statistics.removal import ObjectsGone
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import ObjectKey, ObjectType
from runtime.intake import Intake, Kept
from runtime.journal_entries import Kind

if TYPE_CHECKING:
    from runtime.actor import ActorRef

SOURCE: Final = "configuration"
"""Whose the journal's entries of changes are."""


class Reconfiguring:
    """Changes the contact centre of one server.

    Args:
        environment: as it is.
        board: of it.
        intake: takes changes in.
        start_object: starts the actor of a new object.
        start_connector: starts that of a new source.
        connectors: by the name of their source.
    """

    def __init__(
        self,
        environment: Environment,
        board: Board,
        intake: Intake,
        *,
        start_object: Callable[[Node], None],
        start_connector: Callable[[Source], None],
        connectors: dict[str, ActorRef],
    ) -> None:
        self.environment = environment
        """As it is now."""
        self.planned = environment
        """As it will be when all that was taken in has been carried out."""
        self.gone: set[ObjectKey] = set()
        """Objects that are gone since somebody emptied this."""
        self.on_changed: Callable[[Difference], None] = lambda _: None
        """Called, while all is at rest, when a change has been carried out."""
        self._board = board
        self._intake = intake
        self._start_object = start_object
        self._start_connector = start_connector
        self._connectors = connectors
        self._refs: dict[str, dict[str, Ref]] = {}
        board.router_group, board.let_go = self._router_group, self._let_go

    def connect(self, registrar: ActorRef, pool: ActorRef, pool_wiring: Wiring) -> None:
        """Says who carries changes out, and whose statistics may have to be closed."""
        self.registrar = registrar
        self._pool = pool
        self._pool_wiring = pool_wiring

    def _router_group(self, id_: str, tenant: str) -> Node:
        """The group of a router's `?:Name > 1`, made when it is asked for first (`semantics.md` 9.7).

        Raises:
            RequestError: `BadDefinition`, the script cannot be read.
        """
        key = ObjectKey(ObjectType.GROUP_AGENTS, id_, tenant)
        node = self._board.nodes.get(key)
        if node is None:
            try:
                script = parse_script(id_)
            except ExpressionError as error:
                raise RequestError("BadDefinition", f"group: {error}") from error
            skilled = skilled_in(self.environment, tenant)
            node = add_virtual_group(self._board, key, script, skilled, self._intake.now_us)
            self._start_object(node)
        return node

    def _let_go(self, node: Node) -> None:
        """Nobody asks any more for something of an object: a router's group is no more then."""
        key = node.key
        if node.hears_seats and (key.tenant, key.id) not in self.environment.agent_groups:
            for member in tuple(node.members):
                node.remove_member(member)
            self._board.remove(node)
            node.ref.stop(block=False)  # type: ignore[attr-defined]

    def dns_of(self, switch: str) -> dict[str, Ref]:
        """The actors of a switch's DNs, now and whenever they are others."""
        refs = self._refs.get(switch)
        if refs is None:
            dns = (dn for dn in self.environment.dns.values() if dn.switch == switch)
            refs = self._refs[switch] = {dn.number: self._board.nodes[dn.key].ref for dn in dns}
        return refs

    def become(self, environment: Environment, stamp_us: int | None, *, is_kept: bool = True) -> None:
        """Has the contact centre be another one; arguments as for `take_in`."""
        self.take_in(difference(self.planned, environment), stamp_us, is_kept=is_kept)

    def take_in(self, change: Difference, stamp_us: int | None, *, is_kept: bool = True) -> None:
        """Has a change be carried out when what was taken in before it is done.

        Args:
            change: of what is `planned`.
            stamp_us: when it happens; None before anything has happened.
            is_kept: whether the journal gets it; not if it comes from there.
        """
        if change.is_empty:
            return
        before, self.planned = self.planned, changed_by(self.planned, change)
        kept = Kept(SOURCE, Kind.CONFIGURATION, encoded(change)) if is_kept else None
        for source, numbers in self._taken_out(change, before).items():
            self._put(self._connectors[source], DnsTakenOut(numbers), stamp_us, kept)
            kept = None
        self._put(self.registrar, Reconfigured(change, self.planned), stamp_us, kept)
        gone, brought = {source.name for source in change.sources.gone}, _by_switch(tuple(change.dns.after))
        for name, link in before.sources.items():
            if name not in gone and link.switch in brought:
                self._put(self._connectors[name], DnsBrought(brought[link.switch]), stamp_us, None)

    def _put(self, ref: ActorRef, payload: object, stamp_us: int | None, kept: Kept | None) -> None:
        self._intake.put(ref, payload, stamp_us=stamp_us, is_alone=True, kept=kept)

    def _taken_out(self, change: Difference, before: Environment) -> dict[str, tuple[str, ...]]:
        """The DNs that go out of service, by source: those that are gone, and all of a switch nobody tells of now."""
        numbers = {switch: tuple(dn.number for dn in dns) for switch, dns in _by_switch(change.dns.gone).items()}
        switches = {source.switch for source in self.planned.sources.values()}
        for source in change.sources.gone:
            if source.switch not in switches:
                numbers[source.switch] = tuple(dn.number for dn in before.dns.values() if dn.switch == source.switch)
        taken_out = {name: numbers[one.switch] for name, one in before.sources.items() if numbers.get(one.switch)}
        return taken_out | {source.name: () for source in change.sources.gone if not source.switch}

    def carry_out(self, payload: Reconfigured, order: int, time_us: int) -> None:
        """Does it; the registrar calls this."""
        change = payload.change
        self.environment = self._pool_wiring.environment = payload.environment
        restructuring = Restructuring(
            self._board, change, payload.environment, order=order, time_us=time_us, start=self._start_object
        )
        gone = restructuring.carry_out()
        if gone:
            self._pool.tell(ObjectsGone(order, time_us, frozenset(node.key for node in gone)))
        self.gone |= {node.key for node in gone}
        for node in gone:
            node.ref.stop(block=False)  # type: ignore[attr-defined]
        self._change_connectors(change)
        self.on_changed(change)

    def _change_connectors(self, change: Difference) -> None:
        for dn in change.dns.gone:
            self.dns_of(dn.switch).pop(dn.number, None)
        for dn in change.dns.new:
            self.dns_of(dn.switch)[dn.number] = self._board.nodes[dn.key].ref
        for source in change.sources.gone:
            self._connectors.pop(source.name).stop(block=False)
        for source in change.sources.new:
            self._start_connector(source)


def _by_switch(dns: tuple[Dn, ...]) -> Mapping[str, tuple[Dn, ...]]:
    switches = dict.fromkeys(dn.switch for dn in dns)
    return {switch: tuple(dn for dn in dns if dn.switch == switch) for switch in switches}
