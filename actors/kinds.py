"""The kinds of actor there are: as what an object is started, and how each kind is kept alive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from actors.configuration import registrar
from actors.objects.agent import AgentActor
from actors.objects.dn import DnActor
from actors.objects.group import GroupActor
from actors.objects.mediation_dn import MediationDnActor, QueueGroupActor
from actors.objects.place import PlaceActor
from actors.objects.saving import decode_state, encode_state
from actors.objects.staging_area import StagingAreaActor
from actors.objects.virtual import VirtualGroupActor
from actors.sessions.session import SessionActor
from actors.sources import connector
from actors.statistics import pool
from actors.statistics.board import Board
from actors.statistics.node import Node
from actors.statistics.statistic import StatisticActor
from actors.vocabulary.objects import ObjectType
from runtime.actor import Actor
from runtime.restart import BYTES_A_MESSAGE
from runtime.supervision import Kind, Restart

STATISTICS_LOG_MAX: Final = 16
"""As `LOG_MAX`, but there are more statistics than all else: what is saved of one and its log take some 600 bytes."""


def start_arguments(actor: type[Actor], node: Node, board: Board) -> tuple[Any, ...]:
    """What an object's actor is started with."""
    return (node, board) if actor in (DnActor, AgentActor, PlaceActor) else (node,)


STARTED_AS: Final[Mapping[ObjectType, type[Actor]]] = {
    ObjectType.REG_DN: DnActor,
    ObjectType.QUEUE: MediationDnActor,
    ObjectType.ROUTE_POINT: MediationDnActor,
    ObjectType.GROUP_QUEUES: QueueGroupActor,
    ObjectType.SWITCH: QueueGroupActor,
    ObjectType.STAGING_AREA: StagingAreaActor,
    ObjectType.AGENT: AgentActor,
    ObjectType.PLACE: PlaceActor,
    ObjectType.GROUP_AGENTS: GroupActor,
    ObjectType.GROUP_PLACES: GroupActor,
    ObjectType.TENANT: GroupActor,
}


def _save_object(actor: Any) -> bytes:
    return encode_state(actor.node.key.type, actor.node.state)


def _restore_object(failed: Any, saved: bytes) -> None:
    node = failed.node
    node.state = decode_state(node.key.type, saved, node.state)


def _object(rebuilt: Callable[[Any], Actor]) -> Kind:
    return Kind(Restart.PERMANENT, rebuilt, _save_object, _restore_object)


KINDS: Final[Mapping[type[Actor], Kind]] = {
    DnActor: _object(lambda old: DnActor(old.node, old.board)),
    AgentActor: _object(lambda old: AgentActor(old.node, old.board)),
    PlaceActor: _object(lambda old: PlaceActor(old.node, old.board)),
    GroupActor: _object(lambda old: GroupActor(old.node)),
    VirtualGroupActor: _object(lambda old: VirtualGroupActor(old.node)),
    MediationDnActor: _object(lambda old: MediationDnActor(old.node)),
    StagingAreaActor: _object(lambda old: StagingAreaActor(old.node)),
    QueueGroupActor: _object(lambda old: QueueGroupActor(old.node)),
    StatisticActor: Kind(
        Restart.PERMANENT,
        StatisticActor.another,
        StatisticActor.saved,
        StatisticActor.go_back,
        lambda saved: STATISTICS_LOG_MAX + len(saved.core) // BYTES_A_MESSAGE,
    ),
    connector.ConnectorActor: Kind(
        Restart.TRANSIENT,
        lambda old: connector.ConnectorActor(old.wiring, old.state),
        connector.ConnectorActor.saved,
        connector.ConnectorActor.go_back,
        lambda saved: saved.log_max,
    ),
    pool.PoolActor: Kind(
        Restart.PERMANENT,
        lambda old: pool.PoolActor(old.wiring, old.state),
        lambda _: b"",
        lambda _old, _saved: None,
        lambda _: 0,
    ),
    SessionActor: Kind(Restart.TEMPORARY, lambda old: old),
    registrar.RegistrarActor: Kind(Restart.PERMANENT, lambda old: registrar.RegistrarActor(old.carry_out)),
}
